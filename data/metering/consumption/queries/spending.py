"""Compute the costs, the emissions or the energy a square metre of a view's days."""

from sqlalchemy.orm import Session

from core.access import Viewer
from data.identity.settings.types import Carbon
from data.metering.consumption.rules.days import DayColumns
from data.metering.consumption.rules.spending import emitting, per_square_metre, priced
from data.metering.consumption.types import Unit
from data.metering.prices.queries import load_prices
from data.metering.surfaces.queries import list_drafts


def get_costs(
    db: Session, viewer: Viewer, days: DayColumns, pce_id: int, how: tuple[Unit, Carbon | None]
) -> tuple[DayColumns, bool]:
    """Return `days` in the requested unit, and whether the price or surface it needs is known."""
    unit, carbon = how
    if unit is Unit.EUR:
        tariffs = load_prices(db, viewer, [pce_id]).get(pce_id, ())
        return priced(days, tariffs), bool(tariffs)
    if unit is Unit.M2:
        surfaces = list_drafts(db, viewer, pce_id)
        return per_square_metre(days, surfaces), bool(surfaces)
    return (emitting(days, carbon) if unit is Unit.CO2 and carbon else days), True
