"""Let removed prices and budgets be restored: keep when they were removed."""

import sqlalchemy as sa
from alembic import op

revision = "0014_removed_prices"
down_revision = "0013_attestations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("price_components", "budgets"):
        column = sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True)
        op.add_column(table, column)
    budgets = sa.table("budgets", *map(sa.column, ("removed", "removed_at", "changed_at")))
    removed = budgets.update().where(budgets.c.removed.is_(sa.true()))
    op.execute(removed.values(removed_at=budgets.c.changed_at))
    op.drop_column("budgets", "removed")
