"""Webhooks of one organisation that were called alike are told apart by a number."""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

_HOOKS = sa.table("hooks", *(sa.column(name) for name in ("id", "organisation_id", "name")))


def upgrade() -> None:
    live = sa.select(_HOOKS).where(sa.column("removed_at").is_(None)).order_by(_HOOKS.c.id)
    taken: set[tuple[int, str]] = set()
    for id_, organisation, name in op.get_bind().execute(live).all():
        called, count = name, 1
        while (organisation, called) in taken:
            count += 1
            called = f"{name} ({count})"
        taken.add((organisation, called))
        if called != name:
            op.execute(sa.update(_HOOKS).where(_HOOKS.c.id == id_).values(name=called))
