"""What the clock does: decisions take effect, nothing sent is a refusal, deadlines are recalled.

Each works through the ids it is given, in its caller's transaction, and does nothing twice: what
it counts is what was still to be done.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from data.controls.actions import telling
from data.controls.actions.choosing import locked, rights_of
from data.controls.actions.depositing import drop_staged
from data.controls.actions.journal import By, Told, append
from data.controls.actions.moving import mark_rights, move, tell_standing
from data.controls.models import Control, Decision
from data.controls.queries.visible import still_open
from data.controls.rules.deadlines import is_late, reminder_of
from data.controls.rules.states import OPEN
from data.controls.types import Fact, Motive, ProofDelays, Side, Step, Verdict
from data.db import blocks
from data.rights.actions import reject_proofs
from data.rights.models import AccessRight
from data.rights.types import ProofState, RightState

Say = tuple[Verdict, Motive | None, str, date | None]


def apply(db: Session, decision_ids: Sequence[int], now: datetime) -> int:
    """Let decisions have their effects, now that they may be undone no more; how many.

    A right whose proof is refused falls, and the third party is told of each decision.
    """
    chosen = select(Decision.control_id).where(Decision.id.in_(decision_ids))
    controls = {one.id: one for one in locked(db, db.scalars(chosen).all())}
    query = (
        update(Decision)
        .where(
            Decision.id.in_(decision_ids),
            Decision.applied_at.is_(None),
            Decision.undone_at.is_(None),
            Decision.effect_at <= now,
        )
        .values(applied_at=now)
        .returning(Decision.id)
        .execution_options(synchronize_session=False)
    )
    taken = sorted(db.scalars(query))
    fresh = select(Decision).where(Decision.id.in_(taken)).order_by(Decision.id)
    decisions = db.scalars(fresh.execution_options(populate_existing=True)).all()
    rights = rights_of(db, list(controls.values()))
    last = [one for one in decisions if controls[one.control_id].version == one.version]
    tell_standing(db, [controls[one.control_id] for one in last])
    refused = [rights[one.control_id] for one in decisions if one.verdict is Verdict.REJECT]
    reject_proofs(db, [right.id for right in refused], now=now)
    said: dict[Say, list[AccessRight]] = {}
    for one in last:  # of others the right ended meanwhile
        key = _say(one, controls[one.control_id])
        said.setdefault(key, []).append(rights[one.control_id])
    for say, some in said.items():
        telling.say_decided(db, some, say, now)
    done = [one.control_id for one in decisions if one.verdict is not Verdict.AGAIN]
    drop_staged(db, done)
    told = [Told(Fact.APPLIED, one.control_id, {"verdict": one.verdict.value}) for one in decisions]
    append(db, told, By(now))
    return len(decisions)


def _say(decision: Decision, control: Control) -> Say:
    again = decision.verdict is Verdict.AGAIN
    return decision.verdict, decision.motive, decision.text, control.due_on if again else None


def reject_late(
    db: Session, control_ids: Sequence[int], today: date, *, delays: ProofDelays, now: datetime
) -> int:
    """Refuse for want of proof the controls whose deadline and grace are over; how many."""
    controls = locked(db, control_ids)
    rights = rights_of(db, controls)
    done: list[Control] = []
    for control in controls:
        late = is_late(control.due_on, today, delays)
        active = rights[control.id].state is RightState.ACTIVE
        if late and active and _late(db, control, now):
            done.append(control)
    fallen = [rights[control.id] for control in done]
    for control in done:
        mark_rights(db, [control.right_id], ProofState.REJECTED, control.due_on)
    reject_proofs(db, [right.id for right in fallen], now=now)
    drop_staged(db, [control.id for control in done])
    if fallen:
        telling.say_decided(db, fallen, (Verdict.REJECT, Motive.NOTHING_SENT, "", None), now)
    detail = {"state": ProofState.REJECTED.value, "motive": Motive.NOTHING_SENT.value}
    append(db, [Told(Fact.LATE, control.id, detail) for control in done], By(now))
    return len(done)


def _late(db: Session, control: Control, now: datetime) -> bool:
    """The decision of the clock: nobody may undo it, and it has its effect at once."""
    before = control.asked_on, control.reminded
    values: dict[str, Any] = {"decided_at": now, "motive": Motive.NOTHING_SENT}
    if not move(db, control, Step.LATE, Side.SYSTEM, **values):
        return False
    db.add(
        Decision(
            control_id=control.id,
            verdict=Verdict.REJECT,
            motive=Motive.NOTHING_SENT,
            at=now,
            due_before=control.due_on,
            asked_before=before[0],
            reminded_before=before[1],
            version=control.version,
            effect_at=now,
            applied_at=now,
        )
    )
    return True


def close_ended(db: Session, control_ids: Sequence[int], now: datetime) -> int:
    """Close the controls whose right ended otherwise: nothing is left to prove; how many."""
    controls = locked(db, control_ids)
    rights = rights_of(db, controls)
    done = [
        control
        for control in controls
        if control.state in OPEN
        and control.closed_at is None
        and rights[control.id].state is not RightState.ACTIVE
    ]
    for control in done:
        control.closed_at = now
        control.version += 1
    db.flush()
    drop_staged(db, [control.id for control in done])
    mark_rights(db, [control.right_id for control in done], None, None)
    told = [Told(Fact.CLOSED, one.id, {"right": rights[one.id].state.value}) for one in done]
    append(db, told, By(now))
    return len(done)


def hold_open(db: Session, right_uids: Collection[str]) -> list[int]:
    """The open controls of these rights, by id, locked before the rights as a deposit locks them.

    Whoever then ends the rights gives them to `close_ended`, in the same transaction.
    """
    found: list[int] = []
    for uids in blocks(sorted(right_uids)):
        query = select(Control.id).join(AccessRight, AccessRight.id == Control.right_id)
        found += db.scalars(query.where(AccessRight.uid.in_(uids), still_open()))
    return [one.id for one in locked(db, found)]


def remind(db: Session, due: Mapping[int, int], today: date, *, now: datetime) -> int:
    """Recall deadlines, each once for so many days before it; how many controls."""
    controls = [one for one in locked(db, list(due)) if _is_due(one, due[one.id], today)]
    rights = rights_of(db, controls)
    by_day: dict[date, list[AccessRight]] = {}
    for control in controls:
        control.reminded = due[control.id]
        by_day.setdefault(control.due_on, []).append(rights[control.id])
    db.flush()
    for due_on, some in sorted(by_day.items()):
        telling.remind(db, some, due_on, now)
    told = [Told(Fact.REMINDED, one.id, {"days": due[one.id]}) for one in controls]
    append(db, told, By(now))
    return len(controls)


def _is_due(control: Control, days: int, today: date) -> bool:
    """Whether that reminder is still to be sent: it may have been, or a deposit came."""
    waits = control.state is ProofState.AWAITED and control.closed_at is None
    again = reminder_of(control.due_on, control.asked_on, control.reminded, today)
    return waits and again == days
