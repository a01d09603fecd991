"""Until which day the mirror read of each site: unknown of those of before, which are read anew."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mirror_tasks", sa.Column("whole_until", sa.Date(), nullable=True))
