"""Define the tables of the queue of background work."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
    false,
)

from data.migrations.initial.metadata import METADATA, where

Table(
    "queue_items",
    METADATA,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("kind", String, nullable=False),
    Column("pool", String, nullable=False),
    Column("owner", BigInteger().with_variant(Integer, "sqlite"), nullable=False),
    Column("priority", SmallInteger, nullable=False),
    Column(
        "rank", BigInteger().with_variant(Integer, "sqlite"), server_default="0", nullable=False
    ),
    Column("key", String),
    Column("payload", JSON, nullable=False),
    Column("state", String, nullable=False),
    Column("not_before", DateTime(timezone=True), nullable=False),
    Column("attempts", Integer, server_default="0", nullable=False),
    Column("max_attempts", Integer, nullable=False),
    Column("turn", Integer, server_default="0", nullable=False),
    Column("lease_until", DateTime(timezone=True)),
    Column("worker", String, server_default="", nullable=False),
    Column("cursor", JSON),
    Column("done", Integer, server_default="0", nullable=False),
    Column("total", Integer, server_default="0", nullable=False),
    Column("rerun", Boolean, server_default=false(), nullable=False),
    Column("error", String, server_default="", nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("started_at", DateTime(timezone=True)),
    Column("finished_at", DateTime(timezone=True)),
    UniqueConstraint("kind", "key"),
    Index("ix_queue_items_dead", "finished_at", **where("state = 'dead'")),
    Index("ix_queue_items_done", "finished_at", **where("state = 'done'")),
    Index("ix_queue_items_due", "not_before", **where("state = 'waiting'")),
    Index("ix_queue_items_lease", "lease_until", **where("state = 'leased'")),
    Index("ix_queue_items_line", "pool", "priority", "rank", "id", **where("state = 'ready'")),
    Index("ix_queue_items_owner", "pool", "priority", "owner", "rank", **where("state = 'ready'")),
)
