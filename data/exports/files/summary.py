"""Write the consumption page's table as international CSV, with column names for programs."""

import re
from collections.abc import Iterator, Mapping

from data.exports.files.columns import ValueSort
from data.exports.files.international import END, write_cell
from data.metering.consumption.files.summary_writer import number
from data.metering.consumption.rules.table import (
    Cell,
    CellKind,
    TableColumn,
    TableLine,
    columns,
    lines,
)
from data.metering.consumption.types import Series, Unit

_LEAD = ("pce", "alias", "first_day", "last_day")
_UNITS: Mapping[Unit, str] = {
    Unit.KWH: "energy_kwh",
    Unit.M3: "volume_m3",
    Unit.EUR: "cost_eur",
    Unit.CO2: "emissions_kg_co2e",
    Unit.M2: "energy_kwh_per_m2",
}
_NAMES: Mapping[str, str] = {  # by column key; {unit} is the displayed one
    "period": "label",
    "value": "{unit}",
    "cost": "cost_eur",
    "d0": "day_compared",
    "n0": "{unit}_compared",
    "g0": "gap_percent",
    "d1": "day_compared_year_before",
    "d2": "day_compared_two_years_before",
    "n1": "{unit}_year_before",
    "n2": "{unit}_two_years_before",
    "g1": "gap_year_before_percent",
    "g2": "gap_two_years_before_percent",
    "k1": "gap_same_climate_percent",
    "c1": "{unit}_same_climate",
    "budget": "{unit}_budget",
    "gb": "gap_budget_percent",
    "similar": "{unit}_similar_sites",
    "limit": "{unit}_limit",
    "temp": "temperature_c",
    "coef": "coefficient_kwh_m3",
    "co2": "emissions_kg_co2e",
    "coverage": "days_known,days_due",
    "quality": "quality",
    "notes": "notes",
}
_PAIR = re.compile(r"\d+")


def write_summary(series: Series) -> Iterator[bytes]:
    """Yield the lines of the screen, oldest first.

    `quality` and `label` in the reader's language.
    """
    series_columns, unit = columns(series), _UNITS[series.view.unit]
    names = (_NAMES[column.key].format(unit=unit) for column in series_columns)
    yield (",".join((*_LEAD, *names)) + END).encode()
    pce, alias = (
        write_cell(series.number, ValueSort.NUMBER),
        write_cell(series.alias, ValueSort.TEXT),
    )
    for line in reversed(lines(series)):
        yield (f"{pce},{alias},{_cells(line, series_columns)}{END}").encode("utf-8", "replace")


def _cells(line: TableLine, series_columns: tuple[TableColumn, ...]) -> str:
    days = (write_cell(day, ValueSort.DAY) for day in (line.first, line.last))
    cells = (_cell(cell, column) for cell, column in zip(line.cells, series_columns, strict=True))
    return ",".join((*days, *cells))


def _cell(cell: Cell, column: TableColumn) -> str:
    if column.key == "coverage":
        pairs = _PAIR.findall(cell) if isinstance(cell, str) else []
        return ",".join(pairs) or ","
    if column.kind is CellKind.TEXT:
        return write_cell(cell, ValueSort.TEXT)
    value = number(cell, column.kind)
    return "" if value is None else repr(float(value))
