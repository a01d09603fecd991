"""Draw the weeks of a site as points, and the fitted line."""

from typing import Any

from components.fleet.causes import since_words
from components.kit import Palette, base_layout, palette
from core.i18n import _, number
from data.analysis.signatures.types import Fit, Point, Portrait

POINTS = 24  # points of the line, enough for its bend
SYMBOLS = ("circle", "circle-open", "diamond-open", "square-open")  # one per year, latest first


def figure(portrait: Portrait, theme: str, *, degree_days: bool) -> dict[str, Any]:
    """Return daily energy against °C or daily degree days, and the fitted line.

    Weeks before and after the change that a probable cause dates differ by colour and symbol;
    without one, years do.
    """
    colours = palette(theme)
    others = (colours.temperature, colours.budget, colours.previous)
    shades = (colours.current, *(others[::-1] if portrait.why else others))
    traces = [
        _cloud(name, weeks, shades[n], SYMBOLS[n], degree_days=degree_days)
        for n, (name, weeks) in enumerate(_groups(portrait))
    ]
    lines = _lines(portrait, colours, degree_days=degree_days) if portrait.weeks else []
    layout = _layout(theme, degree_days=degree_days)
    return {"data": [*traces, *lines], "layout": layout | _step(portrait, colours, degree_days)}


def _lines(portrait: Portrait, colours: Palette, *, degree_days: bool) -> list[dict[str, Any]]:
    """Return the line of the signature, or those before and since the change of its cause."""
    if portrait.change is None or portrait.why is None or degree_days:
        fit = portrait.requested_fit if degree_days else portrait.best_fit
        line = _line(portrait, fit, degree_days=degree_days)
        dash = "dash" if fit.reason else "solid"
        return [line | {"name": _("Droite de la signature"), "line": _stroke(colours.ink, dash)}]
    before, after = (_line(portrait, fit, degree_days=False) for fit in portrait.change)
    return [
        before | {"name": _("avant"), "line": _stroke(colours.previous, "dash"), **_UNNAMED},
        after | {"name": since_words(portrait.why), "line": _stroke(colours.current), **_UNNAMED},
    ]


_UNNAMED = {"showlegend": False}  # its points are named


def _stroke(colour: str, dash: str = "solid") -> dict[str, Any]:
    return {"color": colour, "width": 2, "dash": dash}


def _step(portrait: Portrait, colours: Palette, degree_days: bool) -> dict[str, Any]:  # noqa: FBT001
    """Return the size of the step of the base load, at the warm end of the lines."""
    step_wh = portrait.baseload_step_wh
    if portrait.change is None or not portrait.weeks or degree_days:
        return {}
    if step_wh is None or step_wh <= 0:
        return {}
    words = _("+{energy} kWh/j", energy=number(step_wh / 1000))
    place = {
        "x": max(week[2] for week in portrait.weeks),
        "xanchor": "right",
        "yanchor": "bottom",
    }
    level = portrait.change[1].baseload_wh / 1000
    note = {"text": f"<b>{words}</b>", "y": level, "showarrow": False, **place}
    return {"annotations": [note | {"font": {"color": colours.up}, "yshift": 4}]}


def _groups(portrait: Portrait) -> list[tuple[str, list[Point]]]:
    if portrait.why:
        since = portrait.why.since
        return [
            (since_words(portrait.why), [week for week in portrait.weeks if week[0] >= since]),
            (_("avant"), [week for week in portrait.weeks if week[0] < since]),
        ]
    years = sorted({week[0].year for week in portrait.weeks}, reverse=True)
    return [
        (str(year), [week for week in portrait.weeks if week[0].year == year])
        for year in years[: len(SYMBOLS)]
    ]


def _at(week: Point, *, degree_days: bool) -> float:
    return week[3] if degree_days else week[2]


def _cloud(
    name: str, weeks: list[Point], colour: str, symbol: str, *, degree_days: bool
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [round(_at(week, degree_days=degree_days), 2) for week in weeks],
        "y": [round(week[1], 1) for week in weeks],
        "marker": {"color": colour, "symbol": symbol, "size": 8, "line": {"width": 1.5}},
        "hovertemplate": "%{x:.1f} · %{y:,.0f} kWh",
    }


def _line(portrait: Portrait, fit: Fit, *, degree_days: bool) -> dict[str, Any]:
    places = [_at(week, degree_days=degree_days) for week in portrait.weeks]
    low, high = min(places), max(places)
    steps = [low + (high - low) * n / POINTS for n in range(POINTS + 1)]
    cold = steps if degree_days else [max(0.0, fit.base - degrees) for degrees in steps]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [round(step, 2) for step in steps],
        "y": [
            round((fit.baseload_wh + fit.slope_wh * degree_day) / 1000, 1) for degree_day in cold
        ],
        "hoverinfo": "skip",
    }


def _layout(theme: str, *, degree_days: bool) -> dict[str, Any]:
    base = base_layout(theme)
    name = (
        _("DJU par jour, moyenne de la semaine") if degree_days else _("°C, moyenne de la semaine")
    )
    return base | {
        "hovermode": "closest",
        "showlegend": True,
        "legend": {"orientation": "h", "yanchor": "bottom", "y": 1.02, "x": 0},
        "margin": {"l": 8, "r": 8, "t": 36, "b": 8},
        "xaxis": base["xaxis"] | {"title": {"text": name}},
        "yaxis": base["yaxis"] | {"title": {"text": _("kWh par jour")}, "rangemode": "tozero"},
    }
