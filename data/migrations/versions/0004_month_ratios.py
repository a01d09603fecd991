"""Keep the weather correction of each month with each verdict."""

import sqlalchemy as sa
from alembic import op

revision = "0004_month_ratios"
down_revision = "0003_search_places"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("signature_verdicts", sa.Column("months", sa.JSON(), nullable=True))
