"""Types of prices: dated components, tariffs and costs.

Every energy is in Wh PCS, as meters and bills count it (domain.md §8.3); a price is per kWh PCS.
Amounts are integers, so that sums are exact: a component in 1e-9 € (nano-euro) of its base unit,
its rate in millionths; a cost in 1e-18 € (atto-euro), so that one Wh at one nano-euro a kWh, with
taxes to the millionth, is an integer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

NANO = 10**9  # per euro: unit of a stored component
MILLION = 10**6  # per one: unit of a stored rate
ATTO = 10**18  # per euro: unit of a computed cost
THOUSANDTH = ATTO // 1000  # of a euro
CENT = ATTO // 100


class PriceKind(StrEnum):
    """Kind of a component: what it applies to, and whether it alone makes a price."""

    VARIABLE = "variable"  # price of the gas itself: without it, a day has no price
    FIXED = "fixed"  # divided by the days of its month or year
    TAX = "tax"  # per energy or volume, like excise duty
    RATE = "rate"  # percent of all the rest
    RATE_VARIABLE = "rate_variable"  # percent of the variable parts, taxes included
    RATE_FIXED = "rate_fixed"  # percent of the fixed parts


class PriceUnit(StrEnum):
    """Unit in which an amount was entered and is displayed."""

    EUR_MWH = "eur_mwh"  # PCS, like the next two
    EUR_KWH = "eur_kwh"
    CENT_KWH = "cent_kwh"
    EUR_M3 = "eur_m3"
    EUR_MONTH = "eur_month"
    EUR_YEAR = "eur_year"
    PERCENT = "percent"


@dataclass(frozen=True, slots=True)
class PriceTarget:
    """PCEs of a component: one PCE, those with a tag, or all of the organisation's."""

    pce: str = ""
    tag: str = ""


EVERY = PriceTarget()


@dataclass(frozen=True, slots=True)
class PriceDraft:
    """A component as entered; `amount` is in nano-euro of the base unit of its kind.

    The base unit is a kWh PCS, a m³, a month or a year; a rate is in millionths. `last` None means
    without end.
    """

    name: str
    kind: PriceKind
    unit: PriceUnit
    amount: int
    first: date
    last: date | None = None
    target: PriceTarget = EVERY


@dataclass(frozen=True, slots=True)
class Component:
    """A stored component with its PCE's `alias`; `version` detects concurrent changes."""

    id: int
    draft: PriceDraft
    version: int = 1
    alias: str = ""


@dataclass(frozen=True, slots=True)
class Tariff:
    """Sum of components from `first` to `last` (None: without end).

    `per_kwh_pcs`, `per_m3`, `month` and `year` are in nano-euro, the two rates in millionths.
    """

    first: date
    last: date | None
    per_kwh_pcs: int = 0
    per_m3: int = 0
    month: int = 0
    year: int = 0
    rate_variable: int = 0
    rate_fixed: int = 0

    def holds(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


Tariffs = tuple[Tariff, ...]  # of a PCE, oldest first; days between two of them have no price
PricesOf = Mapping[int, Tariffs]  # by PCE id, without PCEs that have no price


@dataclass(frozen=True, slots=True)
class Cost:
    """Cost of some days, taxes included; None when no day has both a value and a price.

    `days` have both; `unpriced` have a value but no price and are missing from the sum. `spread`
    says that a price changed within a month of which only the sum is known, so that its energy was
    spread evenly over its days.
    """

    atto_eur: int | None = None
    days: int = 0
    unpriced: int = 0
    spread: bool = False

    def __add__(self, other: "Cost") -> "Cost":
        sides = [cost.atto_eur for cost in (self, other) if cost.atto_eur is not None]
        return Cost(
            sum(sides) if sides else None,
            self.days + other.days,
            self.unpriced + other.unpriced,
            self.spread or other.spread,
        )

    @property
    def cents(self) -> int | None:
        return None if self.atto_eur is None else round_cents(self.atto_eur)


NOTHING = Cost()


@dataclass(frozen=True, slots=True)
class PriceRange:
    """The middle half of what a kWh costs on `count` sites, all included, in euro cents."""

    low_cents: float
    high_cents: float
    count: int


def round_cents(atto_eur: int) -> int:
    """Return the nearest cent, half away from zero."""
    cents = (2 * abs(atto_eur) + CENT) // (2 * CENT)
    return cents if atto_eur >= 0 else -cents


@dataclass(frozen=True, slots=True)
class MonthUse:
    """Monthly sum of a PCE: Wh PCS, dm³, and the days with a value.

    Or the sum of `pces` PCEs with the same tariffs and the same number of `days`.
    """

    month: date
    energy_wh: int | None
    volume_dm3: int | None
    days: int
    pces: int = 1
