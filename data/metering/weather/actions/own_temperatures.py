"""Store the temperatures delivered with the readings of a PCE."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.database import blocks, change_rows, upsert
from data.metering.weather.models import WeatherOwnDay, WeatherOwnMark
from data.metering.weather.types import WeatherLoad
from data.provenance import DataSource, Provenance


def load_own(
    db: Session, pce_id: int, days: Sequence[tuple[date, int]], provenance: Provenance
) -> WeatherLoad:
    """Store the own temperatures of a PCE: `days` as (day, 1/100 °C).

    The caller holds the lock of the PCE's row. The latest value replaces the stored one, except
    that a deposit never replaces a value from the distributor.
    """
    mean_by_day = dict(days)
    if not mean_by_day:
        return WeatherLoad()
    own, deposited = WeatherOwnDay, provenance.source is DataSource.DEPOSIT
    mine = (own.pce_id == pce_id, own.day.between(min(mean_by_day), max(mean_by_day)))
    rows = db.execute(select(own.day, own.mean_c100, own.source).where(*mine))
    stored_days = {day: (mean, source) for day, mean, source in rows if day in mean_by_day}
    firm = {day for day in stored_days if deposited and stored_days[day][1] != DataSource.DEPOSIT}
    new = [day for day in mean_by_day if day not in stored_days]
    other = [day for day in stored_days if stored_days[day][0] != mean_by_day[day]]
    changed = [day for day in other if day not in firm]
    confirmed_days = [
        day for day in stored_days if not deposited and stored_days[day][1] == DataSource.DEPOSIT
    ]
    for block in blocks([*new, *{*changed, *confirmed_days}]):
        statement = upsert(db, own).values(
            [
                {"pce_id": pce_id, "day": day, "mean_c100": mean_by_day[day]}
                | {"source": int(provenance.source), "run_id": provenance.run_id}
                for day in block
            ]
        )
        new_values = {name: statement.excluded[name] for name in ("mean_c100", "source", "run_id")}
        db.execute(
            statement.on_conflict_do_update(index_elements=["pce_id", "day"], set_=new_values)
        )
    if new or changed:
        mark_pces(db, [pce_id], min(new + changed))
    contested = len(other) - len(changed)
    return WeatherLoad(len(new), len(changed), len(stored_days) - len(other), contested)


def withdraw_own(db: Session, pce_id: int, run_id: int) -> int:
    """Delete the own days of a PCE that the run `run_id` wrote; return how many."""
    own = WeatherOwnDay
    mine = own.pce_id == pce_id, own.run_id == run_id
    days = list(db.scalars(select(own.day).where(*mine)))
    if days:
        change_rows(db, delete(own).where(*mine))
        mark_pces(db, [pce_id], min(days))
    return len(days)


def mark_pces(db: Session, pces: Sequence[int], day: date) -> None:
    """Record that the temperatures of PCEs changed from `day` on."""
    for block in blocks(pces):
        statement = upsert(db, WeatherOwnMark).values(
            [{"pce_id": pce, "first_day": day} for pce in block]
        )
        earlier = WeatherOwnMark.first_day > statement.excluded.first_day
        first = {"first_day": statement.excluded.first_day}
        db.execute(
            statement.on_conflict_do_update(index_elements=["pce_id"], set_=first, where=earlier)
        )
