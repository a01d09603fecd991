"""Declare one or thousands of rights: rules decide each, the database is queried by blocks."""

import uuid
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.copy import pour, take_ids
from data.identity.audit.actions import note
from data.metering.pces.rules import folded
from data.rights.actions import letters
from data.rights.actions.distributor_knowledge import Known, load_pce_facts
from data.rights.actions.enumeration import is_exhausted, record_lookups
from data.rights.actions.grants import keep_grants
from data.rights.actions.holder_warnings import warn_holders
from data.rights.actions.rate_limits import Mailboxes
from data.rights.actions.upstream_declarations import load_own_open_rights
from data.rights.models import AccessRight, RightEventRow
from data.rights.queries.letter_opt_outs import list_stopped_emails
from data.rights.queries.upstream_mode import is_decided_upstream
from data.rights.rules.declarations import read_declaration
from data.rights.rules.distributor_checks import (
    IDENTITY_CHECKS,
    conflicts_in,
    digest_of,
    guess_holder,
    opening,
    pce_guess,
    renewal_in,
    same_as,
    too_many_letters,
    unknown_pce,
)
from data.rights.rules.outcomes import EXISTS, code_of
from data.rights.rules.pending import answer_due
from data.rights.rules.states import advance
from data.rights.types import (
    Declaration,
    DeclarationForm,
    DeclarationOrigin,
    DeclarationOutcome,
    DeclarationProblem,
    Delays,
    LetterKind,
    Marks,
    OwnRight,
    RightActor,
    RightDataKind,
    RightState,
    RightTrigger,
)

_EVENT = ("right_id", "at", "trigger", "actor", "user_id", "source", "before", "after")
Row = dict[str, Any]
_AS_DECLARED = tuple(
    attribute.name for attribute in fields(Declaration) if attribute.name != "kinds"
)
_as_declared: Callable[[Declaration], tuple[Any, ...]] = attrgetter(*_AS_DECLARED)
Read = tuple[Declaration | None, tuple[DeclarationProblem, ...]]


def declare(
    db: Session, viewer: Viewer, request: DeclarationForm, *, delays: Delays, now: datetime
) -> DeclarationOutcome:
    """Declare one right; return its state, or all problems that prevent it."""
    viewer.require(Permission.RIGHTS_DECLARE)
    viewer.require_contract()
    problem = is_exhausted(db, viewer, now)
    if problem:
        return _stopped((problem,))
    (outcome,) = declare_many(db, viewer, [request], delays=delays, now=now)
    record_lookups(db, viewer, outcome, now)
    return outcome


def check(
    db: Session, viewer: Viewer, asked: DeclarationForm, *, delays: Delays, now: datetime
) -> DeclarationOutcome:
    """Return the problems that would prevent a declaration, without writing it.

    It counts as a failed lookup like a declaration does, so that guessing by checks is no easier.
    """
    viewer.require(Permission.RIGHTS_DECLARE)
    problem = is_exhausted(db, viewer, now)
    if problem:
        return _stopped((problem,))
    (outcome,) = DeclarationBatch(viewer, delays, now, Marks()).decide(db, [asked], lock=False)
    record_lookups(db, viewer, outcome, now)
    return outcome


def declare_many(
    db: Session,
    viewer: Viewer,
    requests: Sequence[DeclarationForm],
    *,
    delays: Delays,
    now: datetime,
    marks: Marks = Marks(),  # noqa: B008 (frozen)
) -> list[DeclarationOutcome]:
    """Declare rights and return the outcome of each, in order; a known declaration is ignored.

    `marks.renews` gives, line by line, the id of the right that the new one renews.
    """
    viewer.require(Permission.RIGHTS_RENEW if marks.renews else Permission.RIGHTS_DECLARE)
    viewer.require_contract()
    batch = DeclarationBatch(viewer, delays, now, marks)
    outcomes = batch.decide(db, requests, lock=True)
    batch.store(db)
    return outcomes


class AcceptedDeclaration(NamedTuple):
    """A declaration that becomes a right."""

    uid: str
    pce_id: int
    declared: Declaration
    state: RightState
    renews: int | None
    trigger: RightTrigger
    actor: RightActor


