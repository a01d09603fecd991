"""Acts on many rights are undone in blocks too: who asked for it is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("right_acts") as batch:
        batch.add_column(sa.Column("undone_by", sa.Integer(), nullable=True))
