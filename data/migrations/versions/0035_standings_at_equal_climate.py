"""What the climate leaves of a gap, where it is ranked by."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_COLUMNS = (
    ("ratio", sa.Double()),
    ("ratio_year", sa.Date()),
    ("judged_from", sa.Date()),
    ("judged_until", sa.Date()),
    ("equal_wh", sa.BigInteger()),
    ("equal", sa.Double()),
    ("ranked", sa.Double()),
)


def upgrade() -> None:
    for name, kind in _COLUMNS:
        op.add_column("fleet_standings", sa.Column(name, kind, nullable=True))
    op.execute("UPDATE fleet_standings SET ranked = drift")
    op.execute(
        """UPDATE fleet_standings SET ratio = told.ratio, ratio_year = told.year,
        judged_from = told.first_day, judged_until = told.until
        FROM signature_verdicts AS told
        WHERE told.pce_id = fleet_standings.pce_id AND fleet_standings.period = 'YEAR'"""
    )
    # What follows of a ratio waits for the next turn of the job, which works these out again.
    op.execute("UPDATE fleet_standings SET last_day = '0001-01-01' WHERE ratio IS NOT NULL")
    for key in ("equal_wh", "equal", "ranked"):
        name = f"ix_fleet_standings_period_{key}_pce_id"
        op.create_index(name, "fleet_standings", ["period", key, "pce_id"])
