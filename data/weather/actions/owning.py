"""Keeping the temperatures that come with the readings of a PCE: its own days."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.db import blocks, upsert
from data.weather.models import WeatherOwnDay, WeatherOwnMark
from data.weather.types import Loaded


def load_own(db: Session, pce_id: int, days: Sequence[tuple[date, int]]) -> Loaded:
    """Keep *days* (day, 1/100 °C) of a PCE, whose row the caller holds; the last word stands."""
    told = dict(days)
    if not told:
        return Loaded()
    own = WeatherOwnDay
    mine = (own.pce_id == pce_id, own.day.between(min(told), max(told)))
    known = {row[0]: row[1] for row in db.execute(select(own.day, own.mean_c100).where(*mine))}
    new = [day for day in told if day not in known]
    changed = [day for day in told if day in known and known[day] != told[day]]
    for some in blocks([*new, *changed]):
        made = upsert(db, own).values(
            [{"pce_id": pce_id, "day": day, "mean_c100": told[day]} for day in some]
        )
        said = {"mean_c100": made.excluded.mean_c100}
        db.execute(made.on_conflict_do_update(index_elements=["pce_id", "day"], set_=said))
    if new or changed:
        mark_pces(db, [pce_id], min(new + changed))
    return Loaded(len(new), len(changed), len(told) - len(new) - len(changed))


def mark_pces(db: Session, pces: Sequence[int], day: date) -> None:
    """What is told of these PCE changed from *day* on: whoever judges by it has to look again."""
    for some in blocks(pces):
        made = upsert(db, WeatherOwnMark).values(
            [{"pce_id": pce, "first_day": day} for pce in some]
        )
        earlier = WeatherOwnMark.first_day > made.excluded.first_day
        first = {"first_day": made.excluded.first_day}
        db.execute(made.on_conflict_do_update(index_elements=["pce_id"], set_=first, where=earlier))
