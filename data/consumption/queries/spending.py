"""What the days of a view cost or emitted, where it asks for it."""

from sqlalchemy.orm import Session

from data.access import Viewer
from data.consumption.rules.days import Days
from data.consumption.rules.spending import emitting, priced
from data.consumption.types import Unit
from data.prices.queries import prices_of
from data.settings.types import Carbon


def spent(
    db: Session, viewer: Viewer, days: Days, pce_id: int, how: tuple[Unit, Carbon | None]
) -> tuple[Days, bool]:
    """*days* in the unit asked for, and whether there is any price when it is the euro."""
    unit, carbon = how
    if unit is Unit.EUR:
        tariffs = prices_of(db, viewer, [pce_id]).get(pce_id, ())
        return priced(days, tariffs), bool(tariffs)
    return (emitting(days, carbon) if unit is Unit.CO2 and carbon else days), True
