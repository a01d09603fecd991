"""Sum the savings of several works."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

from data.money.retrofits.types import MeasuredRetrofit


@dataclass(frozen=True, slots=True)
class TotalSavings:
    """What `count` measured works saved together; `cents` is None unless all have a price."""

    count: int
    saved_wh: int
    half_wh: int
    cents: int | None


def sum_savings(retrofits: Iterable[MeasuredRetrofit]) -> TotalSavings:
    """Return the sum of measured savings; their errors are independent, so variances add up."""
    pairs = [(each.savings, each.value) for each in retrofits if each.savings]
    values = [value for _savings, value in pairs if value]
    return TotalSavings(
        len(pairs),
        sum(savings.saved_wh for savings, _value in pairs),
        round(sqrt(sum(savings.half_wh**2 for savings, _value in pairs))),
        sum(value.cents for value in values) if len(values) == len(pairs) else None,
    )
