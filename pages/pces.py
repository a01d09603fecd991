"""`/pces`: the delivery points of a viewer, and the page of each."""

from dash.development.base_component import Component

from components.consumption.empty_state import NOTHING_AWAITED
from components.pces import pce_page, pces_page, read_filters
from core.access import Permission
from core.i18n import N_
from data.identity.accounts import queries as accounts
from data.metering.pces import queries
from data.request import Request
from data.rights.queries import get_awaited_rights
from pages.page import PageSpec, Section


def layout(request: Request, *, pce: str = "", **query: str) -> Component:
    db, viewer = request.db, request.viewer
    if pce:
        return pce_page(queries.get_detail(db, viewer, pce), viewer)
    total = queries.count_pces(db, viewer)
    return pces_page(
        viewer,
        read_filters(query),
        total=total,
        tags=queries.count_by_tag(db, viewer),
        counts=queries.count_by_freshness(db, viewer),
        organisations=accounts.list_organisations(db, viewer) if viewer.staff else (),
        awaited=NOTHING_AWAITED if total else get_awaited_rights(db, viewer),
    )


PAGE = PageSpec(
    path="/pces",
    name="pces",
    title=N_("Points de livraison"),
    section=Section.FLEET,
    permission=Permission.PCES_READ,
    layout=layout,
    tables=True,
    shots=("", "?pce={pce}", "?q=zzzz"),
)
