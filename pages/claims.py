"""`/points`: ask for a delivery point with a proof; for staff, decide on what is asked."""

from dash.development.base_component import Component

from components.claims.form import claim_page
from components.claims.queue import queue_page
from components.consumption.first_steps import CLAIM
from core.access import Permission
from core.i18n import N_
from data.administration.claims import queries
from data.identity.accounts.queries import list_able_names
from data.request import Request
from pages.page import PageSpec, Section


def layout(request: Request, **query: str) -> Component:
    del query
    db, viewer = request.db, request.viewer
    if viewer.staff:
        return queue_page(queries.list_waiting_claims(db, viewer, now=request.now))
    deciders = list_able_names(db, viewer, Permission.PCES_ADD)
    claims = queries.list_claims(db, viewer) if viewer.may(Permission.PCES_ADD) else ()
    return claim_page(viewer, claims, request.portal.operator, deciders)


PAGE = PageSpec(
    path=CLAIM,
    name="claims",
    title=N_("Points demandés"),
    section=Section.FLEET,
    permission=Permission.PCES_READ,
    layout=layout,
)
