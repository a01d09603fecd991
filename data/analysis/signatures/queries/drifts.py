"""Query the probable causes of drifts, from verdicts whose days are all readable."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import and_, case, or_, select
from sqlalchemy.orm import Session

from core.access import Viewer
from core.database import blocks
from data.analysis.signatures.models import VerdictRow
from data.analysis.signatures.queries.coverage import is_covered
from data.analysis.signatures.queries.ranking import correct_rows
from data.analysis.signatures.types import ProbableCause, SiteDrift, WorkPage
from data.metering.consumption.queries import (
    count_fleet,
    get_work_list,
    list_fleet_cells,
    load_places,
)
from data.metering.consumption.rules.drifts import sort_drifts
from data.metering.consumption.types import FleetRow, FleetView
from data.metering.pces.queries import visible_scopes

SHOWN = 12  # drifts of a work list before the others are asked for
MOST = 500
FALLS = 5
_row = VerdictRow


def list_drifts_with_causes(
    db: Session, viewer: Viewer, rows: Sequence[FleetRow]
) -> list[SiteDrift]:
    """Return `rows`, each with the probable cause of its drift."""
    causes = load_causes(db, viewer, [row.id for row in rows])
    return [SiteDrift(row, causes.get(row.id)) for row in rows]


def get_work_page(db: Session, viewer: Viewer, view: FleetView) -> WorkPage:
    """Return the work list of `view`, with the months of the sites that are shown."""
    work = get_work_list(db, viewer, view)
    places = load_places(db, viewer)
    intensities = {id_: place.site.wh_per_m2 for id_, place in places.items()}
    drifts = sort_drifts(work.drifts, view.by, upwards=view.upwards, intensities=intensities)
    drifts = drifts[: MOST if view.expanded else SHOWN]
    falls = work.falls[:FALLS]
    ids = [row.id for row in (*drifts, *falls)]
    cells, causes = list_fleet_cells(db, viewer, ids), load_causes(db, viewer, ids)

    def complete(rows: Sequence[FleetRow]) -> list[SiteDrift]:
        month_rows = [replace(row, cells=cells.get(row.id, {})) for row in rows]
        return [
            SiteDrift(row, causes.get(row.id), places.get(row.id))
            for row in correct_rows(db, viewer, month_rows)
        ]

    return WorkPage(
        view,
        work,
        complete(drifts),
        complete(falls),
        count_fleet(db, viewer, view),
    )


def load_causes(db: Session, viewer: Viewer, ids: Collection[int]) -> Mapping[int, ProbableCause]:
    """Return why each of `ids` exceeds its past in its last weeks, else in its last year.

    Sites without a known cause are left out.
    """
    scope = visible_scopes(viewer).subquery("scope")
    is_recent = and_(_row.stake_wh > 0, _row.cause.is_not(None))
    query = (
        select(
            _row.pce_id,
            case((is_recent, _row.cause), else_=_row.year_cause),
            case((is_recent, _row.since), else_=_row.year),
            _row.until,
        )
        .join(scope, scope.c.id == _row.pce_id)
        .where(or_(is_recent, _row.year_cause.is_not(None)), is_covered(scope))
    )
    return {
        pce_id: ProbableCause(cause, since, until)
        for block in blocks(sorted(ids))
        for pce_id, cause, since, until in db.execute(query.where(_row.pce_id.in_(block)))
        if cause and since and until
    }
