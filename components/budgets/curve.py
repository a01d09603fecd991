"""Draw a budget: consumption so far against the plan, cumulated, and where the year may end."""

from collections.abc import Sequence
from typing import Any

from dash.development.base_component import Component

from components.budgets.equivalents import OTHER, both_words
from components.budgets.labels import SIGNS, amount_words, ends_words
from components.kit import Palette, base_layout, card, graph, html, palette
from core.access import Viewer
from core.i18n import _, number, short_month
from data.metering.consumption.rules.calendar import month_end
from data.metering.consumption.types import Forecast, Unit
from data.money.budgets.types import BudgetLine, TrackedBudget

HEIGHT = 320
FINE = 1000  # amounts below have a decimal
LARGE = 100_000  # of a unit: amounts above are in thousands, MWh or k€
Places = tuple[list[float], list[float]]


def curve_card(viewer: Viewer, followed_budget: TrackedBudget) -> list[Component]:
    """Return the card; empty while no day is known."""
    lines = followed_budget.lines
    if not any(line.known_days for line in lines):
        return []
    figure = curve(followed_budget, viewer.theme)
    missing = any(line.known_days < line.days for line in lines)
    notes = [_("Un jour sans valeur y compte comme prévu.")] if missing else []
    graph_drawn = graph("budgets-curve", figure, _description(followed_budget), height=HEIGHT)
    parts = [graph_drawn, *(html.P(note, className="muted small") for note in notes)]
    return [card(parts, title=_("Consommé et prévu, cumulés"))]


def _description(followed_budget: TrackedBudget) -> str:
    draft, forecast = followed_budget.budget.draft, followed_budget.forecast
    others = _other_values(followed_budget)[1]
    actual = round(actual_of(followed_budget.lines, followed_budget.pces)[1][-1])
    total = _(
        "Cumul : {actual} à ce jour, pour un budget de {budget}.",
        actual=both_words(actual, draft.unit, round(others[-1]) if others else None),
        budget=both_words(draft.amount, draft.unit, followed_budget.equivalent_amount),
    )
    if forecast is None:
        return total
    likely = followed_budget.equivalent_forecast
    end = both_words(forecast.total, draft.unit, likely.total if likely else None)
    ending = _("Fin estimée : {total}, de {ends}.", total=end, ends=ends_words(forecast))
    return f"{total} {ending}"


def plan_of(lines: Sequence[BudgetLine]) -> Places:
    """Return the months elapsed, and the plan cumulated at the end of each."""
    level, places = 0, [0]
    for line in lines:
        level += line.plan
        places.append(level)
    return [float(place) for place in range(len(places))], [float(value) for value in places]


def actual_of(lines: Sequence[BudgetLine], pces: int) -> Places:
    """Return the months elapsed, and consumption cumulated up to the last known day.

    A day without a value counts as planned, so that missing data is never a saving.
    """
    months, values = [0.0], [0.0]
    plan, gap = 0, 0
    latest = max((place for place, line in enumerate(lines) if line.known_days), default=-1)
    for place, line in enumerate(lines[: latest + 1]):
        days = max(line.days, line.known_days) / (max(1, pces) * month_end(line.month).day)
        share = min(1.0, days) if place == latest else 1.0
        gap += line.consumed - line.planned
        months.append(place + share)
        values.append(plan + line.plan * share + gap)
        plan += line.plan
    return months, values


