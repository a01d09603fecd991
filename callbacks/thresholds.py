"""What happens on the list of thresholds and on the page of an episode."""

from datetime import date
from secrets import token_hex
from typing import Any

from dash import Input, Output, State, ctx, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate
from sqlalchemy.orm import Session

from callbacks.group import Group
from callbacks.pces import block_of, now
from components import frame
from components.kit import link, segment_options, toast
from components.thresholds import Ids
from components.thresholds.episodes import MOST, episode_list, facts
from components.thresholds.filters import (
    ALL,
    REMOVED,
    filter_model,
    filter_of_model,
    read_filters,
    show_of,
    write_filters,
)
from components.thresholds.listing import chips
from components.thresholds.rows import count_text, grid_row, selected_text
from data.access import Permission, Viewer
from data.errors import Invalid
from data.thresholds import actions, queries
from i18n import N_, _, plural, short_day

on = Group()
MOST_TICKED = 500  # each is judged again while nobody else writes
ACTS = {
    Ids.PAUSE: actions.pause,
    Ids.RESUME: actions.resume,
    Ids.REMOVE: actions.remove,
    Ids.RESTORE: actions.restore,
}
on.client(
    "grid",
    "askAgain",
    Output(Ids.GRID, "selectedRows", allow_duplicate=True),
    Input(Ids.CHANGED, "data"),
    State(Ids.GRID, "id"),
)


@on(
    Output(Ids.GRID, "getRowsResponse"),
    Output(Ids.COUNT, "children"),
    Output(Ids.NOTHING, "hidden"),
    Input(Ids.GRID, "getRowsRequest"),
    permission=Permission.THRESHOLDS_READ,
)
def show_rows(
    request: dict[str, Any] | None, *, db: Session, viewer: Viewer
) -> tuple[Any, Any, Any]:
    if not isinstance(request, dict):
        return (no_update,) * 3
    offset, limit, _sort, _descending = block_of(request)
    wanted = filter_of_model(request.get("filterModel"))
    rows, total = queries.list_thresholds(db, viewer, wanted, offset=offset, limit=limit)
    shown = [grid_row(row, viewer.today) for row in rows]
    return {"rowData": shown, "rowCount": total}, count_text(total), bool(total)


@on(
    Output(Ids.GRID, "filterModel"),
    Output(frame.Ids.URL, "data", allow_duplicate=True),
    Input(Ids.SEARCH, "value"),
    Input(Ids.SHOW, "value"),
    State(Ids.FOR_PCE, "data"),
    permission=Permission.THRESHOLDS_READ,
    prevent_initial_call=True,
)
def filter_list(
    text: str | None, show: str | None, pce: str | None, *, db: Session, viewer: Viewer
) -> tuple[dict[str, Any], str]:
    del db, viewer
    wanted = read_filters({"q": text, "show": show, "pce": pce})
    return filter_model(wanted), write_filters(wanted)


@on(
    Output(Ids.SEARCH, "value"),
    Output(Ids.SHOW, "value"),
    Input(Ids.CLEAR, "n_clicks"),
    permission=Permission.THRESHOLDS_READ,
    prevent_initial_call=True,
)
def clear_filters(clicks: int | None, *, db: Session, viewer: Viewer) -> tuple[str, str]:
    del clicks, db, viewer
    return "", ALL


@on(
    Output(Ids.STANDING, "hidden"),
    Output(Ids.GONE, "hidden"),
    Output(Ids.GRID, "selectedRows"),
    Input(Ids.SHOW, "value"),
    permission=Permission.THRESHOLDS_WRITE,
    prevent_initial_call=True,
)
def show_verbs(show: str | None, *, db: Session, viewer: Viewer) -> tuple[bool, bool, list[Any]]:
    """What may be done to the lines shown; those ticked among others are not."""
    del db, viewer
    return show == REMOVED, show != REMOVED, []


@on(
    Output(Ids.SELECTED, "children"),
    Input(Ids.GRID, "selectedRows"),
    State(Ids.SHOW, "value"),
    permission=Permission.THRESHOLDS_WRITE,
    prevent_initial_call=True,
)
def count_selected(rows: list[Any] | None, show: str | None, *, db: Session, viewer: Viewer) -> str:
    del db, viewer
    return selected_text(len(rows or []), removed=show == REMOVED)


@on(
    output=[
        Output(frame.Ids.TOASTS, "children", allow_duplicate=True),
        Output(Ids.CHANGED, "data"),
        Output(Ids.SHOW, "options"),
    ],
    inputs={"presses": [Input(id_, "n_clicks") for id_ in ACTS]},
    state={
        "rows": State(Ids.GRID, "selectedRows"),
        "shown": {
            "q": State(Ids.SEARCH, "value"),
            "show": State(Ids.SHOW, "value"),
            "pce": State(Ids.FOR_PCE, "data"),
        },
    },
    permission=Permission.THRESHOLDS_WRITE,
    writes=True,
    prevent_initial_call=True,
)
def act_on_selected(
    *,
    presses: list[int | None],
    rows: list[dict[str, Any]] | None,
    shown: dict[str, str | None],
    db: Session,
    viewer: Viewer,
) -> tuple[Component, str, list[dict[str, Any]]]:
    """Do it to each, then have the rows asked again and the counts follow."""
    del presses
    act = Ids(ctx.triggered_id)
    ids = ticked(rows)
    ACTS[act](db, viewer, ids, now=now())
    wanted = read_filters(shown)
    counts = queries.count_thresholds(db, viewer, wanted)
    options = segment_options(chips(counts, show_of(wanted)))
    return acted(act, len(ids)), token_hex(4), options


