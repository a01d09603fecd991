"""Build the histogram as a plain plotly dict; the text around it is in `overlay`."""

from collections.abc import Callable, Mapping
from typing import Any

from components.consumption.budget import budget_marks
from components.consumption.limits import excess_traces, limit_lines
from components.consumption.reference import reference_traces
from components.consumption.scale import (
    DENSE,
    BarState,
    Scale,
    bands,
    columns,
    earlier,
    mark_end,
    mark_place,
    room,
    scale,
    states,
)
from components.kit import Palette, base_layout, palette
from data.metering.consumption.rules.calendar import is_day_off
from data.metering.consumption.rules.labels import amount
from data.metering.consumption.types import Series, SeriesStep

Trace = dict[str, Any]
CLEAR = "rgba(0,0,0,0)"
TOP, BOTTOM, RIGHT = 24, 58, 36
LEFT, LEFT_WIDE, MILLION = 62, 76, 1_000_000
CURRENT_WIDTH, N1_WIDTH, N2_WIDTH = 0.56, 0.76, 0.88
COLDEST, WARMEST = -200, 2600  # 1/100 °C, the minimum range of the axis
DOTTED = "2px,3px"
TWO_YEARS = 2
DOTS = 62  # above this number of bars, no markers
CASED = 32  # above, a casing below the line would slice narrow bars
_BANDS = frozenset({BarState.ABSENT, BarState.AWAITED})


def margins(series: Series) -> dict[str, int]:
    wide = scale(series).top >= MILLION
    return {
        "l": LEFT_WIDE if wide else LEFT,
        "r": RIGHT if shows_temperature(series) else 16,
        "t": TOP,
        "b": BOTTOM,
    }


def shows_temperature(series: Series) -> bool:
    return series.view.temperature and any(
        bucket.temperature_c100 is not None for bucket in series.buckets
    )


def shades_days_off(series: Series) -> bool:
    """Return whether weekends and holidays are shaded: by day, while bars can be told apart."""
    return series.view.step is SeriesStep.DAY and len(series.buckets) <= DENSE


def figure(series: Series, theme: str) -> dict[str, Any]:
    """Return the figure; columns are at 0, 1, 2…, `layout.meta.days` holds the day of each."""
    colours, axis = palette(theme), scale(series)
    dense = len(series.buckets) > DENSE
    before = [_year_before(series, colours, dense=dense)] if 1 in series.view.compare else []
    traces = [
        *_similar(series, colours),
        *_missing(series, axis, colours),
        *(before if not dense else []),
        *_bars(series, colours, dense=dense),
        *excess_traces(series, colours),
        *(before if dense else []),  # a line, which bars would cover
        *budget_marks(series, colours),
        *limit_lines(series, colours),
        *reference_traces(series, colours),
        *(_temperature(series, colours) if shows_temperature(series) else []),
    ]
    return {"data": traces, "layout": _layout(series, theme, axis, dense=dense)}


def _plain(thousandths: int | None) -> float | None:
    if thousandths is None:
        return None
    return thousandths // 1000 if thousandths % 1000 == 0 else thousandths / 1000


def _missing(series: Series, axis: Scale, colours: Palette) -> list[Trace]:
    ranks = [rank for rank, kind in enumerate(states(series)) if kind in _BANDS]
    if not ranks:
        return []
    pattern = {
        "shape": "/",
        "fillmode": "overlay",
        "fgcolor": colours.absent,
        "fgopacity": 0.55,
        "bgcolor": CLEAR,
        "size": 8,
        "solidity": 0.12,
    }
    return [
        {
            "type": "bar",
            "name": BarState.ABSENT.value,
            "x": ranks,
            "y": [axis.top] * len(ranks),
            "width": 0.88 if len(bands(series)) == len(ranks) <= DENSE else 1,
            "marker": {"color": CLEAR, "pattern": pattern, "cornerradius": 0},
            "hoverinfo": "skip",
        }
    ]


def has_band(series: Series) -> bool:
    """Return whether the middle half of similar sites is drawn."""
    return series.similar is not None and series.similar.is_drawn


