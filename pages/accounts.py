"""`/compte`: my account."""

from datetime import UTC, datetime

from dash.development.base_component import Component

from components.accounts import account_page
from data.access import Permission, Viewer
from data.accounts import queries
from data.db import Session
from i18n import N_
from pages.page import Page


def layout(*, db: Session, viewer: Viewer, fait: str = "", **_query: str) -> Component:
    return account_page(
        queries.get_account(db, viewer),
        viewer,
        queries.list_sessions(db, viewer, datetime.now(UTC)),
        changed=fait == "mot-de-passe",
    )


PAGE = Page(
    path="/compte",
    name="accounts",
    title=N_("Mon compte"),
    permission=Permission.ACCOUNT,
    layout=layout,
)
