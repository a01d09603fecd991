"""What stands of a fleet, and its sums, say how many of their days were deposited."""

import sqlalchemy as sa
from alembic import op

from data.migrations.sum_triggers import MONTHS, STANDINGS, create_triggers, drop_triggers

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None

_KEPT = (
    STANDINGS._replace(
        sums={**STANDINGS.sums, "deposited": "r.deposited"},
        reads=(*STANDINGS.reads, "deposited"),
    ),
    MONTHS,
)


def upgrade() -> None:
    drop_triggers(_KEPT)
    for table, type_ in (("fleet_standings", sa.SmallInteger()), ("fleet_sums", sa.BigInteger())):
        op.add_column(table, sa.Column("deposited", type_, server_default="0", nullable=False))
    create_triggers(_KEPT)
    # The job works out again those whose last day is past.
    op.execute(
        "UPDATE fleet_standings SET last_day = '0001-01-01' WHERE pce_id IN"
        " (SELECT pce_id FROM monthly_consumption WHERE days_deposited > 0)"
    )
