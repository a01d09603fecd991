"""When a run last had its turn: long files are worked in slices, organisation by organisation."""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("runs", sa.Column("served_at", sa.DateTime(timezone=True), nullable=True))
