"""`/compte`: the account."""

from datetime import datetime

from dash.development.base_component import Component

from components.accounts import account_page
from core.access import Permission, Viewer
from core.database import Session
from core.i18n import N_
from data.accounts import queries
from data.accounts.types import FactorPolicy, SessionLimits
from pages.page import PageSpec


def layout(  # noqa: PLR0913 (what it wants, by name)
    *,
    db: Session,
    viewer: Viewer,
    now: datetime,
    limits: SessionLimits,
    factors: FactorPolicy,
    fait: str = "",
    **_query: str,
) -> Component:
    return account_page(
        queries.get_account(db, viewer),
        viewer,
        queries.list_sessions(db, viewer, now, limits),
        factors,
        done=fait,
    )


PAGE = PageSpec(
    path="/compte",
    name="accounts",
    title=N_("Mon compte"),
    permission=Permission.ACCOUNT,
    layout=layout,
    wants=("now", "limits", "factors"),
)
