"""Callbacks of the connections page."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from dash import Input, Output, State, no_update
from dash.development.base_component import Component

from callbacks.group import CallbackGroup
from callbacks.inputs import key_pressed, values_of
from callbacks.outputs import TOASTS
from components.kit import make_static, toast
from components.mirror import Ids
from components.mirror.choices import (
    acted_text,
    cancelled_text,
    cost_text,
    effective_from_text,
    kept_note,
)
from components.mirror.connection import ask_sends, status
from components.mirror.detail_query import read_detail
from components.mirror.drifts import stale_list_notice
from components.mirror.ids import ERRORS, FIELDS, PARTS
from components.mirror.page import (
    cannot_ask,
    drifts,
    drifts_mark,
    full_page,
    opening_sentence,
    passed_mark,
    rounds_part,
    sendings,
    sendings_mark,
    unread_cards,
)
from components.mirror.rounds import find_open_round, poll_interval_ms
from components.mirror.stop_dialog import ask_stops
from core.access import Permission
from core.errors import Invalid, NotFound
from core.i18n import N_, _
from data.exchange.mirror.actions import connection, queue_control
from data.exchange.mirror.actions import rounds as acts
from data.exchange.mirror.channels.rate_limit import NO_CONNECTION
from data.exchange.mirror.queries.status import get_standing
from data.exchange.mirror.types import (
    ConnectionStanding,
    ConnectionState,
    Credentials,
    MirrorChoice,
    MirrorDetail,
)
from data.request import Request

on = CallbackGroup()
MIRROR = Permission.MIRROR
STATUS, ROUNDS = (Output(id_, "children", allow_duplicate=True) for id_ in (Ids.STATUS, Ids.ROUNDS))
LEAVES = Output(Ids.SENDINGS, "children", allow_duplicate=True)
ASK = Output(Ids.ASK, "disabled", allow_duplicate=True)
PACE = Output(Ids.POLL, "interval", allow_duplicate=True)
LEAD = Output(Ids.LEAD, "children", allow_duplicate=True)
SEARCH = State("_pages_location", "search")
NOTHING = MirrorDetail()
BODY = Output(Ids.BODY, "children", allow_duplicate=True)
NO_SENDING = N_("Cet envoi est introuvable.")


def read_opened(search: str | None) -> MirrorDetail:
    """Return the open tab and page of differences, from the address."""
    return read_detail(dict(parse_qsl((search or "").removeprefix("?"))))


def standing_now(request: Request, looked: MirrorDetail = NOTHING) -> ConnectionStanding:
    standing = get_standing(
        request.db, request.viewer, request.get_upstream().a_day, request.now, looked
    )
    if standing is None:
        raise NotFound(NO_CONNECTION)
    return standing


def drawn(request: Request) -> Component:
    return full_page(standing_now(request), request.viewer)


@on.click(
    (Ids.KEEP, Input(Ids.CLIENT, "n_submit"), Input(Ids.SECRET, "n_submit")),
    output=[
        BODY,
        TOASTS,
        *(Output(id_, "children") for id_ in ERRORS),
        *(Output(id_, "invalid") for id_ in FIELDS.values()),
    ],
    state={"client": State(Ids.CLIENT, "value"), "secret": State(Ids.SECRET, "value")},
    permission=MIRROR,
    writes=True,
)
def keep(*, client: str | None, secret: str | None, request: Request) -> list[Any]:
    """Store credentials; errors are shown at their fields, which keep their values."""
    request.get_upstream()
    credentials = Credentials(client or "", secret or "")
    try:
        connection.connect(
            request.db, request.viewer, credentials, key=request.portal.sealing_key, now=request.now
        )
    except Invalid as error:
        return wrong(error)
    leaving = standing_now(request).to_send
    notice = toast(_("Identifiants enregistrés"), kept_note(leaving))
    return [make_static(drawn(request)), [notice], *[no_update] * 4]


def wrong(error: Invalid) -> list[Any]:
    messages: Any = error.params["wrong"]
    words = [_(messages[name], **error.params) if name in messages else "" for name in FIELDS]
    return [no_update, no_update, *words, *map(bool, words)]


SWITCHES = {part.value: id_ for part, id_ in PARTS.items()}
SWITCHES |= {"sends": Ids.SENDS, "repairs": Ids.REPAIRS}
CHOICE = {"wished": values_of(State, SWITCHES), "search": SEARCH}
CHOSEN = [Output(Ids.DRIFTS, "children", allow_duplicate=True), LEAVES, PACE, TOASTS]
Wished = Mapping[str, bool | None]


@on.click(
    Ids.CHOOSE,
    output=[Output(Ids.SENDS_ASKED, "children"), *CHOSEN],
    state={**CHOICE},
    permission=MIRROR,
    writes=True,
)
def choose(*, wished: Wished, search: str | None, request: Request) -> list[Any]:
    """Store choices, after a confirmation if sending starts or cancels declarations."""
    standing = standing_now(request)
    sends = bool(wished["sends"])
    if sends == standing.row.choice.sends or not (sends or standing.unleft.declared):
        return chosen(request, wished, search)
    dialog = ask_sends(refused=is_refused(standing)) if sends else ask_stops(standing.unleft)
    return [make_static([dialog]), *[no_update] * 4]


@on(
    output=[Output(Ids.SENDS_ASKED, "children", allow_duplicate=True), *CHOSEN],
    inputs={"pressed": Input(Ids.SENDS_SURE, "data")},
    state={**CHOICE},
    permission=MIRROR,
    writes=True,
)
def choose_sends(
    *, pressed: Mapping[str, Any] | None, wished: Wished, search: str | None, request: Request
) -> list[Any]:
    del pressed
    return chosen(request, wished, search)


def chosen(request: Request, wished: Wished, search: str | None) -> list[Any]:
    parts = frozenset(part for part in PARTS if wished.get(part.value))
    choice = MirrorChoice(parts, bool(wished["sends"]), bool(wished["repairs"]))
    sent = standing_now(request).row.choice.sends
    cancelled = connection.choose(request.db, request.viewer, choice, request.now)
    standing = standing_now(request, read_opened(search))
    word = effective_from_text(sent=sent, sends=choice.sends, refused=is_refused(standing))
    notice = toast(_("Choix enregistrés"), f"{word} {cancelled_text(cancelled)}".rstrip())
    return [[], *lists(standing), poll_interval_ms(standing), [notice]]


def is_refused(found: ConnectionStanding) -> bool:
    return found.row.state is ConnectionState.REFUSED


@on.click(Ids.FORGET, output=[BODY, TOASTS], permission=MIRROR, writes=True)
def forget(*, request: Request) -> list[Any]:
    db, viewer = request.db, request.viewer
    cancelled = connection.forget(db, viewer, request.now)
    word = _("Vos droits et vos relevés restent.")
    notice = toast(_("Connexion oubliée"), f"{word} {cancelled_text(cancelled)}".rstrip())
    return [make_static(full_page(None, viewer)), [notice]]


@on.click(Ids.ASK, output=[STATUS, ROUNDS, ASK, PACE, LEAD, TOASTS], permission=MIRROR, writes=True)
def ask(*, request: Request) -> list[Any]:
    acts.ask(request.db, request.viewer, now=request.now, most=request.get_upstream().a_day)
    standing = standing_now(request)
    word = _("Vous pouvez quitter cette page : la synchronisation continue.")
    notice = toast(_("Synchronisation demandée"), word)
    return [
        *going(standing),
        cannot_ask(standing),
        poll_interval_ms(standing),
        opening_sentence(standing),
        [notice],
    ]


def going(found: ConnectionStanding) -> list[Any]:
    """Return the progress of the round."""
    stands = status(found.row, found.tasks, found.rounds)
    return [make_static(stands), make_static([rounds_part(found)])]


@on(
    output=[
        Output(Ids.STATUS, "children"),
        Output(Ids.ROUNDS, "children"),
        Output(Ids.UNREAD, "children"),
        Output(Ids.ASK, "disabled"),
        Output(Ids.POLL, "interval"),
        Output(Ids.LEAD, "children"),
        Output(Ids.DRIFTS, "children"),
        Output(Ids.STALE, "children"),
        Output(Ids.SENDINGS, "children"),
        Output(Ids.COST, "children"),
        BODY,
    ],
    inputs={"shown": Input(Ids.LOOKING, "data")},
    state={"search": SEARCH},
    permission=MIRROR,
)
def follow(*, shown: Mapping[str, Any] | None, search: str | None, request: Request) -> list[Any]:
    """Render again the changed parts of the page, or all of it once the connection is removed."""
    db, viewer = request.db, request.viewer
    standing = get_standing(
        db, viewer, request.get_upstream().a_day, request.now, read_opened(search)
    )
    if standing is None:
        return [*[no_update] * 10, make_static(full_page(None, viewer))]
    heads = [cannot_ask(standing), poll_interval_ms(standing), opening_sentence(standing)]
    page_marks, cost = shown or {}, cost_text(standing.unleft)
    return [
        *moved(standing, page_marks),
        *heads,
        *redraw_differences(standing, page_marks),
        cost,
        no_update,
    ]


def moved(found: ConnectionStanding, shown: Mapping[str, Any]) -> list[Any]:
    """Return the progress of the round and, between rounds, failed reads."""
    if shown.get("passed") == passed_mark(found):
        return [no_update] * 3
    return [
        *going(found),
        no_update if find_open_round(found.rounds) else make_static(unread_cards(found)),
    ]


def redraw_differences(found: ConnectionStanding, shown: Mapping[str, Any]) -> list[Any]:
    """Return differences (or a notice during a selection) and messages, if changed."""
    same = shown.get("drifts") == drifts_mark(found)
    leaves = shown.get("sendings") == sendings_mark(found)
    sent = no_update if leaves else make_static([sendings(found)])
    if same or shown.get("ticks"):
        return [no_update, [] if same else make_static([stale_list_notice()]), sent]
    return [make_static([drifts(found)]), no_update, sent]


on.client("mirror", "look", Output(Ids.LOOKING, "data"), Input(Ids.POLL, "n_intervals"))


def lists(found: ConnectionStanding) -> list[Any]:
    """Return differences and messages as static elements."""
    return [make_static([drifts(found)]), make_static([sendings(found)])]


@on(
    output=[LEAVES, PACE, TOASTS],
    inputs={"pressed": Input(Ids.SENDING, "data")},
    state={"search": SEARCH},
    permission=MIRROR,
    writes=True,
)
def act_on_sending(
    *, pressed: Mapping[str, Any] | None, search: str | None, request: Request
) -> list[Any]:
    db, viewer = request.db, request.viewer
    button = pressed or {}
    verb, right, at = str(button.get("do")), str(button.get("right") or ""), request.now
    if verb not in {"now", "drop"}:
        raise NotFound(NO_SENDING)
    if verb == "drop" and right and not button.get("id"):
        queue_control.take_back_unqueued(db, viewer, right, str(button.get("verb")), now=at)
    else:
        act = queue_control.retry_now if verb == "now" else queue_control.take_back
        act(db, viewer, key_pressed(pressed, NO_SENDING), now=at)
    standing = standing_now(request, read_opened(search))
    words = acted_text(verb, refused=is_refused(standing))
    return [make_static([sendings(standing)]), poll_interval_ms(standing), [toast(words)]]
