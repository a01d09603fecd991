"""The tags that a person is limited to; those of an invitation."""

import sqlalchemy as sa
from alembic import op

import core.database

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "user_tags",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("tag", sa.String(), nullable=False),
        sa.Column("at", core.database.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_user_tags_user_id")),
        sa.PrimaryKeyConstraint("user_id", "tag", name=op.f("pk_user_tags")),
    )
    # In place: neither SQLite's table nor what refers to it is made again.
    tags = sa.Column("tags", sa.JSON(), nullable=False, server_default="[]")
    op.add_column("invitations", tags)
