"""Keep the attestations that OPERAT gives after each yearly declaration."""

import sqlalchemy as sa
from alembic import op

revision = "0013_attestations"
down_revision = "0012_channel_numbers"
branch_labels = None
depends_on = None
STANDS = sa.text("removed_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "operat_attestations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("storage_key", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("storage_key"),
    )
    op.create_index("ix_operat_attestations_user_id", "operat_attestations", ["user_id"])
    op.create_index(
        "uq_operat_attestations_standing",
        "operat_attestations",
        ["organisation_id", "year", "label"],
        unique=True,
        sqlite_where=STANDS,
        postgresql_where=STANDS,
    )
