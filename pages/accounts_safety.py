"""`/compte/journal`, `/compte/api`, `/compte/collegues`: account security."""

from datetime import datetime

from dash.development.base_component import Component

from components.accounts_security import coded_page, credentials_page, journal_page
from core.access import Permission, Viewer
from core.database import Session
from core.i18n import N_
from data.accounts.actions.credentials import MOST
from data.accounts.queries import security
from pages.page import PageSpec


def journal(*, db: Session, viewer: Viewer, avant: str = "", **_query: str) -> Component:
    before = int(avant) if avant.isascii() and avant.isdigit() and len(avant) < _DIGITS else None
    events = security.list_own_events(db, viewer, before=before, limit=security.PAGE + 1)
    more = len(events) > security.PAGE
    return journal_page(viewer, events[: security.PAGE], more=more)


def credentials(
    *, db: Session, viewer: Viewer, now: datetime, fait: str = "", **_query: str
) -> Component:
    return credentials_page(
        viewer, security.list_credentials(db, viewer, now), most=MOST, done=fait
    )


def coded(*, db: Session, viewer: Viewer, fait: str = "", **_query: str) -> Component:
    return coded_page(viewer, security.list_coded(db, viewer), done=fait)


_DIGITS = 18  # of a number that a database takes

JOURNAL = PageSpec(
    path="/compte/journal",
    name="accounts_journal",
    title=N_("Journal de sécurité"),
    permission=Permission.ACCOUNT,
    layout=journal,
)
CREDENTIALS = PageSpec(
    path="/compte/api",
    name="accounts_api",
    title=N_("Accès API"),
    permission=Permission.API_CREDENTIALS,
    layout=credentials,
    wants=("now",),
)
CODED = PageSpec(
    path="/compte/collegues",
    name="accounts_coded",
    title=N_("Téléphones perdus"),
    permission=Permission.FACTORS_RESET,
    layout=coded,
)
