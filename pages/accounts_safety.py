"""`/compte/journal`, `/compte/api`, `/compte/collegues`: account security."""

from dash.development.base_component import Component

from components.accounts_security import coded_page, credentials_page, journal_page
from core.access import Permission
from core.i18n import N_
from data.identity.accounts.actions.credentials import MOST
from data.identity.accounts.queries import security
from data.request import Request
from pages.page import PageSpec, Section


def journal(request: Request, *, avant: str = "", **_query: str) -> Component:
    db, viewer = request.db, request.viewer
    before = int(avant) if avant.isascii() and avant.isdigit() and len(avant) < _DIGITS else None
    events = security.list_own_events(db, viewer, before=before, limit=security.PAGE + 1)
    more = len(events) > security.PAGE
    return journal_page(viewer, events[: security.PAGE], more=more)


def credentials(request: Request, *, fait: str = "", **_query: str) -> Component:
    db, viewer = request.db, request.viewer
    return credentials_page(
        viewer, security.list_credentials(db, viewer, request.now), most=MOST, done=fait
    )


def coded(request: Request, *, fait: str = "", **_query: str) -> Component:
    db, viewer = request.db, request.viewer
    return coded_page(viewer, security.list_coded(db, viewer), done=fait)


_DIGITS = 18  # of a number in the database

JOURNAL = PageSpec(
    path="/compte/journal",
    name="accounts_journal",
    title=N_("Journal de sécurité"),
    section=Section.ACCOUNT,
    permission=Permission.ACCOUNT,
    layout=journal,
)
CREDENTIALS = PageSpec(
    path="/compte/api",
    name="accounts_api",
    title=N_("Accès API"),
    section=Section.ACCOUNT,
    permission=Permission.API_CREDENTIALS,
    layout=credentials,
)
CODED = PageSpec(
    path="/compte/collegues",
    name="accounts_coded",
    title=N_("Téléphones perdus"),
    section=Section.ACCOUNT,
    permission=Permission.FACTORS_RESET,
    layout=coded,
)
