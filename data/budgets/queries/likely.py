"""Prices of days to come, of which the energy alone is told: those of a m³ are put by kWh."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from data.access import Viewer
from data.budgets.queries.known import volumes_of
from data.budgets.rules.money import by_energy
from data.budgets.rules.phasing import MONTHS
from data.pces.rules import month_of
from data.prices.types import PricesOf

USUAL_E4 = 112_000  # kWh/m³ where no volume is known (domain.md §1.4)
_E4 = 10_000


def likely_prices(db: Session, viewer: Viewer, prices: PricesOf) -> PricesOf:
    """*prices*, without any by the m³: each by the coefficient of the last year of its PCE."""
    ids = sorted(pce for pce, each in prices.items() if any(one.per_m3 for one in each))
    if not ids:
        return prices
    found = _coefficients(db, viewer, ids)
    told = {pce: by_energy(prices[pce], found.get(pce, USUAL_E4)) for pce in ids}
    return {**prices, **told}


def _coefficients(db: Session, viewer: Viewer, ids: Sequence[int]) -> dict[int, int]:
    """kWh/m³ in 1/10 000, over the months of the last year that have a volume."""
    months = [month_of(viewer.today, -rank) for rank in range(MONTHS, 0, -1)]
    return {
        pce: wh * _E4 // dm3
        for pce, (wh, dm3) in volumes_of(db, viewer, ids, months).items()
        if wh > 0 and dm3 > 0
    }
