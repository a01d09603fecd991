"""The sums of what stands and of each month, by holder and by tag, and what keeps them true."""

from data.migrations.sum_triggers import MONTHS, STANDINGS, create_table, create_triggers, fill

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

_KEPT = (STANDINGS, MONTHS)


def upgrade() -> None:
    for kept in _KEPT:
        create_table(kept)
        fill(kept)
    create_triggers(_KEPT)
