"""Search PCEs by street, postal code and tag."""

import sqlalchemy as sa
from alembic import op

from data.metering.pces.rules import folded

revision = "0003_search_places"
down_revision = "0002_drift_reviews"
branch_labels = None
depends_on = None

_BLOCK = 5_000
_pces = sa.table(
    "pces",
    sa.column("id", sa.Integer),
    sa.column("search", sa.String),
    sa.column("street", sa.String),
    sa.column("street_search", sa.String),
    sa.column("postal_code", sa.String),
)
_tags = sa.table("pce_tags", sa.column("tag", sa.String), sa.column("search", sa.String))


def upgrade() -> None:
    for table, name in (("pces", "street_search"), ("pce_tags", "search")):
        column = sa.Column(name, sa.String(), server_default="", nullable=False)
        op.add_column(table, column)
    db = op.get_bind()
    postal_code, search = _pces.c.postal_code, _pces.c.search
    op.execute(_pces.update().where(postal_code != "").values(search=search + " " + postal_code))
    _fold_streets(db)
    tags = list(db.scalars(sa.select(_tags.c.tag).distinct()))
    named = _tags.c.tag == sa.bindparam("written")
    rows = [{"written": tag, "search": folded(tag)} for tag in tags]
    if rows:
        db.execute(_tags.update().where(named).values(search=sa.bindparam("search")), rows)
    op.create_index("ix_pces_street_search", "pces", ["street_search"])


def _fold_streets(db: sa.Connection) -> None:
    last = 0
    query = sa.select(_pces.c.id, _pces.c.street).order_by(_pces.c.id).limit(_BLOCK)
    found = _pces.c.id == sa.bindparam("pce")
    change = _pces.update().where(found).values(street_search=sa.bindparam("street_search"))
    while block := db.execute(query.where(_pces.c.id > last)).all():
        last = block[-1].id
        rows = [{"pce": row.id, "street_search": folded(row.street)} for row in block if row.street]
        if rows:
            db.execute(change, rows)
