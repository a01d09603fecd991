"""`/travaux`: works and their savings, one of them, their form."""

from collections.abc import Sequence

from dash.development.base_component import Component

from components.kit import Pages, page_of
from components.retrofits.detail import retrofit_page
from components.retrofits.form import edit_page, new_page
from components.retrofits.labels import PATH
from components.retrofits.listing import SIZE, RetrofitsFacts, retrofits_page
from core.access import Permission
from core.i18n import N_
from data.identity.accounts.queries import list_able_names
from data.metering.pces.queries import search_pces
from data.money.retrofits import queries
from data.money.retrofits.types import MeasuredRetrofit
from data.request import Request
from pages.page import PageSpec, Section, read_key, read_site

_GONE = N_("Ces travaux sont introuvables.")


def layout(request: Request, **query: str) -> Component:
    db, viewer = request.db, request.viewer
    writes = viewer.may(Permission.RETROFITS_WRITE)
    pce, alias = read_site(request, query.get("pce", ""))
    if writes and query.get("new"):
        return new_page(pce, alias)
    if writes and query.get("edit"):
        return edit_page(queries.get_retrofit(db, viewer, read_key(query["edit"], _GONE)))
    if query.get("works"):
        measured = queries.get_measured(db, viewer, read_key(query["works"], _GONE))
        record_reads(request, [measured])
        return retrofit_page(viewer, measured)
    works = queries.list_retrofits(db, viewer, pce)
    pages = Pages(len(works), SIZE, page_of(query.get("page")))
    facts = RetrofitsFacts(
        queries.list_measured(db, viewer, pages.rows(works)),
        pages,
        pce,
        alias,
        queries.RETROFITS.find_removed(db, viewer, query.get("removed", "")),
        list_able_names(db, viewer, Permission.RETROFITS_WRITE),
        search_pces(db, viewer, ""),
    )
    record_reads(request, facts.measured)
    return retrofits_page(viewer, facts)


def record_reads(request: Request, shown: Sequence[MeasuredRetrofit]) -> None:
    """Record the reads of the readings behind displayed figures."""
    for measured in shown:
        request.record_read(measured.retrofit.draft.pce if any(measured.known_days) else None)


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
