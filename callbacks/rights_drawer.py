"""Callbacks of a right's drawer: details, revoke, renew, cancel, settle."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from secrets import token_hex
from typing import Any

from dash import Input, Output, State, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate
from sqlalchemy.orm import Session

from callbacks.grid_screen import shows_drawer
from callbacks.group import CallbackGroup
from callbacks.inputs import Sent, uid_of
from callbacks.outputs import TOASTS
from components.kit import ToastTone, toast
from components.rights import Ids
from components.rights.bulk_dialogs import ask_many, bulk_effects, started_parts, started_toast
from components.rights.dialogs import (
    about_text,
    ask_cancel,
    ask_remind,
    ask_renew,
    ask_revoke,
    ask_settle,
    over_limit_alerts,
    renew_field,
    renewal_results,
)
from components.rights.drawer import DRAWER, right_drawer
from components.rights.filters import right_filter, wanted_of, write_wanted
from components.rights.form_values import end_after, longest
from components.rights.labels import count_text
from components.rights.toasts import changed_toast, renewed_toast
from core.access import Permission, Viewer
from core.errors import Invalid
from core.i18n import N_, _, long_day, plural
from data.exchange.mirror.queries.opened_right import get_opened_right
from data.exchange.mirror.queries.outgoing import get_outgoing
from data.request import Request
from data.rights import actions, queries
from data.rights.types import IMMEDIATE, BulkAct, DeclarationOutcome, RightFilter, RightState

on = CallbackGroup()
# Content of the drawer, and a toast; None if the confirmation is shown again.
Done = tuple[list[Component], Component | None]
on.rows_again(Ids.GRID, Ids.CHANGED)


@shows_drawer(on, DRAWER, State(Ids.FULL, "value"), permission=Permission.RIGHTS_READ)
def show_right(
    opened: Sent,
    rows_request: Sent,
    full: bool | None,  # noqa: FBT001 (the switch's value)
    *,
    request: Request,
) -> tuple[list[Component], str]:
    uid = uid_of(opened)
    address = write_wanted(replace(wanted_of(rows_request), full=bool(full), open=uid))
    return (render_drawer(request.db, request.viewer, uid) if uid else []), address


def render_drawer(db: Session, viewer: Viewer, uid: str) -> list[Component]:
    """Return the drawer of a right. Raise NotFound if the viewer cannot see it."""
    return right_drawer(viewer, get_opened_right(db, viewer, uid))


@on(
    Output(Ids.DRAWER, "children", allow_duplicate=True),
    Input(Ids.ASKED, "data"),
    State(Ids.GRID, "selectedRows"),
    State(Ids.PICKED, "data"),
    State(Ids.GRID, "getRowsRequest"),
    permission=Permission.RIGHTS_READ,  # and that of the operation
)
def ask(
    asked: Sent, rows: list[Any] | None, picked: Sent, rows_request: Sent, *, request: Request
) -> list[Component]:
    """Return the confirmation of an operation."""
    db, viewer = request.db, request.viewer
    if not asked:
        raise PreventUpdate
    uids = named(db, viewer, asked) or chosen(db, viewer, rows, picked, rows_request)
    return question(request, str(asked.get("act")), uids)


def named(db: Session, viewer: Viewer, asked: Mapping[str, Any]) -> list[str]:
    """Return the right of a button, or all pending ones for `remind-all`."""
    if asked.get("act") == "remind-all":
        return list(
            queries.find_uids(db, viewer, RightFilter(states=(RightState.PENDING,), relayed=False))
        )
    uid = uid_of(asked)
    return [uid] if uid else []


def chosen(
    db: Session,
    viewer: Viewer,
    rows: Sequence[Any] | None,
    picked: Mapping[str, Any] | None,
    rows_request: Mapping[str, Any] | None,
) -> list[str]:
    """Return the selected rights, or all filtered ones, as a fixed list."""
    if (picked or {}).get("all"):
        return list(
            queries.find_uids(db, viewer, right_filter(wanted_of(rows_request), viewer.today))
        )
    uids = [str(row.get("uid")) for row in rows or [] if isinstance(row, Mapping)]
    if not uids:
        raise Invalid(N_("Cochez d’abord au moins un droit."))
    return uids


def question(request: Request, act: str, uids: Sequence[str]) -> list[Component]:
    db, viewer = request.db, request.viewer
    if act not in NEEDS:
        raise PreventUpdate
    viewer.require(NEEDS[act])
    if len(uids) > 1 and act in MANY:
        return question_many(request, act, uids)
    queries.get_visible_or_raise(db, viewer, uids)
    about_label = about_text(len(uids), queries.find_only(db, viewer, uids))
    if act == "revoke":
        return revoking(db, viewer, uids, about_label)
    if act == "cancel":
        return cancelling(request, uids, about_label)
    if act in {"remind", "remind-all"}:
        return ask_remind(queries.get_recall(db, viewer, uids, request.now), about_label)
    if act == "settle":
        return ask_settle(queries.get_right(db, viewer, uids[0]))
    return until_when(request, uids)


def question_many(
    request: Request, act: str, uids: Sequence[str], wrong: tuple[str, str] = ("", "")
) -> list[Component]:
    """Return the confirmation of a bulk operation, with exclusions.

    `wrong` holds the typed date and its error.
    """
    db, viewer = request.db, request.viewer
    kind, field = MANY[act], []
    split = queries.get_uids_split(db, viewer, kind, uids, request.now)
    loss = None
    if kind is BulkAct.REVOKE:
        loss = queries.get_revocation_loss(db, viewer, [right.uid for right in split.fit])
    if kind is BulkAct.RENEW:
        last, (typed, error) = last_end(request), wrong
        field = [renew_field(day_typed(typed) or last, viewer.today, last, error or None)]
    effects = bulk_effects(kind, split, loss, staff=viewer.staff, leaving=get_outgoing(db, viewer))
    return ask_many(act, split, count_text(split.chosen), effects, field)


def last_end(request: Request) -> date:
    """Return the last possible end of a renewal."""
    delays = request.delays
    return end_after(request.viewer.today, longest(delays), delays)


def start_many(request: Request, confirmed: Mapping[str, Any], uids: Sequence[str]) -> Done:
    """Start a bulk operation on the confirmed selection; a small one runs immediately."""
    db, viewer = request.db, request.viewer
    kind = MANY.get(str(confirmed.get("act")))
    if kind is None:
        raise PreventUpdate
    typed = str(confirmed.get("ends_on") or "")
    until = day_typed(typed) if kind is BulkAct.RENEW else None
    if kind is BulkAct.RENEW and not (until and viewer.today < until <= last_end(request)):
        error = _("Indiquez une fin entre demain et le {day}.", day=long_day(last_end(request)))
        return question_many(request, str(confirmed["act"]), uids, (typed, error)), None
    split = queries.get_uids_split(db, viewer, kind, uids, request.now)
    mark = str(confirmed.get("mark"))
    act = actions.open_act(db, viewer, kind, split, mark=mark, ends_on=until, now=request.now)
    if split.chosen <= IMMEDIATE:
        begin = Session.begin_nested
        actions.do_now(db, viewer, act, delays=request.delays, savepoint=begin, now=request.now)
    receipt = queries.get_act_receipt(db, viewer, act)
    return started_parts(receipt, request.now), started_toast(receipt)


def revoking(db: Session, viewer: Viewer, uids: Sequence[str], told: str) -> list[Component]:
    leaving, loss = get_outgoing(db, viewer), queries.get_revocation_loss(db, viewer, uids)
    return ask_revoke(loss, uids, told, staff=viewer.staff, leaving=leaving)


def cancelling(request: Request, uids: Sequence[str], told: str) -> list[Component]:
    db, viewer = request.db, request.viewer
    split = queries.get_uids_split(db, viewer, BulkAct.CANCEL, uids, request.now)
    return ask_cancel(split, told, leaving=get_outgoing(db, viewer))


def until_when(
    request: Request, uids: Sequence[str], typed: date | None = None, error: str | None = None
) -> list[Component]:
    """Return the confirmation of a renewal, with the longest duration or an error."""
    db, viewer = request.db, request.viewer
    delays = request.delays
    most = end_after(viewer.today, longest(delays), delays)
    last = most if delays.longest_years else None
    end, leaving = typed if error else most, get_outgoing(db, viewer)
    about_label = about_text(len(uids), queries.find_only(db, viewer, uids))
    return ask_renew(uids, about_label, end, viewer.today, last, error=error, leaving=leaving)


@on(
    Output(Ids.DRAWER, "children", allow_duplicate=True),
    Output(Ids.CHANGED, "data"),
    Output(Ids.PICKED, "data", allow_duplicate=True),
    Output(Ids.COUNTS, "data", allow_duplicate=True),
    TOASTS,
    Input(Ids.CONFIRMED, "data"),
    State(Ids.OPENED, "data"),
    State(Ids.GRID, "selectedRows"),
    State(Ids.PICKED, "data"),
    State(Ids.GRID, "getRowsRequest"),
    permission=Permission.RIGHTS_READ,  # and that of the operation
    writes=True,
)
def act(
    confirmed: Sent,
    opened: Sent,
    rows: list[Any] | None = None,
    picked: Sent = None,
    rows_request: Sent = None,
    *,
    request: Request,
) -> tuple[Any, ...]:
    db, viewer = request.db, request.viewer
    act_request = confirmed or {}
    if act_request.get("mark"):
        uids = named(db, viewer, act_request) or chosen(db, viewer, rows, picked, rows_request)
        drawn, done = start_many(request, act_request, uids)
    else:
        drawn, done = acted(request, act_request)
    if done is None:  # shown again
        return drawn, *[no_update] * 4
    uid = uid_of(opened)
    after = drawn or (render_drawer(db, viewer, uid) if uid else [])
    return after, token_hex(4), None, None, done


def acted(request: Request, confirmed: Mapping[str, Any]) -> Done:
    uids = str(confirmed.get("uids") or "").split()
    verb = ACTS.get(str(confirmed.get("act")))
    if verb is None or not uids:
        raise PreventUpdate
    return verb(request, uids, str(confirmed.get("ends_on") or ""))


def renew(request: Request, uids: Sequence[str], ends_on: str) -> Done:
    db, viewer = request.db, request.viewer
    until = day_typed(ends_on)
    if until is None:
        queries.get_visible_or_raise(db, viewer, uids)
        return until_when(request, uids, error=_("Indiquez la nouvelle fin du droit.")), None
    outcomes = actions.renew_many(db, viewer, uids, until, delays=request.delays, now=request.now)
    wrong = wrong_end(outcomes)
    if wrong:
        return until_when(request, uids, until, wrong), None
    return renewal_results(outcomes), renewed_toast(outcomes)


def wrong_end(outcomes: Sequence[DeclarationOutcome]) -> str:
    """Return why the typed end is refused; empty if it is not."""
    problems = [problem for outcome in outcomes for problem in outcome.problems]
    end_problems = (
        end_problem for end_problem in problems if end_problem.field == "date_fin_droit_acces"
    )
    return next((_(end_problem.sentence, **end_problem.params) for end_problem in end_problems), "")


def revoke(request: Request, uids: Sequence[str], _ends_on: str) -> Done:
    return [], changed_toast(
        _("Révoqué"),
        actions.revoke(request.db, request.viewer, single_right(uids), now=request.now),
    )


def cancel(request: Request, uids: Sequence[str], _ends_on: str) -> Done:
    changed = actions.cancel(request.db, request.viewer, single_right(uids), now=request.now)
    return [], changed_toast(_("Déclaration annulée"), changed)


def single_right(uids: Sequence[str]) -> Sequence[str]:
    """Return `uids` if it is one right; several need a bulk operation, which can be undone."""
    if len(uids) > 1:
        raise Invalid(N_("Relisez ce choix : il se fait en une opération suivie."))
    return uids


def remind(request: Request, uids: Sequence[str], _ends_on: str) -> Done:
    done = actions.recall(request.db, request.viewer, uids, now=request.now)
    summary = plural("rappel pour {count} droit", "rappel pour {count} droits", done.written)
    title, tone = _("Relance des titulaires"), TONES[bool(done.written)]
    return over_limit_alerts(done.limited), toast(title, summary, tone=tone)


def settle(request: Request, uids: Sequence[str], _ends_on: str, *, yes: bool, sure: bool) -> Done:
    """Confirm or deny the identity of one holder."""
    way = {"confirmed": yes, "sure": sure}
    at, delays = request.now, request.delays
    changed = [
        actions.settle_identity(request.db, request.viewer, uid, **way, delays=delays, now=at)
        for uid in uids[:1]
    ]
    return [], changed_toast(_("Identité confirmée") if yes else _("Droit clos"), changed)


MANY: Mapping[str, BulkAct] = {
    **{bulk_act.value: bulk_act for bulk_act in BulkAct},
    "remind-all": BulkAct.REMIND,
}
NEEDS: Mapping[str, Permission] = {  # by action, which requires it again
    "renew": Permission.RIGHTS_RENEW,
    "revoke": Permission.RIGHTS_WRITE,
    "cancel": Permission.RIGHTS_RENEW,
    "remind": Permission.RIGHTS_RENEW,
    "remind-all": Permission.RIGHTS_RENEW,
    "settle": Permission.RIGHTS_SETTLE,
}
TONES: Mapping[bool, ToastTone] = {True: "ok", False: "info"}  # done or not
ACTS: Mapping[str, Callable[[Request, Sequence[str], str], Done]] = {
    "renew": renew,
    "revoke": revoke,
    "cancel": cancel,
    "remind": remind,
    "confirm": partial(settle, yes=True, sure=False),
    "sure": partial(settle, yes=True, sure=True),
    "deny": partial(settle, yes=False, sure=False),
}


def day_typed(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
