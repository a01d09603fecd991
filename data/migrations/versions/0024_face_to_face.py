"""The roll-up faces each month with the same one a year before, on the days that both know."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_SAME = {
    "sqlite": "b.gas_day = printf('%04d', substr(r.gas_day, 1, 4) - 1) || substr(r.gas_day, 5)",
    "postgresql": """b.gas_day = (r.gas_day - interval '1 year')::date
        AND to_char(r.gas_day, 'MMDD') <> '0229'""",
}
_MONTH = {
    "sqlite": "substr(r.gas_day, 1, 7) || '-01'",
    "postgresql": "date_trunc('month', r.gas_day)::date",
}


def upgrade() -> None:
    """Columns are added in place, then filled from the readings that stand."""
    for name, kind in (
        ("days_shared", sa.SmallInteger()),
        ("shared_wh", sa.BigInteger()),
        ("before_wh", sa.BigInteger()),
    ):
        column = sa.Column(name, kind, nullable=False, server_default="0")
        op.add_column("monthly_consumption", column)
    dialect = op.get_bind().dialect.name
    op.execute(
        f"""UPDATE monthly_consumption AS m SET days_shared = found.days,
            shared_wh = found.this_wh, before_wh = found.before_wh
        FROM (
            SELECT r.pce_id, {_MONTH[dialect]} AS month, count(*) AS days,
                sum(r.energy_wh) AS this_wh, sum(b.energy_wh) AS before_wh
            FROM readings r JOIN readings b ON b.pce_id = r.pce_id AND {_SAME[dialect]}
            WHERE r.energy_wh IS NOT NULL AND b.energy_wh IS NOT NULL
            GROUP BY 1, 2
        ) AS found
        WHERE m.pce_id = found.pce_id AND m.month = found.month"""  # noqa: S608 (no outside words)
    )
