"""Writing the data of one site: in bulk, and as two deliveries where a site was corrected."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np
from sqlalchemy import update
from sqlalchemy.orm import Session

from data.consumption.actions import store
from data.consumption.types import Delivery, Quality, Status
from data.migrations import tables
from jobs.demo.bulk import pour, stamp_of
from jobs.demo.history import History
from jobs.demo.periods import periods
from jobs.demo.rows import (
    MONTH,
    PERIOD,
    READING,
    kept_columns,
    month_rows,
    period_rows,
    reading_rows,
    statements,
)
from jobs.demo.simulate import Days
from jobs.demo.sites import Site
from jobs.demo.world import World

EARLIER = 20  # days between the first delivery of a corrected site and today
RESTATED = 60  # last days of it that come twice
TOO_HIGH = 13  # days whose first coefficient was provisional
FILLED = (3, 8)  # days before the end of the first delivery that were absent in it


def write_data(db: Session, world: World, site: Site, pce_id: int, now: datetime) -> int:
    """Write the periods and readings of *site*; return how many days."""
    days, today = world.days(site), world.plan.today
    stated = periods(site, days, world.calendar, world.periods_from(site), today)
    stamp = (today.isoformat(), stamp_of(db, now))
    pour(db, "consumption_periods", PERIOD, period_rows(pce_id, stated, stamp))
    told = world.history(site)
    if told is None:
        return 0
    if site.story.corrected and told.end - told.begin > 2 * RESTATED:
        _deliver_twice(db, world, (site, pce_id), (days, told), now)
    else:
        _pour_days(db, world, (site, pce_id), (days, told), stamp)
    _keep_data_until(db, pce_id, world.calendar.first + timedelta(days=told.end - 1))
    return told.end - told.begin


def _pour_days(
    db: Session,
    world: World,
    place: tuple[Site, int],
    data: tuple[Days, History],
    stamp: tuple[str, str],
) -> None:
    (site, pce_id), (days, told) = place, data
    kept = kept_columns(days, told, world.calendar, site)
    isos = world.calendar.iso[told.begin : told.end]
    pour(db, "readings", READING, reading_rows(pce_id, kept, isos, stamp))
    pour(db, "monthly_consumption", MONTH, month_rows(pce_id, kept, told, world.calendar))


def _deliver_twice(
    db: Session,
    world: World,
    place: tuple[Site, int],
    data: tuple[Days, History],
    now: datetime,
) -> None:
    """An old delivery with late and provisional days, then today's: the store keeps both."""
    (site, pce_id), (days, told) = place, data
    before, back = timedelta(days=EARLIER), told.end - RESTATED
    then = world.plan.today - before
    old = (then.isoformat(), stamp_of(db, now - before))
    _pour_days(db, world, place, (days, _part(told, told.begin, back)), old)
    first = _part(told, back, told.end - EARLIER)
    for said, as_of, at in (
        (_provisional(days, first), then, now - before),
        ((days, _part(told, back, told.end)), world.plan.today, now),
    ):
        delivery = Delivery(site.number, statements(*said, world.calendar), (), site.alias)
        store(db, pce_id, delivery, as_of=as_of, now=at)


def _part(told: History, begin: int, end: int) -> History:
    part = slice(begin - told.begin, end - told.begin)
    return replace(
        told, begin=begin, end=end, quality=told.quality[part].copy(), status=told.status[part]
    )


def _provisional(days: Days, told: History) -> tuple[Days, History]:
    """What was said first: some kWh too many, two days missing, nothing definitive."""
    energy = days.energy_kwh.copy()
    energy[told.end - TOO_HIGH : told.end] += np.maximum(
        1, energy[told.end - TOO_HIGH : told.end] // 110
    )
    quality = told.quality.copy()
    quality[[-back for back in FILLED]] = Quality.ABSENT
    status = np.full_like(told.status, Status.PROVISIONAL)
    return replace(days, energy_kwh=energy), replace(told, quality=quality, status=status)


def _keep_data_until(db: Session, pce_id: int, day: date) -> None:
    pces = tables()["pces"]
    db.execute(update(pces).where(pces.c.id == pce_id).values(data_until=day))
