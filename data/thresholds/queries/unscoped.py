"""Query thresholds for the job, before any writing transaction."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from core.database import Prepared
from data.metering.consumption.models import ReadingMark
from data.metering.pces.models import PceMark
from data.metering.weather.models import WeatherMark, WeatherOwnMark
from data.thresholds.models import Threshold, ThresholdMember, ThresholdReference, ThresholdSweep
from data.thresholds.types import ThresholdKind

# refused signatures are tried again: late data may have made them reliable
AGAIN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class DueWork:
    """The pending work; usually none."""

    scopes: bool
    readings: bool
    silences: bool
    weather: bool  # a station has new data, or temperatures came with readings
    learning: bool  # a weather-corrected threshold lacks a signature


def is_due(db: Session, today: date) -> DueWork:
    """Return the pending work; silences depend on the day, on new data and on changes."""
    swept, marked, readings, silent, weather, winter = _DUE.rows(db, {})[0]
    scopes = marked or swept < today
    return DueWork(
        bool(scopes),
        bool(readings),
        silences=bool((scopes or readings) and silent),
        weather=bool(weather),
        learning=bool(winter)
        and db.execute(get_missing_references_query(today, 1)).first() is not None,
    )


_DUE = Prepared(
    select(
        func.coalesce(select(ThresholdSweep.day).scalar_subquery(), date.min),
        exists(select(PceMark.pce_id)),
        exists(select(ReadingMark.pce_id)),
        exists(select(Threshold.id).where(Threshold.kind == ThresholdKind.MISSING)),
        or_(exists(select(WeatherMark.station_id)), exists(select(WeatherOwnMark.pce_id))),
        exists(select(Threshold.id).where(Threshold.kind == ThresholdKind.WEATHER)),
    )
)


def get_missing_references_query(today: date, most: int) -> Select[int, int, date | None, date]:
    """Select (threshold, PCE, reference end, joined) without a reliable or recent signature."""
    member, reference = ThresholdMember, ThresholdReference
    frozen = and_(
        reference.pce_id == member.pce_id,
        reference.threshold_id == member.threshold_id,
        reference.last_day == Threshold.learnt_to,
    )
    refused = and_(reference.reason.is_not(None), reference.learnt_on <= today - AGAIN)
    return (
        select(member.threshold_id, member.pce_id, Threshold.learnt_to, member.since)
        .join(Threshold, Threshold.id == member.threshold_id)
        .outerjoin(reference, frozen)
        .where(
            Threshold.kind == ThresholdKind.WEATHER,
            Threshold.removed_at.is_(None),
            member.until.is_(None),
            or_(reference.pce_id.is_(None), refused),
        )
        .order_by(member.pce_id, member.threshold_id)
        .limit(most)
    )
