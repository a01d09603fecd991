"""Find what to send to the mirrored distributors, each minute; workers send it."""

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import TypeVar

import structlog

from core.database import Database, Session
from core.errors import NotFound, Unavailable, Unreadable
from core.i18n import N_
from core.log import reference
from core.queue import checkpoint, confirm_lease
from core.queue_handlers import Continuation, Success, WorkContext, WorkHandler, WorkOutcome
from core.queue_types import ClaimedItem, LeaseLost, Progress
from data.controls.files.storage import Storage
from data.exchange.mirror.actions import answers, outgoing_queue, sendings
from data.exchange.mirror.actions.connection import note_outcome
from data.exchange.mirror.channels import Upstream
from data.exchange.mirror.channels.http_call import NO_WORDS
from data.exchange.mirror.channels.right_parser import right_in
from data.exchange.mirror.queries.unscoped import list_senders
from data.exchange.mirror.rules.sendings import (
    is_of,
    left_then,
    may_be,
    named,
    next_try,
    open_there,
)
from data.exchange.mirror.types import (
    ClaimedSending,
    Enclosed,
    LineFault,
    NotTaken,
    SendingState,
    SendingTurn,
    SendingVerb,
    Spent,
    TheirRight,
    UpstreamDown,
    UpstreamResponse,
)
from data.rights.rules.outcomes import EXISTS
from data.rights.types import ProofState
from jobs.job_clock import Clock, clock_since
from jobs.mirror_gathering import cancel_stranded, gather
from jobs.retry import written

log = structlog.get_logger("portal")
SLICE_S = 60.0  # of one organisation, before others get their turn
DOWN = 2  # outages in a row after which the other side is left alone until the next turn
_CONFLICT = 409
_OVER = {SendingState.DONE, SendingState.DROPPED}
_LOST = N_("La pièce de preuve n’est plus là : déposez-la de nouveau.")
Opening = Callable[[int, Clock], Upstream]
Finding = Callable[
    [ClaimedSending, Sequence[TheirRight], Collection[str]], str
]  # its id on the other side, or ""


_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class SendingWays:
    """How to reach an organisation's distributor, and where pieces of proof are stored."""

    opening: Opening
    storage: Storage


def plan(database: Database, now: datetime) -> int:
    """Find what the other side lacks, and have workers send it; return for how many organisations.

    It is found again as long as it is missing there: if killed, the next turn does the rest.
    """
    cancel_stranded(database, now)
    with database.reading() as db:
        senders = list_senders(db, now)
    clock = clock_since(now)
    for organisation_id in senders:
        gather(database, organisation_id, clock())
    if not senders:
        return 0
    with database.transaction() as db:
        return sendings.plan_sending(db, senders, clock())


def sending_handler(ways: SendingWays) -> WorkHandler:
    """Return the handler that sends an organisation's messages, in order."""

    def run(item: ClaimedItem, context: WorkContext) -> WorkOutcome:
        turn = _Turn(ways, item, context)
        outcome = turn.work()
        if turn.sent != SendingTurn():
            log.info("mirror.sent", organisation=turn.organisation_id, **asdict(turn.sent))
        return outcome

    return WorkHandler(sendings.SEND_UPSTREAM, run)


class _NotLeft(UpstreamDown):
    """What must be sent cannot be read for now: nothing was sent."""

    def __init__(self, error: Unavailable) -> None:
        super().__init__(error.message, None, **error.params)
        self.reached = False


class _UnreadError(Exception):
    """What was sent may be described by a line that cannot be read."""


