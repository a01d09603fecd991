"""`/notifications`: the inbox and the notification preferences."""

from collections.abc import Callable, Mapping, Sequence

from dash.development.base_component import Component

from components.notifications import CalmState, InboxQuery, Tab, notifications_page, read_asked
from components.notifications.channels import channels
from components.notifications.inbox import SIZE, inbox
from components.notifications.journal import journal
from components.notifications.settings import settings
from core.access import Permission, Role
from core.i18n import N_
from data.controls import queries as controls
from data.notifications import queries
from data.request import Request
from data.thresholds import queries as thresholds
from pages.page import PageSpec, Section


def layout(request: Request, **query: str) -> Component:
    list_request = read_asked(query)
    children = TABS[list_request.tab](request, list_request)
    is_operator_admin = request.viewer.staff and request.viewer.role is Role.ADMINISTRATOR
    return notifications_page(
        list_request, children, mails_leave=request.portal.mails_leave or not is_operator_admin
    )


def _inbox(request: Request, asked: InboxQuery) -> Sequence[Component]:
    db, viewer = request.db, request.viewer
    inbox_page = queries.list_inbox(
        db, viewer, asked.filters, page=asked.page, size=SIZE, now=request.now
    )
    quiet = CalmState()
    if not inbox_page.rows and not asked.filtered:
        home_data = thresholds.get_home_episodes(db, viewer, limit=0)
        may_write = viewer.may(Permission.THRESHOLDS_WRITE)
        proofs = controls.count_awaited(db, viewer)
        quiet = CalmState(
            home_data.days_without, home_data.thresholds, may_write, home_data.open, proofs
        )
    return inbox(inbox_page, asked, quiet)


def _settings(request: Request, asked: InboxQuery) -> Sequence[Component]:
    db, viewer = request.db, request.viewer
    preferences, mutes = queries.get_preferences(db, viewer), queries.list_mutes(db, viewer)
    return settings(viewer, preferences, mutes, asked.stop)


def _channels(request: Request, _asked: InboxQuery) -> Sequence[Component]:
    db, viewer = request.db, request.viewer
    may_write = viewer.may(Permission.THRESHOLDS_WRITE)
    addresses = queries.list_addresses(db, viewer)
    ways = queries.list_channels(db, viewer)
    return channels(ways, addresses, may_write=may_write, limited=viewer.limited)


def _journal(request: Request, _asked: InboxQuery) -> Sequence[Component]:
    db, viewer = request.db, request.viewer
    pending = queries.list_pending(db, viewer)
    return journal(queries.list_deliveries(db, viewer), pending, request.now)


TABS: Mapping[Tab, Callable[[Request, InboxQuery], Sequence[Component]]] = {
    Tab.INBOX: _inbox,
    Tab.SETTINGS: _settings,
    Tab.CHANNELS: _channels,
    Tab.JOURNAL: _journal,
}


PAGE = PageSpec(
    path="/notifications",
    name="notifications",
    title=N_("Notifications"),
    section=Section.ALERTS,
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
)
