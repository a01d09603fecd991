"""What the weather was where a PCE is: the days of its station."""

from datetime import date

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from data.db import Prepared
from data.pces.models import Pce
from data.pces.types import PceScope
from data.weather.models import Station, WeatherArea, WeatherChoice, WeatherDay
from data.weather.types import Place

DayRow = tuple[date | str, int, int | None, int | None]  # day, mean, least, most, 1/100 °C

_chosen = (
    select(WeatherChoice.station_id)
    .where(WeatherChoice.pce_id == bindparam("pce"))
    .scalar_subquery()
)
_near = (
    select(WeatherArea.station_id)
    .join(Pce, Pce.postal_code.startswith(WeatherArea.prefix))
    .where(Pce.id == bindparam("pce"))
    .order_by(func.length(WeatherArea.prefix).desc())
    .limit(1)
    .scalar_subquery()
)
_DAYS = Prepared(
    select(WeatherDay.day, WeatherDay.mean_c100, WeatherDay.min_c100, WeatherDay.max_c100)
    .where(
        WeatherDay.station_id == func.coalesce(_chosen, _near),
        WeatherDay.day.between(bindparam("first"), bindparam("last")),
    )
    .order_by(WeatherDay.day)
)


def station_days(db: Session, scope: PceScope, first: date, last: date) -> list[DayRow]:
    """The days of the station that a PCE uses, as the driver gives them: chosen, else the nearest.

    That is the one of the longest beginning of its postal code; none, no day. The weather is no
    secret: *scope* says which PCE, and that somebody may read it.
    """
    found = _DAYS.raw(db, {"pce": scope.id, "first": first, "last": last})
    return [(day, mean, low, high) for day, mean, low, high in found]


def list_places(db: Session) -> list[Place]:
    """Every station, by its code."""
    found = select(Station.code, Station.latitude, Station.longitude).order_by(Station.code)
    return [Place(*row) for row in db.execute(found)]
