"""Messages to distributors are sent by the work queue, in which the clock puts what is due.

A message in hand at the upgrade has `left_at`, and is looked up before it is sent again.
"""

from alembic import op

revision = "0076"
down_revision = "0075"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("mirror_sendings") as batch:
        batch.drop_column("claimed_at")
