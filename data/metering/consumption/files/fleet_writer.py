"""Write the fleet ranking as CSV or XLSX: the columns of the screen, a line a PCE."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import IO

from core.i18n import _, month_year
from data.metering.consumption.types import CellState, Face, FleetCell, FleetCost, FleetRow
from data.metering.prices.types import round_cents
from data.runs.files.rows import Cell, SheetLayout, write_csv, write_xlsx

Costs = Mapping[int, FleetCost] | None  # by PCE; None where no price is entered


def header(months: Sequence[date], costs: Costs = None) -> list[str]:
    euros = [_("Coût (€)"), _("Écart à l’an dernier (€)"), _("Écart à climat égal (€)")]
    return [
        _("PCE"),
        _("Nom"),
        _("Données au"),
        _("Consommation (kWh)"),
        _("Écart à l’an dernier (kWh)"),
        _("Écart à l’an dernier (%)"),
        _("Écart à climat égal (kWh)"),
        _("Écart à climat égal (%)"),
        _("Jours comparés"),
        _("Jours connus"),
        _("Jours attendus"),
        _("Jours déposés par une organisation"),
        *(euros if costs is not None else []),
        *(_("{month}, écart (%)", month=month_year(month)) for month in months),
    ]


def line(row: FleetRow, months: Sequence[date], costs: Costs = None) -> list[Cell]:
    """Return the cells of a PCE in kWh, percent, days and euros; None for unknown values."""
    face, equal = row.face, row.equal
    return [
        row.number,
        row.alias,
        row.data_until,
        None if row.energy_wh is None else row.energy_wh / 1000,
        *_gap(face),
        *_gap(equal),
        face.days if face else None,
        row.days_known,
        row.days_expected,
        row.days_deposited,
        *(_euros(row, costs[row.id]) if costs is not None else []),
        *(_cell(row.cells.get(month)) for month in months),
    ]


def _gap(face: Face | None) -> list[Cell]:
    """Return a difference in kWh and in percent of the year before."""
    percent = face.percent if face else None
    rounded_percent = None if percent is None else round(percent, 1)
    return [face.gap_wh / 1000 if face else None, rounded_percent]


def _euros(row: FleetRow, cost: FleetCost) -> list[Cell]:
    """Return euros rounded to the cent, or a word when some day has no price."""
    if not cost.priced:
        return [_("prix partiels") if cost.partly_priced else _("sans prix"), None, None]
    cost_values = (cost.spent, cost.gap if row.face else None, row.equal_cost)
    return [
        None if cost_value is None else round_cents(cost_value) / 100 for cost_value in cost_values
    ]


def _cell(cell: FleetCell | None) -> Cell:
    if cell is None or cell.percent is None:
        return _("abs.") if cell and cell.state is CellState.ABSENT else None
    return round(cell.percent, 1)


def fleet_csv(rows: Sequence[FleetRow], months: Sequence[date], costs: Costs = None) -> bytes:
    return write_csv(header(months, costs), (line(row, months, costs) for row in rows))


def fleet_xlsx(
    rows: Sequence[FleetRow],
    months: Sequence[date],
    target: str | IO[bytes],
    costs: Costs = None,
) -> None:
    lines = (line(row, months, costs) for row in rows)
    write_xlsx(target, header(months, costs), lines, SheetLayout(_("Parc"), frozen=2))


def file_name(today: date, ending: str) -> str:
    """Return a name such as `parc-2026-11-24.csv`."""
    return f"parc-{today}.{ending}"
