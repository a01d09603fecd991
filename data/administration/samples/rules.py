"""Rules of samples: the invented days of a bakery, and how long they stay."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from data.metering.consumption.types import DayStatement, Quality, Status
from data.metering.simulation.rules import climate
from data.metering.simulation.rules.calendar import calendar
from data.metering.simulation.rules.gas import Weather, coefficients, simulate
from data.metering.simulation.types import SimulatedStory

YEARS = 2
LAG = timedelta(days=3)  # between a gas day and its data
KEPT = timedelta(days=30)
PLAIN = 0  # the station


@dataclass(frozen=True, slots=True)
class SampleStory:
    """A rise of 8 % a year, so that the screens have something to explain."""

    drift: float = 0.08
    works: date | None = None
    new_meter: date | None = None
    rollover: bool = False


@dataclass(frozen=True, slots=True)
class SampleSite:
    """A bakery that opens six days a week."""

    seed: int
    kind: str = "bakery"
    zone: int = 0
    reference_kwh: int = 90_000
    meter_digits: int = 5
    story: SimulatedStory = field(default_factory=SampleStory)


def list_sample_days(seed: int, today: date) -> tuple[DayStatement, ...]:
    """Return two years of invented days, up to the last one that would be known `today`."""
    last = today - LAG
    days = calendar(last - timedelta(days=366 * YEARS), last)
    weather = Weather(
        climate.temperatures(seed, PLAIN, days.first, last),
        climate.normal(PLAIN, days.ordinals),
        coefficients(seed, PLAIN, days),
    )
    gas = simulate(seed, SampleSite(seed), days, weather)
    return tuple(
        DayStatement(
            gas_day=day,
            energy_wh=1000 * int(gas.energy_kwh[n]),
            volume_dm3=1000 * int(gas.volume_m3[n]),
            index_start_dm3=1000 * int(gas.index_start[n]),
            index_end_dm3=1000 * int(gas.index_end[n]),
            coefficient_e4=int(gas.coefficient_e4[n]),
            temperature_c100=int(gas.temperature_c100[n]),
            quality=Quality.MEASURED,
            status=Status.DEFINITIVE,
        )
        for n, day in enumerate(days.days)
    )


def is_over(data_until: date | None, today: date) -> bool:
    """Return whether a sample that ends on `data_until` has been there long enough."""
    return data_until is None or today - data_until > KEPT + LAG
