"""The PCE ticked to be exported; what a right is for."""

import sqlalchemy as sa
from alembic import op

import core.database

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "export_picks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.Column("created_at", core.database.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_export_picks_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_picks")),
    )
    op.create_index(op.f("ix_export_picks_user_id"), "export_picks", ["user_id"])
    # In place: a table made again would lose the triggers of its search.
    purpose = sa.Column("purpose", sa.String(), nullable=False, server_default="")
    op.add_column("access_rights", purpose)
