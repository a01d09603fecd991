"""The temperatures that come with the readings of a delivery point, by day."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "weather_own_days",
        sa.Column("pce_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("mean_c100", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["pce_id"], ["pces.id"], name=op.f("fk_weather_own_days_pce_id")),
        sa.PrimaryKeyConstraint("pce_id", "day", name=op.f("pk_weather_own_days")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "weather_own_marks",
        sa.Column("pce_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["pce_id"], ["pces.id"], name=op.f("fk_weather_own_marks_pce_id")),
        sa.PrimaryKeyConstraint("pce_id", name=op.f("pk_weather_own_marks")),
    )