def ticked(rows: list[dict[str, Any]] | None) -> list[int]:
    """The thresholds of the ticked lines, each once."""
    found = [str(row.get("id")) for row in rows or []]
    known = [int(text) for text in found if text.isascii() and text.isdigit() and len(text) < 10]  # noqa: PLR2004
    ids = list(dict.fromkeys(known))
    if len(ids) > MOST_TICKED:
        raise Invalid(N_("Cochez au plus {most} seuils à la fois."), most=MOST_TICKED)
    if not ids:
        raise Invalid(N_("Cochez d’abord au moins un seuil."))
    return ids


def acted(act: Ids, count: int) -> Component:
    said = {
        Ids.PAUSE: _("Suspendu : il ne juge plus, jusqu’à ce que vous le repreniez"),
        Ids.RESUME: _("Repris : il juge de nouveau à partir d’aujourd’hui"),
        Ids.REMOVE: _("Retiré ; son historique reste, et vous pouvez le rétablir"),
        Ids.RESTORE: _("Rétabli : il juge de nouveau à partir d’aujourd’hui"),
    }
    count_said = plural("{count} seuil", "{count} seuils", count)
    gone = link(_("Voir les seuils retirés"), f"/seuils?show={REMOVED}")
    return toast(said[act], count_said, tone="ok", link=gone if act is Ids.REMOVE else None)


@on(
    Output(Ids.EPISODES, "children"),
    Input(Ids.SHOW_EPISODES, "value"),
    State(Ids.FOR_PCE, "data"),
    permission=Permission.THRESHOLDS_READ,
    prevent_initial_call=True,
)
def show_episodes(show: str | None, pce: str | None, *, db: Session, viewer: Viewer) -> Component:
    return listed(db, viewer, pce or "", closed=show == ALL)


def listed(db: Session, viewer: Viewer, pce: str, *, closed: bool) -> Component:
    rows = queries.list_episodes(db, viewer, pce, closed=closed, limit=MOST)
    return episode_list(rows, viewer.today, closed=closed)


@on(
    Output(Ids.EPISODES, "children", allow_duplicate=True),
    Output(frame.Ids.TOASTS, "children", allow_duplicate=True),
    Input(Ids.SEEN, "data"),
    State(Ids.SHOW_EPISODES, "value"),
    State(Ids.FOR_PCE, "data"),
    permission=Permission.THRESHOLDS_READ,
    writes=True,
    prevent_initial_call=True,
)
def mark_seen(
    press: dict[str, Any] | None,
    show: str | None,
    pce: str | None,
    *,
    db: Session,
    viewer: Viewer,
) -> tuple[Component, Component]:
    episode = (press or {}).get("id")
    if not isinstance(episode, int):
        raise PreventUpdate
    actions.acknowledge(db, viewer, episode, now=now())
    after = listed(db, viewer, pce or "", closed=show == ALL)
    return after, toast(_("Vu"), _("Noté à votre nom."), tone="ok")


@on(
    Output(Ids.EPISODE_FACTS, "children"),
    Output(frame.Ids.TOASTS, "children", allow_duplicate=True),
    Input(Ids.ACKNOWLEDGE, "n_clicks"),
    Input(Ids.ASSIGN, "n_clicks"),
    Input(Ids.SNOOZE, "n_clicks"),
    Input(Ids.WAKE, "n_clicks"),
    State(Ids.EPISODE, "data"),
    State(Ids.COMMENT, "value"),
    State(Ids.ASSIGNEE, "value"),
    State(Ids.UNTIL, "value"),
    permission=Permission.THRESHOLDS_READ,
    writes=True,
    prevent_initial_call=True,
)
def deal(  # noqa: PLR0913, PLR0917 (one a button, then one a field)
    seen: int | None,
    assigned: int | None,
    snoozed: int | None,
    woken: int | None,
    episode: int | None,
    comment: str | None,
    who: str | None,
    until: str | None,
    *,
    db: Session,
    viewer: Viewer,
) -> tuple[Component, Component]:
    del seen, assigned, snoozed, woken
    said = dealt(db, viewer, episode or 0, {"comment": comment, "who": who, "until": until})
    row = queries.get_episode(db, viewer, episode or 0)
    return facts(row, viewer.today), toast(said, row.threshold, tone="ok")


def dealt(db: Session, viewer: Viewer, episode: int, typed: dict[str, str | None]) -> str:
    """Do what the pressed button says; return it in words."""
    if ctx.triggered_id == Ids.ACKNOWLEDGE:
        actions.acknowledge(db, viewer, episode, typed["comment"] or "", now=now())
        return _("Vu")
    if ctx.triggered_id == Ids.ASSIGN:
        who = typed["who"] or ""
        user = int(who) if who.isascii() and who.isdigit() and len(who) < 10 else None  # noqa: PLR2004
        actions.assign(db, viewer, episode, user, now=now())
        return _("Confié") if user else _("Confié à personne")
    if ctx.triggered_id == Ids.WAKE:
        actions.snooze(db, viewer, episode, None, now=now())
        return _("Cette alerte n’est plus écartée")
    day = day_typed(typed["until"])
    actions.snooze(db, viewer, episode, day, now=now())
    return _("Reporté au {day}", day=short_day(day))


def day_typed(text: str | None) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        raise Invalid(N_("Indiquez jusqu’à quel jour l’écarter.")) from None