def curve(followed_budget: TrackedBudget, theme: str) -> dict[str, Any]:
    """Return the figure; a fan leads from the last known day to the bounds of the forecast."""
    colours, budget = palette(theme), followed_budget.budget
    amount, unit, forecast = budget.draft.amount, budget.draft.unit, followed_budget.forecast
    size, sign = _scale(amount, unit)
    lines, pces = followed_budget.lines, followed_budget.pces
    months, values = actual_of(lines, pces)
    planned, others, likely = _other_values(followed_budget)
    plan = _line(plan_of(lines), size, _("Prévu"), {"color": colours.budget})
    actual = _line((months, values), size, _("Consommé"), {"color": colours.current, "width": 3})
    fan = _fan(months[-1], values[-1], forecast, size, colours) if forecast else []
    hovers = [*([likely] * len(fan)), planned, others]
    traces = [
        trace | _hover(hover, unit, sign)
        for trace, hover in zip([*fan, plan, actual], hovers, strict=True)
    ]
    names = [short_month(line.month) for line in followed_budget.lines]
    base = base_layout(theme)
    layout = base | {
        "margin": {"l": 8, "r": 16, "t": 36, "b": 8},
        "hovermode": "x",
        "showlegend": True,
        "legend": {"orientation": "h", "yanchor": "bottom", "y": 1.02, "x": 0},
        "xaxis": base["xaxis"]
        | {
            "tickvals": [place + 0.5 for place in range(len(names))],
            "ticktext": names,
            "range": [0, len(names)],
        },
        "yaxis": base["yaxis"] | {"title": {"text": sign}, "rangemode": "tozero"},
        "shapes": [_limit(amount / size, colours)],
        "annotations": [_label(followed_budget, size, sign, colours)],
    }
    return {"data": traces, "layout": layout}


def _scale(amount: int, unit: Unit) -> tuple[int, str]:
    if amount / 1000 < LARGE:
        return 1000, SIGNS[unit]
    return 1_000_000, "MWh" if unit is Unit.KWH else "k€"


def _line(places: Places, size: int, name: str, style: dict[str, Any]) -> dict[str, Any]:
    months, values = places
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": [round(month, 3) for month in months],
        "y": [round(value / size, 2) for value in values],
        "line": {"width": 2} | style,
    }


def _other_values(followed_budget: TrackedBudget) -> tuple[list[float], list[float], list[float]]:
    """Return the plan, the consumption and the estimate in the other unit; empty without prices."""
    lines, forecast = followed_budget.equivalent_lines, followed_budget.equivalent_forecast
    if not lines:
        return [], [], []
    values = actual_of(lines, followed_budget.pces)[1]
    likely = [values[-1], float(forecast.total)] if forecast else []
    return plan_of(lines)[1], values, likely


def _hover(others: Sequence[float], unit: Unit, sign: str) -> dict[str, Any]:
    """Return what pointing at a line says: its value, and its equivalent if known."""
    if not others:
        return {"hovertemplate": f"%{{y:,.0f}} {sign}"}
    words = [amount_words(round(value), OTHER[unit]) for value in others]
    return {"customdata": words, "hovertemplate": f"%{{y:,.0f}} {sign} (%{{customdata}})"}


def _fan(
    month: float, value: float, forecast: Forecast, size: int, colours: Palette
) -> list[dict[str, Any]]:
    """Return the bounds, filled between them, and the estimate dashed."""
    invisible = {"color": colours.accent_line, "width": 0}

    def to_end(end: int, style: dict[str, Any]) -> dict[str, Any]:
        name = _("Fin estimée")
        return _line(([month, 12.0], [value, float(end)]), size, name, style)

    low = to_end(forecast.low, invisible) | {"showlegend": False, "hoverinfo": "skip"}
    high = to_end(forecast.high, invisible) | {
        "fill": "tonexty",
        "fillcolor": colours.accent_line,
        "showlegend": False,
        "hoverinfo": "skip",
    }
    return [low, high, to_end(forecast.total, {"color": colours.current, "dash": "dash"})]


def _limit(amount: float, colours: Palette) -> dict[str, Any]:
    line = {"color": colours.budget, "width": 1, "dash": "dot"}
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": amount,
        "y1": amount,
        "line": line,
    }


def _label(
    followed_budget: TrackedBudget, size: int, sign: str, colours: Palette
) -> dict[str, Any]:
    """Return the words of the budget, on its limit."""
    draft, other = followed_budget.budget.draft, followed_budget.equivalent_amount
    amount = draft.amount / size
    words = _("Budget {amount} {unit}", amount=number(amount, int(amount < FINE)), unit=sign)
    if other is not None:
        words = _("{amount} ({other})", amount=words, other=amount_words(other, OTHER[draft.unit]))
    return {
        "text": words,
        "xref": "paper",
        "x": 0,
        "xanchor": "left",
        "y": amount,
        "yshift": 10,
        "showarrow": False,
        "font": {"color": colours.budget},
    }
