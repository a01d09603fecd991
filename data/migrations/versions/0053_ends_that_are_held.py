"""Which rights of the other side end here by nobody but somebody: none of those of before."""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    held = sa.Column("held", sa.Boolean(), server_default=sa.false(), nullable=False)
    op.add_column("mirror_rights", held)
