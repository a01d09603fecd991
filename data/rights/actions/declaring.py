"""Declaring rights, one or thousands: the rules decide each, the database is asked by blocks."""

import uuid
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from data.access import Permission, Viewer
from data.audit.actions import note
from data.pces.rules import folded
from data.pouring import pour, take_ids
from data.rights.actions import letters
from data.rights.actions.grants import keep_grants
from data.rights.actions.guessing import remember, spent_out
from data.rights.actions.knowing import Known, standings
from data.rights.actions.relaying import own_alone
from data.rights.actions.sparing import Mailboxes
from data.rights.actions.warning import warn_holders
from data.rights.models import AccessRight, RightEventRow
from data.rights.queries.relayed import relays
from data.rights.queries.stopped import stopped_in
from data.rights.rules.declaring import read_declaration
from data.rights.rules.outcomes import EXISTS, code_of
from data.rights.rules.standing import (
    IDENTITY_CHECKS,
    conflicts_in,
    digest_of,
    guess_in,
    opening,
    pce_guess,
    renewal_in,
    same_as,
    too_many_letters,
    unknown_pce,
)
from data.rights.rules.states import advance
from data.rights.rules.waiting import answer_due
from data.rights.types import (
    Actor,
    Asked,
    Declaration,
    Delays,
    Kind,
    LetterKind,
    Marks,
    Origin,
    Outcome,
    OwnRight,
    Problem,
    RightState,
    Trigger,
)

_EVENT = ("right_id", "at", "trigger", "actor", "user_id", "source", "before", "after")
Row = dict[str, Any]
_AS_DECLARED = tuple(one.name for one in fields(Declaration) if one.name != "kinds")
_as_declared: Callable[[Declaration], tuple[Any, ...]] = attrgetter(*_AS_DECLARED)
Read = tuple[Declaration | None, tuple[Problem, ...]]


def declare(db: Session, viewer: Viewer, asked: Asked, *, delays: Delays, now: datetime) -> Outcome:
    """Declare one right: 201 and its state, or every problem that stops it."""
    viewer.require(Permission.RIGHTS_DECLARE)
    viewer.require_contract()
    problem = spent_out(db, viewer, now)
    if problem:
        return _stopped((problem,))
    (outcome,) = declare_many(db, viewer, [asked], delays=delays, now=now)
    remember(db, viewer, outcome, now)
    return outcome


def check(db: Session, viewer: Viewer, asked: Asked, *, delays: Delays, now: datetime) -> Outcome:
    """What stands in the way of one right as the distributor knows its PCE; nothing is declared.

    It counts as a declaration does among the vain tries of a person: who guesses learns no more
    by checking than by sending.
    """
    viewer.require(Permission.RIGHTS_DECLARE)
    problem = spent_out(db, viewer, now)
    if problem:
        return _stopped((problem,))
    (outcome,) = Batch(viewer, delays, now, Marks()).decide(db, [asked], lock=False)
    remember(db, viewer, outcome, now)
    return outcome


def declare_many(  # noqa: PLR0913 (each by its name)
    db: Session,
    viewer: Viewer,
    asked: Sequence[Asked],
    *,
    delays: Delays,
    now: datetime,
    marks: Marks = Marks(),  # noqa: B008 (frozen)
) -> list[Outcome]:
    """What becomes of each line, in order; a line that says what is already there changes nothing.

    `marks.renews` names, line by line, the right that the new one follows.
    """
    viewer.require(Permission.RIGHTS_RENEW if marks.renews else Permission.RIGHTS_DECLARE)
    viewer.require_contract()
    batch = Batch(viewer, delays, now, marks)
    outcomes = batch.decide(db, asked, lock=True)
    batch.store(db)
    return outcomes


class Taken(NamedTuple):
    """A declaration that becomes a right."""

    uid: str
    pce_id: int
    declared: Declaration
    state: RightState
    renews: int | None
    trigger: Trigger
    actor: Actor


