"""Draw the weeks of a site as points, and the fitted line."""

from typing import Any

from components.fleet.causes import since_words
from components.kit import Palette, base_layout, palette
from core.i18n import _
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
    fit = portrait.requested_fit if degree_days else portrait.best_fit
    line = [_line(portrait, fit, colours, degree_days=degree_days)] if portrait.weeks else []
    return {"data": [*traces, *line], "layout": _layout(theme, degree_days=degree_days)}


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


def _line(portrait: Portrait, fit: Fit, colours: Palette, *, degree_days: bool) -> dict[str, Any]:
    """Return the fitted line, dashed if unreliable."""
    places = [_at(week, degree_days=degree_days) for week in portrait.weeks]
    low, high = min(places), max(places)
    steps = [low + (high - low) * n / POINTS for n in range(POINTS + 1)]
    cold = steps if degree_days else [max(0.0, fit.base - degrees) for degrees in steps]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": _("Droite de la signature"),
        "x": [round(step, 2) for step in steps],
        "y": [
            round((fit.baseload_wh + fit.slope_wh * degree_day) / 1000, 1) for degree_day in cold
        ],
        "line": {"color": colours.ink, "width": 2, "dash": "dash" if fit.reason else "solid"},
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
