"""Acts on many rights are rows: done in blocks by the job, with a receipt."""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "right_acts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=30), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("chosen", sa.Integer(), nullable=False),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("started_at", instant, nullable=True),
        sa.Column("beat_at", instant, nullable=True),
        sa.Column("finished_at", instant, nullable=True),
        sa.Column("undo_until", instant, nullable=True),
        sa.Column("undone_at", instant, nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_right_acts_organisation_id_organisations"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_right_acts_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_right_acts")),
    )
    op.create_index(op.f("ix_right_acts_state_id"), "right_acts", ["state", "id"])
    op.create_index(
        op.f("ix_right_acts_organisation_id_id"), "right_acts", ["organisation_id", "id"]
    )
    op.create_table(
        "right_act_lines",
        sa.Column("act_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("right_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("before", sa.String(length=30), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["act_id"], ["right_acts.id"], name=op.f("fk_right_act_lines_act_id_right_acts")
        ),
        sa.PrimaryKeyConstraint("act_id", "place", name=op.f("pk_right_act_lines")),
    )
    op.create_index(
        op.f("ix_right_act_lines_act_id_state_place"),
        "right_act_lines",
        ["act_id", "state", "place"],
    )
