"""Convert prices per m³ to kWh for future days, of which only the energy is known."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from core.access import Viewer
from data.metering.pces.rules import month_of
from data.metering.prices.types import PricesOf
from data.money.budgets.queries.monthly_values import sum_volumes
from data.money.budgets.rules.money import by_energy
from data.money.budgets.rules.monthly_split import MONTHS

USUAL_E4 = 112_000  # kWh/m³ when no volume is known (domain.md §1.4)
_E4 = 10_000


def load_prices_per_kwh(db: Session, viewer: Viewer, prices: PricesOf) -> PricesOf:
    """Return `prices` with those per m³ converted by the PCE's coefficient of the last year."""
    ids = sorted(pce for pce, each in prices.items() if any(tariff.per_m3 for tariff in each))
    if not ids:
        return prices
    coefficients = _coefficients(db, viewer, ids)
    energy_prices = {pce: by_energy(prices[pce], coefficients.get(pce, USUAL_E4)) for pce in ids}
    return {**prices, **energy_prices}


def _coefficients(db: Session, viewer: Viewer, ids: Sequence[int]) -> dict[int, int]:
    """Return coefficients in 1/10,000 kWh/m³, over months of the last year with a volume."""
    months = [month_of(viewer.today, -rank) for rank in range(MONTHS, 0, -1)]
    return {
        pce: wh * _E4 // dm3
        for pce, (wh, dm3) in sum_volumes(db, viewer, ids, months).items()
        if wh > 0 and dm3 > 0
    }
