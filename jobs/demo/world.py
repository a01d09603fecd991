"""What all the sites of a plan share: calendar, weather and today's date."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property

import numpy as np
import numpy.typing as npt

from data.metering.simulation.rules import climate
from data.metering.simulation.rules.calendar import Calendar, calendar
from data.metering.simulation.rules.gas import SimulatedDays, Weather, coefficients, simulate
from jobs.demo.history import History, first_daily, history
from jobs.demo.plan import DemoPlan
from jobs.demo.sites import DemoSite

PUBLISHED_YEARS = 2  # published periods go back further than daily data
MORNING = time(4, 12, tzinfo=UTC)  # time at which the distributor's statements of a day arrive
Texts = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Clock:
    """The days of the calendar and their mornings, as the database's driver stores them."""

    days: Texts
    mornings: Texts


def stamp_of(at: datetime, *, sqlite: bool) -> str:
    """Return a time as the database's driver stores it."""
    utc = at.astimezone(UTC)
    return utc.strftime("%Y-%m-%d %H:%M:%S.%f") if sqlite else utc.isoformat()


class World:
    """What all sites of a plan share: the calendar and the weather."""

    def __init__(self, plan: DemoPlan) -> None:
        self.plan = plan

    @cached_property
    def calendar(self) -> Calendar:
        years = self.plan.years + PUBLISHED_YEARS
        first = min(self.plan.today - timedelta(days=366 * years), date(2021, 1, 1))
        return calendar(first, self.plan.today)

    @cached_property
    def weather(self) -> tuple[Weather, ...]:
        days, seed = self.calendar, self.plan.seed
        return tuple(
            Weather(
                climate.temperatures(seed, station, days.first, self.plan.today),
                climate.normal(station, days.ordinals),
                coefficients(seed, station, days),
            )
            for station in range(len(climate.STATIONS))
        )

    def clock(self, now: datetime, *, sqlite: bool) -> Clock:
        """Return the clock of the calendar, where nothing arrives after `now`."""
        mornings = (datetime.combine(day, MORNING) for day in self.calendar.days)
        stamps = [stamp_of(min(now, at), sqlite=sqlite) for at in mornings]
        return Clock(*(np.array(texts, dtype=object) for texts in (self.calendar.iso, stamps)))

    def days(self, one: DemoSite) -> SimulatedDays:
        return simulate(self.plan.seed, one, self.calendar, self.weather[one.station])

    def history(self, one: DemoSite) -> History | None:
        plan = self.plan
        return history(plan.seed, one, self.calendar, plan.today, plan.years)

    def periods_from(self, one: DemoSite) -> date:
        first = self.plan.today - timedelta(days=365 * (self.plan.years + PUBLISHED_YEARS))
        return min(first, first_daily(one, self.plan.today, self.plan.years))