class DeclarationBatch:
    """The declarations of one transaction: decides each, then writes the accepted ones."""

    def __init__(self, viewer: Viewer, delays: Delays, now: datetime, marks: Marks) -> None:
        self.viewer, self.delays, self.now, self.marks = viewer, delays, now, marks
        self.strict = viewer.program is not None  # about the postal code, as ADICT is
        # a form asks for confirmation first
        self.renews = marks.origin is DeclarationOrigin.FILE or self.strict
        self.writes = False  # or only previews
        self.relayed = False  # the remote distributor knows the PCE and asks its holder
        self.boxes: Mailboxes | None = None
        self.stopped: frozenset[str] = frozenset()  # addresses that opted out of letters
        self.said: Counter[str] = Counter()  # number of lines about each PCE
        self.taken: list[AcceptedDeclaration] = []

    def decide(
        self, db: Session, asked: Sequence[DeclarationForm], *, lock: bool
    ) -> list[DeclarationOutcome]:
        read = [read_declaration(request, self.viewer.today, self.delays) for request in asked]
        return self.decide_read(db, read, lock=lock)

    def decide_read(
        self, db: Session, read: Sequence[Read], *, lock: bool
    ) -> list[DeclarationOutcome]:
        """Decide declarations whose fields are already parsed."""
        self.writes = lock
        self.said = Counter(declared.number for declared, _ in read if declared)
        facts_by_number = self._load_known_pces(
            db, {declared.email for declared, _ in read if declared}
        )
        renewed = self.marks.renews or (None,) * len(read)
        return [
            self._decide(facts_by_number, declared, problems, follows)
            for (declared, problems), follows in zip(read, renewed, strict=True)
        ]

    def _load_known_pces(self, db: Session, emails: Collection[str]) -> Known:
        """Load what is known of each PCE; for relayed ones, only the organisation's own rights."""
        numbers = sorted(self.said)
        self.relayed = is_decided_upstream(db, self.viewer, hold=self.writes)
        if self.relayed:
            return load_own_open_rights(db, self.viewer, numbers, self.now, lock=self.writes)
        self.boxes = Mailboxes(db, self.viewer.organisation_id, self.now)
        self.stopped = list_stopped_emails(db, emails)
        return load_pce_facts(db, self.viewer, numbers, lock=self.writes)

    def _decide(
        self,
        known: Known,
        declared: Declaration | None,
        problems: tuple[DeclarationProblem, ...],
        renews: int | None,
    ) -> DeclarationOutcome:
        if declared is None:
            return _stopped(problems)
        if declared.number not in known:
            return _stopped((unknown_pce(declared.number),), declared)
        pce_id, facts = known[declared.number]
        same = same_as(declared, facts)
        if same is not None:
            return DeclarationOutcome(
                uid=same.uid, state=same.state, code=EXISTS, http=409, is_duplicate=True
            )
        if self.renews:
            renews = renewal_in(declared, facts, self.viewer.today)
        problems = conflicts_in(declared, facts, self.viewer.today, renews, strict=self.strict)
        if problems:
            return _stopped(problems, declared)
        trigger, actor = RightTrigger.RELAYED, RightActor.THIRD_PARTY
        if not self.relayed:
            trigger, actor = opening(declared, facts, self.viewer.organisation)
        move = advance(None, trigger, actor)
        assert move is not None  # noqa: S101 (opening answers what the table has)
        # Counted whether or not the letter waits for a check: the limit would reveal which.
        asks, uid = declared.role.authorised, ""
        if asks and self.boxes and not self.boxes.take(declared.email):
            return _stopped((too_many_letters(),))
        if self.writes:
            uid = str(uuid.uuid4())
            self.taken.append(
                AcceptedDeclaration(uid, pce_id, declared, move.to, renews, trigger, actor)
            )
        if self.said[declared.number] > 1:  # the next line about this PCE must take it into account
            right_facts = None, None, digest_of(declared), uid
            own = OwnRight(-1, declared.role, move.to, *right_facts)
            known[declared.number] = pce_id, replace(facts, own=(*facts.own, own))
        outcome = DeclarationOutcome(uid=uid, state=move.to, code=code_of(move.to))
        # Reported whether or not the letter waits for a check, for the same reason.
        unwritten, guess = asks and declared.email in self.stopped, guess_holder(declared, facts)
        return replace(outcome, guess=guess, unwritten=unwritten, relayed=self.relayed)

    def _row(self, one: AcceptedDeclaration) -> Row:
        today, who, declared = self.viewer.today, self.viewer, one.declared
        site, holder = folded(declared.site), folded(declared.holder)
        search_words = (
            site,
            holder,
            folded(declared.number),
            folded(who.organisation),
            declared.email,
        )
        late = one.state.waiting and not self.relayed  # only answers expected here have a deadline
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
            "search": " ".join(filter(None, search_words)),
        }

    def store(self, db: Session) -> None:
        """Write the accepted rights with their first event, letters, grants and journal."""
        if not self.taken:
            return
        # Ids are reserved first: returning each would cost a statement per row.
        ids = take_ids(db, AccessRight, len(self.taken))
        names = ["id", *self._row(self.taken[0])]
        # A generator, so that rows are built while the database writes the previous ones.
        rows = (
            (id_, *self._row(right).values()) for id_, right in zip(ids, self.taken, strict=True)
        )
        pour(db, AccessRight, names, rows)
        pour(db, RightEventRow, _EVENT, self._events(ids))
        self._journal(db)
        if not self.relayed:
            self._tell(db, ids)

    def _tell(self, db: Session, ids: Sequence[int]) -> None:
        """Send letters to holders, grant active rights, notify the holders' accounts."""
        pairs = list(zip(ids, self.taken, strict=True))
        for state, kind in _TOLD.items():
            recipients = [
                (id_, right.declared.email) for id_, right in pairs if right.state is state
            ]
            letters.write(db, self.viewer.organisation_id, kind, recipients, self.now)
        active = [right for right in self.taken if right.state is RightState.ACTIVE]
        keep_grants(db, {(right.pce_id, self.viewer.organisation_id) for right in active})
        declared = {right.pce_id: right.declared.number for right in self.taken}
        warn_holders(
            db,
            declared,
            self.viewer.organisation_id,
            self.now,
            asked_emails=self._addresses_by_pce(),
        )

    def _addresses_by_pce(self) -> dict[str, str]:
        """Return, by PCE, the address that a letter asks, which needs no second notice."""
        declarations = [item.declared for item in self.taken if item.state is RightState.PENDING]
        return {item.number: item.email for item in declarations if item.email not in self.stopped}

    def _events(self, ids: Sequence[int]) -> Iterator[tuple[Any, ...]]:
        user = self.viewer.user_id
        for id_, right in zip(ids, self.taken, strict=True):
            yield id_, self.now, right.trigger, right.actor, user, None, None, right.state

    def _journal(self, db: Session) -> None:
        """Write a journal line for each right; an import has a single line."""
        actor = self.viewer.user_id, self.viewer.organisation_id
        if self.marks.run_id is not None:
            detail = {"rights": len(self.taken)}
            subject = ("run", self.marks.run_id)
            note(db, self.now, "rights.declared", subject, actor=actor, detail=detail)
            return
        for right in self.taken:
            event_detail = {"pce": right.declared.number, "state": right.state.value}
            action = f"rights.{right.trigger.value}"
            note(db, self.now, action, ("right", right.uid), actor=actor, detail=event_detail)


@lru_cache
def _flags(kinds: frozenset[RightDataKind]) -> Mapping[str, bool]:
    return {kind.value: kind in kinds for kind in RightDataKind}


_TOLD: Mapping[RightState, LetterKind] = {
    RightState.PENDING: LetterKind.CONSENT,
    RightState.ACTIVE: LetterKind.INFORMED,
}


def _stopped(
    problems: tuple[DeclarationProblem, ...], declared: Declaration | None = None
) -> DeclarationOutcome:
    first, guess = problems[0], ""
    if declared and first.check in IDENTITY_CHECKS:
        guess = pce_guess(declared.number, declared.postal_code, declared.holder)
    return DeclarationOutcome(problems, code=first.code, http=first.http, guess=guess)
