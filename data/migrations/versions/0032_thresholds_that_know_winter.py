"""Thresholds corrected for the weather: the signatures they froze, and what changes under them."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_REASONS = ("NO_TEMPERATURE", "FEW_WEEKS", "NO_SPREAD", "NOT_HEATING", "LOOSE", "MILD")


def upgrade() -> None:
    op.create_table(
        "threshold_references",
        sa.Column("pce_id", sa.Integer(), nullable=False),
        sa.Column("threshold_id", sa.Integer(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        *(
            sa.Column(name, sa.Double(), nullable=False)
            for name in ("base", "baseload_wh", "slope_wh", "use", "out", "r2", "cvrmse")
        ),
        sa.Column("usual_wh", sa.BigInteger(), nullable=False),
        sa.Column("weeks", sa.SmallInteger(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(*_REASONS, name="reason", native_enum=False, length=20),
            nullable=True,
        ),
        sa.Column("learnt_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pce_id"], ["pces.id"], name=op.f("fk_threshold_references_pce_id")
        ),
        sa.ForeignKeyConstraint(
            ["threshold_id"], ["thresholds.id"], name=op.f("fk_threshold_references_threshold_id")
        ),
        sa.PrimaryKeyConstraint(
            "pce_id", "threshold_id", "last_day", name=op.f("pk_threshold_references")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_threshold_references_threshold_id"), "threshold_references", ["threshold_id"]
    )
    op.create_table(
        "weather_marks",
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["station_id"], ["weather_stations.id"], name=op.f("fk_weather_marks_station_id")
        ),
        sa.PrimaryKeyConstraint("station_id", name=op.f("pk_weather_marks")),
    )
    op.add_column("thresholds", sa.Column("learnt_to", sa.Date(), nullable=True))
    op.add_column("threshold_episodes", sa.Column("expected_wh", sa.BigInteger(), nullable=True))
