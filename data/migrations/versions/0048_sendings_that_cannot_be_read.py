"""How often what was sent was looked for in a list of which a line cannot be read."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "mirror_sendings",
        sa.Column("unread", sa.Integer(), server_default="0", nullable=False),
    )
