"""Write the data of a site in bulk, as the store would keep it."""

from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from data.metering.consumption.actions import store_period_shares
from data.metering.consumption.actions.bulk import READING_COLUMNS, REVISION_COLUMNS
from data.metering.pces.types import INJECTION as TARIFF
from data.migrations import tables
from jobs.demo.bulk import pour
from jobs.demo.injections import INJECTION, injection_rows
from jobs.demo.periods import periods
from jobs.demo.rows import (
    MONTH,
    PERIOD,
    kept_columns,
    month_rows,
    period_rows,
    reading_rows,
    revision_rows,
)
from jobs.demo.sites import DemoSite
from jobs.demo.world import Clock, World


def write_data(db: Session, world: World, site: DemoSite, pce_id: int, clock: Clock) -> int:
    """Write the periods and readings of `site`; return the number of days."""
    days, calendar, today = world.days(site), world.calendar, world.plan.today
    published = periods(site, days, calendar, world.periods_from(site), today)
    pour(db, "consumption_periods", PERIOD, period_rows(pce_id, published, clock))
    if site.tariff == TARIFF:
        fed = injection_rows(world.plan.seed, pce_id, site, calendar, clock)
        pour(db, "injection_periods", INJECTION, fed)
    past = world.history(site)
    if past is None:
        store_period_shares(db, pce_id)
        return 0
    stored_columns = kept_columns(days, past, calendar, site)
    pour(db, "readings", READING_COLUMNS, reading_rows(pce_id, stored_columns, past, clock))
    pour(
        db,
        "reading_revisions",
        REVISION_COLUMNS,
        revision_rows(pce_id, stored_columns, past, clock),
    )
    pour(db, "monthly_consumption", MONTH, month_rows(pce_id, stored_columns, past, calendar))
    pces = tables()["pces"]
    db.execute(
        update(pces)
        .where(pces.c.id == pce_id)
        .values(data_until=(calendar.first + timedelta(days=past.end - 1)))
    )
    return past.end - past.begin
