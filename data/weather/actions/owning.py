"""Keeping the temperatures that come with the readings of a PCE: its own days."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from data.db import blocks, upsert
from data.provenance import DataSource, Provenance
from data.weather.models import WeatherOwnDay, WeatherOwnMark
from data.weather.types import Loaded


def load_own(
    db: Session, pce_id: int, days: Sequence[tuple[date, int]], provenance: Provenance
) -> Loaded:
    """Keep *days* (day, 1/100 °C) of a PCE, whose row the caller holds.

    The last word stands, but for a deposit where the distributor's side has said something.
    """
    told = dict(days)
    if not told:
        return Loaded()
    own, deposited = WeatherOwnDay, provenance.source is DataSource.DEPOSIT
    mine = (own.pce_id == pce_id, own.day.between(min(told), max(told)))
    rows = db.execute(select(own.day, own.mean_c100, own.source).where(*mine))
    known = {day: (mean, source) for day, mean, source in rows if day in told}
    firm = {day for day in known if deposited and known[day][1] != DataSource.DEPOSIT}
    new = [day for day in told if day not in known]
    other = [day for day in known if known[day][0] != told[day]]
    changed = [day for day in other if day not in firm]
    heard = [day for day in known if not deposited and known[day][1] == DataSource.DEPOSIT]
    for some in blocks([*new, *{*changed, *heard}]):
        made = upsert(db, own).values(
            [
                {"pce_id": pce_id, "day": day, "mean_c100": told[day]}
                | {"source": int(provenance.source), "run_id": provenance.run_id}
                for day in some
            ]
        )
        said = {name: made.excluded[name] for name in ("mean_c100", "source", "run_id")}
        db.execute(made.on_conflict_do_update(index_elements=["pce_id", "day"], set_=said))
    if new or changed:
        mark_pces(db, [pce_id], min(new + changed))
    contested = len(other) - len(changed)
    return Loaded(len(new), len(changed), len(known) - len(other), contested)


def withdraw_own(db: Session, pce_id: int, run_id: int) -> int:
    """Take away the own days of a PCE that the run *run_id* brought; how many there were."""
    own = WeatherOwnDay
    mine = own.pce_id == pce_id, own.run_id == run_id
    days = list(db.scalars(select(own.day).where(*mine)))
    if days:
        db.execute(delete(own).where(*mine).execution_options(synchronize_session=False))
        mark_pces(db, [pce_id], min(days))
    return len(days)


def mark_pces(db: Session, pces: Sequence[int], day: date) -> None:
    """What is told of these PCE changed from *day* on: whoever judges by it has to look again."""
    for some in blocks(pces):
        made = upsert(db, WeatherOwnMark).values(
            [{"pce_id": pce, "first_day": day} for pce in some]
        )
        earlier = WeatherOwnMark.first_day > made.excluded.first_day
        first = {"first_day": made.excluded.first_day}
        db.execute(made.on_conflict_do_update(index_elements=["pce_id"], set_=first, where=earlier))