class _Turn:
    """One turn of the queue of an organisation."""

    def __init__(self, ways: SendingWays, item: ClaimedItem, context: WorkContext) -> None:
        self.ways, self.item, self.context = ways, item, context
        self.database, self.now = context.database, context.now
        self.organisation_id: int = item.payload["organisation"]
        self.sent = SendingTurn()
        self.heard = False  # its connection records it

    def work(self) -> WorkOutcome:
        """Send what is due for a while; what fails is left to the next minute."""
        with self.database.reading() as db:
            due = sendings.list_to_send(db, self.organisation_id, self.now())
            if not due or self.organisation_id not in list_senders(db, self.now()):
                return Success()
        try:
            upstream = self.ways.opening(self.organisation_id, self.now)
        except (NotFound, NotTaken):
            return Success()
        return self._send(upstream, due)

    def _send(self, upstream: Upstream, due: Sequence[int]) -> WorkOutcome:
        until, down = time.monotonic() + SLICE_S, 0
        for sending_id in due:
            if down >= DOWN:
                return Success()
            if time.monotonic() > until or self.context.is_stopping():
                return Continuation(Progress({}))
            parcel = self._claim(sending_id)
            if parcel is None:
                continue
            delivery = _Delivery(self, upstream, parcel)
            try:
                self.count(delivery.deliver())
                down = 0
                self._hear(upstream)
            except LeaseLost:
                raise
            except (Spent, NotTaken, NotFound) as error:
                self._stop(delivery, error)
                return Success()
            except UpstreamDown as error:
                down += 1
                log.warning("mirror.not_sent", sending=parcel.id, problem=error.message)
                self._put_back(delivery, error.retry_at, reached=error.reached)
            except Exception:
                log.exception("mirror.parcel", sending=parcel.id, reference=reference())
                self._put_back(delivery, None, reached=True)
        return Success()

    def count(self, state: SendingState) -> None:
        """Count a message that is left in `state`."""
        done, refused = state in _OVER, state is SendingState.REFUSED
        later = state in {SendingState.QUEUED, SendingState.UNSURE}
        sent = self.sent
        self.sent = SendingTurn(sent.done + done, sent.refused + refused, sent.later + later)

    def write(self, change: Callable[[Session], _T]) -> _T:
        """Return the result of `change` in its own transaction, while the lease is held."""

        def change_under_lease(db: Session) -> _T:
            checkpoint(db, self.item, Progress({}))  # earlier attempts no longer count
            return change(db)

        return written(self.database, change_under_lease)

    def _claim(self, sending_id: int) -> ClaimedSending | None:
        def claim(db: Session) -> ClaimedSending | None:
            confirm_lease(db, self.item)
            return outgoing_queue.claim(db, sending_id, self.now())

        return written(self.database, claim)

    def _hear(self, upstream: Upstream) -> None:
        """Record on the connection that the other side answers, once per turn."""
        if upstream.calls and not self.heard:
            self.heard = True
            who = self.organisation_id
            self.write(lambda db: note_outcome(db, who, None, now=self.now()))

    def _stop(self, delivery: "_Delivery", error: Spent | NotTaken | NotFound) -> None:
        """Stop without counting an attempt: the call limit is reached, or access refused."""
        at, who, reply = self.now(), self.organisation_id, str(error.params.get("reply", ""))
        self.count(SendingState.QUEUED)

        def stop(db: Session) -> None:
            outgoing_queue.put_back(
                db, delivery.parcel, at, reached=delivery.is_answered, counted=False
            )
            if isinstance(error, Spent):
                outgoing_queue.put_off(db, who, error.until, reply[: answers.LONGEST])
                note_outcome(db, who, error, now=at)

        self.write(stop)

    def _put_back(self, delivery: "_Delivery", retry_at: datetime | None, *, reached: bool) -> None:
        parcel, reached = delivery.parcel, delivery.is_answered or reached
        at = next_try(parcel.created_at, self.now(), retry_at)
        self.count(SendingState.QUEUED)
        self.write(lambda db: outgoing_queue.put_back(db, parcel, at, reached=reached))


