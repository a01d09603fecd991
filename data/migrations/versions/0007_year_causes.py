"""Keep with each verdict why its year burnt more than the one before."""

import sqlalchemy as sa
from alembic import op

revision = "0007_year_causes"
down_revision = "0006_operat_references"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("signature_verdicts", sa.Column("year_cause", sa.String(20), nullable=True))
    op.execute("UPDATE signature_verdicts SET months = NULL")  # judged again by the next run
