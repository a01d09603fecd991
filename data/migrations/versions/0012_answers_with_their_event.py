"""Each answer of a holder is kept with its event: a withdrawal leaves the acceptance as it was."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("right_events", sa.Column("address", sa.String(), nullable=True))
    op.add_column("right_events", sa.Column("text_version", sa.String(), nullable=True))
    _copy_the_last_answers()
    op.drop_column("access_rights", "answered_from")
    op.drop_column("access_rights", "answered_text")


def _copy_the_last_answers() -> None:
    """Events are closed to changes but for this once, in this transaction."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute(
        "DROP TRIGGER right_events_no_UPDATE"
        if sqlite
        else "ALTER TABLE right_events DISABLE TRIGGER right_events_no_change"
    )
    op.execute(
        "UPDATE right_events SET (address, text_version) ="
        " (SELECT answered_from, answered_text FROM access_rights"
        " WHERE access_rights.id = right_events.right_id)"
        " WHERE actor = 'holder' AND EXISTS (SELECT 1 FROM access_rights"
        " WHERE access_rights.id = right_events.right_id"
        " AND access_rights.answered_at = right_events.at)"
    )
    op.execute(
        "CREATE TRIGGER right_events_no_UPDATE BEFORE UPDATE ON right_events"
        " BEGIN SELECT RAISE(ABORT, 'right_events is append-only'); END"
        if sqlite
        else "ALTER TABLE right_events ENABLE TRIGGER right_events_no_change"
    )
