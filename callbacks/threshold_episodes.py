"""Callbacks of exceedances, on their list and on the page of one."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from dash import Input, Output, State, ctx
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate
from sqlalchemy.orm import Session

from callbacks.group import CallbackGroup
from callbacks.inputs import Sent, person_in
from callbacks.outputs import TOASTS, URL
from components.consumption.episode import NOBODY
from components.kit import toast
from components.thresholds import Ids
from components.thresholds.episodes import (
    SIZE,
    Place,
    alerts,
    facts,
)
from components.thresholds.filters import ALL, ThresholdQuery, asked_at, read_filters, write_asked
from core.access import Permission, Viewer
from core.errors import Invalid
from core.i18n import N_, _, short_day
from data.metering.consumption.rules.view import day_in
from data.request import Request
from data.thresholds import actions, queries

on = CallbackGroup()


@on(
    Output(Ids.EPISODES, "children"),
    Output(Ids.EPISODE_PAGES, "children"),
    Output(Ids.PLACE, "data"),
    URL,
    inputs={"past": Input(Ids.SHOW_EPISODES, "value")},
    state={
        "place": State(Ids.PLACE, "data"),
        "fields": {
            "q": State(Ids.SEARCH, "value"),
            "show": State(Ids.SHOW, "value"),
            "pce": State(Ids.FOR_PCE, "data"),
        },
    },
    permission=Permission.THRESHOLDS_READ,
)
def show_episodes(
    *,
    past: str | None,
    place: dict[str, int] | None,
    fields: dict[str, str | None],
    request: Request,
) -> tuple[Component, list[Component], Place, str]:
    before, _total = asked_at(place, read_filters(fields))
    episodes_view = replace(before, past=past == ALL, page=1)
    if episodes_view.past == before.past:  # page just rendered, maybe not the first
        raise PreventUpdate
    return (*listed(request.db, request.viewer, episodes_view), write_asked(episodes_view))


def listed(
    db: Session, viewer: Viewer, asked: ThresholdQuery
) -> tuple[Component, list[Component], Place]:
    pce, past = asked.thresholds_filter.pce, asked.past
    episodes_page = queries.list_episodes(db, viewer, pce, closed=past, page=asked.page, size=SIZE)
    return alerts(episodes_page, asked, viewer.today)


@on(
    Output(Ids.EPISODES, "children", allow_duplicate=True),
    TOASTS,
    Input(Ids.SEEN, "data"),
    State(Ids.PLACE, "data"),
    State(Ids.FOR_PCE, "data"),
    permission=Permission.THRESHOLDS_READ,
    writes=True,
)
def mark_seen(
    press: Sent, place: dict[str, int] | None, pce: str | None, *, request: Request
) -> tuple[Component, Component]:
    db, viewer = request.db, request.viewer
    episode = (press or {}).get("id")
    if not isinstance(episode, int):
        raise PreventUpdate
    actions.acknowledge(db, viewer, episode, now=request.now)
    episodes_view, _total = asked_at(place, read_filters({"pce": pce}))
    after, _ways, _place = listed(db, viewer, episodes_view)
    return after, toast(_("Vu"), _("Noté à votre nom."), tone="ok")


Typed = Mapping[str, str | None]  # values beside the buttons of an episode


def acknowledge(request: Request, episode: int, typed: Typed) -> str:
    actions.acknowledge(
        request.db, request.viewer, episode, typed["comment"] or "", now=request.now
    )
    return _("Vu")


def assign(request: Request, episode: int, typed: Typed) -> str:
    user = person_in(typed["who"], NOBODY)
    actions.assign(request.db, request.viewer, episode, user, now=request.now)
    return _("Confié") if user else _("Sans responsable")


def snooze(request: Request, episode: int, typed: Typed) -> str:
    day = day_typed(typed["until"])
    actions.snooze(request.db, request.viewer, episode, day, now=request.now)
    return _("Reporté au {day}", day=short_day(day))


def wake(request: Request, episode: int, _typed: Typed) -> str:
    actions.snooze(request.db, request.viewer, episode, None, now=request.now)
    return _("Cette alerte n’est plus écartée")


DEALT = {Ids.ACKNOWLEDGE: acknowledge, Ids.ASSIGN: assign, Ids.SNOOZE: snooze, Ids.WAKE: wake}


@on.click(
    tuple(DEALT),
    Output(Ids.EPISODE_FACTS, "children"),
    TOASTS,
    state={
        "episode": State(Ids.EPISODE, "data"),
        "typed": {
            "comment": State(Ids.COMMENT, "value"),
            "who": State(Ids.ASSIGNEE, "value"),
            "until": State(Ids.UNTIL, "value"),
        },
    },
    permission=Permission.THRESHOLDS_READ,
    writes=True,
)
def deal(
    *, episode: int | None, typed: dict[str, str | None], request: Request
) -> tuple[Component, Component]:
    db, viewer = request.db, request.viewer
    message = DEALT[Ids(ctx.triggered_id)](request, episode or 0, typed)
    row = queries.get_episode(db, viewer, episode or 0)
    return facts(row, viewer.today), toast(message, row.threshold, tone="ok")


def day_typed(text: str | None) -> date:
    day = day_in(text or "")
    if day is None:
        raise Invalid(N_("Indiquez jusqu’à quel jour l’écarter."))
    return day
