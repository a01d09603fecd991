"""`/notifications`: the alerts by site and threshold, other messages, and preferences."""

from collections.abc import Callable, Mapping, Sequence

from dash.development.base_component import Component

from components.notifications import InboxQuery, Tab, alerts_page, read_asked, settings_page
from components.notifications.channels import channels
from components.notifications.journal import journal
from components.notifications.settings import settings
from core.access import Permission, Role
from core.i18n import N_
from data.notifications import queries
from data.request import Request
from data.thresholds import queries as thresholds
from pages.page import PageSpec, Section


def layout(request: Request, **query: str) -> Component:
    view = read_asked(query)
    if view.tab in SETTINGS:
        is_operator_admin = request.viewer.staff and request.viewer.role is Role.ADMINISTRATOR
        return settings_page(
            view,
            SETTINGS[view.tab](request, view),
            mails_leave=request.portal.mails_leave or not is_operator_admin,
        )
    db, viewer = request.db, request.viewer
    content = thresholds.get_alert_page(db, viewer, view.search, now=request.now)
    return alerts_page(view, content, viewer)


def _settings(request: Request, asked: InboxQuery) -> Sequence[Component]:
    db, viewer = request.db, request.viewer
    preferences, mutes = queries.get_preferences(db, viewer), queries.list_mutes(db, viewer)
    return settings(viewer, preferences, mutes, asked.stop)


def _channels(request: Request, _asked: InboxQuery) -> Sequence[Component]:
    db, viewer = request.db, request.viewer
    may_write = viewer.may(Permission.THRESHOLDS_WRITE)
    addresses = queries.list_addresses(db, viewer)
    ways = queries.list_channels(db, viewer)
    return channels(
        ways,
        addresses,
        may_write=may_write,
        limited=viewer.limited,
        sms=request.portal.sends_sms,
    )


def _journal(request: Request, _asked: InboxQuery) -> Sequence[Component]:
    db, viewer = request.db, request.viewer
    pending = queries.list_pending(db, viewer)
    return journal(queries.list_deliveries(db, viewer), pending, request.now)


SETTINGS: Mapping[Tab, Callable[[Request, InboxQuery], Sequence[Component]]] = {
    Tab.SETTINGS: _settings,
    Tab.CHANNELS: _channels,
    Tab.JOURNAL: _journal,
}


PAGE = PageSpec(
    path="/notifications",
    name="notifications",
    title=N_("Alertes"),
    section=Section.ALERTS,
    menu=N_("Alertes"),
    permission=Permission.NOTICES,
    layout=layout,
    shots=(
        "",
        "?tab=later",
        "?tab=others",
        "?tab=seen",
        "?site=zzzz",
        "?tab=settings",
        "?tab=settings&stop=threshold_warned",
        "?tab=channels",
        "?tab=journal",
    ),
)
