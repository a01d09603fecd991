"""Callbacks of the inbox, and of the bell on every page."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

from dash import ALL, Input, Output, State, ctx, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate
from sqlalchemy.orm import Session

from callbacks.group import CallbackGroup
from callbacks.inputs import act_pressed, values_of
from callbacks.outputs import TOASTS, URL
from components import frame
from components.kit import by_name, toast
from components.notifications import ALL as EVERY
from components.notifications import CalmState, Ids, InboxQuery, read_asked, write_asked
from components.notifications.ids import notice_button
from components.notifications.inbox import SIZE, UNREAD, count_text, lines
from core.access import Permission, Viewer
from core.errors import NotFound
from core.i18n import N_, _, plural
from data.controls import queries as controls
from data.notifications import actions, queries
from data.notifications.types import NoticeRow
from data.request import Request
from data.thresholds import actions as thresholds
from data.thresholds import queries as episodes

on = CallbackGroup()
SNOOZE = timedelta(days=7)
_UNKNOWN = N_("Cette notification est introuvable.")


@on(
    Output(frame.Ids.BELL, "children"),
    Input(frame.Ids.BELL_TICK, "data"),
    permission=Permission.NOTICES,
)
def show_unread(tick: int | None, *, request: Request) -> list[Component]:
    """Return the bell, refreshed while a page is visible."""
    del tick
    return frame.bell_inside(queries.count_unread(request.db, request.viewer))


@on(
    Output(Ids.LIST, "children"),
    Output(Ids.COUNT, "children"),
    Output(Ids.READ_ALL_BOX, "hidden"),
    Output(Ids.QUERY, "data"),
    URL,
    inputs={"fields": values_of(Input, by_name(Ids.SITE, Ids.UNREAD, Ids.KIND))},
    state={"before": State(Ids.QUERY, "data")},
    permission=Permission.NOTICES,
)
def filter_inbox(
    *, fields: dict[str, str | None], before: str | None, request: Request
) -> tuple[Any, str, bool, str, str]:
    inbox_view = chosen(fields)
    if inbox_view == replace(asked_in(before), page=1):  # fields just rendered
        raise PreventUpdate
    query = write_asked(inbox_view)
    return (*render_lines(request.db, request.viewer, inbox_view, request.now), query, query)


def chosen(fields: Mapping[str, str | None]) -> InboxQuery:
    """Return the view of the filters; "all" is left out, as in addresses."""
    unread = "1" if fields["unread"] == UNREAD else ""
    kind = "" if fields["kind"] == EVERY else fields["kind"]
    return read_asked({"site": fields["site"], "unread": unread, "kind": kind})


def asked_in(query: str | None) -> InboxQuery:
    """Return the view of the page, from its stored query string."""
    return read_asked(dict(parse_qsl((query or "").removeprefix("?"))))


def render_lines(
    db: Session, viewer: Viewer, asked: InboxQuery, at: datetime
) -> tuple[list[Component], str, bool]:
    """Return the notices, their count, and whether all are read."""
    inbox_page = queries.list_inbox(db, viewer, asked.filters, page=asked.page, size=SIZE, now=at)
    silence = CalmState() if inbox_page.rows or asked.filtered else quiet(db, viewer)
    return lines(inbox_page, asked, silence), count_text(inbox_page, asked), not inbox_page.unread


def quiet(db: Session, viewer: Viewer) -> CalmState:
    summary = episodes.get_home_episodes(db, viewer, limit=0)
    may_write = viewer.may(Permission.THRESHOLDS_WRITE)
    proofs = controls.count_awaited(db, viewer)
    return CalmState(summary.days_without, summary.thresholds, may_write, summary.open, proofs)


@on.click(
    (notice_button(ALL, ALL), Ids.READ_ALL),
    Output(Ids.LIST, "children", allow_duplicate=True),
    Output(Ids.COUNT, "children", allow_duplicate=True),
    Output(Ids.READ_ALL_BOX, "hidden", allow_duplicate=True),
    Output(frame.Ids.BELL, "children", allow_duplicate=True),
    TOASTS,
    State(Ids.QUERY, "data"),
    permission=Permission.NOTICES,
    writes=True,
)
def act_on_notices(query: str | None, *, request: Request) -> tuple[Any, Any, Any, Any, Any]:
    db, viewer = request.db, request.viewer
    at = request.now
    notice = act(ctx.triggered_id, db, viewer, at)
    inbox_view = asked_in(query)
    bell = frame.bell_inside(queries.count_unread(db, viewer))
    return (*render_lines(db, viewer, inbox_view, at), bell, notice or no_update)


def act(button: object, db: Session, viewer: Viewer, at: datetime) -> list[Component]:
    """Apply the action of a button; return a toast, or [] if the row shows the result."""
    if button == Ids.READ_ALL:
        count = actions.mark_all_read(db, viewer, at)
        return [toast(plural("{count} marquée comme lue", "{count} marquées comme lues", count))]
    verb, notice = act_pressed(button, "notice", VERBS, _UNKNOWN)
    row = queries.get_notice(db, viewer, notice, now=at)
    return VERBS[verb](db, viewer, row, at)


def read(db: Session, viewer: Viewer, row: NoticeRow, at: datetime) -> list[Component]:
    actions.mark_read(db, viewer, [row.id], at)
    return []


def unread(db: Session, viewer: Viewer, row: NoticeRow, _at: datetime) -> list[Component]:
    actions.mark_unread(db, viewer, [row.id])
    return []


def see(db: Session, viewer: Viewer, row: NoticeRow, at: datetime) -> list[Component]:
    """Acknowledge an episode, for all its recipients."""
    kind, number = row.subject
    if kind != "episode":
        raise NotFound(_UNKNOWN)
    thresholds.acknowledge(db, viewer, number, now=at)
    return [
        toast(_("Noté comme vu"), _("Vos collègues le voient aussi ; aucun rappel ne sera envoyé."))
    ]


def snooze(db: Session, viewer: Viewer, row: NoticeRow, at: datetime) -> list[Component]:
    actions.snooze(db, viewer, row.subject, at + SNOOZE, at)
    actions.mark_read(db, viewer, [row.id], at)
    return [toast(_("Reporté de 7 jours"), _("Vous n’aurez plus de message à ce sujet d’ici là."))]


def resume(db: Session, viewer: Viewer, row: NoticeRow, at: datetime) -> list[Component]:
    actions.unsnooze(db, viewer, row.subject, at)
    return []


VERBS = {"read": read, "unread": unread, "seen": see, "snooze": snooze, "resume": resume}
