"""What the verdicts say of the lines of a ranking: their year in the climate of the one before."""

from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.access import Viewer
from data.pces.queries import scopes
from data.signatures.models import VerdictRow
from data.signatures.queries.visits import covered
from data.signatures.types import Reason

Equal = tuple[float | None, Reason | None]  # the ratio of `Verdict`, or why there is none


def year_ratios(
    db: Session, viewer: Viewer, ids: Collection[int], year: date
) -> Mapping[int, Equal]:
    """Of those of *ids* that are judged on days that *viewer* may read, over 12 months from *year*.

    The others are not there.
    """
    scope = scopes(viewer).subquery("scope")
    row = VerdictRow
    query = (
        select(row.pce_id, row.ratio, row.refused)
        .join(scope, scope.c.id == row.pce_id)
        .where(row.pce_id.in_(ids), row.year == year, covered(scope))
    )
    return {pce_id: (ratio, refused) for pce_id, ratio, refused in db.execute(query)}
