"""A deposit of readings is checked, confirmed, then stored; it may be undone."""

import sqlalchemy as sa
from alembic import op

import core.database

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What was deposited before keeps what was promised: it is stored at once.
    task = sa.Enum("CHECK", "STORE", "UNDO", name="runtask", native_enum=False, length=20)
    op.add_column("runs", sa.Column("task", task, nullable=False, server_default="STORE"))
    op.add_column("runs", sa.Column("version", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("runs", sa.Column("batch", sa.Integer(), nullable=True))
    op.add_column(
        "runs", sa.Column("handed_at", core.database.Instant(timezone=True), nullable=True)
    )
    op.add_column(
        "runs", sa.Column("undone_at", core.database.Instant(timezone=True), nullable=True)
    )
    op.create_table(
        "run_deliveries",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("pce", sa.String(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("checked", sa.JSON(), nullable=False),
        sa.Column("odd", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("stored", sa.JSON(), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name=op.f("fk_run_deliveries_run_id_runs")
        ),
        sa.PrimaryKeyConstraint("run_id", "place", name=op.f("pk_run_deliveries")),
    )
