"""`/factures`: bills checked against readings, one bill, its form, a sheet of bills."""

from collections.abc import Sequence

from dash.development.base_component import Component

from components.bills.detail import bill_page
from components.bills.form import edit_page, new_page
from components.bills.listing import BillsFacts, bills_page
from components.kit import page_of
from components.sheet_pages import sheet_page
from core.access import Permission
from core.i18n import N_
from data.identity.accounts.queries import list_able_names
from data.metering.pces.queries import search_pces
from data.money.bills import queries
from data.money.bills.types import BillVerdict, JudgedBill
from data.request import Request
from pages.page import PageSpec, Section, read_key, read_site

_GONE = N_("Cette facture est introuvable.")


def layout(request: Request, **query: str) -> Component:
    db, viewer = request.db, request.viewer
    writes = viewer.may(Permission.PRICES_WRITE)
    pce, alias = read_site(request, query.get("pce", ""))
    if writes and query.get("sheet"):
        return sheet_page("factures")
    if writes and query.get("new"):
        return new_page(pce, alias)
    if writes and query.get("edit"):
        return edit_page(queries.get_bill(db, viewer, read_key(query["edit"], _GONE)))
    if query.get("bill"):
        judged = queries.get_judged(db, viewer, read_key(query["bill"], _GONE))
        record_reads(request, [judged])
        return bill_page(viewer, judged)
    facts = BillsFacts(
        queries.list_judged(db, viewer, pce),
        page_of(query.get("page")),
        pce,
        alias,
        verdict_in(query.get("verdict", "")),
        queries.BILLS.find_removed(db, viewer, query.get("removed", "")),
        list_able_names(db, viewer, Permission.PRICES_WRITE),
        search_pces(db, viewer, ""),
    )
    record_reads(request, facts.pages.rows(facts.shown_bills))
    return bills_page(viewer, facts)


def record_reads(request: Request, shown: Sequence[JudgedBill]) -> None:
    """Record the reads of the displayed readings."""
    for row in shown:
        request.record_read(row.bill.draft.pce if row.judgement.low_wh is not None else None)


def verdict_in(text: str) -> BillVerdict | None:
    return BillVerdict(text) if text in {verdict.value for verdict in BillVerdict} else None


PAGE = PageSpec(
    path="/factures",
    name="bills",
    title=N_("Factures"),
    section=Section.COSTS,
    permission=Permission.PRICES_READ,
    layout=layout,
    shots=("", "?new=1", "?sheet=1"),
)
