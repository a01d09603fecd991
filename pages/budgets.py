"""`/budgets`: yearly budgets and their progress; one budget, its form."""

from collections.abc import Sequence

from dash.development.base_component import Component

from components.budgets.detail import budget_page
from components.budgets.form import new_page
from components.budgets.listing import BudgetPeriod, BudgetsFacts, budgets_page
from components.kit import page_of
from components.sheet_pages import sheet_page
from core.access import Permission, Viewer
from core.i18n import N_
from data.identity.accounts.queries import list_able_names
from data.metering.pces import queries as pces
from data.metering.pces.rules import month_of
from data.metering.prices.types import PriceTarget
from data.money.budgets import queries
from data.money.budgets.rules.checks import last_month
from data.money.budgets.types import Budget
from data.request import Request
from pages.page import PageSpec, Section, read_key, read_site

_GONE = N_("Ce budget est introuvable.")


def layout(request: Request, **query: str) -> Component:
    db, viewer = request.db, request.viewer
    writes = viewer.may(Permission.BUDGETS_WRITE)
    pce, alias = read_site(request, query.get("pce", ""))
    if writes and query.get("sheet"):
        return sheet_page("budgets")
    if writes and query.get("new"):
        target = PriceTarget(pce, query.get("tag", ""))
        return new_page(pces.count_by_tag(db, viewer), viewer.today, target, alias)
    if query.get("budget"):
        return _budget_page(request, read_key(query["budget"], _GONE))
    every = queries.list_budgets(db, viewer, pce)
    when = (
        BudgetPeriod(query["when"]) if query.get("when") in set(BudgetPeriod) else BudgetPeriod.NOW
    )
    rows = queries.list_followed_budgets(
        db, viewer, _those(every, when, viewer), in_both_units=True
    )
    for row in rows:
        request.record_read(row.budget.draft.target.pce or None)
    deciders = list_able_names(db, viewer, Permission.BUDGETS_WRITE)
    page, sites = page_of(query.get("page")), pces.search_pces(db, viewer, "")
    removed = queries.BUDGETS.find_removed(db, viewer, query.get("removed", ""))
    facts = BudgetsFacts(rows, when, len(every), page, pce, alias, deciders, sites, removed)
    return budgets_page(viewer, facts)


def _budget_page(request: Request, budget_id: int) -> Component:
    db, viewer = request.db, request.viewer
    budget = queries.get_budget(db, viewer, budget_id)
    (row,) = queries.list_followed_budgets(db, viewer, [budget], in_both_units=True)
    request.record_read(budget.draft.target.pce or None)
    apart = queries.count_apart_pces(db, viewer, budget.draft.target)
    return budget_page(viewer, row, queries.list_changes(db, viewer, budget_id), apart)


def _those(every: Sequence[Budget], when: BudgetPeriod, viewer: Viewer) -> list[Budget]:
    now = month_of(viewer.today)
    ends = [(budget, budget.draft.first, last_month(budget.draft.first)) for budget in every]
    if when is BudgetPeriod.NEXT:
        return [budget for budget, first, _last in ends if first > now]
    if when is BudgetPeriod.PAST:
        return [budget for budget, _first, last in ends if last < now]
    return [budget for budget, first, last in ends if first <= now <= last]


PAGE = PageSpec(
    path="/budgets",
    name="budgets",
    title=N_("Budgets"),
    section=Section.COSTS,
    permission=Permission.CONSUMPTION_READ,
    layout=layout,
    shots=("", "?when=past", "?new=1", "?sheet=1"),
)
