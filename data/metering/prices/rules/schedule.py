"""List the successive tariffs of a PCE, the days without a price, and the prices that add up."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from data.metering.prices.rules.costs import DAY, in_force, tariffs_of
from data.metering.prices.types import PriceDraft, PriceKind, PriceUnit, Tariff

MONTHS = 12


@dataclass(frozen=True, slots=True)
class TariffPeriod:
    """A tariff and its parts before VAT, in nano-euros: per kWh PCS, and per year.

    `gas_per_kwh` and `tax_per_kwh` are None for a price per m³. `gas_names` are the gas prices that
    are in force together.
    """

    tariff: Tariff
    gas_per_kwh: int | None
    tax_per_kwh: int | None
    fixed_per_year: int
    gas_names: tuple[str, ...]


def list_tariff_periods(drafts: Sequence[PriceDraft]) -> list[TariffPeriod]:
    """Return the tariffs that the components of one PCE make, oldest first.

    Periods that follow each other with the same parts are one.
    """
    periods: list[TariffPeriod] = []
    for tariff in tariffs_of(drafts):
        period = _period(in_force(drafts, tariff.first), tariff)
        if periods and _continues(periods[-1], period):
            longer = replace(periods[-1].tariff, last=tariff.last)
            periods[-1] = replace(periods[-1], tariff=longer)
        else:
            periods.append(period)
    return periods


def find_gaps(periods: Sequence[TariffPeriod]) -> list[tuple[date, date]]:
    """Return the days between two tariffs that have no price."""
    ends = [period.tariff.last for period in periods[:-1]]
    starts = [period.tariff.first for period in periods[1:]]
    return [
        (end + DAY, start - DAY)
        for end, start in zip(ends, starts, strict=True)
        if end is not None and end + DAY < start
    ]


def _period(components: Sequence[PriceDraft], tariff: Tariff) -> TariffPeriod:
    gas = [draft for draft in components if draft.kind is PriceKind.VARIABLE]
    taxes = [draft for draft in components if draft.kind is PriceKind.TAX]
    fixed = tariff.month * MONTHS + tariff.year
    names = sorted(draft.name for draft in gas if draft.amount > 0)
    return TariffPeriod(tariff, _per_kwh(gas), _per_kwh(taxes), fixed, tuple(names))


def _per_kwh(components: Sequence[PriceDraft]) -> int | None:
    if any(draft.unit is PriceUnit.EUR_M3 for draft in components):
        return None
    return sum(draft.amount for draft in components)


def _continues(before: TariffPeriod, after: TariffPeriod) -> bool:
    """Return whether `after` is the same tariff, from the day after `before`."""
    end = before.tariff.last
    if end is None or end + DAY != after.tariff.first:
        return False
    same = replace(after.tariff, first=before.tariff.first, last=end)
    return replace(after, tariff=same) == before
