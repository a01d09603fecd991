"""Write the cross-tables of OPERAT: entities and categories by year, and the trajectory."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.i18n import _
from data.exports.files.reports.workbook import open_workbook, write_charted, write_sheet
from data.exports.types import OperatReport
from data.metering.surfaces.types import DM2
from data.money.operat.rules.entities import entities_of
from data.money.operat.rules.trajectory import STEPS, Trajectory, objective_wh, trajectories
from data.money.operat.rules.years import pci_wh
from data.money.operat.types import Entity
from data.runs.files.texts import guarded

if TYPE_CHECKING:
    from pandas import DataFrame, Series

WH_PER_KWH = 1000


def write_operat(report: OperatReport, path: Path) -> None:
    import pandas as pd

    rows = [
        _row(entity, year) for year, lines in report.years.items() for entity in entities_of(lines)
    ]
    entities = pd.DataFrame(rows)
    last = max(report.years)
    with open_workbook(path) as book:
        _write_years(book, entities)
        _write_categories(book, entities, last)
        followed = [_trajectory_row(each) for each in trajectories(report.years[last])]
        if followed:
            table = pd.DataFrame(followed).set_index("EFA")
            write_sheet(book, _("Trajectoire"), table)
        write_sheet(book, _("Lignes"), entities.set_index("EFA"))


def _row(entity: Entity, year: int) -> dict[str, Any]:
    draft, pci = entity.draft, pci_wh(entity.year.energy_wh_pcs)
    return {
        "EFA": guarded(draft.efa or draft.pce),
        _("Nom"): guarded(draft.name),
        "SIREN": draft.siren,
        _("Catégorie"): guarded(draft.category) or _("sans catégorie"),
        _("Année"): year,
        _("Surface (m²)"): None if draft.surface_dm2 is None else draft.surface_dm2 / DM2,
        "kWh PCI": None if pci is None else pci / WH_PER_KWH,
        _("Jours sans donnée"): entity.year.missing,
    }


def _sum_known(values: "Series[float]") -> float:
    """Return the sum of known values; nothing known is not 0."""
    return float(values.sum(min_count=1))


def _write_years(book: Any, entities: "DataFrame") -> None:  # noqa: ANN401 (a writer of pandas)
    """Write the kWh PCI of each entity, a column a year."""
    table = entities.pivot_table(
        index=["EFA", _("Nom")], columns=_("Année"), values="kWh PCI", aggfunc=_sum_known
    )
    write_sheet(book, _("EFA et années"), table.reset_index(_("Nom")))


def _write_categories(book: Any, entities: "DataFrame", last: int) -> None:  # noqa: ANN401
    """Write the kWh PCI of each category by year, and by m² in the last one, with a chart."""
    category, year = _("Catégorie"), _("Année")
    table = entities.pivot_table(
        index=category, columns=year, values="kWh PCI", aggfunc=_sum_known, margins=True,
        margins_name=_("Total"),
    )  # fmt: skip
    write_sheet(book, _("Catégories et années"), table)
    surface = _("Surface (m²)")
    surfaced = entities[(entities[year] == last) & entities[surface].notna()]
    sums = surfaced.groupby(category)[["kWh PCI", surface]].sum(min_count=1).dropna()
    if len(sums):
        density = (sums["kWh PCI"] / sums[surface]).round(1).rename("kWh PCI/m²").to_frame()
        chart = write_charted(book, _("kWh PCI par m²"), density, "bar", rows=len(density))
        chart.set_title({"name": _("Gaz par m² en {year}, par catégorie", year=last)})


def _trajectory_row(trajectory: Trajectory) -> dict[str, Any]:
    draft, adjusted = trajectory.entity.draft, trajectory.adjusted_wh
    reference = trajectory.reference_wh
    return {
        "EFA": guarded(draft.efa or draft.pce),
        _("Nom"): guarded(draft.name),
        _("Année de référence"): trajectory.reference_year,
        _("Référence (kWh PCI)"): reference / WH_PER_KWH,
        _("Année (kWh PCI)"): trajectory.current_wh / WH_PER_KWH,
        _("À climat de la référence (kWh PCI)"): adjusted and adjusted / WH_PER_KWH,
        _("Écart (%)"): round(trajectory.change, 1),
        **{
            _("Objectif {year} (kWh PCI)", year=end): objective_wh(reference, cut) / WH_PER_KWH
            for end, cut in STEPS
        },
    }
