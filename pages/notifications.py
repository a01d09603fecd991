"""`/notifications`: the inbox and the notification preferences."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from dash.development.base_component import Component

from components.notifications import InboxQuery, Quiet, Tab, notifications_page, read_asked
from components.notifications.channels import channels
from components.notifications.inbox import SIZE, inbox
from components.notifications.journal import journal
from components.notifications.settings import settings
from core.access import Permission, Role, Viewer
from core.database import Session
from core.i18n import N_
from data.controls import queries as controls
from data.notifications import queries
from data.thresholds import queries as thresholds
from pages.page import PageSpec


def layout(
    *, db: Session, viewer: Viewer, now: datetime, mails_leave: bool, **query: str
) -> Component:
    request = read_asked(query)
    children = TABS[request.tab](db, viewer, request, now)
    is_operator_admin = viewer.staff and viewer.role is Role.ADMINISTRATOR
    return notifications_page(request, children, mails_leave=mails_leave or not is_operator_admin)


def _inbox(db: Session, viewer: Viewer, asked: InboxQuery, now: datetime) -> Sequence[Component]:
    inbox_page = queries.list_inbox(db, viewer, asked.filters, page=asked.page, size=SIZE, now=now)
    quiet = Quiet()
    if not inbox_page.rows and not asked.filtered:
        home_data = thresholds.get_home_episodes(db, viewer, limit=0)
        may_write = viewer.may(Permission.THRESHOLDS_WRITE)
        proofs = controls.count_awaited(db, viewer)
        quiet = Quiet(
            home_data.days_without, home_data.thresholds, may_write, home_data.open, proofs
        )
    return inbox(inbox_page, asked, quiet)


def _settings(
    db: Session, viewer: Viewer, asked: InboxQuery, _now: datetime
) -> Sequence[Component]:
    preferences, mutes = queries.get_preferences(db, viewer), queries.list_mutes(db, viewer)
    return settings(viewer, preferences, mutes, asked.stop)


def _channels(
    db: Session, viewer: Viewer, _asked: InboxQuery, _now: datetime
) -> Sequence[Component]:
    may_write = viewer.may(Permission.THRESHOLDS_WRITE)
    addresses = queries.list_addresses(db, viewer)
    ways = queries.list_channels(db, viewer)
    return channels(ways, addresses, may_write=may_write, limited=viewer.limited)


def _journal(db: Session, viewer: Viewer, _asked: InboxQuery, now: datetime) -> Sequence[Component]:
    pending = queries.list_pending(db, viewer)
    return journal(queries.list_deliveries(db, viewer), pending, now)


TABS: Mapping[Tab, Callable[[Session, Viewer, InboxQuery, datetime], Sequence[Component]]] = {
    Tab.INBOX: _inbox,
    Tab.SETTINGS: _settings,
    Tab.CHANNELS: _channels,
    Tab.JOURNAL: _journal,
}


PAGE = PageSpec(
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
