"""Letters to holders are sent by the work queue: an item for each organisation."""

from alembic import op

from data.migrations.queue_rows import enqueue_unfinished

revision = "0070"
down_revision = "0069"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE right_letters SET state = 'queued' WHERE state = 'sending'")
    enqueue_unfinished(
        "send_right_letters",
        "mail",
        7,
        """SELECT organisation_id AS id, 'organisation' AS name, organisation_id AS owner,
            min(next_attempt_at) AS at
        FROM right_letters WHERE state = 'queued' GROUP BY organisation_id ORDER BY 1""",
    )
    with op.batch_alter_table("right_letters") as batch:
        batch.drop_column("claimed_at")
