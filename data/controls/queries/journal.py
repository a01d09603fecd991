"""Query a control's journal, and check the hash chain."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access import Viewer
from core.i18n import N_
from core.records import copy_fields
from data.controls.models import JournalEntry, JournalHead
from data.controls.queries.detail import find_control
from data.controls.queries.journal_check import iter_altered_entries
from data.controls.queries.people import load_names
from data.controls.rules.chain import (
    MOST_BROKEN,
    NOTHING,
    ChainEntry,
    ChainLink,
    broken_in,
    text_of,
)
from data.controls.rules.states import told_of
from data.controls.types import EntryRow, Fact, JournalBreak, Verified
from data.controls.types.pieces import PackedLink


def list_control_events(
    db: Session, viewer: Viewer, uid: str, *, notes: bool = True
) -> tuple[EntryRow, ...]:
    """Return the events of a control, oldest first; raise NotFound when it is not visible.

    Internal entries are left out for third parties, and for everyone without `notes`, as in an
    evidence pack.
    """
    rows = _entries(db, find_control(db, viewer, uid))
    if not notes:
        rows = _packed(rows)
    elif not viewer.staff:
        rows = told_of(rows)
    names = load_names(db, viewer, [row.actor_id for row in rows])
    return tuple(copy_fields(EntryRow, row, by=names[row.actor_id]) for row in rows)


def list_pack_entries(db: Session, viewer: Viewer, uid: str) -> tuple[PackedLink, ...]:
    """Return the hashed entries for an evidence pack, internal ones excluded."""
    rows = _packed(_entries(db, find_control(db, viewer, uid)))
    return tuple(PackedLink(text_of(read_entry(row), row.previous), row.hash) for row in rows)


def is_packed(db: Session, seal: str) -> bool:
    """Return whether a pack with that seal was downloaded, for the operator."""
    same_seal = JournalEntry.detail["sha256"].as_string() == seal
    query = select(JournalEntry.seq).where(JournalEntry.fact == Fact.PACKED, same_seal)
    return db.scalar(query.limit(1)) is not None


def _entries(db: Session, control_id: int) -> list[JournalEntry]:
    query = select(JournalEntry).where(JournalEntry.control_id == control_id)
    return list(db.scalars(query.order_by(JournalEntry.seq)))


def _packed(rows: list[JournalEntry]) -> list[JournalEntry]:
    """Return what both sides know, without pack downloads, which would change the next pack."""
    return [row for row in told_of(rows) if row.fact is not Fact.PACKED]


def find_journal_breaks(db: Session, anchors: Iterable[tuple[int, str] | None] = ()) -> Verified:
    """Check the whole journal and return the entries that differ from what was written.

    Each is compared with the previous one, with the tables, and with the external `anchors`
    (number, hash); None stands for an invalid anchor line.
    """
    head = db.execute(select(JournalHead.seq, JournalHead.hash)).one_or_none()
    seq, last = (head.seq, head.hash) if head else (0, NOTHING)
    count = db.scalar(select(func.count(JournalEntry.seq))) or 0
    broken = chain(broken_in(_links(db), (seq, last)), _cut(db, anchors), iter_altered_entries(db))
    return Verified(count, last, tuple(islice(broken, MOST_BROKEN)))


def _cut(db: Session, anchors: Iterable[tuple[int, str] | None]) -> Iterator[JournalBreak]:
    for anchor in anchors:
        if anchor is None:
            yield JournalBreak(0, N_("Une ligne de journal-anchors n’appartient pas à ce portail."))
            continue
        seq, noted = anchor
        if db.scalar(select(JournalEntry.hash).where(JournalEntry.seq == seq)) != noted:
            yield JournalBreak(seq, N_("L’écriture {seq}, notée hors de la base, n’y figure plus."))


def _links(db: Session) -> Iterator[ChainLink]:
    query = select(JournalEntry).order_by(JournalEntry.seq)
    for row in db.scalars(query.execution_options(yield_per=1000)):
        yield ChainLink(read_entry(row), row.previous, row.hash)
        db.expunge(row)


def read_entry(row: JournalEntry) -> ChainEntry:
    """Build an entry from its row."""
    return copy_fields(ChainEntry, row, fact=row.fact.value, side=row.side.value)
