"""Find what a kWh costs on the sites of about the same size."""

from statistics import quantiles

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Viewer
from data.metering.consumption.queries.standings import get_standings_query, get_viewer_scope
from data.metering.consumption.types import FleetView
from data.metering.consumption.types.similar import FEWEST_SIMILAR
from data.metering.pces.models import Pce
from data.metering.prices.queries import load_prices
from data.metering.prices.rules.costs import tariff_on
from data.metering.prices.rules.tariffs import cents_with
from data.metering.prices.types import PriceRange

_MOST = 300  # sites looked at
_SIZES = 2  # from half to twice the energy of a year


def find_similar_prices(
    db: Session, viewer: Viewer, energy_wh: int, without: str = ""
) -> PriceRange | None:
    """Return the middle half of what the viewer's sites that burn about `energy_wh` pay today.

    None with fewer than `FEWEST_SIMILAR` of them, the PCE `without` left out.
    """
    simple = get_viewer_scope(db, viewer).simple
    sums = get_standings_query(db, viewer, FleetView(), simple=simple).subquery("sums")
    low, high = energy_wh // _SIZES, energy_wh * _SIZES
    query = select(sums.c.id, sums.c.energy_wh).where(sums.c.energy_wh.between(max(low, 1), high))
    if without:
        query = query.where(sums.c.id.not_in(select(Pce.id).where(Pce.number == without)))
    energy_by_pce = {
        row[0]: int(row[1]) for row in db.execute(query.order_by(sums.c.id).limit(_MOST))
    }
    tariffs_by_pce = load_prices(db, viewer, energy_by_pce)
    cents = []
    for pce_id, tariffs in tariffs_by_pce.items():
        tariff = tariff_on(tariffs, viewer.today)
        price = cents_with(tariff, (energy_by_pce[pce_id], 1)) if tariff else None
        if price is not None:
            cents.append(price)
    if len(cents) < FEWEST_SIMILAR:
        return None
    first, _median, third = quantiles(cents, n=4)
    return PriceRange(first, third, len(cents))
