"""Run one operation on many rights: a row, done in blocks by a worker, undoable for a while."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core import queue
from core.access import Permission, Viewer
from core.copy import pour
from core.database import change_one
from core.errors import Conflict, PortalError
from core.i18n import N_, PARIS
from core.queue_types import NewItem, RetryPolicy, WorkKind
from data.identity.accounts.models import User
from data.identity.accounts.queries import find_person
from data.identity.audit.actions import note
from data.rights.actions.letter_reminders import recall
from data.rights.actions.letters import Gathering
from data.rights.actions.renewal import renew_many
from data.rights.actions.restore import restore
from data.rights.actions.revocation import cancel, revoke
from data.rights.models import RightAct, RightActLine
from data.rights.queries.bulk_acts import get_act, get_required_permission, get_uids_split
from data.rights.types import (
    IMMEDIATE,
    ActLineState,
    ActSplit,
    ActState,
    BulkAct,
    ClaimedAct,
    Delays,
)

UNDO = timedelta(minutes=30)  # from the last line done; letters of the operation wait until then
ACT_ON_RIGHTS = WorkKind("act_on_rights", "rights", RetryPolicy())
_UNFINISHED = (ActState.RECEIVED, ActState.WORKING, ActState.UNDOING)
CHANGED = N_("Les droits choisis ont changé depuis l’affichage : vérifiez les nombres.")
NOTHING = N_("Aucun de ces droits ne le permet.")
TIRED = N_("Titulaire qui a reçu assez de courriels aujourd’hui.")
KNOWN = N_("Cette demande est déjà faite.")
CLOSED = N_("Le compte de la personne qui l’a lancée est fermé.")
HALTED = N_("Opération arrêtée avant ce droit.")
_LINE = ("act_id", "place", "right_id", "uid", "number", "state", "before", "reason", "params")
# Opens a savepoint of the caller's transaction, rolled back alone on failure.
Savepoint = Callable[[Session], AbstractContextManager[object]]
Left = dict[str, tuple[str, Mapping[str, object]]]  # by uid: a sentence and its params


def open_act(  # noqa: PLR0913 (passed by name)
    db: Session,
    viewer: Viewer,
    act: BulkAct,
    split: ActSplit,
    *,
    mark: str,
    ends_on: date | None = None,
    now: datetime,
) -> int:
    """Store an operation and what to do for each chosen right; return its id.

    A worker does it, or `do_now` when it is on few rights. Raise Conflict when `mark` shows that
    other rights were displayed, or when none can be changed.
    """
    viewer.require(Permission.RIGHTS_READ)
    viewer.require(get_required_permission(act))  # the permission of the operation itself
    if mark != split.mark:
        raise Conflict(CHANGED)
    if not split.fit:
        raise Conflict(NOTHING)
    row = RightAct(
        organisation_id=viewer.organisation_id,
        user_id=viewer.user_id,
        act=act,
        state=ActState.RECEIVED,
        ends_on=ends_on,
        chosen=split.chosen,
        created_at=now,
    )
    db.add(row)
    db.flush()
    lines = [(right, ActLineState.TO_DO, "") for right in split.fit]
    lines += [(right, ActLineState.LEFT, reason) for right, reason in split.exclusions]
    pour(
        db,
        RightActLine,
        _LINE,
        [
            (row.id, place, right.id, right.uid, right.number, state, right.state, reason, {})
            for place, (right, state, reason) in enumerate(lines)
        ],
    )
    actor, detail = (viewer.user_id, viewer.organisation_id), {"rights": split.chosen}
    note(db, now, f"rights.{act.value}_many", ("right_act", row.id), actor=actor, detail=detail)
    if split.chosen > IMMEDIATE:
        _enqueue(db, row, now)
    return row.id


def _enqueue(db: Session, act: RightAct, now: datetime) -> None:
    item = NewItem(act.organisation_id, {"act": act.id}, key=str(act.id))
    queue.enqueue(db, ACT_ON_RIGHTS, item, now, rerun=True)


def begin_act(db: Session, act_id: int, now: datetime) -> ClaimedAct | None:
    """Begin or continue an operation; None when nothing is left to do."""
    unfinished = select(RightAct).where(RightAct.id == act_id, RightAct.state.in_(_UNFINISHED))
    row = db.scalar(unfinished.with_for_update())
    if row is None:
        return None
    undoing = row.state is ActState.UNDOING
    if row.state is ActState.RECEIVED:
        row.state, row.started_at = ActState.WORKING, now
        row.undo_until = now + UNDO if row.act.undoable else None
    user_id = row.undone_by if undoing and row.undone_by else row.user_id
    many = row.chosen > IMMEDIATE
    return ClaimedAct(row.id, row.act, user_id, row.ends_on, row.undo_until, undoing, many)


@dataclass(slots=True)
class ActWork:
    """An operation processed in blocks, each in its own transaction."""

    claimed: ClaimedAct
    delays: Delays
    savepoint: Savepoint
    gathering: Gathering | None = field(init=False)

    def __post_init__(self) -> None:
        until = self.claimed.undo_until
        self.gathering = Gathering(until) if until else None

    def do_block(self, db: Session, now: datetime, size: int) -> bool:
        """Process the next `size` lines; return False once none is left and the operation ended.

        A line that fails is skipped with its reason. Raise Conflict when a person stopped the
        operation.
        """
        self._lock(db)
        line, undoing = RightActLine, self.claimed.undoing
        target_state = ActLineState.DONE if undoing else ActLineState.TO_DO
        waiting = select(line).where(line.act_id == self.claimed.id, line.state == target_state)
        act_lines = db.scalars(waiting.order_by(line.place).limit(size)).all()
        if not act_lines:
            self._finish(db, now)
            return False
        viewer = self._viewer(db, now)
        if undoing:
            self._undo(db, viewer, act_lines, now)
        else:
            uids = [act_line.uid for act_line in act_lines]
            reasons: Left = dict.fromkeys(uids, (CLOSED, {}))
            if viewer is not None:
                reasons = self.do_lines(db, viewer, uids, now)
            for act_line in act_lines:
                act_line.state = ActLineState.LEFT if act_line.uid in reasons else ActLineState.DONE
                act_line.reason, params = reasons.get(act_line.uid, ("", {}))
                act_line.params = {name: str(value) for name, value in params.items()}
        db.flush()
        return True

    def _undo(
        self, db: Session, viewer: Viewer | None, found: Sequence[RightActLine], now: datetime
    ) -> None:
        """Restore the rights of these lines, unless they changed since."""
        states = {act_line.right_id: act_line.before for act_line in found}
        back = restore(db, viewer, self.claimed.act, states, now=now) if viewer else frozenset()
        for act_line in found:
            act_line.state = ActLineState.UNDONE if act_line.right_id in back else ActLineState.KEPT

    def _viewer(self, db: Session, now: datetime) -> Viewer | None:
        """Return the person who started it, with their current permissions; None once disabled."""
        who = select(User.id).where(User.id == self.claimed.user_id)
        return find_person(db, who, now.astimezone(PARIS).date())

    def _lock(self, db: Session) -> None:
        """Keep a person from stopping it during this block; raise Conflict if one has."""
        state = ActState.UNDOING if self.claimed.undoing else ActState.WORKING
        row = select(RightAct.id).where(RightAct.id == self.claimed.id, RightAct.state == state)
        if db.scalar(row.with_for_update()) is None:
            raise Conflict(N_("Cette opération est arrêtée."))

    def _finish(self, db: Session, now: datetime) -> None:
        if self.claimed.undoing:
            undone = update(RightAct).where(RightAct.id == self.claimed.id)
            db.execute(undone.values(state=ActState.UNDONE, undone_at=now))
            return
        viewer = self._viewer(db, now)
        undoable = self.claimed.act.undoable and viewer is not None and not viewer.staff
        until = now + UNDO if undoable else None
        ended = update(RightAct).where(RightAct.id == self.claimed.id)
        db.execute(ended.values(state=ActState.DONE, finished_at=now, undo_until=until))
        if self.gathering:  # what cannot be undone is announced now
            self.gathering.postpone(db, until or now, now)

    def do_lines(self, db: Session, viewer: Viewer, uids: Sequence[str], now: datetime) -> Left:
        """Apply the operation to `uids`; return the skipped ones with reasons.

        When a block fails, it is retried one by one, so that a failure only affects its own right.
        """
        try:
            with self.savepoint(db):
                return self._do_fit(db, viewer, uids, now)
        except PortalError as error:
            if len(uids) == 1:
                return {uids[0]: (error.message, error.params)}
        reasons: Left = {}
        for uid in uids:
            reasons |= self.do_lines(db, viewer, [uid], now)
        return reasons

    def _do_fit(self, db: Session, viewer: Viewer, uids: Sequence[str], now: datetime) -> Left:
        split = get_uids_split(db, viewer, self.claimed.act, uids, now)
        fit = [right.uid for right in split.fit]
        reasons: Left = {right.uid: (reason, {}) for right, reason in split.exclusions}
        return reasons | (self._act(db, viewer, fit, now) if fit else {})

    def _act(self, db: Session, viewer: Viewer, uids: Sequence[str], now: datetime) -> Left:
        act, ends_on = self.claimed.act, self.claimed.ends_on
        if act is BulkAct.CANCEL:
            cancel(db, viewer, uids, now=now, many=self.claimed.many)
        elif act is BulkAct.REVOKE:
            revoke(db, viewer, uids, now=now, gathering=self.gathering)
        elif act is BulkAct.REMIND:
            written = recall(db, viewer, uids, now=now).uids
            return {uid: (TIRED, {}) for uid in uids if uid not in set(written)}
        elif ends_on is not None:
            return self._renew(db, viewer, uids, ends_on, now)
        return {}

    def _renew(
        self, db: Session, viewer: Viewer, uids: Sequence[str], ends_on: date, now: datetime
    ) -> Left:
        """Renew rights; return those not renewed, with reasons."""
        reasons: Left = {}
        outcomes = renew_many(db, viewer, uids, ends_on, delays=self.delays, now=now)
        for uid, outcome in zip(uids, outcomes, strict=True):
            if outcome.problems:
                reasons[uid] = outcome.problems[0].sentence, outcome.problems[0].params
            elif outcome.is_duplicate:
                reasons[uid] = KNOWN, {}
        return reasons


def do_now(
    db: Session,
    viewer: Viewer,
    act_id: int,
    *,
    delays: Delays,
    savepoint: Savepoint,
    now: datetime,
) -> None:
    """Run an operation on few rights in the transaction that opened it."""
    viewer.require(get_required_permission(get_act(db, viewer, act_id).act))
    claimed = begin_act(db, act_id, now)
    work = ActWork(claimed, delays, savepoint) if claimed else None
    while work and work.do_block(db, now, IMMEDIATE):
        pass


def stop_act(db: Session, viewer: Viewer, act_id: int, *, now: datetime) -> None:
    """Stop an operation and keep what is done; raise Conflict once it has ended."""
    row = get_act(db, viewer, act_id)
    viewer.require(get_required_permission(row.act))
    change_one(
        db,
        update(RightAct)
        .where(RightAct.id == act_id, RightAct.state.in_([ActState.RECEIVED, ActState.WORKING]))
        .values(state=ActState.STOPPED, finished_at=now),
        N_("Cette opération est déjà finie."),
    )
    lines = update(RightActLine).where(
        RightActLine.act_id == act_id, RightActLine.state == ActLineState.TO_DO
    )
    db.execute(lines.values(state=ActLineState.LEFT, reason=HALTED))
    _note(db, viewer, act_id, "stopped", now)


def undo_act(db: Session, viewer: Viewer, act_id: int, *, now: datetime) -> None:
    """Have the rights of an operation restored.

    Raise Conflict when it cannot be undone, or no longer.
    """
    row = get_act(db, viewer, act_id)
    viewer.require(get_required_permission(row.act))
    change_one(
        db,
        update(RightAct)
        .where(
            RightAct.id == act_id,
            RightAct.state.in_([ActState.DONE, ActState.STOPPED]),
            RightAct.undo_until >= now,
        )
        .values(state=ActState.UNDOING, undone_by=viewer.user_id),
        N_("Cette opération ne peut plus être annulée : son délai est passé."),
    )
    _enqueue(db, row, now)
    _note(db, viewer, act_id, "undone", now)


def _note(db: Session, viewer: Viewer, act_id: int, act: str, now: datetime) -> None:
    note(db, now, f"rights.act_{act}", ("right_act", act_id), actor=viewer.actor)
