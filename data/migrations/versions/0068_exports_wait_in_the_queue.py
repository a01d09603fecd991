"""Exports are made by the work queue."""

from alembic import op

from data.migrations.queue_rows import enqueue_unfinished

revision = "0068"
down_revision = "0067"
branch_labels = None
depends_on = None


def upgrade() -> None:
    enqueue_unfinished(
        "make_export",
        "exports",
        10,
        """SELECT id, 'export' AS name, organisation_id AS owner, created_at AS at FROM exports
        WHERE state IN ('WAITING', 'WORKING') ORDER BY expected_rows, id""",
    )
    with op.batch_alter_table("exports") as batch:
        batch.drop_column("beat_at")
        batch.drop_column("turn")
