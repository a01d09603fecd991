"""Apply what is due: decisions, refusals without a deposit, reminders.

Each function processes the given ids in the caller's transaction and is idempotent: it counts only
what remained to be done.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.database import blocks
from data.controls.actions import emails
from data.controls.actions.deposits import drop_staged
from data.controls.actions.journal import ControlAuthor, JournalEvent, append
from data.controls.actions.selection import locked, rights_of
from data.controls.actions.transitions import mark_rights, move, tell_standing
from data.controls.models import Control, Decision
from data.controls.queries.visible import is_open
from data.controls.rules.deadlines import is_late, reminder_of
from data.controls.rules.states import OPEN
from data.controls.types import ControlStep, ControlVerdict, Fact, Motive, ProofDelays, Side
from data.rights.actions import reject_proofs
from data.rights.models import AccessRight
from data.rights.types import ProofState, RightState

Say = tuple[ControlVerdict, Motive | None, str, date | None]


def apply(db: Session, decision_ids: Sequence[int], now: datetime) -> int:
    """Apply the effects of decisions that can no longer be undone; return how many.

    A right whose proof is refused ends, and the third party is notified of each decision.
    """
    if not decision_ids:
        return 0
    chosen = select(Decision.control_id).where(Decision.id.in_(decision_ids))
    controls = {row.id: row for row in locked(db, db.scalars(chosen).all())}
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
    applied_ids = sorted(db.scalars(query))
    fresh = select(Decision).where(Decision.id.in_(applied_ids)).order_by(Decision.id)
    decisions = db.scalars(fresh.execution_options(populate_existing=True)).all()
    rights = rights_of(db, list(controls.values()))
    last = [row for row in decisions if controls[row.control_id].version == row.version]
    tell_standing(db, [controls[row.control_id] for row in last])
    refused = [rights[row.control_id] for row in decisions if row.verdict is ControlVerdict.REJECT]
    reject_proofs(db, [right.id for right in refused], now=now)
    rights_by_ruling: dict[Say, list[AccessRight]] = {}
    for row in last:  # the rights of the others ended meanwhile
        key = _say(row, controls[row.control_id])
        rights_by_ruling.setdefault(key, []).append(rights[row.control_id])
    for say, ruled_rights in rights_by_ruling.items():
        emails.notify_decided(db, ruled_rights, say, now)
    done = [row.control_id for row in decisions if row.verdict is not ControlVerdict.AGAIN]
    drop_staged(db, done)
    entries = [
        JournalEvent(Fact.APPLIED, row.control_id, {"verdict": row.verdict.value})
        for row in decisions
    ]
    append(db, entries, ControlAuthor(now))
    return len(decisions)


def _say(decision: Decision, control: Control) -> Say:
    needs_resubmission = decision.verdict is ControlVerdict.AGAIN
    return (
        decision.verdict,
        decision.motive,
        decision.text,
        control.due_on if needs_resubmission else None,
    )


def reject_late(
    db: Session, control_ids: Sequence[int], today: date, *, delays: ProofDelays, now: datetime
) -> int:
    """Refuse controls without deposit after deadline and grace period; return how many."""
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
        emails.notify_decided(
            db, fallen, (ControlVerdict.REJECT, Motive.NOTHING_SENT, "", None), now
        )
    detail = {"state": ProofState.REJECTED.value, "motive": Motive.NOTHING_SENT.value}
    append(
        db, [JournalEvent(Fact.LATE, control.id, detail) for control in done], ControlAuthor(now)
    )
    return len(done)


def _late(db: Session, control: Control, now: datetime) -> bool:
    """Record the refusal of a late control, which is final and immediate."""
    before = control.asked_on, control.reminded
    values: dict[str, Any] = {"decided_at": now, "motive": Motive.NOTHING_SENT}
    if not move(db, control, ControlStep.LATE, Side.SYSTEM, **values):
        return False
    db.add(
        Decision(
            control_id=control.id,
            verdict=ControlVerdict.REJECT,
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
    """Close the controls whose right ended otherwise; return how many."""
    controls = list_unclosed(db, control_ids)
    rights = rights_of(db, controls)
    done = [control for control in controls if rights[control.id].state is not RightState.ACTIVE]
    close(db, done, rights, ControlAuthor(now))
    return len(done)


def list_unclosed(db: Session, control_ids: Sequence[int]) -> list[Control]:
    """Lock the controls, and return those that are open."""
    controls = locked(db, control_ids)
    return [control for control in controls if control.state in OPEN and control.closed_at is None]


def close(
    db: Session,
    controls: Sequence[Control],
    rights: Mapping[int, AccessRight],
    by: ControlAuthor,
    **detail: object,
) -> None:
    """Close `controls`, drop what was staged for them and note it in the journal."""
    for control in controls:
        control.closed_at = by.now
        control.version += 1
    db.flush()
    drop_staged(db, [control.id for control in controls])
    mark_rights(db, [control.right_id for control in controls], None, None)
    states = {control.id: rights[control.id].state.value for control in controls}
    entries = [
        JournalEvent(Fact.CLOSED, control_id, {"right": state, **detail})
        for control_id, state in states.items()
    ]
    append(db, entries, by)


def hold_open(db: Session, right_uids: Collection[str]) -> list[int]:
    """Lock the open controls of these rights, before the rights themselves; return their ids.

    The caller that then ends the rights passes the ids to `close_ended`, in the same transaction.
    """
    control_ids: list[int] = []
    for uids in blocks(sorted(right_uids)):
        query = select(Control.id).join(AccessRight, AccessRight.id == Control.right_id)
        control_ids += db.scalars(query.where(AccessRight.uid.in_(uids), is_open()))
    return [control.id for control in locked(db, control_ids)]


def remind(db: Session, due: Mapping[int, int], today: date, *, now: datetime) -> int:
    """Remind of deadlines, once for each number of days before them; return how many."""
    controls = [
        due_control
        for due_control in locked(db, list(due))
        if _is_due(due_control, due[due_control.id], today)
    ]
    rights = rights_of(db, controls)
    by_day: dict[date, list[AccessRight]] = {}
    for control in controls:
        control.reminded = due[control.id]
        by_day.setdefault(control.due_on, []).append(rights[control.id])
    db.flush()
    for due_on, due_rights in sorted(by_day.items()):
        emails.remind(db, due_rights, due_on, now)
    entries = [
        JournalEvent(Fact.REMINDED, due_control.id, {"days": due[due_control.id]})
        for due_control in controls
    ]
    append(db, entries, ControlAuthor(now))
    return len(controls)


def _is_due(control: Control, days: int, today: date) -> bool:
    """Return whether the reminder is still due: it may have been sent, or a deposit came."""
    waits = control.state is ProofState.AWAITED and control.closed_at is None
    due_reminder = reminder_of(control.due_on, control.asked_on, control.reminded, today)
    return waits and due_reminder == days
