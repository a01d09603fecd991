"""Freeze the signatures of weather-corrected thresholds, and follow weather changes.

A threshold sets the reference period (`learnt_to`); a PCE in its scope learns its own signature
once, when it joins. If the process is killed, the next evaluation learns the rest.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, Update, delete, literal, select, tuple_, update
from sqlalchemy.orm import Session

from core.database import blocks, upsert
from core.i18n import PARIS
from data.metering.consumption.actions import mark_all
from data.metering.pces.models import Pce
from data.metering.weather.models import WeatherMark, WeatherOwnMark
from data.metering.weather.queries import load_pce_stations
from data.thresholds.actions.evaluation_loader import watched
from data.thresholds.models import Threshold, ThresholdMember, ThresholdReference
from data.thresholds.queries.unscoped import get_missing_references_query
from data.thresholds.queries.winter import get_reference_span, list_references
from data.thresholds.rules.winter import learn
from data.thresholds.types import LearnedReference, ThresholdKind

MOST = 200  # PCEs whose two years are in memory at once
_MEMBERS = 2000  # PCEs whose station is queried at once
_Missing = tuple[Any, ...]  # threshold, PCE, last day of the reference, since


def learn_chunk(db: Session, now: datetime) -> int:
    """Freeze at most `MOST` signatures and return the count; their PCEs are evaluated again."""
    today = now.astimezone(PARIS).date()
    rows: list[_Missing] = [
        tuple(row) for row in db.execute(get_missing_references_query(today, MOST))
    ]
    if not rows:
        return 0
    sites = watched(db, [(key, pce) for key, pce, *_rest in rows], today)
    spans = [
        (get_reference_span(pce, sites[key, pce].window, last), last)
        for key, pce, last, _since in rows
    ]
    _keep(db, list(zip(rows, learn(list_references(db, spans)), strict=True)), today)
    return len(rows)


def _keep(db: Session, learnt: Sequence[tuple[_Missing, LearnedReference]], today: date) -> None:
    """Store signatures; reliable ones are final, and days evaluated by them are marked."""
    statement = upsert(db, ThresholdReference)
    values = [_row(key, pce, signature, today) for (key, pce, _last, _since), signature in learnt]
    changed = {name: statement.excluded[name] for name in values[0]}
    db.execute(
        statement.values(values).on_conflict_do_update(
            index_elements=["pce_id", "threshold_id", "last_day"],
            set_=changed,
            where=ThresholdReference.reason.is_not(None),
        )
    )
    for (_key, pce, _last, since), signature in learnt:
        if signature.reason is None:
            pce_condition = (Pce.id == pce, Pce.data_until >= since)
            mark_all(db, select(Pce.id, literal(since)).where(*pce_condition))


def _row(key: int, pce: int, learnt: LearnedReference, today: date) -> dict[str, object]:
    fit = learnt.fit
    return {
        "pce_id": pce,
        "threshold_id": key,
        "last_day": learnt.last,
        "first_day": learnt.first,
        "base": fit.base,
        "baseload_wh": fit.baseload_wh,
        "slope_wh": fit.slope_wh,
        "use": fit.use,
        "out": fit.out,
        "usual_wh": learnt.usual_wh,
        "weeks": fit.weeks,
        "r2": fit.r2,
        "cvrmse": fit.cvrmse,
        "reason": fit.reason,
        "learnt_on": today,
    }


def mark_weather_changes(db: Session) -> int:
    """Mark PCEs whose temperatures changed for evaluation; return the number of sources.

    A source is a station, or a file that came with readings.
    """
    return _hear_stations(db) + _hear_own(db)


def _watching() -> Select[int]:
    """Select the PCEs with a weather-corrected threshold, sorted."""
    member = ThresholdMember
    return (
        select(member.pce_id)
        .join(Threshold, Threshold.id == member.threshold_id)
        .where(Threshold.kind == ThresholdKind.WEATHER, Threshold.removed_at.is_(None))
        .distinct()
        .order_by(member.pce_id)
    )


def _hear_own(db: Session) -> int:
    own = WeatherOwnMark
    marks = {row[0]: row[1] for row in db.execute(select(own.pce_id, own.first_day))}
    for block in blocks(sorted(marks)):
        mine = list(db.scalars(_watching().where(ThresholdMember.pce_id.in_(block))))
        days = select(own.pce_id, own.first_day).where(own.pce_id.in_(mine))
        mark_all(db, days)
        db.execute(_learn_again(mine))
        # a PCE marked again meanwhile is processed again
        read_marks = [(pce, marks[pce]) for pce in block]
        db.execute(delete(own).where(tuple_(own.pce_id, own.first_day).in_(read_marks)))
    return len(marks)


def _hear_stations(db: Session) -> int:
    mark_rows = db.execute(select(WeatherMark.station_id, WeatherMark.first_day))
    marks = {row[0]: row[1] for row in mark_rows}
    if not marks:
        return 0
    for chunk in blocks(list(db.scalars(_watching())), _MEMBERS):
        used = load_pce_stations(db, chunk)
        for station, day in marks.items():
            mine = [pce for pce, pce_station in used.items() if pce_station == station]
            for block in blocks(mine):
                mark_all(db, select(Pce.id, literal(day)).where(Pce.id.in_(block)))
                db.execute(_learn_again(block))
    for station, day in marks.items():  # a station marked again meanwhile is processed again
        mark_condition = (WeatherMark.station_id == station, WeatherMark.first_day == day)
        db.execute(delete(WeatherMark).where(*mark_condition))
    return len(marks)


def _learn_again(pces: Sequence[int]) -> Update:
    """Return an update that retries signatures refused for lack of temperatures or weeks."""
    reference = ThresholdReference
    refused = (reference.pce_id.in_(pces), reference.reason.is_not(None))
    changed = update(reference).where(*refused).values(learnt_on=date.min)
    return changed.execution_options(synchronize_session=False)
