"""Query the signatures of many PCEs, each on readable days."""

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Viewer
from core.database import blocks
from data.analysis.signatures.models import VerdictRow
from data.analysis.signatures.queries.climate import Judged, get_computed_fit
from data.analysis.signatures.queries.coverage import is_covered
from data.analysis.signatures.types import Fit
from data.metering.pces.queries import list_scopes_by_id, visible_scopes

MOST_MADE = 100  # computed at once: each takes some milliseconds, on three years of days
_row = VerdictRow


def load_readable_fits(db: Session, viewer: Viewer, ids: Collection[int]) -> Mapping[int, Judged]:
    """Return the signature of each of `ids`: stored, else computed from readable days.

    When more than `MOST_MADE` would have to be computed, these are left out.
    """
    fits_by_id = _stored(db, viewer, ids)
    others = [pce_id for pce_id in ids if pce_id not in fits_by_id]
    if len(others) <= MOST_MADE:
        for scope in list_scopes_by_id(db, viewer, others):
            fits_by_id[scope.id] = get_computed_fit(db, viewer, scope)
    return fits_by_id


def _stored(db: Session, viewer: Viewer, ids: Collection[int]) -> dict[int, Judged]:
    """Return the stored signatures whose days are all readable."""
    scope = visible_scopes(viewer).subquery("scope")
    columns = (_row.pce_id, _row.day_wh, _row.base, _row.baseload_wh, _row.slope_wh, _row.use,
               _row.out, _row.weeks, _row.r2, _row.cvrmse, _row.reason)  # fmt: skip
    query = select(*columns).join(scope, scope.c.id == _row.pce_id).where(is_covered(scope))
    fits_by_id: dict[int, Judged] = {}
    for block in blocks(sorted(ids)):
        for pce_id, mean, *fit in db.execute(query.where(_row.pce_id.in_(block))):
            fits_by_id[pce_id] = Fit(*fit), mean
    return fits_by_id
