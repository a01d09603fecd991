"""`/budgets`: what was meant for twelve months and where it stands; one budget, its form."""

from collections.abc import Sequence

from dash.development.base_component import Component

from components.budgets.detail import budget_page
from components.budgets.form import new_page, sheet_page
from components.budgets.listing import BudgetsFacts, When, budgets_page
from components.kit import page_of
from data.access import Permission, Viewer
from data.budgets import queries
from data.budgets.rules.checks import last_month
from data.budgets.types import Budget
from data.db import Session
from data.errors import NotFound
from data.pces import queries as pces
from data.pces.rules import month_of
from i18n import N_
from pages.page import Page, Saw


def layout(*, db: Session, viewer: Viewer, saw: Saw, **query: str) -> Component:
    writes, number = viewer.may(Permission.BUDGETS_WRITE), query.get("pce", "")
    scope = pces.get_scope(db, viewer, number) if number else None
    pce = scope.number if scope else ""
    if writes and query.get("sheet"):
        return sheet_page()
    if writes and query.get("new"):
        return new_page(pces.tags(db, viewer), viewer.today, pce, query.get("tag", ""))
    if query.get("budget"):
        return _one(db, viewer, saw, id_of(query["budget"]))
    every = queries.list_budgets(db, viewer, pce)
    when = When(query["when"]) if query.get("when") in set(When) else When.NOW
    told = queries.follow(db, viewer, _those(every, when, viewer))
    for one in told:
        saw(one.budget.draft.target.pce or None)
    alias = scope.alias if scope else ""
    facts = BudgetsFacts(told, when, len(every), page_of(query.get("page")), pce, alias)
    return budgets_page(viewer, facts)


def _one(db: Session, viewer: Viewer, saw: Saw, budget_id: int) -> Component:
    budget = queries.get_budget(db, viewer, budget_id)
    (told,) = queries.follow(db, viewer, [budget])
    saw(budget.draft.target.pce or None)
    return budget_page(viewer, told, queries.list_changes(db, viewer, budget_id))


def _those(every: Sequence[Budget], when: When, viewer: Viewer) -> list[Budget]:
    now = month_of(viewer.today)
    ends = [(one, one.draft.first, last_month(one.draft.first)) for one in every]
    if when is When.NEXT:
        return [one for one, first, _last in ends if first > now]
    if when is When.PAST:
        return [one for one, _first, last in ends if last < now]
    return [one for one, first, last in ends if first <= now <= last]


def id_of(text: str) -> int:
    """The number in a URL; anything else is simply not found."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):  # noqa: PLR2004
        raise NotFound(N_("Ce budget est introuvable."))
    return int(text)


PAGE = Page(
    path="/budgets",
    name="budgets",
    title=N_("Budgets"),
    permission=Permission.CONSUMPTION_READ,
    layout=layout,
    shots=("", "?when=past", "?new=1", "?sheet=1"),
    wants=("saw",),
)
