"""Writing the journal: the entries of an action, all at its end, in one chain."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from data.access import Viewer
from data.controls.models import JournalEntry, JournalHead
from data.controls.queries.visible import side_of
from data.controls.rules.chain import NOTHING, Entry, hash_of
from data.controls.types import Fact, Side
from data.db import upsert

_HEAD = 1  # the id of the only row


@dataclass(frozen=True, slots=True)
class By:
    """Who does it, and when; no viewer for the clock.

    Raises Forbidden for who looks at the portal as somebody else: nothing here may bear the name of
    a person who did not do it.
    """

    now: datetime
    viewer: Viewer | None = None
    upstream: bool = False  # by another distributor, of whose people nothing is known here

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
        return side_of(self.viewer) if self.viewer else Side.SYSTEM


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that happened; *detail* holds plain values, no token and no text that was typed."""

    fact: Fact
    control_id: int | None = None
    detail: Mapping[str, object] = field(default_factory=dict)
    campaign_id: int | None = None


def append(db: Session, told: Sequence[Told], by: By) -> None:
    """Add entries to the chain, in the caller's transaction and at its end.

    The head is locked until it commits: whoever else writes waits there, so nothing may be locked
    after it.
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
    for one in told:
        seq += 1
        entry = _entry(seq, one, by)
        found = hash_of(entry, previous)
        rows.append(_row(one, entry, by) | {"previous": previous, "hash": found})
        previous = found
    db.execute(insert(JournalEntry), rows)
    head.seq, head.hash = seq, previous
    db.flush()


def _entry(seq: int, told: Told, by: By) -> Entry:
    return Entry(
        seq=seq,
        at=by.now,
        fact=told.fact.value,
        control_id=told.control_id,
        campaign_id=told.campaign_id,
        actor_id=by.user_id,
        side=by.side.value,
        detail=told.detail,
        salt=secrets.token_hex(16),
    )


def _row(told: Told, entry: Entry, by: By) -> dict[str, object]:
    return {
        "seq": entry.seq,
        "salt": entry.salt,
        "at": by.now,
        "fact": told.fact,
        "control_id": told.control_id,
        "campaign_id": told.campaign_id,
        "actor_id": by.user_id,
        "side": by.side,
        "detail": dict(told.detail),
    }
