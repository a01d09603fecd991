"""Expected days run up to the last day with a value: standings are recomputed by the evaluation."""

from alembic import op

revision = "0078"
down_revision = "0077"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE fleet_standings SET last_day = '0001-01-01'")
