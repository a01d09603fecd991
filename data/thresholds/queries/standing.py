"""Query which visible PCEs a weather-corrected threshold can evaluate now."""

from datetime import date, timedelta

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from core.access import Viewer
from data.metering.pces.models import Pce
from data.metering.pces.queries import list_scopes_by_id
from data.thresholds.models import Threshold, ThresholdMember, ThresholdReference
from data.thresholds.queries.signature_status import get_readable_days
from data.thresholds.queries.visible import get_pce_ids_query, visible
from data.thresholds.queries.winter import Readable, load_temperatures
from data.thresholds.types import (
    PceWithoutReference,
    PceWithoutTemperatures,
    ThresholdKind,
    WinterStanding,
)

LOOKED_AT = 100  # PCEs whose temperatures are checked: a station usually stops for all of them
STOPPED = 3  # days of readings without temperature: a station may be a day or two late
_LATE = timedelta(days=120)


def find_threshold_standing(
    db: Session, viewer: Viewer, threshold_id: int
) -> WinterStanding | None:
    """Return the state of a weather-corrected threshold, None for another kind."""
    rows = db.execute(_members(viewer, threshold_id)).all()
    if not rows:
        return None
    refused = tuple(
        PceWithoutReference(row.number, row.alias, row.reason)
        for row in rows
        if row.reason is not None
    )
    evaluated_rows = [row for row in rows if row.reason is None and row.last_day is not None]
    silent = _silent(db, viewer, [row.id for row in evaluated_rows[:LOOKED_AT]])
    return WinterStanding(
        len(evaluated_rows), len(rows) - len(evaluated_rows) - len(refused), refused, silent
    )


def _members(viewer: Viewer, threshold_id: int) -> Select[int, str, str, date, object]:
    member, reference = ThresholdMember, ThresholdReference
    frozen = and_(
        reference.pce_id == member.pce_id,
        reference.threshold_id == member.threshold_id,
        reference.last_day == Threshold.learnt_to,
    )
    mine = visible(viewer).with_only_columns(Threshold.id)
    query: Select[int, str, str, date, object] = (
        select(Pce.id, Pce.number, Pce.alias, reference.last_day, reference.reason)
        .select_from(member)
        .join(Threshold, Threshold.id == member.threshold_id)
        .join(Pce, Pce.id == member.pce_id)
        .outerjoin(reference, frozen)
        .where(
            member.threshold_id == threshold_id,
            member.until.is_(None),
            Threshold.id.in_(mine),
            Threshold.kind == ThresholdKind.WEATHER,
            Pce.id.in_(get_pce_ids_query(viewer)),
        )
        .order_by(Pce.search, Pce.number)
    )
    return query


def _silent(db: Session, viewer: Viewer, ids: list[int]) -> tuple[PceWithoutTemperatures, ...]:
    """Return the PCEs whose last readings have no temperature."""
    scopes = [scope for scope in list_scopes_by_id(db, viewer, ids) if scope.data_until is not None]
    spans = []
    for scope in scopes:
        last = scope.data_until or viewer.today
        low, high = get_readable_days(scope)
        spans.append(Readable(scope.id, max(low, last - _LATE), min(high, last)))
    temperatures = load_temperatures(db, spans)
    silent_pces = []
    for scope, span in zip(scopes, spans, strict=True):
        until = max((day for day in temperatures[scope.id] if day <= span.last), default=None)
        if until is None or until < span.last - timedelta(days=STOPPED):
            silent_pces.append(PceWithoutTemperatures(scope.number, scope.alias, until))
    return tuple(silent_pces)
