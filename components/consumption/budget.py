"""Draw the budget on the chart: a mark for each month, and its progress in words."""

from typing import Any

from dash.development.base_component import Component

from components.budgets.labels import PATH, summary_words
from components.kit import Palette, html, link
from core.i18n import _
from data.metering.consumption.types import BudgetOutlook, Series

HALF = 0.42  # column widths on each side: wider than the bar
WIDTH, CASING = 3, 6


def budget_marks(series: Series, colours: Palette) -> list[dict[str, Any]]:
    """Return a horizontal mark per month with a casing; empty without budget."""
    if series.planned is None:
        return []
    across: list[float | None] = []
    up: list[float | None] = []
    for rank, value in enumerate(series.planned.values):
        if value is not None:
            across += [round(rank - HALF, 2), round(rank + HALF, 2), None]
            up += [value / 1000, value / 1000, None]
    return [
        {
            "type": "scatter",
            "name": name,
            "x": across,
            "y": up,
            "mode": "lines",
            "line": {"color": colour, "width": width},
            "connectgaps": False,
            "hoverinfo": "skip",
        }
        for name, colour, width in (
            ("budget-casing", colours.surface, CASING),
            ("budget", colours.budget, WIDTH),
        )
    ]


def budget_notes(series: Series) -> list[Component]:
    """Return the progress and forecast of the budget, with a link to its page."""
    planned_budget = series.planned
    if planned_budget is None:
        return []
    words = summary_words(
        planned_budget.first, planned_budget.amount, series.view.unit, planned_budget
    )
    if planned_budget.forecast is None and planned_budget.outlook is BudgetOutlook.OVER:
        words += " " + _("Le budget est dépassé.")
    budget_link = link(_("Voir le budget"), f"{PATH}?budget={planned_budget.id}")
    return [html.P([f"{words} ", budget_link], className="consumption-axis consumption-budget")]
