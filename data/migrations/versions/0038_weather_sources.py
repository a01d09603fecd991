"""Where the days of a weather station come from, and what the last answer of a provider gave."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("weather_stations", sa.Column("source", sa.String(length=10), nullable=True))
    for name in ("new", "changed", "refused"):
        counted = sa.Column(name, sa.Integer(), server_default="0", nullable=False)
        op.add_column("weather_fetches", counted)
