"""The limit on vain tries grows with what was named rightly, and says which lines count."""

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("right_imports") as batch:
        batch.add_column(sa.Column("named", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("named_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("right_tries") as batch:
        batch.add_column(sa.Column("run_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("line", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("number", sa.String(), nullable=False, server_default=""))
        batch.add_column(sa.Column("reason", sa.String(length=30), nullable=True))
