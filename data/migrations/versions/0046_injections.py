"""Published periods of injected gas, and the days of them that a right opens.

Until the rights are gone over again, each night, no grant opens any.
"""

import sqlalchemy as sa
from alembic import op

import core.database

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "injection_periods",
        sa.Column("pce_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("energy_wh", sa.BigInteger(), nullable=True),
        sa.Column("volume_dm3", sa.BigInteger(), nullable=True),
        sa.Column("converted_dm3", sa.BigInteger(), nullable=True),
        sa.Column("coefficient_e4", sa.Integer(), nullable=True),
        sa.Column("quality", sa.SmallInteger(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("learnt_at", core.database.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["pce_id"], ["pces.id"], name=op.f("fk_injection_periods_pce_id")),
        sa.PrimaryKeyConstraint(
            "pce_id", "first_day", "last_day", name=op.f("pk_injection_periods")
        ),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("pce_grants") as batch_op:
        for name, nothing in (
            ("injection_first_day", "9999-12-31"),
            ("injection_last_day", "0001-01-01"),
        ):
            batch_op.add_column(sa.Column(name, sa.Date(), nullable=True, server_default=nothing))
