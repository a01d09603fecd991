"""Compute the costs or the emissions of a view's days."""

from sqlalchemy.orm import Session

from core.access import Viewer
from data.identity.settings.types import Carbon
from data.metering.consumption.rules.days import DayColumns
from data.metering.consumption.rules.spending import emitting, priced
from data.metering.consumption.types import Unit
from data.metering.prices.queries import load_prices


def get_costs(
    db: Session, viewer: Viewer, days: DayColumns, pce_id: int, how: tuple[Unit, Carbon | None]
) -> tuple[DayColumns, bool]:
    """Return `days` in the requested unit, and for euros whether there is any price."""
    unit, carbon = how
    if unit is Unit.EUR:
        tariffs = load_prices(db, viewer, [pce_id]).get(pce_id, ())
        return priced(days, tariffs), bool(tariffs)
    return (emitting(days, carbon) if unit is Unit.CO2 and carbon else days), True
