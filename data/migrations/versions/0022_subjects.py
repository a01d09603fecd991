"""What people ask for about themselves, what each night erases, and a journal that may end.

The journal still refuses to be changed, and to lose what is less than a year old.
"""

import sqlalchemy as sa
from alembic import op

import core.database

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

INSTANT = core.database.Instant(timezone=True)
SQLITE = """CREATE TRIGGER audit_events_no_DELETE BEFORE DELETE ON audit_events
WHEN OLD.at > datetime('now', '-365 days')
BEGIN SELECT RAISE(ABORT, 'audit_events is append-only'); END"""
POSTGRESQL = """CREATE TRIGGER audit_events_no_DELETE BEFORE DELETE ON audit_events
FOR EACH ROW WHEN (OLD.at > now() - interval '365 days')
EXECUTE FUNCTION audit_events_append_only()"""


def upgrade() -> None:
    op.add_column("users", sa.Column("erased_at", INSTANT, nullable=True))
    sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute("DROP TRIGGER audit_events_no_DELETE" + ("" if sqlite else " ON audit_events"))
    op.execute(SQLITE if sqlite else POSTGRESQL)
    _requests()
    _lines()


def _requests() -> None:
    op.create_table(
        "subject_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("check", sa.String(20), nullable=True),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("beat_at", INSTANT, nullable=True),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("kept_until", INSTANT, nullable=True),
        sa.Column("stored_name", sa.String(), nullable=False),
        sa.Column("file_size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subject_requests")),
    )
    op.create_index(
        op.f("ix_subject_requests_state_due_at"), "subject_requests", ["state", "due_at"]
    )
    op.create_index(op.f("ix_subject_requests_user_id"), "subject_requests", ["user_id"])


def _lines() -> None:
    op.create_table(
        "retention_lines",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("data_class", sa.String(20), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("erased", sa.BigInteger(), nullable=False),
        sa.Column("left", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("oldest", INSTANT, nullable=True),
        sa.Column("problem", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("day", "data_class", name=op.f("pk_retention_lines")),
    )
