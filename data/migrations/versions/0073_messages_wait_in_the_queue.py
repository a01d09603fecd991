"""Messages are sent by the work queue: an item for each organisation, and for each channel."""

import sqlalchemy as sa
from alembic import op

from data.migrations.queue_rows import enqueue_unfinished

revision = "0073"
down_revision = "0072"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("notifications") as batch:
        batch.add_column(sa.Column("organisation_id", sa.Integer(), nullable=True))
        batch.drop_column("claimed_at")
    op.execute(
        """UPDATE notifications SET organisation_id = coalesce(
            (SELECT organisation_id FROM users WHERE id = user_id),
            (SELECT organisation_id FROM notice_addresses WHERE id = address_id),
            (SELECT organisation_id FROM invitations WHERE id = invitation_id))"""
    )
    op.execute("UPDATE notifications SET state = 'QUEUED' WHERE state = 'SENDING'")
    with op.batch_alter_table("notifications") as batch:
        batch.alter_column("organisation_id", existing_type=sa.Integer(), nullable=False)
        batch.create_foreign_key(
            "fk_notifications_organisation_id", "organisations", ["organisation_id"], ["id"]
        )
        batch.drop_index("ix_notifications_state_next_attempt_at")
        batch.create_index(
            "ix_notifications_state_organisation_id_next_attempt_at",
            ["state", "organisation_id", "next_attempt_at"],
        )
    for kind, pool, column, name in (
        ("send_notifications", "mail", "organisation_id", "organisation"),
        ("send_to_channel", "channels", "channel_id", "channel"),
    ):
        unfinished = (
            f"SELECT {column} AS id, '{name}' AS name, min(organisation_id) AS owner,"  # noqa: S608
            " min(next_attempt_at) AS at FROM notifications WHERE state = 'QUEUED'"
            f" AND channel_id IS {'NOT ' if name == 'channel' else ''}NULL"
            f" GROUP BY {column} ORDER BY 1"
        )
        enqueue_unfinished(kind, pool, 7, unfinished)
