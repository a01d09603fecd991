"""Query the probable causes of drifts, from verdicts whose days are all readable."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.access import Viewer
from core.database import blocks
from data.analysis.signatures.models import VerdictRow
from data.analysis.signatures.queries.coverage import is_covered
from data.analysis.signatures.queries.ranking import correct_rows
from data.analysis.signatures.rules.drift_causes import explain_drift
from data.analysis.signatures.types import DriftPlace, ProbableCause, SiteDrift, WorkPage
from data.metering.consumption.queries import (
    count_fleet,
    get_work_list,
    list_fleet_cells,
    load_places,
)
from data.metering.consumption.rules.drifts import read_drift_list, sort_drifts
from data.metering.consumption.types import FleetRow, FleetView
from data.metering.consumption.types.similar import SimilarPlace
from data.metering.pces.queries import visible_scopes

SHOWN = 12  # drifts of a work list before the others are asked for
MOST = 500
FALLS = 5
_row = VerdictRow


def list_drifts_with_causes(
    db: Session, viewer: Viewer, rows: Sequence[FleetRow]
) -> list[SiteDrift]:
    """Return `rows` with their months, each with the probable cause of its drift."""
    month_rows = _with_months(db, viewer, rows)
    causes = load_causes(db, viewer, month_rows)
    return [SiteDrift(row, causes.get(row.id)) for row in month_rows]


def _with_months(db: Session, viewer: Viewer, rows: Sequence[FleetRow]) -> list[FleetRow]:
    """Return `rows` with the change of their months, at equal climate."""
    cells = list_fleet_cells(db, viewer, [row.id for row in rows])
    return correct_rows(db, viewer, [replace(row, cells=cells.get(row.id, {})) for row in rows])


def get_work_page(db: Session, viewer: Viewer, view: FleetView) -> WorkPage:
    """Return the work list of `view`, with the months of the sites that are shown."""
    work = get_work_list(db, viewer, view)
    places = load_places(db, viewer)
    drifts = _sorted(work.drifts, view, places)[: MOST if view.expanded else SHOWN]
    falls = work.falls[:FALLS]
    listed = [
        replace(drift, place=places.get(drift.site.id))
        for drift in list_drifts_with_causes(db, viewer, [*drifts, *falls])
    ]
    sites = count_fleet(db, viewer, view)
    return WorkPage(view, work, listed[: len(drifts)], listed[len(drifts) :], sites)


def _sorted(
    rows: Sequence[FleetRow], view: FleetView, places: Mapping[int, SimilarPlace]
) -> list[FleetRow]:
    intensities = {id_: place.site.wh_per_m2 for id_, place in places.items()}
    return sort_drifts(rows, view.by, upwards=view.upwards, intensities=intensities)


def find_drift_place(
    db: Session, viewer: Viewer, drifts: str, number: str | None
) -> DriftPlace | None:
    """Return where a PCE stands in the list `drifts` of an address; None where it is not listed."""
    if not drifts:
        return None
    view = read_drift_list(drifts)
    rows = get_work_list(db, viewer, view).drifts
    numbers = [row.number for row in _sorted(rows, view, load_places(db, viewer))]
    if number not in numbers:
        return None
    at = numbers.index(number)
    beside = [None, *numbers, None]
    return DriftPlace(at + 1, len(numbers), beside[at], beside[at + 2])


def load_causes(
    db: Session, viewer: Viewer, rows: Sequence[FleetRow]
) -> Mapping[int, ProbableCause]:
    """Return why each of `rows`, which have their months, exceeds its past, by PCE id.

    Sites without a known cause are left out.
    """
    scope = visible_scopes(viewer).subquery("scope")
    query = (
        select(_row)
        .join(scope, scope.c.id == _row.pce_id)
        .where(or_(_row.cause.is_not(None), _row.year_cause.is_not(None)), is_covered(scope))
    )
    cells = {row.id: row.cells for row in rows}
    causes = {
        verdict.pce_id: explain_drift(*_causes_of(verdict), cells[verdict.pce_id])
        for block in blocks(sorted(cells))
        for verdict in db.scalars(query.where(_row.pce_id.in_(block)))
    }
    return {pce_id: why for pce_id, why in causes.items() if why}


def _causes_of(verdict: VerdictRow) -> tuple[ProbableCause | None, ProbableCause | None]:
    """Return the stored causes of the last weeks of a site, and of its last year."""
    recent = year = None
    if verdict.until and verdict.cause and verdict.since and (verdict.stake_wh or 0) > 0:
        recent = ProbableCause(verdict.cause, verdict.since, verdict.until)
    if verdict.until and verdict.year_cause:
        year = ProbableCause(verdict.year_cause, verdict.year, verdict.until)
    return recent, year
