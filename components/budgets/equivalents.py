"""Say the figures of a budget in kWh and in euros, and what lacks a price."""

from collections.abc import Callable, Sequence

from dash.development.base_component import Component

from components import kit
from components.budgets.labels import amount_words
from components.costs import PRICES
from components.kit import html
from core.access import Permission, Viewer
from core.i18n import _
from core.query_string import query_string
from data.metering.consumption.types import Unit
from data.money.budgets.types import TrackedBudget

OTHER = {Unit.KWH: Unit.EUR, Unit.EUR: Unit.KWH}


def both_words(amount: int, unit: Unit, other: int | None) -> str:
    """Format an amount and its equivalent, if known: `253 010 kWh (20 812 €)`."""
    words = amount_words(amount, unit)
    if other is None:
        return words
    return _("{amount} ({other})", amount=words, other=amount_words(other, OTHER[unit]))


def figure_lines(
    amount: int,
    unit: Unit,
    other: int | None,
    *notes: str,
    write: Callable[[int, Unit], str] = amount_words,
    marks: Sequence[kit.Child] = (),
) -> list[Component]:
    """Return an amount with its `marks`, above its equivalent and `notes`, one a line."""
    others = [] if other is None else [write(other, OTHER[unit])]
    return [
        html.Div([write(amount, unit), *marks], className="nowrap"),
        *(html.Div(line, className="muted small nowrap") for line in [*others, *notes]),
    ]


def unpriced_note(viewer: Viewer, followed_budgets: Sequence[TrackedBudget]) -> list[Component]:
    """Return that days have no price and the link to the prices; nothing when all have one."""
    lacking = [budget for budget in followed_budgets if budget.lacks_price]
    if not lacking:
        return []
    sites = {budget.budget.draft.target.pce for budget in lacking}
    query = {"pce": sites.pop() if len(sites) == 1 else ""}
    is_bare = not any(
        line for budget in lacking if budget.equivalent for line in budget.equivalent.lines
    )
    words = _("Voir les prix")
    if viewer.may(Permission.PRICES_WRITE):
        words = _("Saisir le tarif") if is_bare else _("Compléter les tarifs")
        query |= {"new": "1"} if is_bare else {}
    sentence = _(
        "Des jours n’ont pas de prix\u00a0: la conversion entre kWh et euros est incomplète."
    )
    return [html.P([sentence, " ", kit.link(words, f"{PRICES}{query_string(query)}")],
                   className="muted small budgets-note")]  # fmt: skip
