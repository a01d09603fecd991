"""Detect unlikely amounts, to confirm before they are saved.

`checks` refuses what cannot be. What is here is likely a unit mistaken for another, and a person
may say that it is right. Bounds are wide: a question that is nearly always answered by "yes" is
no longer read. They are per kWh PCS, excluding VAT, for France (domain.md §8.3):

- price of the gas: 3 to 300 €/MWh. The wholesale price was 4 €/MWh at its lowest (May 2020) and
  monthly means stayed under 240 at their highest (August 2022); the lowest distribution term alone,
  about 1 €/MWh for the largest sites, is asked about once;
- tax by the kWh: 0.3 to 40 €/MWh. Excise has been between 1 and 18 €/MWh, less at reduced rates;
- a m³ is 8 to 13 kWh, so that bounds of a price or a tax by the m³ are these a hundredth part;
- fixed part: 1 to 100 000 € a month, 12 to 1 200 000 € a year: from the subscription of a flat to
  the reserved capacity of a plant;
- rates: 1 to 40 %. VAT is 2.1 to 20 %, the CTA 15 to 30 % of the fixed part. 0.2 is 20 % typed as a
  share;
- a discount may be far smaller than a price, so that its lower bound is a thirtieth part of one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from data.metering.prices.rules.checks import SCALE, UNITS
from data.metering.prices.types import PriceDraft, PriceKind, PriceUnit

DISCOUNT = 30  # divisor of the lower bound for a discount
PERCENTS = 100
_Bounds = tuple[Fraction, Fraction]  # in the unit itself


def _per_energy(low: str, high: str) -> dict[PriceUnit, _Bounds]:
    """Return the bounds of each unit, from those in €/MWh."""
    least, most = Fraction(low), Fraction(high)
    return {
        PriceUnit.EUR_MWH: (least, most),
        PriceUnit.EUR_KWH: (least / 1000, most / 1000),
        PriceUnit.CENT_KWH: (least / 10, most / 10),
        PriceUnit.EUR_M3: (least * 8 / 1000, most * 13 / 1000),
    }


_RATES = {PriceUnit.PERCENT: (Fraction(1), Fraction(40))}
BOUNDS: Mapping[PriceKind, Mapping[PriceUnit, _Bounds]] = {
    PriceKind.VARIABLE: _per_energy("3", "300"),
    PriceKind.TAX: _per_energy("0.3", "40"),
    PriceKind.FIXED: {
        PriceUnit.EUR_MONTH: (Fraction(1), Fraction(100_000)),
        PriceUnit.EUR_YEAR: (Fraction(12), Fraction(1_200_000)),
    },
    PriceKind.RATE: _RATES,
    PriceKind.RATE_VARIABLE: _RATES,
    PriceKind.RATE_FIXED: _RATES,
}


@dataclass(frozen=True, slots=True)
class PriceDoubt:
    """An amount outside the bounds of its unit, with the probable one; all as stored.

    `likely_amount` is the same figure in another unit, or a percentage typed as a share; None when
    no unit is plausible.
    """

    amount: int
    unit: PriceUnit
    low: int
    high: int
    likely_amount: tuple[int, PriceUnit] | None


def doubt_of(draft: PriceDraft) -> PriceDoubt | None:
    """Return the doubt about the amount of `draft`; None when it is plausible."""
    kind, unit, amount = draft.kind, draft.unit, draft.amount
    low, high = BOUNDS[kind][unit]
    if _fits(amount, unit, (low, high)):
        return None
    scale = SCALE[unit]
    return PriceDoubt(
        amount, unit, int(low * scale), int(high * scale), _plausible_units(kind, unit, amount)
    )


def _fits(amount: int, unit: PriceUnit, bounds: _Bounds) -> bool:
    """Return whether the amount is within bounds; 0 is not, since such a price is left out."""
    typed, (low, high) = Fraction(amount, SCALE[unit]), bounds
    least = low / DISCOUNT if typed < 0 else low
    return least <= abs(typed) <= high


def _plausible_units(kind: PriceKind, unit: PriceUnit, amount: int) -> tuple[int, PriceUnit] | None:
    """Return the same figure in a plausible unit, those per kWh first."""
    if unit is PriceUnit.PERCENT:
        percent_amount = amount * PERCENTS
        return (percent_amount, unit) if _fits(percent_amount, unit, BOUNDS[kind][unit]) else None
    for other in UNITS[kind]:
        same, rest = divmod(amount * SCALE[other], SCALE[unit])
        if other is not unit and not rest and _fits(same, other, BOUNDS[kind][other]):
            return same, other
    return None
