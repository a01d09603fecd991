"""Whether the tables still say what the journal says of them: what was rewritten is named."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.controls.models import (
    Campaign,
    Control,
    Decision,
    Deposit,
    DepositedControl,
    JournalEntry,
    Message,
    Piece,
)
from data.controls.queries.one import pieces_of
from data.controls.queries.replay import Stand, follow, out_of_step, with_other_answers
from data.controls.rules.chain import digest_of
from data.controls.types import Broken, Fact, Motive, PieceRow, Verdict
from i18n import N_

_BLOCK = 500
_CHANGED = N_("Le contenu de l’écriture {seq} n’est plus dans les tables.")
_STRANGE = N_("Des lignes des tables ne sont dans aucune des {seq} écritures.")
_FACTS = {
    Verdict.ACCEPT: Fact.ACCEPTED,
    Verdict.AGAIN: Fact.AGAIN,
    Verdict.REJECT: Fact.REJECTED,
}
Rows = Sequence[JournalEntry]


def rewritten(db: Session) -> Iterator[Broken]:
    """Each entry whose message, decision, deposit, campaign or control is another now."""
    stands: dict[int, Stand] = {}
    counted: Counter[Fact] = Counter()
    deposits: set[str] = set()
    seq = 0
    while rows := _after(db, seq):
        seq = rows[-1].seq
        lost = {*_said(db, rows), *_sent(db, rows), *_opened(db, rows), *_ruled(db, rows)}
        yield from (Broken(one, _CHANGED) for one in sorted(lost))
        for row in rows:
            follow(stands, row)
        counted.update(row.fact for row in rows)
        deposits |= {str(row.detail.get("deposit")) for row in rows if row.fact is Fact.SENT}
        db.expunge_all()
    yield from (Broken(one, _CHANGED) for one in with_other_answers(db, stands))
    yield from (Broken(one, _CHANGED) for one in out_of_step(db, stands))
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
            *(one.control_id, one.author_id, one.side, one.at, one.internal),
            *(digest_of(one.text), [piece.sha256 for piece in pieces.get(one.id, ())]),
        )
        internal, said_then = row.fact is Fact.NOTED, row.detail.get
        kept = (
            *(row.control_id, row.actor_id, row.side, row.at, internal),
            *(said_then("sha256"), said_then("pieces")),
        )
        if said != kept or not _named(row, pieces.get(one.id, ()) if one else ()):
            yield row.seq


def _named(row: JournalEntry, pieces: Sequence[PieceRow]) -> bool:
    """Whether pieces have the names they had; an old entry does not say them."""
    names = [digest_of(piece.name) for piece in pieces]
    return bool(row.detail.get("names", names) == names)


def _sent(db: Session, rows: Rows) -> Iterator[int]:
    wanted = [row for row in rows if row.fact is Fact.SENT]
    uids = {str(row.detail.get("deposit")) for row in wanted}
    found = {one.uid: one for one in db.scalars(select(Deposit).where(Deposit.uid.in_(uids)))}
    pieces = pieces_of(db, Piece.deposit_id, [one.id for one in found.values()])
    covered = _covered(db, uids)
    for row in wanted:
        uid = str(row.detail.get("deposit"))
        one = found.get(uid)
        kept = pieces.get(one.id, ()) if one else ()
        held = [
            {"piece": it.uid, "sha256": it.sha256, "size": it.size, "kind": it.kind.value}
            for it in kept
        ]
        same = one and (one.sent_at, held) == (row.at, row.detail.get("pieces"))
        if not same or (uid, row.control_id, row.at) not in covered or not _named(row, kept):
            yield row.seq


def _covered(db: Session, uids: Collection[str]) -> set[tuple[object, ...]]:
    """(deposit, control, when) of what was sent, by the third party of each control."""
    query = (
        select(Deposit.uid, DepositedControl.control_id, DepositedControl.sent_at)
        .join(Deposit, Deposit.id == DepositedControl.deposit_id)
        .join(Control, Control.id == DepositedControl.control_id)
        .where(Deposit.uid.in_(uids), Deposit.organisation_id == Control.organisation_id)
    )
    return {tuple(row) for row in db.execute(query)}


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
    query = select(Decision, Deposit.uid).outerjoin(Deposit, Deposit.id == Decision.deposit_id)
    for one, deposit in db.execute(query.where(Decision.control_id.in_(ids))):
        known |= set(_marks(one, deposit))
    for row in wanted:
        if _mark(row) not in known:
            yield row.seq


def _marks(one: Decision, deposit: str | None) -> Iterator[tuple[object, ...]]:
    """What the journal says of a decision, an entry each; an old one names no deposit."""
    motive = one.motive.value if one.motive else None
    if one.by_id is None and one.motive is Motive.NOTHING_SENT:
        yield one.control_id, Fact.LATE, one.at, None, motive, None, deposit
    else:
        digest = digest_of(one.text)
        place = one.control_id, _FACTS[one.verdict], one.at, one.by_id, motive, digest
        yield *place, deposit
        yield *place, None
        yield one.control_id, Fact.APPLIED, one.applied_at, None, one.verdict.value
    yield one.control_id, Fact.UNDONE, one.undone_at, one.undone_by, one.verdict.value


def _mark(row: JournalEntry) -> tuple[object, ...]:
    place = row.control_id, row.fact, row.at, row.actor_id
    if row.fact in {Fact.UNDONE, Fact.APPLIED}:
        return (*place, row.detail.get("verdict"))
    return (*place, *map(row.detail.get, ("motive", "sha256", "deposit")))


def _expected(counted: Counter[Fact], deposits: int) -> tuple[int, ...]:
    decisions = sum(counted[fact] for fact in (*_FACTS.values(), Fact.LATE))
    messages = counted[Fact.WRITTEN] + counted[Fact.NOTED]
    done = counted[Fact.APPLIED] + counted[Fact.LATE], counted[Fact.UNDONE]
    return counted[Fact.OPENED], messages, deposits, counted[Fact.SENT], decisions, *done


def _counts(db: Session) -> tuple[int, ...]:
    """How many rows there are of each thing that has its entry."""
    of_decisions = Decision.id, Decision.applied_at, Decision.undone_at
    columns = (Campaign.id, Message.id, Deposit.sent_at, DepositedControl.sent_at, *of_decisions)
    return tuple(db.scalar(select(func.count(column))) or 0 for column in columns)
