"""Bulk operations on rights are processed by the work queue."""

from alembic import op

from data.migrations.queue_rows import enqueue_unfinished

revision = "0075"
down_revision = "0074"
branch_labels = None
depends_on = None


def upgrade() -> None:
    enqueue_unfinished(
        "act_on_rights",
        "rights",
        7,
        """SELECT id, 'act' AS name, organisation_id AS owner, created_at AS at FROM right_acts
        WHERE state IN ('received', 'working', 'undoing') ORDER BY id""",
    )
    with op.batch_alter_table("right_acts") as batch:
        batch.drop_index("ix_right_acts_state_id")
        batch.drop_column("beat_at")
