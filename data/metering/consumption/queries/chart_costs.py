"""Compute what the energies or volumes of a chart cost, where a price is known."""

from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import cached
from data.metering.consumption.queries.bars import SourcedSeries
from data.metering.consumption.rules.spending import chart_costs, priced
from data.metering.consumption.types import ChartCosts, Unit
from data.metering.prices.queries import load_prices


def load_chart_costs(db: Session, viewer: Viewer, source: SourcedSeries) -> ChartCosts | None:
    """Return the costs of a series in kWh or m³; None without any price.

    Prices and the costs of days are cached: a chart that is drawn again only sums them.
    """
    series = source.series
    has_costs = series.view.unit in {Unit.KWH, Unit.M3} and series.tells
    if not has_costs or not viewer.may(Permission.PRICES_READ):
        return None
    who = (viewer.user_id, viewer.organisation_id, viewer.role, viewer.kind, viewer.today)
    key = (who, viewer.limited, series.pce_id)
    pce_id = series.pce_id
    tariffs = cached(db, "tariffs", key, lambda: load_prices(db, viewer, [pce_id]).get(pce_id, ()))
    if not tariffs:
        return None
    days = cached(db, "costs", (source.key, tariffs), lambda: priced(source.days, tariffs))
    return chart_costs(days, series)
