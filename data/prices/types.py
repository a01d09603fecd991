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

NANO = 10**9  # to the euro: what a component is kept in
MILLION = 10**6  # to one: what a rate is kept in
ATTO = 10**18  # to the euro: what a cost is counted in
CENT = ATTO // 100


class PriceKind(StrEnum):
    """What a component is: how it grows, and whether it alone makes a price."""

    VARIABLE = "variable"  # the price of the gas itself: without one, a day has no price
    FIXED = "fixed"  # shared out by the days of its month or year
    TAX = "tax"  # by the energy or the volume, as excise duty
    RATE = "rate"  # percent of all the rest
    RATE_VARIABLE = "rate_variable"  # percent of what grows with the energy, its taxes included
    RATE_FIXED = "rate_fixed"  # percent of what is fixed


class PriceUnit(StrEnum):
    """The unit that an amount was typed in, and is shown in."""

    EUR_MWH = "eur_mwh"  # PCS, as the next two
    EUR_KWH = "eur_kwh"
    CENT_KWH = "cent_kwh"
    EUR_M3 = "eur_m3"
    EUR_MONTH = "eur_month"
    EUR_YEAR = "eur_year"
    PERCENT = "percent"


@dataclass(frozen=True, slots=True)
class PriceTarget:
    """The PCEs of a component: one PCE, those of a tag, or all of the organisation's."""

    pce: str = ""
    tag: str = ""


EVERY = PriceTarget()


@dataclass(frozen=True, slots=True)
class PriceDraft:
    """A component as somebody enters it. `amount` is in nano-euro of the base unit of its kind.

    That is a kWh PCS, a m³, a month or a year; millionths for a rate. `last` None has no end.
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
    """A component that is kept; `alias` is of its PCE. Who changes it says the `version` seen."""

    id: int
    draft: PriceDraft
    version: int = 1
    alias: str = ""


@dataclass(frozen=True, slots=True)
class Tariff:
    """What a day costs from `first` to `last` (None: without end): the components summed up.

    `per_kwh_pcs`, `per_m3`, `month` and `year` in nano-euro, the two rates in millionths.
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


Tariffs = tuple[Tariff, ...]  # of a PCE, oldest first; a day between two of them has no price
PricesOf = Mapping[int, Tariffs]  # by the id of the PCE; those without a price are not there


@dataclass(frozen=True, slots=True)
class Cost:
    """What some days cost, taxes included: None when none of them has both a value and a price.

    `days` have both; `unpriced` have a value and no price: they are not free, they are missing.
    `spread` says that a price changed within a month of which the sum alone is known, so that its
    energy was spread evenly over its days.
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


def round_cents(atto_eur: int) -> int:
    """To the nearest cent, half away from zero."""
    cents = (2 * abs(atto_eur) + CENT) // (2 * CENT)
    return cents if atto_eur >= 0 else -cents


@dataclass(frozen=True, slots=True)
class MonthUse:
    """A month of a PCE as the roll-up keeps it: Wh PCS, dm³, and the days that have a value.

    Or the sums of `pces` of the same tariffs, which all know so many `days`.
    """

    month: date
    energy_wh: int | None
    volume_dm3: int | None
    days: int
    pces: int = 1