def _similar(series: Series, colours: Palette) -> list[Trace]:
    """Return the middle half of similar sites, as a quiet band behind the bars."""
    values = series.similar.values if series.similar else ()
    drawn = [(rank, *band) for rank, band in enumerate(values) if band]
    if not drawn:
        return []
    return [
        {
            "type": "bar",
            "name": "similar",
            "x": [rank for rank, _low, _high in drawn],
            "base": [low / 1000 for _rank, low, _high in drawn],
            "y": [(high - low) / 1000 for _rank, low, high in drawn],
            "width": 1,
            "marker": {"color": colours.border, "cornerradius": 0},
            "hoverinfo": "skip",
        }
    ]


def _year_before(series: Series, colours: Palette, *, dense: bool) -> Trace:
    values = [_plain(earlier(bucket, series, 1)) for bucket in series.buckets]
    common = {"name": "n-1", "x0": 0, "dx": 1, "y": values, "hoverinfo": "skip"}
    if dense:
        line = {"color": colours.ink_2, "width": 1, "shape": "hvh"}
        return common | {"type": "scatter", "mode": "lines", "line": line}
    outline = {"color": colours.previous, "width": 1.5}
    return common | {
        "type": "bar",
        "width": N1_WIDTH,
        "marker": {"color": CLEAR, "line": outline},
    }


def _bars(series: Series, colours: Palette, *, dense: bool) -> list[Trace]:
    """Return a trace per state."""
    bars_by_state: dict[BarState, tuple[list[int], list[float | None]]] = {}
    for rank, (bucket, kind) in enumerate(zip(series.buckets, states(series), strict=True)):
        if kind in _BANDS or kind is BarState.OUTSIDE:
            continue
        ranks, values = bars_by_state.setdefault(kind, ([], []))
        ranks.append(rank)
        values.append(_plain(amount(bucket, series.view.unit)))
    return [
        {
            "type": "bar",
            "name": kind.value,
            "x": ranks,
            "y": values,
            "width": 0.9 if dense else CURRENT_WIDTH,
            "marker": marker(kind, colours),
            "hoverinfo": "skip",
        }
        for kind, (ranks, values) in bars_by_state.items()
    ]


def marker(kind: BarState, colours: Palette) -> dict[str, Any]:
    """Return the fill of a state: hatched means incomplete, paler not measured by day."""
    edge = {"color": colours.current, "width": 1.5}
    if kind is BarState.MEASURED:
        return {"color": colours.current}
    if kind is not BarState.CURRENT:
        return {"color": _PALE[kind](colours), "line": edge}
    pattern = {
        "shape": "/",
        "fgcolor": colours.current,
        "bgcolor": colours.current_hatch,
        "fgopacity": 1,
        "size": 7,
        "solidity": 0.31,
    }
    return {"color": colours.current_hatch, "line": edge, "pattern": pattern}


_PALE: Mapping[BarState, Callable[[Palette], str]] = {
    BarState.ESTIMATED: lambda colours: colours.accent_line,
    BarState.RECONSTRUCTED: lambda colours: colours.surface,
    BarState.PRORATED: lambda colours: colours.current_hatch,
}


def _temperature(series: Series, colours: Palette) -> list[Trace]:
    values = [
        None if bucket.temperature_c100 is None else bucket.temperature_c100 / 100
        for bucket in series.buckets
    ]
    few = len(series.buckets) <= DOTS
    common = {
        "type": "scatter",
        "x0": 0,
        "dx": 1,
        "y": values,
        "yaxis": "y2",
        "hoverinfo": "skip",
        "connectgaps": False,
    }
    line = {"color": colours.temperature, "width": 1.5 if len(series.buckets) <= DENSE else 1}
    dots = {"size": 5, "color": colours.surface, "line": line}
    casing = {"color": colours.surface, "width": 4.5}
    wide = len(series.buckets) <= CASED
    return [
        *([common | {"name": "casing", "mode": "lines", "line": casing}] if wide else []),
        common
        | {"name": "temperature", "mode": "lines+markers" if few else "lines", "line": line}
        | ({"marker": dots} if few else {}),
    ]


