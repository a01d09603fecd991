"""Rounds of the mirror are run by the work queue, in which the clock puts those that are due."""

from alembic import op

revision = "0077"
down_revision = "0076"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("mirror_rounds") as batch:
        batch.drop_column("turn")
        batch.drop_column("beat_at")
