"""The PCE of a viewer summed by tag and by holder: each group as the whole fleet is."""

from typing import Any

from sqlalchemy import Select, Subquery, func, select
from sqlalchemy.orm import Session

from data.access import Viewer
from data.accounts.models import Organisation
from data.consumption.queries.alike import Grouped
from data.consumption.queries.costs import knows_costs, spent_by
from data.consumption.queries.fleet import total_of, totals_of
from data.consumption.queries.standing import lie_of, standings
from data.consumption.queries.sums import By, kept_totals, tells
from data.consumption.types import FleetGroup, FleetView
from data.limits import knows_tag
from data.pces.models import Pce, PceTag


def groups_by_tag(db: Session, viewer: Viewer, view: FleetView) -> list[FleetGroup]:
    """Each tag of the viewer's organisation that a PCE of *view* bears, by name."""
    mine = PceTag.organisation_id == viewer.organisation_id, knows_tag(viewer, PceTag.tag)
    kept = _kept(db, viewer, view, By.TAG)
    if kept is None:
        sums = _sums(db, viewer, view)
        query = (
            select(PceTag.tag.label("key"), PceTag.tag.label("name"), *_totals(sums))
            .join(PceTag, PceTag.pce_id == sums.c.id)
            .where(*mine)
            .group_by(PceTag.tag)
        )
    else:
        query = select(kept, kept.c.key.label("name"))
    bears = select(PceTag.pce_id.label("id"), PceTag.tag.label("key")).where(*mine)
    return _groups(db, viewer, view, query.order_by("key"), Grouped(By.TAG, bears))


def groups_by_holder(db: Session, viewer: Viewer, view: FleetView) -> list[FleetGroup]:
    """Each organisation that holds a PCE of *view*, by name."""
    named = Organisation.id.label("key"), Organisation.name.label("name")
    kept = _kept(db, viewer, view, By.HOLDER)
    if kept is None:
        sums = _sums(db, viewer, view)
        query = (
            select(*named, *_totals(sums))
            .select_from(sums)
            .join(Pce, Pce.id == sums.c.id)
            .join(Organisation, Organisation.id == Pce.holder_id)
            .group_by(Organisation.id, Organisation.name)
        )
    else:
        query = select(kept, named[1]).join(Organisation, Organisation.id == kept.c.key)
    query = query.order_by(Organisation.name, Organisation.id)
    holds = select(Pce.id, Pce.holder_id.label("key")).where(Pce.holder_id.is_not(None))
    return _groups(db, viewer, view, query, Grouped(By.HOLDER, holds))


def _kept(db: Session, viewer: Viewer, view: FleetView, by: By) -> Subquery | None:
    """The sums that are kept of each group, where all that the viewer may see stands."""
    if not (tells(viewer, view, by) and lie_of(db, viewer).simple):
        return None
    return kept_totals(viewer, view, by).subquery("kept")


def _sums(db: Session, viewer: Viewer, view: FleetView) -> Subquery:
    return standings(db, viewer, view, simple=lie_of(db, viewer).simple).subquery("sums")


def _totals(sums: Subquery) -> list[Any]:
    return [func.count().label("pces"), *totals_of(sums.c)]


def _groups(
    db: Session, viewer: Viewer, view: FleetView, query: Select[Any], grouped: Grouped
) -> list[FleetGroup]:
    spent = spent_by(db, viewer, view, grouped) if knows_costs(db, viewer) else {}
    return [
        FleetGroup(str(row.key), row.name, total_of(row, row.pces), spent.get(row.key))
        for row in db.execute(query)
    ]
