"""Draw the limits of thresholds on the chart, and the parts of bars above them."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from dash.development.base_component import Component

from components.consumption.scale import (
    DENSE,
    LETTERS,
    columns,
    in_thousands,
    scale,
    share_of,
)
from components.kit import Palette, html
from core.i18n import N_, _, number, percent
from data.metering.consumption.rules.labels import amount
from data.metering.consumption.rules.table import UNITS
from data.metering.consumption.types import KEPT, Ceiling, Series

Trace = dict[str, Any]
WIDTH, CASING = 1.75, 4.75
BAR, FULL = 0.56, 0.9  # share of a column, as for the bars
CLOSE = 0.09  # share of the height: nearer labels would overlap
HIGH = 0.93  # share of the height: above, labels are below their line


@lru_cache(KEPT)
def list_exceeded(series: Series) -> tuple[tuple[int, int, int], ...]:
    """Return rank, value and limit of each bar above its lowest limit."""
    return tuple(_exceeded(series)) if series.ceilings else ()


def _exceeded(series: Series) -> Iterator[tuple[int, int, int]]:
    for rank, bucket in enumerate(series.buckets):
        value = amount(bucket, series.view.unit)
        limits = [
            limit for ceiling in series.ceilings if (limit := ceiling.values[rank]) is not None
        ]
        if value is not None and limits and value > min(limits):
            yield rank, value, min(limits)


def excess_traces(series: Series, colours: Palette) -> list[Trace]:
    """Return the part of bars above the limit, in its colour."""
    excesses = list_exceeded(series)
    if not excesses:
        return []
    dense = len(series.buckets) > DENSE
    return [
        {
            "type": "bar",
            "name": "above",
            "x": [rank for rank, _value, _limit in excesses],
            "base": [limit / 1000 for _rank, _value, limit in excesses],
            "y": [(value - limit) / 1000 for _rank, value, limit in excesses],
            "width": FULL if dense else BAR,
            "marker": {"color": colours.threshold},
            "hoverinfo": "skip",
        }
    ]


def limit_lines(series: Series, colours: Palette) -> list[Trace]:
    """Return each limit as a stepped line with a casing, with gaps where it has no value."""
    return [
        {
            "type": "scatter",
            "name": name,
            **_steps(ceiling),
            "mode": "lines",
            "line": {"color": colour, "width": width, "shape": "hv"},
            "connectgaps": False,
            "hoverinfo": "skip",
        }
        for ceiling in series.ceilings
        for name, colour, width in (
            ("limit-casing", colours.surface, CASING),
            ("limit", colours.threshold, WIDTH),
        )
    ]


def _steps(ceiling: Ceiling) -> dict[str, list[float | None]]:
    """Return the corners of the steps: starts of values, and ends of runs."""
    across: list[float | None] = []
    up: list[float | None] = []
    last: int | None = None
    for rank, value in enumerate(ceiling.values):
        if value == last:
            continue
        if value is None and last is not None:
            across += [rank - 0.5, rank - 0.5]
            up += [last / 1000, None]
        elif value is not None:
            across.append(rank - 0.5)
            up.append(value / 1000)
        last = value
    if last is not None:
        across.append(len(ceiling.values) - 0.5)
        up.append(last / 1000)
    return {"x": across, "y": up}


def limit_words(series: Series) -> list[Component]:
    """Return the labels over the plot: limits at the right end, excesses above bars."""
    if not series.ceilings:
        return []
    return [*_ends(series), *_marks(series)]


def _ends(series: Series) -> list[Component]:
    top, labels, occupied_heights = scale(series).top, list[Component](), list[float]()
    for name, ceiling in zip(limit_names(series), series.ceilings, strict=True):
        last = ceiling.values[-1] if ceiling.values else None
        if last is None:
            continue
        height = last / 1000 / top
        if any(abs(height - other) < CLOSE for other in occupied_heights):
            continue  # it is in the legend and the table
        occupied_heights.append(height)
        at = share_of(len(series.buckets) - 0.5, series)
        look = "consumption-limit" + (" consumption-limit-high" if height > HIGH else "")
        style = {"left": f"{at * 100:.3f}%", "bottom": f"{height * 100:.2f}%"}
        labels.append(html.Span(_end(_(name), last), className=look, style=style))
    return labels


def _end(name: str, last: int) -> list[Component]:
    value = html.Span(number(last / 1000))
    return [html.Span(name, className="consumption-limit-name"), value]


def _marks(series: Series) -> list[Component]:
    """Return excess labels, reduced to ▲ for many bars, none for too many."""
    if len(series.buckets) > LETTERS:
        return []
    top, markers = scale(series).top, list[Component]()
    alone = len(series.buckets) > LETTERS / 2
    for rank, value, limit in list_exceeded(series):
        excess_label = percent((value - limit) / limit * 100) if limit else ""
        inside = [
            html.Span("▲"),
            *([] if alone else [html.Span(f"\u00a0{excess_label}", className="consumption-words")]),
        ]
        style = {
            "left": f"{share_of(rank, series) * 100:.3f}%",
            "bottom": f"{min(value / 1000 / top, HIGH) * 100:.2f}%",
        }
        markers.append(html.Span(inside, className="consumption-above", style=style))
    return markers


def limit_names(series: Series) -> list[str]:
    """Return legend labels; duplicate names are numbered, a single limit has a generic name."""
    if len(series.ceilings) == 1:
        return [N_("Seuil")]
    names = [ceiling.name for ceiling in series.ceilings]
    return [
        f"{name} ({names[: rank + 1].count(name)})" if names.count(name) > 1 else name
        for rank, name in enumerate(names)
    ]


def limit_ends(series: Series) -> list[str]:
    """Return the last value of each limit, for the legend on phones.

    There, the chart has no room for labels.
    """
    unit = "MWh" if in_thousands(series) else UNITS[series.view.unit]
    ends = [ceiling.values[-1] if ceiling.values else None for ceiling in series.ceilings]
    return ["" if end is None else f"{_short(end, series)}\u00a0{unit}" for end in ends]


def _short(value: int, series: Series) -> str:
    if not in_thousands(series):
        return number(value / 1000)
    return number(value / 1_000_000, 1).removesuffix(",0").removesuffix(".0")


def span_style(first: float, last: float, series: Series) -> dict[str, str]:
    """Return the CSS left and width, in percent of the plot, of a span in columns."""
    start_share = share_of(first, series)
    width = (last - first) / columns(series)
    return {"left": f"{start_share * 100:.3f}%", "width": f"{width * 100:.3f}%"}
