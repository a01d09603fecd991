"""Whose the credentials of a connection are, by the list of rights."""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    name = sa.Column("third_party", sa.String(), server_default="", nullable=False)
    op.add_column("mirror_connections", name)
