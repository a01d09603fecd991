"""`/pces`: the delivery points one may see, and the sheet of each."""

from dash.development.base_component import Component

from components.consumption.nothing import NOTHING_AWAITED
from components.pces import pce_page, pces_page, read_filters
from data.access import Permission, Viewer
from data.accounts import queries as accounts
from data.db import Session
from data.pces import queries
from data.rights.queries import awaited
from i18n import N_
from pages.page import Page


def layout(*, db: Session, viewer: Viewer, pce: str = "", **query: str) -> Component:
    if pce:
        return pce_page(queries.get_detail(db, viewer, pce), viewer)
    total = queries.count_pces(db, viewer)
    return pces_page(
        viewer,
        read_filters(query),
        total=total,
        tags=queries.tags(db, viewer),
        counts=queries.freshness_counts(db, viewer),
        organisations=accounts.list_organisations(db, viewer) if viewer.staff else (),
        awaited=NOTHING_AWAITED if total else awaited(db, viewer),
    )


PAGE = Page(
    path="/pces",
    name="pces",
    title=N_("Points de livraison"),
    menu=N_("PCE"),
    permission=Permission.PCES_READ,
    layout=layout,
    tables=True,
    shots=("", "?pce={pce}", "?q=zzzz"),
)
