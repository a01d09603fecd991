"""Write the workbook of a fleet: years, sites and months, with their charts."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import Invalid
from core.i18n import N_
from data.exports.files.reports.workbook import open_workbook, write_charted, write_sheet
from data.exports.types import PceExtract
from data.runs.files.texts import guarded

if TYPE_CHECKING:
    from pandas import DataFrame, ExcelWriter

MOST_PCES = 20_000  # 36 months of them are 720,000 rows, some 200 MB
SHOWN_SITES = 15  # in the chart
WH_PER_KWH = 1000
TOO_MANY = N_(
    "Un classeur avec graphiques tient {most} PCE au plus : choisissez une étiquette, ou le CSV."
)
MONTHS = (
    "Janvier", "Février", "Mars", "Avril", "Mai", "Juin", "Juillet", "Août", "Septembre",
    "Octobre", "Novembre", "Décembre",
)  # fmt: skip


class FleetReport:
    """Gathers months of PCEs; the workbook is written once it is closed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._pces = 0
        self._rows: list[tuple[str, str, date, float]] = []

    def add(self, part: PceExtract) -> None:
        """Add the months of a PCE; raise Invalid when there are too many PCEs."""
        self._pces += bool(part.count)
        if self._pces > MOST_PCES:
            raise Invalid(TOO_MANY, most=MOST_PCES)
        number, alias = part.scope.number, guarded(part.scope.alias)
        for month, energy_wh, *_others in part.rows:
            if energy_wh is not None:
                self._rows.append((number, alias, month, energy_wh / WH_PER_KWH))

    def close(self) -> None:
        import pandas as pd

        names = ["PCE", "Alias", "Mois", "kWh"]
        months = pd.DataFrame(self._rows, columns=names)
        months["Mois"] = pd.to_datetime(months["Mois"])
        with open_workbook(self._path) as book:
            if self._rows:  # a chart needs a value
                _write_years(book, months)
                _write_sites(book, months)
            _write_months(book, months)


def _write_years(book: "ExcelWriter", months: "DataFrame") -> None:
    """Write the kWh of each month, a column a year, with their chart."""
    days = months["Mois"].dt
    years = months.pivot_table(
        index=days.month.rename("Mois"), columns=days.year.rename("Année"), values="kWh",
        aggfunc="sum",
    )  # fmt: skip
    years.index = [MONTHS[month - 1] for month in years.index]
    years.loc["Total"] = years.sum()
    chart = write_charted(book, "Années", years, "column", rows=len(years) - 1)
    chart.set_title({"name": "Consommation du parc, kWh par mois"})


def _write_sites(book: "ExcelWriter", months: "DataFrame") -> None:
    """Write the kWh of each site, a column a year, the largest first, with the chart of these."""
    years = months["Mois"].dt.year.rename("Année")
    sites = months.pivot_table(index=["PCE", "Alias"], columns=years, values="kWh", aggfunc="sum")
    if len(sites.columns):
        sites = sites.sort_values(sites.columns[-1], ascending=False)
    names = sites.reset_index("Alias")
    chart = write_charted(book, "Sites", names, "bar", rows=min(SHOWN_SITES, len(names)), skip=1)
    chart.set_title({"name": "Les sites qui consomment le plus, kWh par an"})
    chart.set_y_axis({"reverse": True})


def _write_months(book: "ExcelWriter", months: "DataFrame") -> None:
    """Write the kWh of each site, a column a month."""
    columns = months["Mois"].dt.strftime("%Y-%m").rename("Mois")
    table = months.pivot_table(index=["PCE", "Alias"], columns=columns, values="kWh", aggfunc="sum")
    write_sheet(book, "Mois", table.reset_index("Alias"))
