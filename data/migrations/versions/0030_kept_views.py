"""Views that people keep, and the one that opens in place of their dashboard."""

import sqlalchemy as sa
from alembic import op

import core.database

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kept_views",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", core.database.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_kept_views_organisation_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_kept_views_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_views")),
        sa.UniqueConstraint("user_id", "name", name=op.f("uq_kept_views_user_id_name")),
    )
    op.create_index(op.f("ix_kept_views_organisation_id"), "kept_views", ["organisation_id"])
    op.create_table(
        "home_views",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("view_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_home_views_user_id")),
        sa.ForeignKeyConstraint(["view_id"], ["kept_views.id"], name=op.f("fk_home_views_view_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_home_views")),
    )
    op.create_index(op.f("ix_home_views_view_id"), "home_views", ["view_id"])
