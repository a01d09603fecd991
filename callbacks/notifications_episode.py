"""Callbacks of the exceedance open on the consumption screen."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

from dash import Output, State, ctx
from dash.development.base_component import Component

from callbacks.group import CallbackGroup
from callbacks.inputs import person_in
from callbacks.outputs import TOASTS
from components import frame
from components.consumption import Ids
from components.consumption.episode import NOBODY, panel_inside
from components.kit import toast
from core.access import Permission, Viewer
from core.errors import NotFound
from core.i18n import N_, _, short_day
from data.metering.consumption.rules.view import read_view
from data.request import Request
from data.thresholds import actions, queries

on = CallbackGroup()
SNOOZE = timedelta(days=7)
_GONE = N_("Cet épisode est introuvable.")


@on.click(
    (Ids.EPISODE_SEEN, Ids.EPISODE_LATER, Ids.EPISODE_ASSIGN),
    Output(Ids.EPISODE, "children"),
    Output(frame.Ids.BELL, "children", allow_duplicate=True),
    TOASTS,
    state={
        "comment": State(Ids.EPISODE_COMMENT, "value"),
        "who": State(Ids.EPISODE_WHO, "value"),
        "query": State(Ids.VIEW, "data"),
    },
    permission=Permission.THRESHOLDS_READ,
    writes=True,
)
def act_on_episode(
    *, comment: str | None, who: str | None, query: str | None, request: Request
) -> tuple[list[Component], list[Component], list[Component]]:
    db, viewer = request.db, request.viewer
    episode = episode_of(query, viewer)
    message = act(ctx.triggered_id, request, (episode, comment or "", who or NOBODY))
    row = queries.get_episode(db, viewer, episode)
    inside = panel_inside(row, viewer, queries.list_notifiable_people(db, viewer))
    return (
        inside,
        frame.bell_inside(queries.count_bell(db, viewer, now=request.now)),
        [toast(message)],
    )


def episode_of(query: str | None, viewer: Viewer) -> int:
    """Return the episode of the page. Raise NotFound."""
    episode = read_view(dict(parse_qsl(query or "")), viewer.today).episode
    if episode is None:
        raise NotFound(_GONE)
    return episode


def act(button: Any, request: Request, about: tuple[int, str, str]) -> str:  # noqa: ANN401
    """Apply the action of a button on an episode; return the toast text."""
    db, viewer = request.db, request.viewer
    episode, comment, who = about
    if button == Ids.EPISODE_SEEN:
        actions.acknowledge(db, viewer, episode, comment, now=request.now)
        return _("Noté comme vu")
    if button == Ids.EPISODE_ASSIGN:
        chosen = person_in(who, NOBODY)
        actions.assign(db, viewer, episode, chosen, now=request.now)
        return _("Épisode confié") if chosen else _("Épisode sans responsable")
    return put_off(request, episode)


def put_off(request: Request, episode: int) -> str:
    """Snooze an episode for a week, or cancel the snooze."""
    db, viewer = request.db, request.viewer
    until = queries.get_episode(db, viewer, episode).snoozed_until
    if until is not None and until > viewer.today:
        actions.snooze(db, viewer, episode, None, now=request.now)
        return _("L’épisode n’est plus reporté")
    day = viewer.today + SNOOZE
    actions.snooze(db, viewer, episode, day, now=request.now)
    return _("Reporté au {day}", day=short_day(day))
