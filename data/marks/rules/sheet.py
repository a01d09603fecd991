"""What a shared link shows, in words and in bars ready to be drawn: nothing but its days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, floor, log10

from data.consumption.rules.table import (
    NONE,
    UNITS,
    Column,
    Line,
    columns,
    lines,
    total_line,
    written,
)
from data.consumption.rules.words import amount, coverage, days_known, period_label
from data.consumption.types import Bucket, Series, Step, Unit
from i18n import N_, _, long_day, number

WIDTH, HEIGHT = 1000, 300  # of the drawing, without unit
_SPACING = (1.0, 2.0, 2.5, 5.0, 10.0)
_LINES = 5
_LABELS = 14  # under the bars: more would touch
_HIDDEN = frozenset({"co2", "limit", "notes"})
_PER = {
    Step.DAY: N_("par jour"),
    Step.WEEK: N_("par semaine"),
    Step.MONTH: N_("par mois"),
    Step.YEAR: N_("par an"),
}


@dataclass(frozen=True, slots=True)
class Bar:
    """Where a bar stands in a drawing of WIDTH by HEIGHT; without a value, none of height."""

    x: float
    width: float
    height: float
    known: bool
    current: bool  # days of it are still to come
    label: str  # under it, empty where labels would touch
    said: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """The page of a link."""

    title: str
    number: str
    sentence: str
    per: str
    bars: tuple[Bar, ...]
    values: tuple[tuple[float, str], ...]  # height from the bottom, and what is written there
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...]


def sheet_of(series: Series) -> Sheet:
    made = [column for column in columns(series) if column.key not in _HIDDEN]
    keys = [column.key for column in columns(series)]
    kept = [rank for rank, key in enumerate(keys) if key not in _HIDDEN]
    unit = UNITS[series.view.unit]
    top, every = _scale(series)
    foot = total_line(series)
    return Sheet(
        title=series.alias or series.number,
        number=series.number,
        sentence=sentence(series),
        per=f"{unit}{' PCS' if series.view.unit is Unit.KWH else ''} {_(_PER[series.view.step])}",
        bars=tuple(_bars(series, top)),
        values=tuple(
            (value / top * HEIGHT, number(value, 0 if every >= 1 else 2))
            for value in (every * rank for rank in range(round(top / every) + 1))
        ),
        heads=tuple(
            f"{_(one.title)} ({_(one.unit)})" if one.unit else _(one.title) for one in made
        ),
        rows=tuple(_cells(line, made, kept) for line in reversed(lines(series))),
        total=_cells(foot, made, kept) if foot else (),
    )


def _last(total: Bucket, series: Series) -> date:
    """The last day shown that may have a value: data end before the days of the link do."""
    return min(total.last, max(total.first, series.data_until or total.last))


def sentence(series: Series) -> str:
    """The sum of these days and how many of them are known; compared with nothing."""
    total = series.total
    value = amount(total, series.view.unit) if total else None
    if total is None or value is None:
        return ""
    known, over = coverage(total)
    return _(
        "Du {first} au {last} : {value} ; {known} jours connus sur {days}.",
        first=long_day(total.first),
        last=long_day(_last(total, series)),
        value=f"{number(value / 1000)}\u00a0{UNITS[series.view.unit]}",
        known=number(known),
        days=number(over),
    )


def _cells(line: Line, made: Sequence[Column], kept: Sequence[int]) -> tuple[str, ...]:
    cells = [line.cells[rank] for rank in kept]
    return tuple(written(cell, one.kind) for cell, one in zip(cells, made, strict=True))


def _scale(series: Series) -> tuple[float, float]:
    """The top of the axis and the step of its lines, in kWh or m³."""
    found = [amount(bucket, series.view.unit) for bucket in series.buckets]
    highest = max((value for value in found if value is not None), default=0) / 1000
    if highest <= 0:
        return 10, 5
    rough = highest / _LINES
    power = 10 ** floor(log10(rough))
    every = next(power * spacing for spacing in _SPACING if power * spacing >= rough)
    return ceil(highest / every) * every, every


def _bars(series: Series, top: float) -> list[Bar]:
    count = max(len(series.buckets), 1)
    column, every = WIDTH / count, ceil(count / _LABELS)
    return [
        _bar(bucket, series, rank * column, column, (top, rank % every == 0))
        for rank, bucket in enumerate(series.buckets)
    ]


def _label(name: str, bucket: Bucket) -> str:
    """Its name; of a bar under way, only up to which day it is told: both would touch."""
    return name.rpartition(", ")[2] if bucket.current else name.partition(",")[0]


def _bar(
    bucket: Bucket, series: Series, left: float, column: float, drawn: tuple[float, bool]
) -> Bar:
    value, (top, labelled) = amount(bucket, series.view.unit), drawn
    name = period_label(bucket, series.view.step, series.data_until)
    said = NONE if value is None else number(value / 1000)
    return Bar(
        x=round(left + column * 0.15, 2),
        width=round(column * 0.7, 2),
        height=round(max(value or 0, 0) / 1000 / top * HEIGHT, 2),
        known=days_known(bucket) > 0,
        current=bucket.current,
        label=_label(name, bucket) if labelled or bucket.current else "",
        said=_("{name} : {figure}", name=name, figure=said),
    )
