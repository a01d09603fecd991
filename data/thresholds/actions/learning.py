"""Freezing the signatures that weather-corrected thresholds judge by, and hearing of the weather.

A threshold says on which reference (`learnt_to`); a PCE that is in its scope learns its own once,
when it joins. Killed anywhere, the next evaluation learns what is left.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, Update, delete, literal, select, tuple_, update
from sqlalchemy.orm import Session

from data.consumption.actions import mark_all
from data.db import blocks, upsert
from data.pces.models import Pce
from data.thresholds.actions.loading import watched
from data.thresholds.models import Threshold, ThresholdMember, ThresholdReference
from data.thresholds.queries.service import missing
from data.thresholds.queries.winter import pasts_of, reference_span
from data.thresholds.rules.winter import learn
from data.thresholds.types import Learnt, ThresholdKind
from data.weather.models import WeatherMark, WeatherOwnMark
from data.weather.queries import stations_of
from i18n import PARIS

MOST = 200  # PCE whose two years are in memory at once
_MEMBERS = 2000  # whose station is looked for at once
_Missing = tuple[Any, ...]  # threshold, PCE, last day of the reference, since


def learn_chunk(db: Session, now: datetime, most: int = MOST) -> int:
    """Freeze at most *most* signatures; how many. Their PCE are judged again since they joined."""
    today = now.astimezone(PARIS).date()
    rows: list[_Missing] = [tuple(row) for row in db.execute(missing(today, most))]
    if not rows:
        return 0
    sites = watched(db, [(key, pce) for key, pce, *_rest in rows], today)
    asked = [
        (reference_span(pce, sites[key, pce].window, last), last) for key, pce, last, _since in rows
    ]
    _keep(db, list(zip(rows, learn(pasts_of(db, asked)), strict=True)), today)
    return len(rows)


def _keep(db: Session, learnt: Sequence[tuple[_Missing, Learnt]], today: date) -> None:
    """A reliable one stays for ever; a day that is judged by it is judged again."""
    made = upsert(db, ThresholdReference)
    values = [_row(key, pce, one, today) for (key, pce, _last, _since), one in learnt]
    changed = {name: made.excluded[name] for name in values[0]}
    db.execute(
        made.values(values).on_conflict_do_update(
            index_elements=["pce_id", "threshold_id", "last_day"],
            set_=changed,
            where=ThresholdReference.reason.is_not(None),
        )
    )
    for (_key, pce, _last, since), one in learnt:
        if one.reason is None:
            known = (Pce.id == pce, Pce.data_until >= since)
            mark_all(db, select(Pce.id, literal(since)).where(*known))


def _row(key: int, pce: int, learnt: Learnt, today: date) -> dict[str, object]:
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


def hear_weather(db: Session) -> int:
    """Have the PCE judged again of whose days another temperature is told; how many told it.

    That is their station, or a file that came with their readings.
    """
    return _hear_stations(db) + _hear_own(db)


def _watching() -> Select[int]:
    """The PCE of which a threshold follows the weather, in order."""
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
    for some in blocks(sorted(marks)):
        mine = list(db.scalars(_watching().where(ThresholdMember.pce_id.in_(some))))
        days = select(own.pce_id, own.first_day).where(own.pce_id.in_(mine))
        mark_all(db, days)
        db.execute(_learn_again(mine))
        heard = [(pce, marks[pce]) for pce in some]  # one of which more came is heard again
        db.execute(delete(own).where(tuple_(own.pce_id, own.first_day).in_(heard)))
    return len(marks)


def _hear_stations(db: Session) -> int:
    told = db.execute(select(WeatherMark.station_id, WeatherMark.first_day))
    marks = {row[0]: row[1] for row in told}
    if not marks:
        return 0
    for some in blocks(list(db.scalars(_watching())), _MEMBERS):
        used = stations_of(db, some)
        for station, day in marks.items():
            mine = [pce for pce, one in used.items() if one == station]
            for block in blocks(mine):
                mark_all(db, select(Pce.id, literal(day)).where(Pce.id.in_(block)))
                db.execute(_learn_again(block))
    for station, day in marks.items():  # one that said more meanwhile is heard again
        heard = (WeatherMark.station_id == station, WeatherMark.first_day == day)
        db.execute(delete(WeatherMark).where(*heard))
    return len(marks)


def _learn_again(pces: Sequence[int]) -> Update:
    """What lacked temperatures, or weeks, may have them now."""
    reference = ThresholdReference
    refused = (reference.pce_id.in_(pces), reference.reason.is_not(None))
    changed = update(reference).where(*refused).values(learnt_on=date.min)
    return changed.execution_options(synchronize_session=False)
