"""The latest figure of an episode beside that of its crossing."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("last_wh", "last_limit_wh"):
        column = sa.Column(name, sa.BigInteger(), nullable=True)
        op.add_column("threshold_episodes", column)
    # What is open is judged again, which finds them; what is over keeps none.
    op.execute(
        sa.text(
            "INSERT INTO reading_marks (pce_id, first_day)"
            " SELECT pce_id, min(first_day) FROM threshold_episodes"
            " WHERE state IN ('WARNED', 'EXCEEDED')"
            " AND pce_id NOT IN (SELECT pce_id FROM reading_marks)"
            " GROUP BY pce_id"
        )
    )
