"""Keep what organisations ask for: a delivery point, with a proof of holding it."""

import sqlalchemy as sa
from alembic import op

revision = "0008_pce_claims"
down_revision = "0007_year_causes"
branch_labels = None
depends_on = None
STATES = ("waiting", "attached", "accepted", "refused", "cancelled")
KINDS = ("pdf", "jpeg", "png")
WAITS = sa.text("state = 'waiting'")


def upgrade() -> None:
    op.create_table(
        "pce_claims",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("index_m3", sa.BigInteger(), nullable=True),
        sa.Column("read_on", sa.Date(), nullable=True),
        sa.Column("letter_name", sa.String(), nullable=False),
        sa.Column("letter_kind", sa.Enum(*KINDS, native_enum=False, length=20), nullable=True),
        sa.Column("letter_sha256", sa.String(), nullable=False),
        sa.Column("storage_key", sa.String(), nullable=True),
        sa.Column("state", sa.Enum(*STATES, native_enum=False, length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("storage_key"),
    )
    for columns in (["state", "created_at"], ["user_id", "created_at"], ["number", "created_at"]):
        op.create_index(f"ix_pce_claims_{'_'.join(columns)}", "pce_claims", columns)
    op.create_index(
        "uq_pce_claims_waiting",
        "pce_claims",
        ["organisation_id", "number"],
        unique=True,
        sqlite_where=WAITS,
        postgresql_where=WAITS,
    )
