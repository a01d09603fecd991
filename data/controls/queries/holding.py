"""Whether the tables still say what the journal says of them: what was rewritten is named."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.controls.models import (
    Campaign,
    Control,
    Decision,
    Deposit,
    JournalEntry,
    Message,
    Piece,
)
from data.controls.queries.one import pieces_of
from data.controls.rules.chain import digest_of
from data.controls.types import Broken, Fact, Verdict
from i18n import N_

_BLOCK = 500
_CHANGED = N_("Ce que dit l’écriture {seq} n’est plus dans les tables.")
_STRANGE = N_("Des lignes des tables ne sont dans aucune des {seq} écritures.")
_FACTS = {
    Verdict.ACCEPT: Fact.ACCEPTED,
    Verdict.AGAIN: Fact.AGAIN,
    Verdict.REJECT: Fact.REJECTED,
}
Rows = Sequence[JournalEntry]


@dataclass(slots=True)
class _Stand:
    """Where the journal leaves a control."""

    seq: int = 0
    state: object = None
    due: object = None
    closed: bool = False


def rewritten(db: Session) -> Iterator[Broken]:
    """Each entry whose message, decision, deposit, campaign or control is another now."""
    stands: dict[int, _Stand] = {}
    counted: Counter[Fact] = Counter()
    deposits: set[str] = set()
    seq = 0
    while rows := _after(db, seq):
        seq = rows[-1].seq
        lost = {*_said(db, rows), *_sent(db, rows), *_opened(db, rows), *_ruled(db, rows)}
        yield from (Broken(one, _CHANGED) for one in sorted(lost))
        for row in rows:
            _follow(stands, row)
        counted.update(row.fact for row in rows)
        deposits |= {str(row.detail.get("deposit")) for row in rows if row.fact is Fact.SENT}
        db.expunge_all()
    yield from _standing(db, stands)
    if _counts(db) != _expected(counted, len(deposits)):
        yield Broken(seq, _STRANGE)


def _after(db: Session, seq: int) -> Rows:
    query = select(JournalEntry).where(JournalEntry.seq > seq).order_by(JournalEntry.seq)
    return db.scalars(query.limit(_BLOCK)).all()


def _said(db: Session, rows: Rows) -> Iterator[int]:
    wanted = [row for row in rows if row.fact in {Fact.WRITTEN, Fact.NOTED}]
    uids = [str(row.detail.get("message")) for row in wanted]
    found = {one.uid: one for one in db.scalars(select(Message).where(Message.uid.in_(uids)))}
    pieces = pieces_of(db, Piece.message_id, [one.id for one in found.values()])
    for row in wanted:
        one = found.get(str(row.detail.get("message")))
        said = one and (
            *(one.control_id, one.author_id, one.at, one.internal, digest_of(one.text)),
            [piece.sha256 for piece in pieces.get(one.id, ())],
        )
        internal, said_then = row.fact is Fact.NOTED, row.detail.get
        kept = (
            *(row.control_id, row.actor_id, row.at, internal),
            *(said_then("sha256"), said_then("pieces")),
        )
        if said != kept:
            yield row.seq


def _sent(db: Session, rows: Rows) -> Iterator[int]:
    wanted = [row for row in rows if row.fact is Fact.SENT]
    uids = {str(row.detail.get("deposit")) for row in wanted}
    found = {one.uid: one for one in db.scalars(select(Deposit).where(Deposit.uid.in_(uids)))}
    pieces = pieces_of(db, Piece.deposit_id, [one.id for one in found.values()])
    for row in wanted:
        one = found.get(str(row.detail.get("deposit")))
        held = [
            {"piece": it.uid, "sha256": it.sha256, "size": it.size, "kind": it.kind.value}
            for it in (pieces.get(one.id, ()) if one else ())
        ]
        if one is None or (one.sent_at, held) != (row.at, row.detail.get("pieces")):
            yield row.seq


def _opened(db: Session, rows: Rows) -> Iterator[int]:
    wanted = [row for row in rows if row.fact is Fact.OPENED]
    uids = [str(row.detail.get("campaign")) for row in wanted]
    found = {one.uid: one for one in db.scalars(select(Campaign).where(Campaign.uid.in_(uids)))}
    for row in wanted:
        one: Any = found.get(str(row.detail.get("campaign")))
        said = one and {
            "way": one.way.value,
            "due": one.due_on.isoformat(),
            **{name: getattr(one, name) for name in ("drawn", "rate", "seed", "mark")},
            **{name: getattr(one, name) for name in ("eligible", "among")},
        }
        kept = {name: value for name, value in row.detail.items() if name != "campaign"}
        if not said or any(said.get(name) != value for name, value in kept.items()):
            yield row.seq


def _ruled(db: Session, rows: Rows) -> Iterator[int]:
    """Decisions, and what became of each."""
    ruled = {*_FACTS.values(), Fact.LATE, Fact.UNDONE, Fact.APPLIED}
    wanted = [row for row in rows if row.fact in ruled]
    ids = {row.control_id for row in wanted}
    known: set[tuple[object, ...]] = set()
    for one in db.scalars(select(Decision).where(Decision.control_id.in_(ids))):
        known |= set(_marks(one))
    for row in wanted:
        if _mark(row) not in known:
            yield row.seq


def _marks(one: Decision) -> Iterator[tuple[object, ...]]:
    """What the journal says of a decision, an entry each."""
    motive = one.motive.value if one.motive else None
    if one.by_id is None:
        yield one.control_id, Fact.LATE, one.at, None, motive, None
    else:
        digest = digest_of(one.text)
        yield one.control_id, _FACTS[one.verdict], one.at, one.by_id, motive, digest
        yield one.control_id, Fact.APPLIED, one.applied_at, None, one.verdict.value
    yield one.control_id, Fact.UNDONE, one.undone_at, one.undone_by, one.verdict.value


def _mark(row: JournalEntry) -> tuple[object, ...]:
    place = row.control_id, row.fact, row.at, row.actor_id
    if row.fact in {Fact.UNDONE, Fact.APPLIED}:
        return (*place, row.detail.get("verdict"))
    return (*place, row.detail.get("motive"), row.detail.get("sha256"))


def _follow(stands: dict[int, _Stand], row: JournalEntry) -> None:
    if row.control_id is None:
        return
    stand = stands.setdefault(row.control_id, _Stand())
    if "state" in row.detail:
        stand.seq, stand.state = row.seq, row.detail["state"]
    if row.fact is Fact.UNDONE or "due" in row.detail:  # an old undoing does not say it
        stand.due = row.detail.get("due")
    if row.fact is Fact.CLOSED:
        stand.seq, stand.closed = row.seq, True


def _standing(db: Session, stands: dict[int, _Stand]) -> Iterator[Broken]:
    query = select(Control.id, Control.state, Control.due_on, Control.closed_at)
    for row in db.execute(query.execution_options(yield_per=1000)):
        stand = stands.pop(row.id, _Stand())
        same = stand.state == row.state.value and stand.closed == bool(row.closed_at)
        if not same or stand.due not in {None, row.due_on.isoformat()}:
            yield Broken(stand.seq, _CHANGED)
    yield from (Broken(one.seq, _CHANGED) for one in stands.values() if one.state)


def _expected(counted: Counter[Fact], deposits: int) -> tuple[int, ...]:
    decisions = sum(counted[fact] for fact in (*_FACTS.values(), Fact.LATE))
    messages = counted[Fact.WRITTEN] + counted[Fact.NOTED]
    done = counted[Fact.APPLIED] + counted[Fact.LATE], counted[Fact.UNDONE]
    return counted[Fact.OPENED], messages, deposits, decisions, *done


def _counts(db: Session) -> tuple[int, ...]:
    """How many rows there are of each thing that has its entry."""
    of_decisions = Decision.id, Decision.applied_at, Decision.undone_at
    columns = (Campaign.id, Message.id, Deposit.sent_at, *of_decisions)
    return tuple(db.scalar(select(func.count(column))) or 0 for column in columns)
