"""Build the contents of a shared link: its days only, as text and bars."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from core.i18n import N_, _, long_day, number
from data.metering.consumption.rules.labels import amount, coverage, days_known, period_label
from data.metering.consumption.rules.table import (
    NONE,
    UNITS,
    TableColumn,
    TableLine,
    columns,
    lines,
    total_line,
    written,
)
from data.metering.consumption.types import Series, SeriesBucket, SeriesStep, Unit

WIDTH, HEIGHT = 1000, 300  # size of the drawing, unitless
_SPACING = (1.0, 2.0, 2.5, 5.0, 10.0)
_LINES = 5
_LABELS = 14  # maximum number of labels that do not touch
_HIDDEN = frozenset({"co2", "limit", "notes"})
_PER = {
    SeriesStep.DAY: N_("par jour"),
    SeriesStep.WEEK: N_("par semaine"),
    SeriesStep.MONTH: N_("par mois"),
    SeriesStep.YEAR: N_("par an"),
}


@dataclass(frozen=True, slots=True)
class SheetBar:
    """Position of a bar in a WIDTH × HEIGHT drawing; without a value its height is 0."""

    x: float
    width: float
    height: float
    has_value: bool
    current: bool  # some of its days are in the future
    label: str  # label below the bar, empty when labels would touch
    text: str


@dataclass(frozen=True, slots=True)
class LinkSheet:
    """Contents of the page of a link."""

    title: str
    number: str
    sentence: str
    per: str
    bars: tuple[SheetBar, ...]
    values: tuple[tuple[float, str], ...]  # height from the bottom, and its label
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...]


def sheet_of(series: Series) -> LinkSheet:
    visible_columns = [column for column in columns(series) if column.key not in _HIDDEN]
    keys = [column.key for column in columns(series)]
    visible_ranks = [rank for rank, key in enumerate(keys) if key not in _HIDDEN]
    unit = UNITS[series.view.unit]
    top, every = _scale(series)
    foot = total_line(series)
    return LinkSheet(
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
            f"{_(sheet_column.title)} ({_(sheet_column.unit)})"
            if sheet_column.unit
            else _(sheet_column.title)
            for sheet_column in visible_columns
        ),
        rows=tuple(
            _cells(line, visible_columns, visible_ranks) for line in reversed(lines(series))
        ),
        total=_cells(foot, visible_columns, visible_ranks) if foot else (),
    )


def sentence(series: Series) -> str:
    """Return the sentence with the sum of the days and how many of them are known."""
    total = series.total
    value = amount(total, series.view.unit) if total else None
    if total is None or value is None:
        return ""
    known_days, over = coverage(total)
    # The last shown day that may have a value: data may end before the link's days
    return _(
        "Du {first} au {last} : {value} ; {known} jours connus sur {days}.",
        first=long_day(total.first),
        last=long_day(min(total.last, max(total.first, series.data_until or total.last))),
        value=f"{number(value / 1000)}\u00a0{UNITS[series.view.unit]}",
        known=number(known_days),
        days=number(over),
    )


def _cells(
    line: TableLine, visible_columns: Sequence[TableColumn], visible_ranks: Sequence[int]
) -> tuple[str, ...]:
    cells = [line.cells[rank] for rank in visible_ranks]
    return tuple(
        written(cell, column.kind) for cell, column in zip(cells, visible_columns, strict=True)
    )


def _scale(series: Series) -> tuple[float, float]:
    """Return the top of the axis and the step of its grid lines, in kWh or m³."""
    amounts = [amount(bucket, series.view.unit) for bucket in series.buckets]
    highest = max((value for value in amounts if value is not None), default=0) / 1000
    if highest <= 0:
        return 10, 5
    rough = highest / _LINES
    power = 10 ** floor(log10(rough))
    every = next(power * spacing for spacing in _SPACING if power * spacing >= rough)
    return ceil(highest / every) * every, every


def _bars(series: Series, top: float) -> list[SheetBar]:
    count = max(len(series.buckets), 1)
    column, every = WIDTH / count, ceil(count / _LABELS)
    return [
        _bar(bucket, series, rank * column, column, top, labelled=rank % every == 0)
        for rank, bucket in enumerate(series.buckets)
    ]


def _label(name: str, bucket: SeriesBucket) -> str:
    """Return the short label of a bar; of the current bar only its last day, to save space."""
    return name.rpartition(", ")[2] if bucket.current else name.partition(",")[0]


def _bar(
    bucket: SeriesBucket,
    series: Series,
    x_start: float,
    column: float,
    top: float,
    *,
    labelled: bool,
) -> SheetBar:
    value = amount(bucket, series.view.unit)
    name = period_label(bucket, series.view.step, series.data_until)
    figure_text = NONE if value is None else number(value / 1000)
    return SheetBar(
        x=round(x_start + column * 0.15, 2),
        width=round(column * 0.7, 2),
        height=round(max(value or 0, 0) / 1000 / top * HEIGHT, 2),
        has_value=days_known(bucket) > 0,
        current=bucket.current,
        label=_label(name, bucket) if labelled or bucket.current else "",
        text=_("{name} : {figure}", name=name, figure=figure_text),
    )
