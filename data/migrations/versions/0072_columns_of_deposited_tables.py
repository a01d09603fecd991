"""The columns of a deposited table are kept, and what a person says that they are."""

import sqlalchemy as sa
from alembic import op

revision = "0072"
down_revision = "0071"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, empty in (("columns", "[]"), ("column_uses", "{}")):
        op.add_column("runs", sa.Column(name, sa.JSON(), nullable=False, server_default=empty))
