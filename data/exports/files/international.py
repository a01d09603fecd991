"""Write CSV for programs: comma, point, ISO days, UTF-8, no BOM.

A text that a program would read as a number, a day, a boolean or an empty value is marked: a PCE,
whose leading zero would be lost, is written `PCE-09999999900001`; any other text gets the prefix
`_`. Measures always have a decimal, so that a column has one type from its first line on.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any

from data.exports.files.columns import COLUMNS, ValueSort
from data.exports.types import Content, PceExtract
from data.metering.consumption.types import DayStatement, Quality, Status
from data.provenance import DataSource
from data.runs.files.texts import marked

END = "\n"
_BATCH = 500
Row = Sequence[Any]
SOURCES: Mapping[int, str] = {0: "", **{int(source): source.name.lower() for source in DataSource}}
QUALITIES: Mapping[int, str] = {int(quality): quality.name.lower() for quality in Quality}
STATUSES: Mapping[int, str] = {
    int(status): "" if status is Status.UNKNOWN else status.name.lower() for status in Status
}


def head(content: Content) -> bytes:
    return (",".join(column.name for column in COLUMNS[content]) + END).encode()


def lines(content: Content, part: PceExtract) -> bytes:
    """Return the lines of one PCE, each with its line end."""
    return _lines(content, (part.scope.number, part.scope.alias), part.rows)


def day_lines(number: str, alias: str, days: Iterable[DayStatement]) -> Iterator[bytes]:
    """Yield the header and lines of days shown on a screen."""
    yield head(Content.DAILY)
    rows = (_figures(day) for day in days)
    while batch := list(islice(rows, _BATCH)):
        yield _lines(Content.DAILY, (number, alias), batch)


def _lines(content: Content, lead: Row, rows: Sequence[Row]) -> bytes:
    columns = COLUMNS[content]
    start = ",".join(
        write_cell(cell, column_spec.sort) for column_spec, cell in zip(columns, lead, strict=False)
    )
    writers = [_WRITTEN[column.sort] for column in columns[len(lead) :]]
    return "".join(
        f"{start},{','.join([write(cell) for write, cell in zip(writers, row, strict=False)])}{END}"
        for row in rows
    ).encode("utf-8", "replace")


def write_cell(value: Any, sort: ValueSort) -> str:  # noqa: ANN401 (of whatever its column holds)
    return _WRITTEN[sort](value)


def _figures(day: DayStatement) -> Row:
    return (
        *(day.gas_day, day.index_start_dm3, day.index_end_dm3, day.volume_dm3, day.energy_wh),
        *(day.coefficient_e4, day.temperature_c100, int(day.quality), int(day.status)),
        int(day.source) if day.quality else 0,
    )


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _text(value: str | None) -> str:
    return _quoted(marked(value)) if value else ""


def _number(value: str) -> str:
    return _quoted(f"PCE-{value}")


def _day(value: date | None) -> str:
    return value.isoformat() if value else ""


def _count(value: int | None) -> str:
    return "" if value is None else str(value)


def _over(factor: int) -> Callable[[Any], str]:
    def write(value: int | None) -> str:
        return "" if value is None else repr(value / factor)

    return write


_WRITTEN: Mapping[ValueSort, Callable[[Any], str]] = {
    ValueSort.NUMBER: _number,
    ValueSort.TEXT: _text,
    ValueSort.DAY: _day,
    ValueSort.COUNT: _count,
    ValueSort.THOUSANDTHS: _over(1000),
    ValueSort.TEN_THOUSANDTHS: _over(10_000),
    ValueSort.HUNDREDTHS: _over(100),
    ValueSort.QUALITY: QUALITIES.__getitem__,
    ValueSort.STATUS: STATUSES.__getitem__,
    ValueSort.SOURCE: SOURCES.__getitem__,
}
