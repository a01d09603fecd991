"""What is read no more stays known; rounds that another one followed were not done."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    wished = sa.Column("wished", sa.Boolean(), server_default=sa.true(), nullable=False)
    op.add_column("mirror_tasks", wished)
    # A round that is taken up again says no problem any more: one that was done has none.
    op.execute(
        "UPDATE mirror_rounds SET state = 'cut'"
        " WHERE state = 'done' AND CAST(problem AS TEXT) <> '[]'"
    )
