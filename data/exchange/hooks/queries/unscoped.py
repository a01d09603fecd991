"""Query webhooks for the job, without a viewer."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access import Role, Viewer
from core.i18n import PARIS
from data.controls.models import Control
from data.exchange.hooks.models import Hook, HookDelivery
from data.exchange.hooks.rules import line_of_days, readable
from data.exchange.hooks.types import HookState
from data.identity.accounts.models import Organisation
from data.metering.consumption.queries.injection import get_first_period_day
from data.metering.consumption.types import PceNews
from data.metering.pces.queries import list_scopes_by_id
from data.notifications.types import MessageDelivery
from data.rights.models import AccessRight, RightEventRow, RightImport
from data.rights.rules.adict import PROOFS, ROLES, STATES
from data.rights.types import ProofState, RightRole, RightState

Line = dict[str, Any]
_WAITS = HookDelivery.state == MessageDelivery.QUEUED


def count_waiting(db: Session) -> int:
    """Return the number of deliveries not yet accepted that will be tried again."""
    return db.scalar(select(func.count()).where(_WAITS)) or 0


def find_oldest_pending_at(db: Session) -> datetime | None:
    """Return when the oldest waiting delivery was created; its receiver may be down for days."""
    return db.scalar(select(func.min(HookDelivery.created_at)).where(_WAITS))


def find_first_due_at(db: Session) -> datetime | None:
    """Return when the first waiting delivery was due: long ago means that the job is not running.

    Webhooks with failed attempts are left out, since their receiver causes the delay.
    """
    queued = HookDelivery.state == MessageDelivery.QUEUED
    vain = select(HookDelivery.hook_id).where(queued, HookDelivery.attempts > 0)
    due = select(func.min(HookDelivery.next_attempt_at)).where(queued)
    return db.scalar(due.where(HookDelivery.hook_id.not_in(vain)))


def list_listening(db: Session, now: datetime) -> list[Viewer]:
    """Return the organisations subscribed to data, each as a viewer with its rights."""
    hears = select(Hook.organisation_id).where(Hook.state == HookState.ON, Hook.readings)
    rows = db.execute(
        select(Organisation.id, Organisation.kind, Organisation.name)
        .where(Organisation.id.in_(hears))
        .order_by(Organisation.id)
    )
    today = now.astimezone(PARIS).date()
    return [
        Viewer(0, id_, kind, Role.FACILITY_MANAGER, today, organisation=name)
        for id_, kind, name in rows
    ]


def list_news(
    db: Session, viewer: Viewer, news: Collection[tuple[int, PceNews, date, date]]
) -> list[Line]:
    """Return a line for each PCE and sort in `news` that `viewer` can read.

    Each line covers the readable days of the change, from the first to the last.
    """
    scopes = {
        pce_scope.id: pce_scope
        for pce_scope in list_scopes_by_id(db, viewer, {pce for pce, *_ in news})
    }
    since = get_first_period_day(viewer.today)
    spans_by_number: dict[tuple[str, PceNews], list[tuple[date, date]]] = {}
    for pce, sort, *span in news:
        scope = scopes.get(pce)
        days = readable(scope, (span[0], span[1]), sort) if scope else None
        if scope and days and (sort is not PceNews.INJECTED or days[0] >= since):
            spans_by_number.setdefault((scope.number, sort), []).append(days)
    return [
        line_of_days(number, sort, (min(spans)[0], max(last for _, last in spans)))
        for (number, sort), spans in spans_by_number.items()
    ]


def list_moves(db: Session, ids: Sequence[int]) -> list[Line]:
    """Return the lines of these events of rights, in order; without deleted rights."""
    event, right = RightEventRow, AccessRight
    query = (
        select(right.uid, right.number, right.role, event.before, event.after, event.at)
        .join(right, right.id == event.right_id)
        .where(event.id.in_(ids))
        .order_by(event.id)
    )
    return list(_moves(db.execute(query).all()))


def _moves(rows: Sequence[Any]) -> Iterator[Line]:
    for uid, number, role, before, after, at in rows:
        yield _move(uid, number, role, before, after, at)


def list_gone(db: Session, marks: Sequence[tuple[int, str, Mapping[str, Any]]]) -> list[Line]:
    """Return the lines of deleted rights, in order.

    `marks` are (undone import, state, description of the right).
    """
    runs = {run_id for run_id, *_ in marks}
    query = select(RightImport.run_id, RightImport.undone_at).where(RightImport.run_id.in_(runs))
    undone = dict(db.execute(query).all())
    return [
        _move(was["uid"], was["number"], RightRole(was["role"]), RightState(state), None, at)
        for run_id, state, was in marks
        if (at := undone.get(run_id)) is not None
    ]


def _move(
    uid: str,
    number: str,
    role: RightRole,
    before: RightState | None,
    after: RightState | None,
    at: datetime,
) -> Line:
    """Return the line of a right; `before` None: created, `after` None: deleted."""
    return {
        "id_droit_acces": uid,
        "id_pce": number,
        "role_tiers": ROLES[role],
        "etat_droit_acces": STATES[after] if after else None,
        "etat_precedent": STATES[before] if before else None,
        "date_changement": at.astimezone(PARIS).isoformat(timespec="seconds"),
    }


def list_proof_states(db: Session, marks: Sequence[tuple[int, str]]) -> list[Line]:
    """Return the lines of `marks`, as (control, state told to its third party), in order."""
    query = (
        select(Control.id, AccessRight.uid, AccessRight.number, Control.told_due_on)
        .join(AccessRight, AccessRight.id == Control.right_id)
        .where(Control.id.in_({id_ for id_, _state in marks}))
    )
    rows_by_id = {row.id: row for row in db.execute(query)}
    return [
        {
            "id_droit_acces": rows_by_id[id_].uid,
            "id_pce": rows_by_id[id_].number,
            "statut_controle_preuve": PROOFS[ProofState(state)],
            "date_limite_transmission_preuve": rows_by_id[id_].told_due_on.isoformat(),
        }
        for id_, state in marks
        if id_ in rows_by_id
    ]
