"""The category of activity of a site."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    column = sa.Column("category", sa.String(), server_default="", nullable=False)
    op.add_column("operat_sites", column)
