"""The stacked or summed bars of several PCE, as a plain plotly dict."""

from typing import Any

from dash.development.base_component import Component

from components.kit import base_layout, html, palette
from components.together.words import UNITS, axis_name, part_name, rest_name
from data.consumption.types import Together
from i18n import _

HEIGHT = 380
CLEAR = "rgba(0,0,0,0)"
PATTERNS = ("", "/", "x", ".", "\\", "-", "+", "|")  # with the colour: neither tells alone
SIZE = 7
LINES = 62  # bars beyond which an outline would hide them


def figure(found: Together, theme: str) -> dict[str, Any]:
    """A trace a part, in the order of the legend; the year before is a line across its bar."""
    colours = palette(theme)
    tones = (colours.current, colours.temperature, colours.budget, colours.previous)
    step = found.asked.view.step
    names = [axis_name(bar, step) for bar in found.bars]
    traces: list[dict[str, Any]] = []
    if found.asked.summed:
        values = [bar.value for bar in found.bars]
        traces.append(_bar(_("Ensemble"), names, values, {"color": colours.current}))
    else:
        for place, part in enumerate(found.parts):
            values = [bar.parts[place] for bar in found.bars]
            tone = tones[place % len(tones)]
            marker = _marker(tone, PATTERNS[place], colours.surface)
            traces.append(_bar(part_name(part), names, values, marker))
        if found.others:
            rest = [bar.rest for bar in found.bars]
            grey = {"color": colours.absent_soft, "line": {"color": colours.absent, "width": 1}}
            traces.append(_bar(rest_name(found.others), names, rest, grey))
    if any(bar.face for bar in found.bars):
        traces.append(_before(found, names, colours.ink))
    return {"data": traces, "layout": _layout(found, theme)}


def _marker(tone: str, shape: str, under: str) -> dict[str, Any]:
    line = {"color": tone, "width": 1}
    if not shape:
        return {"color": tone, "line": line}
    pattern = {"shape": shape, "fgcolor": tone, "bgcolor": under, "fgopacity": 1, "size": SIZE}
    return {"color": tone, "line": line, "pattern": pattern | {"solidity": 0.4}}


def _bar(
    name: str, names: list[str], values: list[int | None], marker: dict[str, Any]
) -> dict[str, Any]:
    y = [None if value is None else value / 1000 for value in values]
    return {"type": "bar", "name": name, "x": names, "y": y, "marker": marker}


def _before(found: Together, names: list[str], ink: str) -> dict[str, Any]:
    """What the same days took a year before, of the PCE-days that both years know."""
    values = [None if bar.face is None else bar.face.before_wh / 1000 for bar in found.bars]
    many = len(names) > LINES
    return {
        "type": "scatter",
        "name": _("Mêmes jours en N-1"),
        "x": names,
        "y": values,
        "mode": "lines" if many else "markers",
        "line": {"color": ink, "width": 1},
        "marker": {"symbol": "line-ew", "size": 16, "line": {"color": ink, "width": 2}},
    }


def _layout(found: Together, theme: str) -> dict[str, Any]:
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
        | {"rangemode": "tozero", "title": {"text": UNITS[found.asked.view.unit]}},
    }


def legend(found: Together) -> Component:
    """What each colour and pattern is, as text that a phone wraps."""
    if found.asked.summed:
        names = [("sum", _("Ensemble"))]
    else:
        names = [(str(place), part_name(part)) for place, part in enumerate(found.parts)]
        names += [("rest", rest_name(found.others))] if found.others else []
    if any(bar.face for bar in found.bars):
        names.append(("before", _("Mêmes jours en N-1")))
    marks = [html.Li([html.Span(className=f"part-mark part-{key}"), name]) for key, name in names]
    return html.Ul(marks, className="part-legend")