def _layout(series: Series, theme: str, axis: Scale, *, dense: bool) -> dict[str, Any]:
    base, colours = base_layout(theme), palette(theme)
    still = {"automargin": False, "fixedrange": True, "showline": False, "ticks": ""}
    across = {"range": [-0.5, columns(series) - 0.5], "showticklabels": False}
    up = {"range": [0, axis.top], "dtick": axis.every, "zeroline": True, "showticklabels": False}
    shapes = [
        *_days_off(series, colours),
        *_year_earlier(series, colours, dense=dense),
        *_events(series, colours),
    ]
    layout = base | {
        "barmode": "overlay",
        "margin": margins(series) | {"pad": 0},
        "xaxis": base["xaxis"] | still | across | {"zeroline": False},
        "yaxis": base["yaxis"] | still | up,
        "shapes": shapes,
        "hovermode": False,
        "meta": {
            "days": [bucket.first.isoformat() for bucket in series.buckets],
            "room": room(series),
        },
        "uirevision": f"{series.number}-{series.view.step}-{series.first}-{series.last}",
    }
    if shows_temperature(series):
        layout["yaxis2"] = _warm_axis(series, colours)
    return layout


def _warm_axis(series: Series, colours: Palette) -> dict[str, Any]:
    temperatures = [b.temperature_c100 for b in series.buckets if b.temperature_c100 is not None]
    low, high = min(*temperatures, COLDEST) / 100, max(*temperatures, WARMEST) / 100
    return {
        "overlaying": "y",
        "side": "right",
        "range": [high, low],
        "dtick": 5,
        "tick0": 0,
        "showgrid": False,
        "zeroline": False,
        "automargin": False,
        "fixedrange": True,
        "tickfont": {"color": colours.temperature, "size": 12},
    }


def _days_off(series: Series, colours: Palette) -> list[dict[str, Any]]:
    """Return a shade behind each weekend or public holiday."""
    if not shades_days_off(series):
        return []
    shade = {"type": "rect", "yref": "paper", "y0": 0, "y1": 1, "layer": "below"}
    look = {"fillcolor": colours.hover, "line": {"width": 0}}
    return [
        {**shade, **look, "x0": rank - 0.5, "x1": rank + 0.5}
        for rank, bucket in enumerate(series.buckets)
        if is_day_off(bucket.first)
    ]


def _year_earlier(series: Series, colours: Palette, *, dense: bool) -> list[dict[str, Any]]:
    """Return N-2 as one path of open boxes, since bars cannot have a dotted outline."""
    if TWO_YEARS not in series.view.compare:
        return []
    half = (1 if dense else N2_WIDTH) / 2
    boxes = [
        f"M{rank - half:g},0V{_plain(value):g}H{rank + half:g}V0"
        for rank, value in enumerate(
            earlier(bucket, series, TWO_YEARS) for bucket in series.buckets
        )
        if value is not None
    ]
    line = {"color": colours.previous, "width": 1.5, "dash": DOTTED}
    return [{"type": "path", "path": "".join(boxes), "layer": "between", "line": line}]


def _events(series: Series, colours: Palette) -> list[dict[str, Any]]:
    """Return a line per event and annotation; a bar at the top spans an annotation's days."""
    shapes: list[dict[str, Any]] = []
    for mark in series.marks:
        at, end = mark_place(mark, series), mark_end(mark, series)
        if at is None:
            continue
        line = {"type": "line", "x0": at, "yref": "paper", "y1": 1}
        dash = "solid" if mark.annotation else DOTTED
        tick = {"color": colours.ink_2, "width": 1, "dash": dash}
        shapes.append(line | {"x1": at, "y0": 0, "line": tick})
        if end is not None:
            along = {"color": colours.ink_2, "width": 3}
            shapes.append(line | {"x1": end, "y0": 1, "line": along})
    return shapes
