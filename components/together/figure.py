"""Build the stacked or summed bars of several PCEs, as a plain plotly dict."""

from collections.abc import Sequence
from html import escape
from typing import Any

from dash.development.base_component import Component

from components.kit import base_layout, html, palette
from components.together.budget import budget_trace
from components.together.curves import curve_legend, curves, tone_of, unit_of
from components.together.labels import axis_name, is_open, lacks_days, part_name, rest_name
from core.i18n import _, day_month
from data.metering.consumption.rules.together import compared
from data.metering.consumption.types import CombinedBar, CombinedSeries, TogetherShape

HEIGHT = 380
Planned = Sequence[int | None]
CLEAR = "rgba(0,0,0,0)"
HATCH = {"shape": "/", "size": 7, "solidity": 0.4}  # of incomplete bars
LINES = 62  # bars above which an outline would hide them


def figure(found: CombinedSeries, theme: str, planned: Planned = ()) -> dict[str, Any]:
    """Return a trace per PCE in legend order; the year before is a mark across each bar.

    `planned` is the budget of each bar, in thousandths of the unit.
    """
    colours = palette(theme)
    names = [_named(found, bar) for bar in found.bars]
    traces: list[dict[str, Any]] = []
    if found.query.shape is TogetherShape.CURVES:
        traces = curves(found, names, colours)
        return {"data": traces, "layout": _layout(found, theme)}
    if found.query.shape is TogetherShape.SUM:
        values = [bar.value for bar in found.bars]
        traces.append(_bar(_("Ensemble"), names, values, {"color": colours.current}))
    else:
        for place, part in enumerate(found.parts):
            values = [bar.parts[place] for bar in found.bars]
            marker = {"color": tone_of(place, colours)}
            traces.append(_bar(escape(part_name(part), quote=False), names, values, marker))
        if found.others:
            rest = [bar.rest for bar in found.bars]
            grey = {"color": colours.absent_soft, "line": {"color": colours.absent, "width": 1}}
            traces.append(_bar(rest_name(found.others), names, rest, grey))
    _hatch(traces, [lacks_days(found, bar) for bar in found.bars], colours.surface)
    if _is_faced(found):
        traces.append(_before(found, names, colours.ink))
    if any(value is not None for value in planned):
        traces.append(budget_trace(names, planned, colours.budget))
    return {"data": traces, "layout": _layout(found, theme)}


def _named(combined_series: CombinedSeries, bar: CombinedBar) -> str:
    """Return `nov. 2026`, with `au 23` below it while the bar is incomplete."""
    name = axis_name(bar, combined_series.query.view.step)
    if not is_open(combined_series, bar) or combined_series.until is None:
        return name
    return name + "<br>" + _("au {day}", day=day_month(combined_series.until))


def _hatch(traces: list[dict[str, Any]], unfinished: list[bool], under: str) -> None:
    """Hatch the incomplete bars."""
    for trace in traces:
        shapes = [HATCH["shape"] if is_unfinished else "" for is_unfinished in unfinished]
        fill = {"fgcolor": trace["marker"]["color"], "bgcolor": under, "fgopacity": 1}
        trace["marker"]["pattern"] = {**HATCH, **fill, "shape": shapes}


def _is_faced(combined_series: CombinedSeries) -> bool:
    return any(compared(bar) is not None for bar in combined_series.bars)


def _bar(
    name: str, names: list[str], values: list[int | None], marker: dict[str, Any]
) -> dict[str, Any]:
    y = [None if value is None else value / 1000 for value in values]
    return {"type": "bar", "name": name, "x": names, "y": y, "marker": marker}


def _before(combined_series: CombinedSeries, names: list[str], ink: str) -> dict[str, Any]:
    """Return the year before, scaled to the bar, so that their distance is the gap."""
    marks = [compared(bar) for bar in combined_series.bars]
    values = [None if mark is None else mark / 1000 for mark in marks]
    many = len(names) > LINES
    return {
        "type": "scatter",
        "name": _("N-1, à jours-PCE comparables"),
        "x": names,
        "y": values,
        "mode": "lines" if many else "markers",
        "line": {"color": ink, "width": 1},
        "marker": {"symbol": "line-ew", "size": 16, "line": {"color": ink, "width": 2}},
    }


def _layout(combined_series: CombinedSeries, theme: str) -> dict[str, Any]:
    base, colours = base_layout(theme), palette(theme)
    return base | {
        "barmode": "stack",
        "bargap": 0.24,
        "barcornerradius": 0,
        "hovermode": "x unified",
        "hoverlabel": {"bgcolor": colours.surface, "font": {"color": colours.ink}},
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "xaxis": base["xaxis"] | {"type": "category", "nticks": 14},
        "yaxis": base["yaxis"]
        | {"rangemode": "tozero", "title": {"text": unit_of(combined_series)}},
    }


def legend(combined_series: CombinedSeries, planned: Planned = ()) -> Component:
    """Return the legend as text, which wraps on phones."""
    if combined_series.query.shape is TogetherShape.CURVES:
        return curve_legend(combined_series)
    if combined_series.query.shape is TogetherShape.SUM:
        names = [("sum", _("Ensemble"))]
    else:
        names = [(str(place), part_name(part)) for place, part in enumerate(combined_series.parts)]
        names += [("rest", rest_name(combined_series.others))] if combined_series.others else []
    if _is_faced(combined_series):
        names.append(("before", _("N-1, à jours-PCE comparables")))
        if any(bar.face and compared(bar) is None for bar in combined_series.bars):
            names.append(
                ("few", _("sans trait : moins de la moitié des jours-PCE sont comparables"))
            )
    if any(lacks_days(combined_series, bar) for bar in combined_series.bars):
        names.append(("open", _("incomplet")))
    if any(value is not None for value in planned):
        names.append(("budget", _("Budget, mêmes jours")))
    marks = [html.Li([html.Span(className=f"part-mark part-{key}"), name]) for key, name in names]
    return html.Ul(marks, className="part-legend")
