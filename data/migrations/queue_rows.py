"""Put what an older release left unfinished into the work queue, in a migration."""

import sqlalchemy as sa
from alembic import op

from core.tables import Instant

_INSTANT = Instant(timezone=True)
_ITEMS = sa.table(
    "queue_items",
    *(sa.column(name) for name in ("kind", "pool", "owner", "priority", "key", "state")),
    sa.column("payload", sa.JSON()),
    sa.column("not_before", _INSTANT),
    sa.column("max_attempts"),
    sa.column("created_at", _INSTANT),
)


def enqueue_unfinished(kind: str, pool: str, max_attempts: int, unfinished: str) -> None:
    """Enqueue an item for each row of the query *unfinished*.

    It gives the `id` of each row, which is the item's key, the `name` that the payload gives it,
    the `owner`, and the instant `at` of its next attempt.
    """
    query = sa.text(unfinished).columns(
        sa.column("id"), sa.column("name"), sa.column("owner"), sa.column("at", _INSTANT)
    )
    rows = [
        {
            "kind": kind,
            "pool": pool,
            "owner": row.owner,
            "priority": 5,
            "key": str(row.id),
            "state": "waiting",
            "payload": {row.name: row.id},
            "not_before": row.at,
            "max_attempts": max_attempts,
            "created_at": row.at,
        }
        for row in op.get_bind().execute(query)
    ]
    if rows:
        op.get_bind().execute(sa.insert(_ITEMS), rows)
