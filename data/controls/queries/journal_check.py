"""Compare the tables with the journal, and name what was rewritten."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.i18n import N_
from data.controls.models import (
    Campaign,
    Control,
    Decision,
    Deposit,
    DepositedControl,
    JournalEntry,
    Message,
    ProofPiece,
)
from data.controls.queries.detail import load_pieces
from data.controls.queries.replay import (
    Stand,
    iter_changed_checklists,
    iter_inconsistent_controls,
    read_journal_entry,
)
from data.controls.rules.chain import digest_of
from data.controls.types import ControlVerdict, Fact, JournalBreak, Motive, PieceRow

_BLOCK = 500
_CHANGED = N_("Le contenu de l’écriture {seq} n’est plus dans les tables.")
_STRANGE = N_("Des lignes des tables ne sont dans aucune des {seq} écritures.")
_FACTS = {
    ControlVerdict.ACCEPT: Fact.ACCEPTED,
    ControlVerdict.AGAIN: Fact.AGAIN,
    ControlVerdict.REJECT: Fact.REJECTED,
}
Rows = Sequence[JournalEntry]


def iter_altered_entries(db: Session) -> Iterator[JournalBreak]:
    """Yield the entries whose message, decision, deposit, campaign or control has changed."""
    stands: dict[int, Stand] = {}
    counted: Counter[Fact] = Counter()
    deposits: set[str] = set()
    seq = 0
    while rows := _after(db, seq):
        seq = rows[-1].seq
        lost = {
            *_changed_messages(db, rows),
            *_sent(db, rows),
            *_opened(db, rows),
            *_ruled(db, rows),
        }
        yield from (JournalBreak(broken_seq, _CHANGED) for broken_seq in sorted(lost))
        for row in rows:
            read_journal_entry(stands, row)
        counted.update(row.fact for row in rows)
        deposits |= {str(row.detail.get("deposit")) for row in rows if row.fact is Fact.SENT}
        db.expunge_all()
    yield from (
        JournalBreak(broken_seq, _CHANGED) for broken_seq in iter_changed_checklists(db, stands)
    )
    yield from (
        JournalBreak(broken_seq, _CHANGED) for broken_seq in iter_inconsistent_controls(db, stands)
    )
    if _counts(db) != _expected(counted, len(deposits)):
        yield JournalBreak(seq, _STRANGE)


def _after(db: Session, seq: int) -> Rows:
    query = select(JournalEntry).where(JournalEntry.seq > seq).order_by(JournalEntry.seq)
    return db.scalars(query.limit(_BLOCK)).all()


def _changed_messages(db: Session, rows: Rows) -> Iterator[int]:
    message_rows = [row for row in rows if row.fact in {Fact.WRITTEN, Fact.NOTED}]
    uids = [str(row.detail.get("message")) for row in message_rows]
    messages = {
        message.uid: message for message in db.scalars(select(Message).where(Message.uid.in_(uids)))
    }
    pieces = load_pieces(db, ProofPiece.message_id, [message.id for message in messages.values()])
    for row in message_rows:
        message = messages.get(str(row.detail.get("message")))
        row_values = message and (
            *(message.control_id, message.author_id, message.side, message.at, message.internal),
            *(digest_of(message.text), [piece.sha256 for piece in pieces.get(message.id, ())]),
        )
        internal, said_then = row.fact is Fact.NOTED, row.detail.get
        journal_values = (
            *(row.control_id, row.actor_id, row.side, row.at, internal),
            *(said_then("sha256"), said_then("pieces")),
        )
        if row_values != journal_values or not _named(
            row, pieces.get(message.id, ()) if message else ()
        ):
            yield row.seq


def _named(row: JournalEntry, pieces: Sequence[PieceRow]) -> bool:
    """Return whether pieces still have their names; old entries do not record them."""
    names = [digest_of(piece.name) for piece in pieces]
    return bool(row.detail.get("names", names) == names)


def _sent(db: Session, rows: Rows) -> Iterator[int]:
    sent_rows = [row for row in rows if row.fact is Fact.SENT]
    uids = {str(row.detail.get("deposit")) for row in sent_rows}
    deposits = {
        deposit.uid: deposit for deposit in db.scalars(select(Deposit).where(Deposit.uid.in_(uids)))
    }
    pieces = load_pieces(db, ProofPiece.deposit_id, [deposit.id for deposit in deposits.values()])
    covered = _covered(db, uids)
    for row in sent_rows:
        uid = str(row.detail.get("deposit"))
        deposit = deposits.get(uid)
        deposit_pieces = pieces.get(deposit.id, ()) if deposit else ()
        piece_facts = [
            {"piece": it.uid, "sha256": it.sha256, "size": it.size, "kind": it.kind.value}
            for it in deposit_pieces
        ]
        same = deposit and (deposit.sent_at, piece_facts) == (row.at, row.detail.get("pieces"))
        if (
            not same
            or (uid, row.control_id, row.at) not in covered
            or not _named(row, deposit_pieces)
        ):
            yield row.seq


def _covered(db: Session, uids: Collection[str]) -> set[tuple[object, ...]]:
    """Return (deposit, control, time) of sent deposits."""
    query = (
        select(Deposit.uid, DepositedControl.control_id, DepositedControl.sent_at)
        .join(Deposit, Deposit.id == DepositedControl.deposit_id)
        .join(Control, Control.id == DepositedControl.control_id)
        .where(Deposit.uid.in_(uids), Deposit.organisation_id == Control.organisation_id)
    )
    return {tuple(row) for row in db.execute(query)}


def _opened(db: Session, rows: Rows) -> Iterator[int]:
    opening_rows = [row for row in rows if row.fact is Fact.OPENED]
    uids = [str(row.detail.get("campaign")) for row in opening_rows]
    campaigns = {
        campaign.uid: campaign
        for campaign in db.scalars(select(Campaign).where(Campaign.uid.in_(uids)))
    }
    for row in opening_rows:
        campaign: Any = campaigns.get(str(row.detail.get("campaign")))
        row_values = campaign and {
            "way": campaign.way.value,
            "due": campaign.due_on.isoformat(),
            **{name: getattr(campaign, name) for name in ("drawn", "rate", "seed", "mark")},
            **{name: getattr(campaign, name) for name in ("eligible", "among")},
        }
        journal_values = {name: value for name, value in row.detail.items() if name != "campaign"}
        if not row_values or any(
            row_values.get(name) != value for name, value in journal_values.items()
        ):
            yield row.seq


def _ruled(db: Session, rows: Rows) -> Iterator[int]:
    """Yield the entries of decisions, and of their outcomes, that no longer match."""
    ruled = {*_FACTS.values(), Fact.LATE, Fact.UNDONE, Fact.APPLIED}
    ruling_rows = [row for row in rows if row.fact in ruled]
    ids = {row.control_id for row in ruling_rows}
    marks: set[tuple[object, ...]] = set()
    query = select(Decision, Deposit.uid).outerjoin(Deposit, Deposit.id == Decision.deposit_id)
    for decision, deposit in db.execute(query.where(Decision.control_id.in_(ids))):
        marks |= set(_marks(decision, deposit))
    for row in ruling_rows:
        if _mark(row) not in marks:
            yield row.seq


def _marks(decision: Decision, deposit: str | None) -> Iterator[tuple[object, ...]]:
    """Yield what the journal says about a decision; old entries name no deposit."""
    motive = decision.motive.value if decision.motive else None
    if decision.by_id is None and decision.motive is Motive.NOTHING_SENT:
        yield decision.control_id, Fact.LATE, decision.at, None, motive, None, deposit
    else:
        digest = digest_of(decision.text)
        place = (
            decision.control_id,
            _FACTS[decision.verdict],
            decision.at,
            decision.by_id,
            motive,
            digest,
        )
        yield *place, deposit
        yield *place, None
        yield decision.control_id, Fact.APPLIED, decision.applied_at, None, decision.verdict.value
    yield (
        decision.control_id,
        Fact.UNDONE,
        decision.undone_at,
        decision.undone_by,
        decision.verdict.value,
    )


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
    """Count the rows of each kind that has journal entries."""
    of_decisions = Decision.id, Decision.applied_at, Decision.undone_at
    columns = (Campaign.id, Message.id, Deposit.sent_at, DepositedControl.sent_at, *of_decisions)
    return tuple(db.scalar(select(func.count(column))) or 0 for column in columns)
