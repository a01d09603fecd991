"""What is said of each site, kept; and which PCE changed since it was said."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reading_changes",
        sa.Column("pce_id", sa.Integer(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["pce_id"], ["pces.id"], name=op.f("fk_reading_changes_pce_id")),
        sa.PrimaryKeyConstraint("pce_id", name=op.f("pk_reading_changes")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "signature_verdicts",
        sa.Column("pce_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("base", sa.Double(), nullable=False),
        sa.Column("baseload_wh", sa.Double(), nullable=False),
        sa.Column("slope_wh", sa.Double(), nullable=False),
        sa.Column("use", sa.Double(), nullable=False),
        sa.Column("out", sa.Double(), nullable=False),
        sa.Column("weeks", sa.SmallInteger(), nullable=False),
        sa.Column("r2", sa.Double(), nullable=False),
        sa.Column("cvrmse", sa.Double(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.Column("year", sa.Date(), nullable=False),
        sa.Column("ratio", sa.Double(), nullable=True),
        sa.Column("refused", sa.String(length=20), nullable=True),
        sa.Column("difference_wh", sa.BigInteger(), nullable=False),
        sa.Column("climate_wh", sa.BigInteger(), nullable=False),
        sa.Column("calendar_wh", sa.BigInteger(), nullable=False),
        sa.Column("missing_wh", sa.BigInteger(), nullable=False),
        sa.Column("rest_wh", sa.BigInteger(), nullable=False),
        sa.Column("day_wh", sa.BigInteger(), nullable=False),
        sa.Column("cause", sa.String(length=20), nullable=True),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("stake_wh", sa.BigInteger(), nullable=True),
        sa.Column("share", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["pce_id"], ["pces.id"], name=op.f("fk_signature_verdicts_pce_id")),
        sa.PrimaryKeyConstraint("pce_id", name=op.f("pk_signature_verdicts")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_signature_verdicts_stake_wh"), "signature_verdicts", ["stake_wh"], unique=False
    )
    op.create_index(
        op.f("ix_signature_verdicts_until"), "signature_verdicts", ["until"], unique=False
    )
    op.create_table(
        "signature_weather",
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("station_id", name=op.f("pk_signature_weather")),
    )
    # What there is already is judged at the first turn of the job.
    op.execute(
        "INSERT INTO reading_changes (pce_id, times)"
        " SELECT id, 1 FROM pces WHERE data_until IS NOT NULL"
    )
