"""One queue: whatever waits to be done is a row of one table."""

import sqlalchemy as sa
from alembic import op

import core.tables

revision = "0066"
down_revision = "0064"
branch_labels = None
depends_on = None

_INSTANT = core.tables.Instant(timezone=True)
_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INDEXES = {
    "line": ("ready", ["pool", "priority", "rank", "id"]),
    "owner": ("ready", ["pool", "priority", "owner", "rank"]),
    "due": ("waiting", ["not_before"]),
    "lease": ("leased", ["lease_until"]),
    "done": ("done", ["finished_at"]),
    "dead": ("dead", ["finished_at"]),
}


def upgrade() -> None:
    op.create_table(
        "queue_items",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("pool", sa.String(), nullable=False),
        sa.Column("owner", _BIG, nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("rank", _BIG, server_default="0", nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("not_before", _INSTANT, nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("max_attempts", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), server_default="0", nullable=False),
        sa.Column("lease_until", _INSTANT, nullable=True),
        sa.Column("worker", sa.String(), server_default="", nullable=False),
        sa.Column("cursor", sa.JSON(), nullable=True),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("total", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rerun", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("error", sa.String(), server_default="", nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("started_at", _INSTANT, nullable=True),
        sa.Column("finished_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_queue_items"),
        sa.UniqueConstraint("kind", "key", name="uq_queue_items_kind_key"),
    )
    for name, (state, columns) in _INDEXES.items():
        only = sa.text(f"state = '{state}'")
        op.create_index(
            f"ix_queue_items_{name}",
            "queue_items",
            columns,
            sqlite_where=only,
            postgresql_where=only,
        )
