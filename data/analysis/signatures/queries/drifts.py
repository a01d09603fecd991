"""Query the probable causes of drifts, from verdicts whose days are all readable."""

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Viewer
from core.database import blocks
from data.analysis.signatures.models import VerdictRow
from data.analysis.signatures.queries.coverage import is_covered
from data.analysis.signatures.types import ProbableCause, SiteDrift
from data.metering.consumption.queries import list_drifts
from data.metering.consumption.types import FleetView
from data.metering.pces.queries import visible_scopes

_row = VerdictRow


def list_dearest_drifts(db: Session, viewer: Viewer, limit: int) -> list[SiteDrift]:
    """Return at most `limit` sites whose drift costs the most a year, with its probable cause."""
    rows = list_drifts(db, viewer, FleetView())[:limit]
    causes = load_causes(db, viewer, [row.id for row in rows])
    return [SiteDrift(row, causes.get(row.id)) for row in rows]


def load_causes(db: Session, viewer: Viewer, ids: Collection[int]) -> Mapping[int, ProbableCause]:
    """Return why each of `ids` exceeds its past in its last weeks, where that is known."""
    scope = visible_scopes(viewer).subquery("scope")
    query = (
        select(_row.pce_id, _row.cause, _row.since, _row.until)
        .join(scope, scope.c.id == _row.pce_id)
        .where(_row.stake_wh > 0, is_covered(scope))
    )
    return {
        pce_id: ProbableCause(cause, since, until)
        for block in blocks(sorted(ids))
        for pce_id, cause, since, until in db.execute(query.where(_row.pce_id.in_(block)))
        if cause and since and until
    }
