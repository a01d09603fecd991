"""Reading the journal: what happened to a control, and whether the chain holds."""

from collections.abc import Iterator
from itertools import islice

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from data.access import Viewer
from data.controls.models import JournalEntry, JournalHead
from data.controls.queries.one import find_control
from data.controls.queries.people import names_for
from data.controls.rules.chain import MOST_BROKEN, NOTHING, Entry, Link, broken_in, text_of
from data.controls.rules.states import told_of
from data.controls.types import EntryRow, Fact, Verified
from data.controls.types.pieces import PackedLink

_INTERNAL = tuple(fact for fact in Fact if fact.internal)


def timeline(db: Session, viewer: Viewer, uid: str, *, notes: bool = True) -> tuple[EntryRow, ...]:
    """What happened to a control, the oldest first; NotFound when it is absent or hidden.

    What is the distributor's own business is left out for others, and for all when *notes* says
    so: an evidence pack holds this excerpt of the chain.
    """
    control_id = find_control(db, viewer, uid)
    query = select(JournalEntry).where(JournalEntry.control_id == control_id)
    rows = list(db.scalars(query.order_by(JournalEntry.seq)))
    if not (viewer.staff and notes):
        rows = told_of(rows)
    names = names_for(db, viewer, [row.actor_id for row in rows])
    return tuple(
        EntryRow(
            seq=row.seq,
            at=row.at,
            fact=row.fact,
            by=names[row.actor_id],
            side=row.side,
            detail=row.detail,
            previous=row.previous,
            hash=row.hash,
        )
        for row in rows
    )


def links_of(db: Session, viewer: Viewer, uid: str) -> tuple[PackedLink, ...]:
    """The same entries as they were hashed, for an evidence pack: internal ones never."""
    control_id = find_control(db, viewer, uid)
    where = (JournalEntry.control_id == control_id, JournalEntry.fact.not_in(_INTERNAL))
    return tuple(
        PackedLink(text_of(link.entry, link.previous), link.hash) for link in _links(db, *where)
    )


def verify_journal(db: Session) -> Verified:
    """Read the whole journal, entry by entry, and name those that are not what was written."""
    head = db.execute(select(JournalHead.seq, JournalHead.hash)).one_or_none()
    seq, last = (head.seq, head.hash) if head else (0, NOTHING)
    count = db.scalar(select(func.count(JournalEntry.seq))) or 0
    broken = tuple(islice(broken_in(_links(db), (seq, last)), MOST_BROKEN))
    return Verified(count, last, broken)


def _links(db: Session, *where: ColumnElement[bool]) -> Iterator[Link]:
    one = JournalEntry
    query = select(
        *(one.seq, one.at, one.fact, one.control_id, one.campaign_id, one.actor_id, one.side),
        *(one.detail, one.previous, one.hash),
    ).where(*where)
    for row in db.execute(query.order_by(one.seq).execution_options(yield_per=1000)):
        said = Entry(
            seq=row.seq,
            at=row.at,
            fact=row.fact.value,
            control_id=row.control_id,
            campaign_id=row.campaign_id,
            actor_id=row.actor_id,
            side=row.side.value,
            detail=row.detail,
        )
        yield Link(said, row.previous, row.hash)
