"""Deposited files are stored by the work queue."""

from alembic import op

from data.migrations.queue_rows import enqueue_unfinished

revision = "0074"
down_revision = "0073"
branch_labels = None
depends_on = None


def upgrade() -> None:
    enqueue_unfinished(
        "store_deposit",
        "deposits",
        10,
        """SELECT id, 'run' AS name, organisation_id AS owner, created_at AS at FROM runs
        WHERE state IN ('RECEIVED', 'WORKING') ORDER BY id""",
    )
    with op.batch_alter_table("runs") as batch:
        batch.drop_column("beat_at")
        batch.drop_column("served_at")
