"""What files of declarations ask in vain is counted, and which plan of one was looked at."""

import sqlalchemy as sa
from alembic import op

import core.database

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "right_tries",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("at", core.database.Instant(timezone=True), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "digest", name=op.f("pk_right_tries")),
    )
    op.create_index(op.f("ix_right_tries_at"), "right_tries", ["at"])
    with op.batch_alter_table("right_imports") as imports:
        imports.add_column(sa.Column("checked", sa.String(), nullable=False, server_default=""))
