"""Deliveries of webhooks are sent by the work queue: an item for each webhook."""

from alembic import op

from data.migrations.queue_rows import enqueue_unfinished

revision = "0069"
down_revision = "0068"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE hook_deliveries SET state = 'queued' WHERE state = 'sending'")
    enqueue_unfinished(
        "send_webhooks",
        "webhooks",
        7,
        """SELECT h.id, 'hook' AS name, h.organisation_id AS owner, min(d.next_attempt_at) AS at
        FROM hooks AS h JOIN hook_deliveries AS d ON d.hook_id = h.id WHERE d.state = 'queued'
        GROUP BY h.id, h.organisation_id ORDER BY h.id""",
    )
    with op.batch_alter_table("hook_deliveries") as batch:
        batch.drop_column("claimed_at")
