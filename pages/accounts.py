"""`/compte`: the account."""

from dash.development.base_component import Component

from components.accounts import account_page
from core.access import Permission
from core.i18n import N_
from data.identity.accounts import queries
from data.request import Request
from pages.page import PageSpec, Section


def layout(request: Request, *, fait: str = "", **_query: str) -> Component:
    db, viewer = request.db, request.viewer
    return account_page(
        queries.get_account(db, viewer),
        viewer,
        queries.list_sessions(db, viewer, request.now, request.portal.limits),
        request.portal.factors,
        done=fait,
    )


PAGE = PageSpec(
    path="/compte",
    name="accounts",
    title=N_("Mon compte"),
    section=Section.ACCOUNT,
    permission=Permission.ACCOUNT,
    layout=layout,
)
