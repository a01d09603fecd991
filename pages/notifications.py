"""`/notifications`: the inbox, and how one is told."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from dash.development.base_component import Component

from components.notifications import Asked, Quiet, Tab, notifications_page, read_asked
from components.notifications.channels import channels
from components.notifications.inbox import SIZE, inbox
from components.notifications.journal import journal
from components.notifications.settings import settings
from data.access import Permission, Role, Viewer
from data.controls import queries as controls
from data.db import Session
from data.notifications import queries
from data.thresholds import queries as thresholds
from i18n import N_
from pages.page import Page


def layout(
    *, db: Session, viewer: Viewer, now: datetime, mails_leave: bool, **query: str
) -> Component:
    asked = read_asked(query)
    children = TABS[asked.tab](db, viewer, asked, now)
    told = viewer.staff and viewer.role is Role.ADMINISTRATOR
    return notifications_page(asked, children, mails_leave=mails_leave or not told)


def _inbox(db: Session, viewer: Viewer, asked: Asked, now: datetime) -> Sequence[Component]:
    found = queries.list_inbox(db, viewer, asked.filters, page=asked.page, size=SIZE, now=now)
    quiet = Quiet()
    if not found.rows and not asked.filtered:
        known = thresholds.home_episodes(db, viewer, limit=0)
        may_write = viewer.may(Permission.THRESHOLDS_WRITE)
        proofs = controls.count_awaited(db, viewer)
        quiet = Quiet(known.days_without, known.thresholds, may_write, known.open, proofs)
    return inbox(found, asked, quiet)


def _settings(db: Session, viewer: Viewer, asked: Asked, _now: datetime) -> Sequence[Component]:
    kept, mutes = queries.get_preferences(db, viewer), queries.list_mutes(db, viewer)
    return settings(viewer, kept, mutes, asked.stop)


def _channels(db: Session, viewer: Viewer, _asked: Asked, _now: datetime) -> Sequence[Component]:
    may_write = viewer.may(Permission.THRESHOLDS_WRITE)
    addresses = queries.list_addresses(db, viewer)
    ways = queries.list_channels(db, viewer)
    return channels(ways, addresses, may_write=may_write, limited=viewer.limited)


def _journal(db: Session, viewer: Viewer, _asked: Asked, now: datetime) -> Sequence[Component]:
    pending = queries.list_pending(db, viewer)
    return journal(queries.list_deliveries(db, viewer), pending, now)


TABS: Mapping[Tab, Callable[[Session, Viewer, Asked, datetime], Sequence[Component]]] = {
    Tab.INBOX: _inbox,
    Tab.SETTINGS: _settings,
    Tab.CHANNELS: _channels,
    Tab.JOURNAL: _journal,
}


PAGE = Page(
    path="/notifications",
    name="notifications",
    title=N_("Notifications"),
    permission=Permission.NOTICES,
    layout=layout,
    shots=(
        "",
        "?unread=1",
        "?site=zzzz",
        "?tab=settings",
        "?tab=settings&stop=threshold_warned",
        "?tab=channels",
        "?tab=journal",
    ),
    wants=("now", "mails_leave"),
)
