"""`/travaux`: works and their savings, one of them, their form."""

from collections.abc import Sequence

from dash.development.base_component import Component

from components.kit import page_of
from components.retrofits.detail import retrofit_page
from components.retrofits.form import edit_page, new_page
from components.retrofits.labels import PATH
from components.retrofits.listing import RetrofitsFacts, retrofits_page
from core.access import Permission
from core.errors import NotFound
from core.i18n import N_
from data.identity.accounts.queries import list_able_names
from data.metering.pces.queries import get_scope, search_pces
from data.money.retrofits import queries
from data.money.retrofits.types import MeasuredRetrofit
from data.request import Request
from pages.page import PageSpec, Section


def layout(request: Request, **query: str) -> Component:
    db, viewer = request.db, request.viewer
    writes, number = viewer.may(Permission.RETROFITS_WRITE), query.get("pce", "")
    scope = get_scope(db, viewer, number) if number else None
    pce, alias = (scope.number, scope.alias) if scope else ("", "")
    if writes and query.get("new"):
        return new_page(pce, alias)
    if writes and query.get("edit"):
        return edit_page(queries.get_retrofit(db, viewer, id_of(query["edit"])))
    if query.get("works"):
        measured = queries.get_measured(db, viewer, id_of(query["works"]))
        record_reads(request, [measured])
        return retrofit_page(viewer, measured)
    facts = RetrofitsFacts(
        queries.list_measured(db, viewer, pce),
        page_of(query.get("page")),
        pce,
        alias,
        queries.find_removed(db, viewer, query["removed"]) if query.get("removed") else 0,
        list_able_names(db, viewer, Permission.RETROFITS_WRITE),
        search_pces(db, viewer, ""),
    )
    record_reads(request, facts.measured)
    return retrofits_page(viewer, facts)


def record_reads(request: Request, shown: Sequence[MeasuredRetrofit]) -> None:
    """Record the reads of the readings behind displayed figures."""
    for measured in shown:
        request.record_read(measured.retrofit.draft.pce if any(measured.known_days) else None)


def id_of(text: str) -> int:
    """Return the number of a URL; raise NotFound if invalid."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):  # noqa: PLR2004
        raise NotFound(N_("Ces travaux sont introuvables."))
    return int(text)


PAGE = PageSpec(
    path=PATH,
    name="retrofits",
    title=N_("Travaux et économies"),
    section=Section.COSTS,
    permission=Permission.CONSUMPTION_READ,
    layout=layout,
    charts=True,
    shots=("", "?new=1", "?works=1", "?edit=1"),
)
