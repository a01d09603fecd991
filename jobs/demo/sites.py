"""Describe a demo site before its consumption is simulated."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from data.metering.consumption.types import Quality
from data.metering.pces.types import EventKind, Frequency
from data.rights.types import RightActor, RightDataKind


class Owner(StrEnum):
    """The holder of a demo PCE; the value is the key of the organisation."""

    CITY = "city"
    INDUSTRY = "industry"
    HOUSING = "housing"
    BAKERY = "bakery"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class SiteEvent:
    """A dated change, as shown on the PCE's page."""

    day: date
    kind: EventKind
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class DemoGrant:
    """What the holder lets the demo's third party read about a site, and when."""

    first_day: date | None = None
    last_day: date | None = None
    valid_from: date = date(2023, 1, 1)
    valid_to: date | None = None  # None: in force
    without: frozenset[RightDataKind] = frozenset()  # data excluded from the right
    revoked_ago: int = 0  # days before the demo's date; 0: never
    revoked_by: RightActor = RightActor.HOLDER  # or the third party


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of gas days of one quality, both ends included."""

    first: date
    last: date
    quality: Quality


@dataclass(frozen=True, slots=True)
class SiteStory:
    """What happens to the data of a site."""

    lag: int = 3  # days between today and the last known gas day
    never: bool = False  # no daily data at all
    absences: int = 0  # single absent days
    blackout: int = 0  # days of one longer absence
    estimates: int = 0  # days of one estimated stretch
    corrected: bool = False  # some days came late, and runs of days were stated twice
    drift: float = 0.0  # relative change of consumption per year
    works: date | None = None  # heating falls by a quarter from that day
    new_meter: date | None = None  # the index restarts from zero that day
    rollover: bool = False  # the counter passes through zero
    daily_from: date | None = None  # day the meter became communicating
    history_from: date | None = None  # daily data go back at least to that day
    until: date | None = None  # last day received before the distributor fell silent
    stretches: tuple[Stretch, ...] = ()  # qualities stated by the distributor for runs of days


@dataclass(frozen=True, slots=True)
class DemoSite:
    """One delivery point; `seed` determines its noise, `reference_kwh` is its CAR."""

    seed: int
    number: str
    kind: str
    alias: str
    owner: Owner
    street: str
    postal_code: str
    city: str
    station: int
    zone: int
    frequency: Frequency
    tariff: str
    profile: str
    reference_kwh: int
    supplier: str
    meter_serial: str
    meter_digits: int
    caliber: str
    commissioned_on: date
    ended_on: date | None = None
    tags: tuple[str, ...] = ()
    events: tuple[SiteEvent, ...] = ()
    grant: DemoGrant | None = None
    story: SiteStory = field(default_factory=SiteStory)


def tariff_of(reference_kwh: int) -> str:
    """Return the transport tariff of a yearly consumption (domain.md §1.3)."""
    bounds = ((6_000, "T1"), (300_000, "T2"), (5_000_000, "T3"))
    return next((tariff for bound, tariff in bounds if reference_kwh < bound), "T4")


def profile_of(frequency: Frequency, reference_kwh: int, heating: float) -> str:
    """Return the standard profile: by size for small meters, by winter share for large ones."""
    if frequency in {Frequency.HALF_YEARLY, Frequency.MONTHLY}:
        return "P011" if reference_kwh < 6_000 else "P012"  # noqa: PLR2004 (6 MWh, domain.md §1.3)
    winter = 0.36 + 0.46 * heating
    bounds = ((0.39, 13), (0.5, 14), (0.58, 15), (0.69, 16), (0.75, 17), (0.81, 18))
    return f"P0{next((code for bound, code in bounds if winter <= bound), 19)}"


def caliber_of(reference_kwh: int) -> str:
    """Return the size of the meter for a yearly consumption."""
    bounds = ((45_000, 4), (70_000, 6), (120_000, 10), (200_000, 16), (400_000, 25),
              (700_000, 40), (1_200_000, 65), (2_500_000, 100), (6_000_000, 160))  # fmt: skip
    return f"G{next((size for bound, size in bounds if reference_kwh < bound), 400)}"
