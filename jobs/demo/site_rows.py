"""Make the rows of a site, as the store would keep them; nothing here needs a database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from typing import Any

from data.metering.pces.types import INJECTION
from jobs.demo.injections import injection_rows
from jobs.demo.periods import periods
from jobs.demo.rows import kept_columns, month_rows, period_rows, reading_rows, revision_rows
from jobs.demo.sites import DemoSite
from jobs.demo.world import Clock, World

_NO_PCE = 0  # in place of an id that the database has yet to give


@dataclass(frozen=True, slots=True)
class SiteRows:
    """The rows of a site: by table, the values of one row after those of another."""

    values: Mapping[str, list[Any]]
    days: int = 0
    data_until: date | None = None

    def under(self, pce_id: int, table: str, width: int) -> list[Any]:
        """Return the values of `table`, each `width` of which begin with `pce_id`."""
        values = self.values.get(table, [])
        values[::width] = [pce_id] * (len(values) // width)
        return values


def rows_of(world: World, site: DemoSite, clock: Clock) -> SiteRows:
    """Make the periods and readings of `site`, without its id."""
    days, calendar, today = world.days(site), world.calendar, world.plan.today
    published = periods(site, days, calendar, world.periods_from(site), today)
    rows: dict[str, Iterable[tuple[Any, ...]]] = {
        "consumption_periods": period_rows(_NO_PCE, published, clock)
    }
    if site.tariff == INJECTION:
        rows["injection_periods"] = injection_rows(world.plan.seed, _NO_PCE, site, calendar, clock)
    past = world.history(site)
    if past is None:
        return SiteRows(_flat(rows))
    stored_columns = kept_columns(days, past, calendar, site)
    rows["readings"] = reading_rows(_NO_PCE, stored_columns, past, clock)
    rows["reading_revisions"] = revision_rows(_NO_PCE, stored_columns, past, clock)
    rows["monthly_consumption"] = month_rows(_NO_PCE, stored_columns, past, calendar)
    last = calendar.first + timedelta(days=past.end - 1)
    return SiteRows(_flat(rows), past.end - past.begin, last)


def _flat(rows: Mapping[str, Iterable[tuple[Any, ...]]]) -> dict[str, list[Any]]:
    return {name: list(chain.from_iterable(every)) for name, every in rows.items()}
