"""Archives of what is kept about people are made by the work queue."""

from alembic import op

from data.migrations.queue_rows import enqueue_unfinished

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE subject_requests SET state = 'waiting' WHERE state = 'working'")
    enqueue_unfinished(
        "make_archive",
        "files",
        5,
        """SELECT r.id, 'request' AS name, coalesce(u.organisation_id, 0) AS owner,
            r.created_at AS at
        FROM subject_requests AS r LEFT JOIN users AS u ON u.id = r.user_id
        WHERE r.kind = 'export' AND r.state = 'waiting' ORDER BY r.id""",
    )
    with op.batch_alter_table("subject_requests") as batch:
        batch.drop_column("beat_at")
        batch.drop_column("turn")
