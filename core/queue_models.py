"""Table of the work queue."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Index,
    Integer,
    SmallInteger,
    String,
    UniqueConstraint,
    literal_column,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from core.queue_types import ItemState
from core.tables import Base

_BIG = BigInteger().with_variant(Integer, "sqlite")


def _partial_index(name: str, state: ItemState, *columns: str) -> Index:
    only = text(f"state = '{state}'")
    return Index(f"ix_queue_items_{name}", *columns, sqlite_where=only, postgresql_where=only)


class QueueItem(Base):
    """Work to do, written in the transaction that causes it."""

    __tablename__ = "queue_items"
    __table_args__ = (
        UniqueConstraint("kind", "key", name="uq_queue_items_kind_key"),
        _partial_index("line", ItemState.READY, "pool", "priority", "rank", "id"),
        _partial_index("owner", ItemState.READY, "pool", "priority", "owner", "rank"),
        _partial_index("due", ItemState.WAITING, "not_before"),
        _partial_index("lease", ItemState.LEASED, "lease_until"),
        _partial_index("done", ItemState.DONE, "finished_at"),
        _partial_index("dead", ItemState.DEAD, "finished_at"),
    )

    id: Mapped[int] = mapped_column(_BIG, primary_key=True)
    kind: Mapped[str]
    pool: Mapped[str]
    owner: Mapped[int] = mapped_column(_BIG)
    priority: Mapped[int] = mapped_column(SmallInteger)
    rank: Mapped[int] = mapped_column(_BIG, default=0)  # place in the line of its pool
    key: Mapped[str | None]
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str]
    not_before: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)  # claims since the last progress
    max_attempts: Mapped[int]
    turn: Mapped[int] = mapped_column(default=0)  # claims so far; excludes a former worker
    lease_until: Mapped[datetime | None]
    worker: Mapped[str] = mapped_column(default="")
    cursor: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    done: Mapped[int] = mapped_column(default=0)  # progress shown on pages
    total: Mapped[int] = mapped_column(default=0)
    rerun: Mapped[bool] = mapped_column(default=False)  # asked for again while leased
    error: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


def has_state(state: ItemState) -> ColumnElement[bool]:
    """Compare with a literal, so that both databases use the partial index of that state."""
    return QueueItem.state == literal_column(f"'{state}'", String())
