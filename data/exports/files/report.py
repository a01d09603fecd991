"""Write the workbook of a fleet with pandas: years, sites and months, with their charts.

pandas takes some 60 MB: it is imported when a file is written, by a worker, never by a web process.
"""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import Invalid
from core.i18n import N_
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
_CHART = {"x_offset": 12, "y_offset": 8, "x_scale": 1.5, "y_scale": 1.4}


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
        unsafe = dict.fromkeys(("strings_to_formulas", "strings_to_urls"), False)
        options = {"options": unsafe | {"tmpdir": str(self._path.parent)}}
        with (
            self._path.open("wb") as file,
            pd.ExcelWriter(file, engine="xlsxwriter", engine_kwargs=options) as book,
        ):
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
    chart = _write_table(book, "Années", years, "column", rows=len(years) - 1)
    chart.set_title({"name": "Consommation du parc, kWh par mois"})


def _write_sites(book: "ExcelWriter", months: "DataFrame") -> None:
    """Write the kWh of each site, a column a year, the largest first, with the chart of these."""
    years = months["Mois"].dt.year.rename("Année")
    sites = months.pivot_table(index=["PCE", "Alias"], columns=years, values="kWh", aggfunc="sum")
    if len(sites.columns):
        sites = sites.sort_values(sites.columns[-1], ascending=False)
    names = sites.reset_index("Alias")
    chart = _write_table(book, "Sites", names, "bar", rows=min(SHOWN_SITES, len(names)), skip=1)
    chart.set_title({"name": "Les sites qui consomment le plus, kWh par an"})
    chart.set_y_axis({"reverse": True})


def _write_months(book: "ExcelWriter", months: "DataFrame") -> None:
    """Write the kWh of each site, a column a month."""
    columns = months["Mois"].dt.strftime("%Y-%m").rename("Mois")
    table = months.pivot_table(index=["PCE", "Alias"], columns=columns, values="kWh", aggfunc="sum")
    _write_sheet(book, "Mois", table.reset_index("Alias"))


def _write_sheet(book: "ExcelWriter", name: str, table: "DataFrame") -> Any:  # noqa: ANN401
    table.to_excel(book, sheet_name=name)
    sheet = book.sheets[name]
    figures = book.book.add_format({"num_format": "#,##0"})
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, len(table.columns), 14, figures)
    sheet.freeze_panes(1, 1)
    return sheet


def _write_table(
    book: "ExcelWriter", name: str, table: "DataFrame", kind: str, *, rows: int, skip: int = 0
) -> Any:  # noqa: ANN401 (a chart of XlsxWriter)
    """Write a sheet and a chart of its first `rows`, a series a column but the first `skip`."""
    sheet = _write_sheet(book, name, table)
    chart = book.book.add_chart({"type": kind})
    for column in range(1 + skip, len(table.columns) + 1):
        chart.add_series(
            {
                "name": [name, 0, column],
                "categories": [name, 1, skip, rows, skip],
                "values": [name, 1, column, rows, column],
            }
        )
    sheet.insert_chart(1, len(table.columns) + 2, chart, _CHART)
    return chart