class _Delivery:
    """One message: searched if it may be there already, else sent, then recorded."""

    def __init__(self, turn: _Turn, upstream: Upstream, parcel: ClaimedSending) -> None:
        self.turn, self.upstream, self.parcel = turn, upstream, parcel
        self.is_answered = False  # an answer to what was sent has arrived

    def deliver(self) -> SendingState:
        """Send it, record the answer, and return the state it is left in."""
        verbs = {
            SendingVerb.DECLARE: self._declare,
            SendingVerb.REVOKE: self._revoke,
            SendingVerb.PROVE: self._prove,
        }
        try:
            return verbs[self.parcel.verb]()
        except _UnreadError:
            self._take(answers.take_unread)
            return SendingState.UNSURE

    def _declare(self) -> SendingState:
        if self.parcel.left_at is not None:
            upstream_right = self._seconds_left()
            if upstream_right or not self.parcel.is_outgoing:
                return self._is_there(upstream_right) if upstream_right else self._dropped()
        answer = self.upstream.declare(self.parcel.number, self.parcel.body or {})
        self.is_answered = True
        if answer.is_accepted:
            return self._created_right(answer)
        if answer.status == _CONFLICT:
            same = self._find_created_right(open_there)
            if same:
                return self._is_there(same)
            if answer.code == EXISTS and self.parcel.follows:
                self._take(answers.take_early, answer)
                return SendingState.QUEUED
        return self._refused(answer)

    def _created_right(self, answer: UpstreamResponse) -> SendingState:
        """Return the state after creating a right, from the answer or, if incomplete, the list."""
        body = {"date_creation": answer.body.get("date_creation_droit_acces"), **answer.body}
        upstream_right = right_in(0, body)
        if isinstance(upstream_right, LineFault) or not self._is_ours(upstream_right):
            earlier_right = self._seconds_left()
            if earlier_right is None:
                raise UpstreamDown(NO_WORDS)
            upstream_right = earlier_right
        return self._is_there(upstream_right, answer)

    def _is_ours(self, theirs: TheirRight) -> bool:
        with self.turn.database.reading() as db:
            taken_uids = outgoing_queue.taken_there(db, self.parcel, [theirs.uid])
        return is_of(theirs, self.parcel) and not taken_uids

    def _seconds_left(self) -> TheirRight | None:
        return self._find_created_right(left_then, outgoing_queue.not_new)

    def _find_created_right(
        self, which: Finding, others: Callable[..., frozenset[str]] = outgoing_queue.taken_there
    ) -> TheirRight | None:
        """Return their right on this PCE that is not one of `others`; None without any.

        Raise _UnreadError when no readable line matches and an unreadable one might.
        """
        parcel = replace(self.parcel, left_at=self.parcel.left_at or self.parcel.tried_at)
        lines = list(self.upstream.rights([parcel.number]))
        with self.turn.database.reading() as db:
            taken_uids = others(db, parcel, [line.uid for line in lines])
        rights = [line for line in lines if isinstance(line, TheirRight)]
        uid = which(parcel, rights, taken_uids)
        upstream_right = next((line for line in rights if line.uid == uid), None)
        faults = (line for line in lines if isinstance(line, LineFault))
        if upstream_right is None and any(may_be(line, parcel, taken_uids) for line in faults):
            raise _UnreadError
        return upstream_right

    def _take(self, take: Callable[..., None], *said: object) -> None:
        self.turn.write(lambda db: take(db, self.parcel, self.turn.now(), *said))

    def _is_there(self, theirs: TheirRight, answer: UpstreamResponse | None = None) -> SendingState:
        self._take(answers.take_declared, theirs, answer)
        return SendingState.DONE

    def _dropped(self) -> SendingState:
        self._take(answers.take_dropped)
        return SendingState.DROPPED

    def _refused(self, answer: UpstreamResponse) -> SendingState:
        self._take(answers.take_refused, answer)
        return SendingState.REFUSED

    def _revoke(self) -> SendingState:
        answer = self.upstream.revoke(self.parcel.their_uid)
        if not answer.is_accepted:
            upstream_right = self._find_created_right(named)
            if upstream_right is not None and not upstream_right.state.final:
                return self._refused(answer)
        self._take(answers.take_revoked, answer if answer.is_accepted else None)
        return SendingState.DONE

    def _prove(self) -> SendingState:
        answer = None
        if not (self.parcel.left_at and self.parcel.first_proof and self._is_proved()):
            try:
                pieces = self._pieces()
            except Unreadable:
                return self._refused(UpstreamResponse(0, "", _LOST))
            answer = self.upstream.prove(self.parcel.their_uid, pieces)
            if not answer.is_accepted:
                return self._refused(answer)
        self._take(answers.take_proved, answer)
        return SendingState.DONE

    def _is_proved(self) -> bool:
        upstream_right = self._find_created_right(named)
        return upstream_right is not None and upstream_right.proof_state is not ProofState.AWAITED

    def _pieces(self) -> Sequence[Enclosed]:
        pieces = self.parcel.pieces
        try:
            return [
                Enclosed(piece.name, piece.mime, self.turn.ways.storage.get(piece.key))
                for piece in pieces
            ]
        except Unavailable as error:
            raise _NotLeft(error) from error
