"""Keep whether an annotation is shared with the distributor's staff."""

import sqlalchemy as sa
from alembic import op

revision = "0011_shared_annotations"
down_revision = "0010_absolute_values"
branch_labels = None
depends_on = None


def upgrade() -> None:
    shared = sa.Column("shared", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("annotations", shared)
