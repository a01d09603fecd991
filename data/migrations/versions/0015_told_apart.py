"""What the third party knows of a control, apart from what is decided; entries are salted."""

import sqlalchemy as sa
from alembic import op

import core.database

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

INSTANT = core.database.Instant(timezone=True)
WORD = sa.String(20)


def upgrade() -> None:
    """Columns are added in place: a table made again would lose the triggers of its journal."""
    for column in (
        sa.Column("told_state", WORD, nullable=False, server_default="awaited"),
        sa.Column("told_due_on", sa.Date(), nullable=False, server_default="1970-01-01"),
        sa.Column("told_at", INSTANT, nullable=True),
        sa.Column("told_motive", WORD, nullable=True),
    ):
        op.add_column("controls", column)
    op.execute(
        "UPDATE controls SET told_state = state, told_due_on = due_on,"
        " told_at = decided_at, told_motive = motive"
    )
    op.drop_index(op.f("ix_controls_organisation_id_state_due_on"), "controls")
    op.create_index(
        op.f("ix_controls_organisation_id_told_state_told_due_on"),
        "controls",
        ["organisation_id", "told_state", "told_due_on"],
    )
    for table, column in (
        ("control_message_marks", sa.Column("told_id", sa.Integer(), server_default="0")),
        ("control_entries", sa.Column("salt", sa.String(), server_default="")),
    ):
        column.nullable = False
        op.add_column(table, column)
