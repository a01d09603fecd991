"""Callbacks of the alerts, of other messages, and of the bell on every page."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from dash import ALL, Input, Output, State, ctx, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from callbacks.group import CallbackGroup
from callbacks.inputs import MALFORMED, act_pressed, row_pressed
from callbacks.outputs import TOASTS, URL
from components import frame
from components.kit import toast
from components.notifications import (
    Ids,
    InboxQuery,
    draw_lines,
    draw_tabs,
    read_asked,
    write_asked,
)
from components.notifications.alerts import lead, lower, undo, unsnooze
from components.notifications.bell import bell_panel
from components.notifications.ids import (
    alert_button,
    lower_button,
    notice_button,
    panel_button,
    raise_verb,
    undo_button,
)
from core.access import Permission
from core.errors import Invalid
from core.i18n import N_, _, plural
from data.notifications import actions, queries
from data.request import Request
from data.thresholds import actions as thresholds
from data.thresholds import queries as alerts
from data.thresholds.rules.raises import RAISES
from data.thresholds.types.alerts import AlertPage, AlertSearch

on = CallbackGroup()
_UNKNOWN = N_("Cette notification est introuvable.")
_DRAWN = (
    Output(Ids.LIST, "children", allow_duplicate=True),
    Output(Ids.LEAD, "children", allow_duplicate=True),
    Output(Ids.TABS, "children", allow_duplicate=True),
    Output(frame.Ids.BELL, "children", allow_duplicate=True),
)


@on(
    Output(frame.Ids.BELL, "children"),
    Input(frame.Ids.BELL_TICK, "data"),
    permission=Permission.NOTICES,
)
def show_unread(tick: int | None, *, request: Request) -> list[Component]:
    """Return the bell, refreshed while a page is visible."""
    del tick
    return bell(request)


def bell(request: Request) -> list[Component]:
    return frame.bell_inside(alerts.count_bell(request.db, request.viewer, now=request.now))


@on.click(
    frame.Ids.BELL_OPENER,
    Output(frame.Ids.BELL_PANEL, "children"),
    permission=Permission.NOTICES,
)
def open_bell(*, request: Request) -> list[Component]:
    return draw_panel(request)


def draw_panel(request: Request) -> list[Component]:
    content = alerts.get_alert_page(request.db, request.viewer, AlertSearch(), now=request.now)
    return bell_panel(content.alerts, content.others, request.viewer.today)


@on.click(
    panel_button(ALL, ALL),
    Output(frame.Ids.BELL_PANEL, "children", allow_duplicate=True),
    Output(frame.Ids.BELL, "children", allow_duplicate=True),
    permission=Permission.NOTICES,
    writes=True,
)
def act_in_panel(*, request: Request) -> tuple[list[Component], list[Component]]:
    act_on_alert(ctx.triggered_id, request)
    return draw_panel(request), bell(request)


@on(
    Output(Ids.LIST, "children"),
    Output(Ids.QUERY, "data"),
    URL,
    Input(Ids.SITE, "value"),
    State(Ids.QUERY, "data"),
    permission=Permission.NOTICES,
)
def filter_alerts(
    site: str | None, before: str | None, *, request: Request
) -> tuple[list[Component], str, str]:
    view = read_view(before)
    new_view = replace(view, site=(site or "").strip()[:100], page=1)
    if new_view.site == view.site:  # a field just rendered
        raise PreventUpdate
    query = write_asked(new_view)
    return draw_lines(new_view, load_page(new_view, request), request.viewer), query, query


def read_view(query: str | None) -> InboxQuery:
    """Return the view of the page, from its stored query string."""
    return read_asked(dict(parse_qsl((query or "").removeprefix("?"))))


def load_page(view: InboxQuery, request: Request) -> AlertPage:
    return alerts.get_alert_page(request.db, request.viewer, view.search, now=request.now)


@on.click(
    (alert_button(ALL, ALL), notice_button(ALL, ALL), undo_button(ALL), lower_button(ALL, ALL)),
    *_DRAWN,
    TOASTS,
    State(Ids.QUERY, "data"),
    permission=Permission.NOTICES,
    writes=True,
)
def act_on_page(query: str | None, *, request: Request) -> tuple[Any, Any, Any, Any, Any]:
    message = act(ctx.triggered_id, request)
    link = undo_link(ctx.triggered_id, request)
    view = read_view(query)
    content = load_page(view, request)
    return (
        draw_lines(view, content, request.viewer),
        lead(content, view.tab),
        draw_tabs(view, content),
        bell(request),
        [toast(message, link=link)] if message else no_update,
    )


def act(button: object, request: Request) -> str:
    """Apply the action of a button; return the toast text, "" if the row shows the result."""
    pressed: dict[str, Any] = button if isinstance(button, dict) else {}
    if pressed.get("type") == undo_button(ALL)["type"]:
        return restore(request, str(pressed.get("seen_at")))
    if pressed.get("type") == lower_button(ALL, ALL)["type"]:
        return lower_again(request, pressed)
    if pressed.get("type") == notice_button(ALL, ALL)["type"]:
        verb, notice = act_pressed(button, "notice", NOTICE_VERBS, _UNKNOWN)
        return NOTICE_VERBS[verb](request, notice)
    return act_on_alert(button, request)


def undo_link(button: object, request: Request) -> Component | None:
    """Return what undoes the action of a button, for its toast."""
    match button:
        case {"type": "notifications-alert", "verb": str(verb), "alert": int(threshold)} if (
            verb in RAISE_VERBS
        ):
            detail = alerts.get_threshold(request.db, request.viewer, threshold)
            return lower(threshold, detail.version)
        case {"type": "notifications-alert", "verb": "snooze", "alert": int(episode)}:
            return unsnooze(episode)
        case {"type": "notifications-alert", "verb": str(verb)} if verb in SEEN_VERBS:
            return undo(request.now)
    return None


def lower_again(request: Request, pressed: Mapping[str, Any]) -> str:
    """Undo the raise of a threshold."""
    threshold, version = (row_pressed(pressed, key, _UNKNOWN) for key in ("threshold", "version"))
    thresholds.undo_raise(request.db, request.viewer, threshold, version, now=request.now)
    return _("Annulé : le seuil est comme avant.")


def restore(request: Request, seen_at: str) -> str:
    """Undo what was marked as seen at an untrusted moment. Raise Invalid."""
    try:
        moment = datetime.fromisoformat(seen_at)
    except ValueError:
        raise Invalid(MALFORMED) from None
    if moment.tzinfo is None:
        raise Invalid(MALFORMED)
    thresholds.restore_seen(request.db, request.viewer, moment, now=request.now)
    return _("Annulé : ces alertes sont de nouveau à voir.")


def act_on_alert(button: object, request: Request) -> str:
    verb, number = act_pressed(button, "alert", ALERT_VERBS, _UNKNOWN)
    return ALERT_VERBS[verb](request, number)


def see(request: Request, episode: int) -> str:
    thresholds.mark_alert_seen(request.db, request.viewer, episode, now=request.now)
    return _("Noté comme vu : aucun rappel ne sera envoyé.")


def see_everywhere(request: Request, threshold: int) -> str:
    db, viewer = request.db, request.viewer
    count = thresholds.mark_threshold_seen(db, viewer, threshold, now=request.now)
    return plural("{count} alerte marquée vue", "{count} alertes marquées vues", count)


def raise_group(percent: int, request: Request, threshold: int) -> str:
    thresholds.raise_threshold(request.db, request.viewer, threshold, percent, now=request.now)
    return _("Seuil relevé de {percent}\u00a0%, à partir d’aujourd’hui.", percent=percent)


def snooze(request: Request, episode: int) -> str:
    thresholds.snooze_alert(request.db, request.viewer, episode, now=request.now)
    return _("Reporté de 7 jours : aucun message à ce sujet d’ici là.")


def unsnooze_own(request: Request, episode: int) -> str:
    """Undo a snooze; one that all recipients share stays."""
    subject = "episode", alerts.get_episode(request.db, request.viewer, episode).id
    actions.unsnooze(request.db, request.viewer, subject, request.now)
    return _("Annulé : l’alerte est de nouveau à voir.")


def resume(request: Request, episode: int) -> str:
    thresholds.resume_alert(request.db, request.viewer, episode, now=request.now)
    return _("L’épisode n’est plus reporté")


def see_over(request: Request, _number: int) -> str:
    count = thresholds.mark_back_seen(request.db, request.viewer, now=request.now)
    return plural("{count} alerte marquée vue", "{count} alertes marquées vues", count)


def read(request: Request, notice: int) -> str:
    queries.get_notice(request.db, request.viewer, notice)
    actions.mark_read(request.db, request.viewer, [notice], request.now)
    return ""


def unread(request: Request, notice: int) -> str:
    queries.get_notice(request.db, request.viewer, notice)
    actions.mark_unread(request.db, request.viewer, [notice])
    return ""


def read_all(request: Request, _number: int) -> str:
    only = alerts.get_other_messages_condition(request.viewer)
    count = actions.mark_all_read(request.db, request.viewer, only, request.now)
    return plural("{count} marqué comme lu", "{count} marqués comme lus", count)


RAISE_VERBS: Mapping[str, Callable[[Request, int], str]] = {
    raise_verb(percent): partial(raise_group, percent) for percent in RAISES
}
ALERT_VERBS: Mapping[str, Callable[[Request, int], str]] = {
    "seen": see,
    "rule": see_everywhere,
    "over": see_over,
    **RAISE_VERBS,
    "snooze": snooze,
    "unsnooze": unsnooze_own,
    "resume": resume,
}
SEEN_VERBS = frozenset({"seen", "rule", "over"})
NOTICE_VERBS: Mapping[str, Callable[[Request, int], str]] = {
    "read": read,
    "unread": unread,
    "all": read_all,
}
