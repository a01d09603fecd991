"""The budget on the chart: a mark over each month, and in words where it stands."""

from typing import Any

from dash.development.base_component import Component

from components.budgets.words import (
    OUTLOOKS,
    PATH,
    amount_words,
    forecast_words,
    period_words,
    standing_words,
)
from components.kit import Palette, html, link
from data.consumption.types import Outlook, Series
from i18n import _

HALF = 0.42  # of a column, at either side: wider than the bar that it is set against
WIDTH, CASING = 3, 6


def budget_marks(series: Series, colours: Palette) -> list[dict[str, Any]]:
    """A level mark a month on its casing, none where there is no budget."""
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
    """Where it stands and how it is likely to end, with the way to its page."""
    told = series.planned
    if told is None:
        return []
    unit = series.view.unit
    name = _("Budget {period}", period=period_words(told.first))
    said = [
        _("{name} : {amount}.", name=name, amount=amount_words(told.amount, unit)),
        standing_words(told.standing, told.first),
    ]
    if told.forecast is not None:
        end = forecast_words(told.forecast, unit)
        said.append(_("Fin estimée {end} : {outlook}.", end=end, outlook=_low(told.outlook)))
    elif told.outlook is Outlook.OVER:
        said.append(_("Le budget est dépassé."))
    seen = link(_("Voir le budget"), f"{PATH}?budget={told.id}")
    return [html.P([f"{' '.join(said)} ", seen], className="consumption-axis consumption-budget")]


def _low(outlook: Outlook) -> str:
    words = _(OUTLOOKS[outlook])
    return words[:1].lower() + words[1:]
