"""Accept, ask again, refuse or undo; of two concurrent decisions, one wins."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import change_rows
from core.errors import Conflict
from core.i18n import N_, PARIS
from data.controls.actions.checklist import checks_of, verify_rest
from data.controls.actions.emails import notify_returned
from data.controls.actions.journal import ControlAuthor, JournalEvent, append
from data.controls.actions.selection import RIGHT_ENDED, chosen, rights_of
from data.controls.actions.transitions import move, restore_state
from data.controls.models import ChecklistAnswer, Control, Decision, Deposit
from data.controls.queries.detail import find_last_sent_deposit
from data.controls.rules.chain import digest_of
from data.controls.rules.deadlines import due_again
from data.controls.rules.states import checked_ruling, is_undoable, unfit_points
from data.controls.types import (
    BulkDecision,
    ControlVerdict,
    Decided,
    Fact,
    LostControl,
    ProofDelays,
    Ruling,
    Side,
)
from data.identity.accounts.models import User
from data.rights.models import AccessRight
from data.rights.types import ProofState, RightState

_WON: Mapping[ControlVerdict, str] = {
    ControlVerdict.ACCEPT: N_("{who} a déjà validé la preuve du PCE {pce}."),
    ControlVerdict.AGAIN: N_("{who} a déjà demandé une nouvelle pièce pour le PCE {pce}."),
    ControlVerdict.REJECT: N_("{who} a déjà refusé la preuve du PCE {pce}."),
}
_CHANGED = N_("Le contrôle du PCE {pce} a changé entre-temps : regardez-le avant de décider.")
_NOTHING = N_("Rien n’est transmis pour le PCE {pce} : il n’y a rien à décider.")
_UNANSWERED = N_("PCE {pce} : répondez à chaque point avant de valider ; il reste {points}.")
_DOUBTFUL = N_("PCE {pce} : à décider à part, un point ne convient pas ({points}).")
_ELSEWHERE = N_("Un autre distributeur décide de la preuve du PCE {pce}.")
_NONE = N_("Le contrôle du PCE {pce} n’a pas de décision à annuler.")
_TOO_LATE = N_("La décision sur le PCE {pce} est définitive : elle ne peut plus être annulée.")
JUST_CHANGED = N_("L’un de ces contrôles vient de changer : regardez-le de nouveau.")
_STANDING = Decision.undone_at.is_(None)
_FACTS = {
    ControlVerdict.ACCEPT: Fact.ACCEPTED,
    ControlVerdict.AGAIN: Fact.AGAIN,
    ControlVerdict.REJECT: Fact.REJECTED,
}


@dataclass(frozen=True, slots=True)
class _Order:
    """A ruling, the delays, and its author and date."""

    ruling: Ruling
    delays: ProofDelays
    by: ControlAuthor


def decide(  # noqa: PLR0913 (passed by name)
    db: Session,
    viewer: Viewer,
    uid: str,
    ruling: Ruling,
    *,
    version: int,
    delays: ProofDelays,
    now: datetime,
) -> Decided:
    """Decide on the control seen at `version`; Conflict names the author of a later change.

    A proof is accepted once each point of its checklist is answered; Conflict names the remaining
    ones. The effects (end of the right, mail) wait until the undo period is over.
    """
    many = decide_many(db, viewer, {uid: version}, ruling, delays=delays, now=now)
    for lost in many.lost:
        raise Conflict(lost.sentence, **lost.params)
    return many.decided[0]


def decide_many(
    db: Session,
    viewer: Viewer,
    versions: Mapping[str, int],
    ruling: Ruling,
    *,
    delays: ProofDelays,
    now: datetime,
) -> BulkDecision:
    """Decide on several controls, each at the version that was seen.

    Controls that changed since, or whose right ended, are skipped and returned.
    """
    viewer.require(Permission.CONTROLS_DECIDE)
    order = _Order(checked_ruling(ruling), delays, ControlAuthor(now, viewer))
    controls = chosen(db, viewer, versions)
    rights = rights_of(db, controls)
    won, lost, entries = [], [], []
    for control in controls:
        right = rights[control.id]
        problem = _problem(db, control, right, versions[control.uid])
        problem = problem or _unfit(db, control, right, order.ruling)
        decision = None if problem else _decide(db, control, order)
        if decision is None:
            lost.append(problem or _lost(db, control, right))
            continue
        won.append(Decided(*_facts(control), decision.effect_at))
        entries += _third_party_version(db, control, decision)
    append(db, entries, order.by)
    return BulkDecision(tuple(won), tuple(lost))


def _facts(control: Control) -> tuple[str, ProofState, int, date]:
    return control.uid, control.state, control.version, control.due_on


def _problem(db: Session, control: Control, right: AccessRight, version: int) -> LostControl | None:
    if control.closed_at is not None or right.state is not RightState.ACTIVE:
        return LostControl(control.uid, RIGHT_ENDED, {"pce": right.number})
    if right.relayed:
        return LostControl(control.uid, _ELSEWHERE, {"pce": right.number})
    return None if control.version == version else _lost(db, control, right)


def _unfit(db: Session, control: Control, right: AccessRight, ruling: Ruling) -> LostControl | None:
    """Return what its checklist has against an acceptance, if anything."""
    if ruling.verdict is not ControlVerdict.ACCEPT or control.state is not ProofState.UNDER_CHECK:
        return None
    points = unfit_points(checks_of(db, control), verified=ruling.verified)
    sentence = _DOUBTFUL if ruling.verified else _UNANSWERED
    params: dict[str, object] = {"pce": right.number, "points": ", ".join(map(str, points))}
    return LostControl(control.uid, sentence, params) if points else None


def _lost(db: Session, control: Control, right: AccessRight) -> LostControl:
    """Return the concurrent decision with its author; else that the control changed."""
    query = (
        select(Decision.verdict, User.name)
        .outerjoin(User, User.id == Decision.by_id)
        .where(Decision.control_id == control.id, Decision.version == control.version)
        .where(Decision.undone_at.is_(None))
    )
    first = db.execute(query.order_by(Decision.id.desc()).limit(1)).one_or_none()
    if first is not None and first.name:
        return LostControl(
            control.uid, _WON[first.verdict], {"who": first.name, "pce": right.number}
        )
    awaited = control.state is ProofState.AWAITED
    return LostControl(control.uid, _NOTHING if awaited else _CHANGED, {"pce": right.number})


def _decide(db: Session, control: Control, order: _Order) -> Decision | None:
    """Record the decision, or return None when another one was faster."""
    ruling, now = order.ruling, order.by.now
    before = control.due_on, control.asked_on, control.reminded
    values: dict[str, object] = {"decided_at": now, "motive": ruling.motive}
    if ruling.verdict is ControlVerdict.AGAIN:
        today = now.astimezone(PARIS).date()
        new_due_on = due_again(today, control.due_on, order.delays)
        values = {
            "due_on": new_due_on,
            "asked_on": today,
            "reminded": None,
            "motive": ruling.motive,
        }
    if not move(db, control, ruling.verdict.step, Side.DISTRIBUTOR, told=False, **values):
        return None
    if ruling.verified:
        verify_rest(db, control, order.by)
    decision = Decision(
        control_id=control.id,
        deposit_id=db.scalar(select(find_last_sent_deposit(control.id))),
        verdict=ruling.verdict,
        motive=ruling.motive,
        text=ruling.text,
        at=now,
        by_id=order.by.user_id,
        due_before=before[0],
        asked_before=before[1],
        reminded_before=before[2],
        version=control.version,
        effect_at=now + timedelta(minutes=order.delays.undo_minutes),
    )
    db.add(decision)
    db.flush()
    return decision


def _third_party_version(db: Session, control: Control, decision: Decision) -> list[JournalEvent]:
    """Return the journal entries shown to the third party, without undone decisions."""
    deposit = db.scalar(select(Deposit.uid).where(Deposit.id == decision.deposit_id))
    detail = {
        "state": control.state.value,
        "due": control.due_on.isoformat(),
        "motive": decision.motive.value if decision.motive else None,
        "sha256": digest_of(decision.text),
        "deposit": deposit,
    }
    mine = (
        ChecklistAnswer.control_id == control.id,
        ChecklistAnswer.deposit_id == decision.deposit_id,
    )
    answers = db.execute(
        select(ChecklistAnswer.point, ChecklistAnswer.fits)
        .where(*mine)
        .order_by(ChecklistAnswer.point)
    )
    points = {row.point.value: row.fits for row in answers}
    checked = JournalEvent(Fact.CHECKED, control.id, {"deposit": deposit, "points": points})
    ruled = JournalEvent(_FACTS[decision.verdict], control.id, detail)
    return [checked, ruled] if points else [ruled]


def undo(db: Session, viewer: Viewer, uids: Collection[str], *, now: datetime) -> tuple[str, ...]:
    """Undo the last decision on each control, all or none; return their uids.

    Raise Conflict once the undo period is over, or when a new proof has withdrawn it already.
    """
    viewer.require(Permission.CONTROLS_DECIDE)
    controls = chosen(db, viewer, uids)
    rights = rights_of(db, controls)
    by = ControlAuthor(now, viewer)
    entries = [_undo(db, control, rights[control.id], by) for control in controls]
    append(db, entries, by)
    return tuple(control.uid for control in controls)


def _undo(db: Session, control: Control, right: AccessRight, by: ControlAuthor) -> JournalEvent:
    query = select(Decision).where(Decision.control_id == control.id, _STANDING)
    last = db.scalars(query.order_by(Decision.id.desc()).limit(1)).first()
    if last is None:
        raise Conflict(_NONE, pce=right.number)
    if not is_undoable(by.now, last.effect_at, applied=last.applied_at, undone=last.undone_at):
        raise Conflict(_TOO_LATE, pce=right.number)
    entry = _take_back(db, control, last, by)
    if entry is None:
        raise Conflict(_TOO_LATE, pce=right.number)
    return entry


def _take_back(
    db: Session, control: Control, last: Decision, by: ControlAuthor
) -> JournalEvent | None:
    """Restore a control to its state before its `last` decision; None once it took effect.

    The third party sees the earlier state.
    """
    undone = change_rows(
        db,
        update(Decision)
        .where(Decision.id == last.id, Decision.applied_at.is_(None), _STANDING)
        .values(undone_at=by.now, undone_by=by.user_id),
    )
    values = {
        "due_on": last.due_before,
        "asked_on": last.asked_before,
        "reminded": last.reminded_before,
        "decided_at": None,
        "motive": control.told_motive,
    }
    if undone != 1 or not restore_state(db, control, ProofState.UNDER_CHECK, told=False, **values):
        return None
    detail = {
        "verdict": last.verdict.value,
        "state": control.state.value,
        "due": control.due_on.isoformat(),
    }
    return JournalEvent(Fact.UNDONE, control.id, detail)


def withdraw(db: Session, controls: Sequence[Control], by: ControlAuthor) -> list[JournalEvent]:
    """Withdraw unannounced decisions on `controls`, since another proof arrives.

    The proof that was decided on is no longer the last one; the decider is notified, and the sender
    must not learn of the decision. Raise Conflict when one of them just took effect.
    """
    mine = Decision.control_id.in_([control.id for control in controls])
    query = select(Decision).where(mine, Decision.applied_at.is_(None), _STANDING)
    pending = {
        decision_row.control_id: decision_row
        for decision_row in db.scalars(query.order_by(Decision.id))
    }
    entries = []
    returned: dict[int, list[AccessRight]] = {}
    rights = rights_of(db, controls)
    for control in controls:
        if control.id in pending:
            decider = pending[control.id].by_id
            if decider is not None:
                returned.setdefault(decider, []).append(rights[control.id])
            back = _take_back(db, control, pending[control.id], by)
            if back is None:
                raise Conflict(JUST_CHANGED)
            entries.append(back)
    notify_returned(db, returned, by.now)
    return entries