class Batch:
    """The declarations of one transaction: what is decided of each, and the rights to write."""

    def __init__(self, viewer: Viewer, delays: Delays, now: datetime, marks: Marks) -> None:
        self.viewer, self.delays, self.now, self.marks = viewer, delays, now, marks
        self.strict = viewer.program is not None  # about the postal code, as ADICT is
        self.renews = marks.origin is Origin.FILE or self.strict  # a form asks first
        self.writes = False  # or only looks at what would be written
        self.relayed = False  # to the distributor, which knows the PCE and asks its holder
        self.boxes: Mailboxes | None = None
        self.stopped: frozenset[str] = frozenset()  # addresses whose reader wants no letter
        self.said: Counter[str] = Counter()  # how many lines are about each PCE
        self.taken: list[Taken] = []

    def decide(self, db: Session, asked: Sequence[Asked], *, lock: bool) -> list[Outcome]:
        read = [read_declaration(one, self.viewer.today, self.delays) for one in asked]
        return self.decide_read(db, read, lock=lock)

    def decide_read(self, db: Session, read: Sequence[Read], *, lock: bool) -> list[Outcome]:
        """The same for declarations whose fields are read already."""
        self.writes = lock
        self.said = Counter(declared.number for declared, _ in read if declared)
        known = self._known(db, {declared.email for declared, _ in read if declared})
        renewed = self.marks.renews or (None,) * len(read)
        return [
            self._decide(known, declared, problems, follows)
            for (declared, problems), follows in zip(read, renewed, strict=True)
        ]

    def _known(self, db: Session, emails: Collection[str]) -> Known:
        """What is known of each PCE; of what is relayed, nothing but the organisation's own."""
        numbers = sorted(self.said)
        self.relayed = relays(db, self.viewer, hold=self.writes)
        if self.relayed:
            return own_alone(db, self.viewer, numbers, self.now, lock=self.writes)
        self.boxes = Mailboxes(db, self.viewer.organisation_id, self.now)
        self.stopped = stopped_in(db, emails)
        return standings(db, self.viewer, numbers, lock=self.writes)

    def _decide(
        self,
        known: Known,
        declared: Declaration | None,
        problems: tuple[Problem, ...],
        renews: int | None,
    ) -> Outcome:
        if declared is None:
            return _stopped(problems)
        if declared.number not in known:
            return _stopped((unknown_pce(declared.number),), declared)
        pce_id, standing = known[declared.number]
        same = same_as(declared, standing)
        if same is not None:
            return Outcome(uid=same.uid, state=same.state, code=EXISTS, http=409, known=True)
        if self.renews:
            renews = renewal_in(declared, standing, self.viewer.today)
        problems = conflicts_in(declared, standing, self.viewer.today, renews, strict=self.strict)
        if problems:
            return _stopped(problems, declared)
        trigger, actor = Trigger.RELAYED, Actor.THIRD_PARTY
        if not self.relayed:
            trigger, actor = opening(declared, standing, self.viewer.organisation)
        move = advance(None, trigger, actor)
        assert move is not None  # noqa: S101 (opening answers what the table has)
        # Whether a letter leaves at once or after a check: the limit would tell which.
        asks, uid = declared.role.authorised, ""
        if asks and self.boxes and not self.boxes.take(declared.email):
            return _stopped((too_many_letters(),))
        if self.writes:
            uid = str(uuid.uuid4())
            self.taken.append(Taken(uid, pce_id, declared, move.to, renews, trigger, actor))
        if self.said[declared.number] > 1:  # the next line about it has to know of this one
            told = None, None, digest_of(declared), uid
            own = OwnRight(-1, declared.role, move.to, *told)
            known[declared.number] = pce_id, replace(standing, own=(*standing.own, own))
        made = Outcome(uid=uid, state=move.to, code=code_of(move.to))
        # Said whether a letter would leave at once or after a check, for the same reason.
        unwritten, guess = asks and declared.email in self.stopped, guess_in(declared, standing)
        return replace(made, guess=guess, unwritten=unwritten, relayed=self.relayed)

    def _row(self, one: Taken) -> Row:
        today, who, declared = self.viewer.today, self.viewer, one.declared
        site, holder = folded(declared.site), folded(declared.holder)
        told = (site, holder, folded(declared.number), folded(who.organisation), declared.email)
        late = one.state.waiting and not self.relayed  # somebody is asked here, who may be late
        due = answer_due(today, self.delays) if late else None
        return {
            **dict(zip(_AS_DECLARED, _as_declared(declared), strict=True)),
            "uid": one.uid,
            "pce_id": one.pce_id,
            "organisation_id": who.organisation_id,
            "state": one.state,
            "holder_key": holder,
            "site_key": site,
            "ends_key": declared.ends_on or date.max,
            **_flags(declared.kinds),
            "created_at": self.now,
            "declared_on": today,
            "created_by": who.user_id,
            "origin": self.marks.origin,
            "run_id": self.marks.run_id,
            "renews_id": one.renews,
            "digest": digest_of(declared),
            "relayed": self.relayed,
            "answer_due": due,
            "search": " ".join(filter(None, told)),
        }

    def store(self, db: Session) -> None:
        """Write what was decided: rights, their first event, letters, grants, the journal."""
        if not self.taken:
            return
        # Ids are taken first: to have each of them returned costs a statement a row.
        ids = take_ids(db, AccessRight, len(self.taken))
        names = ["id", *self._row(self.taken[0])]
        # Each row is made while the database writes those before.
        rows = ((id_, *self._row(one).values()) for id_, one in zip(ids, self.taken, strict=True))
        pour(db, AccessRight, names, rows)
        pour(db, RightEventRow, _EVENT, self._events(ids))
        self._journal(db)
        if not self.relayed:
            self._tell(db, ids)

    def _tell(self, db: Session, ids: Sequence[int]) -> None:
        """Letters to the holders, what active rights let read, a word to who holds the PCE."""
        pairs = list(zip(ids, self.taken, strict=True))
        for state, kind in _TOLD.items():
            told = [(id_, one.declared.email) for id_, one in pairs if one.state is state]
            letters.write(db, self.viewer.organisation_id, kind, told, self.now)
        active = [one for one in self.taken if one.state is RightState.ACTIVE]
        keep_grants(db, {(one.pce_id, self.viewer.organisation_id) for one in active})
        declared = {one.pce_id: one.declared.number for one in self.taken}
        warn_holders(db, declared, self.viewer.organisation_id, self.now, asked=self._asked())

    def _asked(self) -> dict[str, str]:
        """By PCE, the address that a letter asks: its reader is not told the same by a second."""
        asked = [one.declared for one in self.taken if one.state is RightState.PENDING]
        return {one.number: one.email for one in asked if one.email not in self.stopped}

    def _events(self, ids: Sequence[int]) -> Iterator[tuple[Any, ...]]:
        user = self.viewer.user_id
        for id_, one in zip(ids, self.taken, strict=True):
            yield id_, self.now, one.trigger, one.actor, user, None, None, one.state

    def _journal(self, db: Session) -> None:
        """One line a right; an import, whose rights have their own timeline, has one in all."""
        actor = self.viewer.user_id, self.viewer.organisation_id
        if self.marks.run_id is not None:
            detail = {"rights": len(self.taken)}
            subject = ("run", self.marks.run_id)
            note(db, self.now, "rights.declared", subject, actor=actor, detail=detail)
            return
        for one in self.taken:
            said = {"pce": one.declared.number, "state": one.state.value}
            action = f"rights.{one.trigger.value}"
            note(db, self.now, action, ("right", one.uid), actor=actor, detail=said)


@lru_cache
def _flags(kinds: frozenset[Kind]) -> Mapping[str, bool]:
    return {kind.value: kind in kinds for kind in Kind}


_TOLD: Mapping[RightState, LetterKind] = {
    RightState.PENDING: LetterKind.CONSENT,
    RightState.ACTIVE: LetterKind.INFORMED,
}


def _stopped(problems: tuple[Problem, ...], declared: Declaration | None = None) -> Outcome:
    first, guess = problems[0], ""
    if declared and first.check in IDENTITY_CHECKS:
        guess = pce_guess(declared.number, declared.postal_code, declared.holder)
    return Outcome(problems, code=first.code, http=first.http, guess=guess)
