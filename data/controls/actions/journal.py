"""Write the journal: the entries of an action, at its end, in one hash chain."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from core.access import Viewer
from core.database import upsert
from data.controls.models import JournalEntry, JournalHead
from data.controls.queries.visible import get_side
from data.controls.rules.chain import NOTHING, ChainEntry, hash_of
from data.controls.types import Fact, Side

_HEAD = 1  # the id of the only row


@dataclass(frozen=True, slots=True)
class ControlAuthor:
    """The author and the time of an action; no viewer for a job.

    Raise Forbidden under impersonation: no entry may name a person who did not act.
    """

    now: datetime
    viewer: Viewer | None = None
    upstream: bool = False  # by another distributor, whose people are unknown here

    def __post_init__(self) -> None:
        if self.viewer:
            self.viewer.require_self()

    @property
    def user_id(self) -> int | None:
        return self.viewer.user_id if self.viewer else None

    @property
    def side(self) -> Side:
        if self.upstream:
            return Side.DISTRIBUTOR
        return get_side(self.viewer) if self.viewer else Side.SYSTEM


@dataclass(frozen=True, slots=True)
class JournalEvent:
    """A fact to record; `detail` holds plain values, without tokens or typed text."""

    fact: Fact
    control_id: int | None = None
    detail: Mapping[str, object] = field(default_factory=dict)
    campaign_id: int | None = None


def append(db: Session, told: Sequence[JournalEvent], by: ControlAuthor) -> None:
    """Append entries to the chain, in the caller's transaction and at its end.

    The head stays locked until commit, and other writers wait there: lock nothing after it.
    """
    if not told:
        return
    empty = upsert(db, JournalHead).values(id=_HEAD, seq=0, hash=NOTHING)
    db.execute(empty.on_conflict_do_nothing())
    head = db.scalars(
        select(JournalHead)
        .where(JournalHead.id == _HEAD)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    seq, previous, rows = head.seq, head.hash, []
    for note in told:
        seq += 1
        entry = _entry(seq, note, by)
        digest = hash_of(entry, previous)
        rows.append(_row(note, entry, by) | {"previous": previous, "hash": digest})
        previous = digest
    db.execute(insert(JournalEntry), rows)
    head.seq, head.hash = seq, previous
    db.flush()


def _entry(seq: int, note: JournalEvent, by: ControlAuthor) -> ChainEntry:
    return ChainEntry(
        seq=seq,
        at=by.now,
        fact=note.fact.value,
        control_id=note.control_id,
        campaign_id=note.campaign_id,
        actor_id=by.user_id,
        side=by.side.value,
        detail=note.detail,
        salt=secrets.token_hex(16),
    )


def _row(note: JournalEvent, entry: ChainEntry, by: ControlAuthor) -> dict[str, object]:
    return {
        "seq": entry.seq,
        "salt": entry.salt,
        "at": by.now,
        "fact": note.fact,
        "control_id": note.control_id,
        "campaign_id": note.campaign_id,
        "actor_id": by.user_id,
        "side": by.side,
        "detail": dict(note.detail),
    }
