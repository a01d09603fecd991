"""The signatures of many PCE, each of days that a viewer may read."""

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.access import Viewer
from data.db import blocks
from data.pces.queries import scopes, scopes_by_id
from data.signatures.models import VerdictRow
from data.signatures.queries.climate import Judged, made_fit
from data.signatures.queries.visits import covered
from data.signatures.types import Fit

MOST_MADE = 100  # at once: each is some milliseconds, of three years of days
_row = VerdictRow


def readable_fits(db: Session, viewer: Viewer, ids: Collection[int]) -> Mapping[int, Judged]:
    """The stored signature of each of *ids*, else one made of the days that may be read.

    Of more than MOST_MADE of which the stored one may not be read, none is made: they are not
    there.
    """
    found = _stored(db, viewer, ids)
    others = [pce_id for pce_id in ids if pce_id not in found]
    if len(others) <= MOST_MADE:
        for scope in scopes_by_id(db, viewer, others):
            found[scope.id] = made_fit(db, viewer, scope)
    return found


def _stored(db: Session, viewer: Viewer, ids: Collection[int]) -> dict[int, Judged]:
    """Those of which every day that they stand on may be read."""
    scope = scopes(viewer).subquery("scope")
    columns = (_row.pce_id, _row.day_wh, _row.base, _row.baseload_wh, _row.slope_wh, _row.use,
               _row.out, _row.weeks, _row.r2, _row.cvrmse, _row.reason)  # fmt: skip
    query = select(*columns).join(scope, scope.c.id == _row.pce_id).where(covered(scope))
    found: dict[int, Judged] = {}
    for block in blocks(sorted(ids)):
        for pce_id, mean, *fit in db.execute(query.where(_row.pce_id.in_(block))):
            found[pce_id] = Fit(*fit), mean
    return found
