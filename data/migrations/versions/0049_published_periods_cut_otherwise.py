"""Which published periods the distributor has cut otherwise since, of consumption and injected gas.

Of what is there, lines that were learnt together count as of one file.
"""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

_TOLD = """
UPDATE {table} SET told = 1 + (
  SELECT count(DISTINCT o.learnt_at) FROM {table} AS o
  WHERE o.pce_id = {table}.pce_id AND o.learnt_at < {table}.learnt_at)
"""
_REPLACED = """
UPDATE {table} SET replaced = {yes} WHERE {mine} EXISTS (
  SELECT 1 FROM {table} AS o
  WHERE o.pce_id = {table}.pce_id {alike}
  AND o.first_day <= {table}.last_day AND o.last_day >= {table}.first_day
  AND (o.as_of <> {table}.as_of OR o.told <> {table}.told)
  AND (CASE WHEN o.energy_wh IS NOT NULL OR o.volume_dm3 IS NOT NULL THEN 1 ELSE 0 END,
       o.as_of, o.told)
    > (CASE WHEN {table}.energy_wh IS NOT NULL OR {table}.volume_dm3 IS NOT NULL
            THEN 1 ELSE 0 END, {table}.as_of, {table}.told))
"""


def upgrade() -> None:
    yes = "true" if op.get_bind().dialect.name == "postgresql" else "1"
    for table, mine, alike in (
        ("consumption_periods", "kind = 'PUBLISHED' AND", "AND o.kind = 'PUBLISHED'"),
        ("injection_periods", "", ""),
    ):
        op.add_column(table, sa.Column("told", sa.Integer(), server_default="0", nullable=False))
        op.add_column(
            table,
            sa.Column("replaced", sa.Boolean(), server_default=sa.false(), nullable=False),
        )
        op.execute(_TOLD.format(table=table))
        op.execute(_REPLACED.format(table=table, yes=yes, mine=mine, alike=alike))
