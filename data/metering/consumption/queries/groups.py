"""Sum a viewer's PCEs by tag and by holder."""

from typing import Any

from sqlalchemy import Select, Subquery, func, select
from sqlalchemy.orm import Session

from core.access import Viewer
from data.identity.accounts.models import Organisation
from data.metering.consumption.queries.costs import has_costs, sum_costs_by_group
from data.metering.consumption.queries.fleet import get_fleet_totals, sum_total_columns
from data.metering.consumption.queries.fleet_sums import (
    SumGrouping,
    has_stored_sums,
    sum_stored_totals_query,
)
from data.metering.consumption.queries.monthly_by_tariff import Grouped
from data.metering.consumption.queries.standings import get_standings_query, get_viewer_scope
from data.metering.consumption.types import FleetGroup, FleetView
from data.metering.pces.models import Pce, PceTag
from data.tag_limits import knows_tag


def list_groups_by_tag(db: Session, viewer: Viewer, view: FleetView) -> list[FleetGroup]:
    """Return the totals of each tag of the viewer's organisation on PCEs of `view`, by name."""
    mine = PceTag.organisation_id == viewer.organisation_id, knows_tag(viewer, PceTag.tag)
    stored_sums = _get_stored_sums(db, viewer, view, SumGrouping.TAG)
    if stored_sums is None:
        sums = _sums(db, viewer, view)
        query = (
            select(PceTag.tag.label("key"), PceTag.tag.label("name"), *_totals(sums))
            .join(PceTag, PceTag.pce_id == sums.c.id)
            .where(*mine)
            .group_by(PceTag.tag)
        )
    else:
        query = select(stored_sums, stored_sums.c.key.label("name"))
    bears = select(PceTag.pce_id.label("id"), PceTag.tag.label("key")).where(*mine)
    return _groups(db, viewer, view, query.order_by("key"), Grouped(SumGrouping.TAG, bears))


def list_groups_by_holder(db: Session, viewer: Viewer, view: FleetView) -> list[FleetGroup]:
    """Return the totals of each organisation that holds a PCE of `view`, by name."""
    named = Organisation.id.label("key"), Organisation.name.label("name")
    stored_sums = _get_stored_sums(db, viewer, view, SumGrouping.HOLDER)
    if stored_sums is None:
        sums = _sums(db, viewer, view)
        query = (
            select(*named, *_totals(sums))
            .select_from(sums)
            .join(Pce, Pce.id == sums.c.id)
            .join(Organisation, Organisation.id == Pce.holder_id)
            .group_by(Organisation.id, Organisation.name)
        )
    else:
        query = select(stored_sums, named[1]).join(
            Organisation, Organisation.id == stored_sums.c.key
        )
    query = query.order_by(Organisation.name, Organisation.id)
    holds = select(Pce.id, Pce.holder_id.label("key")).where(Pce.holder_id.is_not(None))
    return _groups(db, viewer, view, query, Grouped(SumGrouping.HOLDER, holds))


def _get_stored_sums(
    db: Session, viewer: Viewer, view: FleetView, by: SumGrouping
) -> Subquery | None:
    """Return the stored sums by group, or None when they do not match what the viewer can see."""
    if not (has_stored_sums(viewer, view, by) and get_viewer_scope(db, viewer).simple):
        return None
    return sum_stored_totals_query(viewer, view, by).subquery("kept")


def _sums(db: Session, viewer: Viewer, view: FleetView) -> Subquery:
    return get_standings_query(
        db, viewer, view, simple=get_viewer_scope(db, viewer).simple
    ).subquery("sums")


def _totals(sums: Subquery) -> list[Any]:
    return [func.count().label("pces"), *sum_total_columns(sums.c)]


def _groups(
    db: Session, viewer: Viewer, view: FleetView, query: Select[Any], grouped: Grouped
) -> list[FleetGroup]:
    spent = sum_costs_by_group(db, viewer, view, grouped) if has_costs(db, viewer) else {}
    return [
        FleetGroup(str(row.key), row.name, get_fleet_totals(row, row.pces), spent.get(row.key))
        for row in db.execute(query)
    ]
