"""Query the weather-corrected year of a ranking's lines, from the verdicts."""

from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Viewer
from data.analysis.signatures.models import VerdictRow
from data.analysis.signatures.queries.coverage import is_covered
from data.analysis.signatures.types import Reason
from data.metering.consumption.rules.fleet import months_shown
from data.metering.pces.queries import visible_scopes

Equal = tuple[float | None, Reason | None]  # ratio of `SignatureVerdict`, or why there is none


def load_year_ratios(
    db: Session, viewer: Viewer, ids: Collection[int], year: date
) -> Mapping[int, Equal]:
    """Return the ratios of the `ids` judged on readable days, over 12 months from `year`.

    Other PCEs are left out.
    """
    scope = visible_scopes(viewer).subquery("scope")
    row = VerdictRow
    query = (
        select(row.pce_id, row.ratio, row.refused)
        .join(scope, scope.c.id == row.pce_id)
        .where(row.pce_id.in_(ids), row.year == year, is_covered(scope))
    )
    return {pce_id: (ratio, refused) for pce_id, ratio, refused in db.execute(query)}


def load_month_ratios(
    db: Session, viewer: Viewer, ids: Collection[int]
) -> Mapping[int, Mapping[date, float]]:
    """Return the ratios of the months shown for those of `ids` judged on readable days."""
    months = months_shown(viewer.today)
    scope, row = visible_scopes(viewer).subquery("scope"), VerdictRow
    query = select(row.pce_id, row.months).join(scope, scope.c.id == row.pce_id)
    query = query.where(row.pce_id.in_(ids), row.year == months[0], is_covered(scope))
    return {
        pce_id: {
            month: ratio
            for month, ratio in zip(months, ratios or (), strict=False)
            if ratio is not None
        }
        for pce_id, ratios in db.execute(query)
    }
