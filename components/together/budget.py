"""Draw the budget of a group over its bars, and describe its progress."""

from collections.abc import Sequence
from typing import Any

from dash.development.base_component import Component

from components.budgets.labels import PATH, summary_words
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
    draft = one.budget.draft
    words = summary_words(draft.first, draft.amount, draft.unit, one)
    return [f"{words} ", link(_("Voir le budget"), f"{PATH}?budget={one.budget.id}")]
