"""What all the sites of a plan share: the calendar, the weather, the day it is."""

from datetime import date, timedelta
from functools import cached_property

from jobs.demo import climate
from jobs.demo.calendar import Calendar, calendar
from jobs.demo.history import History, first_daily, history
from jobs.demo.journal import Plan
from jobs.demo.simulate import Days, Weather, coefficients, simulate
from jobs.demo.sites import Site

PUBLISHED_YEARS = 2  # published periods go back further than daily data


class World:
    """What all sites of a plan share: the calendar and the weather."""

    def __init__(self, plan: Plan) -> None:
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

    def days(self, one: Site) -> Days:
        return simulate(self.plan.seed, one, self.calendar, self.weather[one.station])

    def history(self, one: Site) -> History | None:
        plan = self.plan
        return history(plan.seed, one, self.calendar, plan.today, plan.years)

    def periods_from(self, one: Site) -> date:
        first = self.plan.today - timedelta(days=365 * (self.plan.years + PUBLISHED_YEARS))
        return min(first, first_daily(one, self.plan.today, self.plan.years))
