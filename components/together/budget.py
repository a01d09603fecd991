"""Draw the budget of a group over its bars, and describe its progress."""

from collections.abc import Sequence
from typing import Any

from dash.development.base_component import Component

from components.budgets.labels import (
    OUTLOOKS,
    PATH,
    amount_words,
    forecast_words,
    period_words,
    standing_words,
)
from components.kit import html, link
from core.i18n import _
from data.metering.consumption.types import CombinedSeries
from data.money.budgets.types import TrackedBudget


def planned_of(
    combined_series: CombinedSeries, followed_budgets: Sequence[TrackedBudget]
) -> list[int | None]:
    """Return the budget of each bar for its known days; None without any."""
    plans = {line.month: line for budget in reversed(followed_budgets) for line in budget.lines}
    lines = [plans.get(bar.first.replace(day=1)) for bar in combined_series.bars]
    return [line.planned if line and line.known_days else None for line in lines]


def budget_trace(names: Sequence[str], values: Sequence[int | None], colour: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "name": _("Budget, mêmes jours"),
        "x": list(names),
        "y": [None if value is None else value / 1000 for value in values],
        "mode": "markers",
        "marker": {"symbol": "line-ew", "size": 20, "line": {"color": colour, "width": 3}},
    }


def budget_notes(followed_budgets: Sequence[TrackedBudget]) -> list[Component]:
    """Return a line per budget: amount, progress and forecast."""
    return [
        html.P(_line(followed_budget), className="card-text")
        for followed_budget in followed_budgets
    ]


def _line(one: TrackedBudget) -> list[Component | str]:
    draft, unit = one.budget.draft, one.budget.draft.unit
    name = _("Budget {period}", period=period_words(draft.first))
    sentences = [
        _("{name} : {amount}.", name=name, amount=amount_words(draft.amount, unit)),
        standing_words(one.standing, draft.first),
    ]
    if one.forecast is not None:
        words = _(OUTLOOKS[one.outlook])
        low = words[:1].lower() + words[1:]
        end = forecast_words(one.forecast, unit)
        sentences.append(_("Fin estimée {end} : {outlook}.", end=end, outlook=low))
    budget_link = link(_("Voir le budget"), f"{PATH}?budget={one.budget.id}")
    return [f"{' '.join(sentences)} ", budget_link]
