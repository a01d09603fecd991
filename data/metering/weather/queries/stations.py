"""Query the weather stations for the operator: their data, served PCEs and gaps."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import Date, and_, func, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.errors import NotFound
from core.i18n import N_
from data.metering.pces.models import Pce
from data.metering.pces.queries import visible
from data.metering.weather.models import Station, WeatherArea, WeatherChoice, WeatherDay
from data.metering.weather.queries.days import find_last_fetch
from data.metering.weather.rules.stations import YEAR, nearest
from data.metering.weather.types import (
    ChosenPce,
    Fetch,
    ServedPces,
    StationDay,
    StationPlace,
    StationReading,
    StationRow,
)

DAY = timedelta(days=1)
NOBODY = 0  # key of the PCEs without a station


def list_stations(db: Session, viewer: Viewer) -> list[StationRow]:
    """Return every station, by code."""
    viewer.require(Permission.WEATHER_WRITE)
    serving, areas, today = count_serving(db, viewer), _areas(db), viewer.today
    is_recent = WeatherDay.day.between(today - YEAR, today - DAY)
    query = (
        select(
            Station,
            func.min(WeatherDay.day, type_=Date),
            func.max(WeatherDay.day, type_=Date),
            func.count().filter(is_recent),
        )
        .outerjoin(WeatherDay, WeatherDay.station_id == Station.id)
        .group_by(Station.id)
        .order_by(Station.code)
    )
    return [
        StationRow(
            station.id,
            StationPlace(station.code, station.latitude, station.longitude),
            station.name,
            station.source,
            first,
            last,
            YEAR.days - day_count,
            tuple(sorted(prefix for prefix, id_ in areas.items() if id_ == station.id)),
            serving.near.get(station.id, 0),
            serving.chosen.get(station.id, 0),
        )
        for station, first, last, day_count in db.execute(query)
    ]


def get_station(db: Session, viewer: Viewer, code: str) -> StationRow:
    """Return the station `code`. Raise NotFound when it does not exist."""
    station = next((row for row in list_stations(db, viewer) if row.place.code == code), None)
    if station is None:
        raise NotFound(N_("Cette station est introuvable."))
    return station


def list_chosen(db: Session, viewer: Viewer, station: int, most: int) -> list[ChosenPce]:
    """Return the PCEs to which the station is assigned, by number, at most `most`."""
    viewer.require(Permission.WEATHER_WRITE)
    mine = (WeatherChoice.pce_id == Pce.id, WeatherChoice.station_id == station)
    query = visible(viewer).join(WeatherChoice, and_(*mine)).order_by(Pce.number).limit(most)
    columns = (Pce.number, Pce.alias, Pce.postal_code, Pce.city)
    return [ChosenPce(*row) for row in db.execute(query.with_only_columns(*columns))]


def list_choices(db: Session, viewer: Viewer) -> list[tuple[str, str]]:
    """Return the PCE number and the station code of each assignment."""
    viewer.require(Permission.WEATHER_WRITE)
    query = (
        visible(viewer)
        .join(WeatherChoice, WeatherChoice.pce_id == Pce.id)
        .join(Station, Station.id == WeatherChoice.station_id)
        .order_by(Pce.number)
    )
    rows = db.execute(query.with_only_columns(Pce.number, Station.code))
    return [(row[0], row[1]) for row in rows]


def count_serving(db: Session, viewer: Viewer) -> ServedPces:
    """Return how many PCEs each station serves.

    PCEs that share a postal code are counted together.
    """
    viewer.require(Permission.WEATHER_WRITE)
    mine = WeatherChoice.pce_id == Pce.id
    free = visible(viewer).outerjoin(WeatherChoice, mine).where(WeatherChoice.pce_id.is_(None))
    codes = free.with_only_columns(Pce.postal_code, func.count()).group_by(Pce.postal_code)
    chosen = (
        visible(viewer)
        .join(WeatherChoice, mine)
        .with_only_columns(WeatherChoice.station_id, func.count())
        .group_by(WeatherChoice.station_id)
    )
    areas, near = _areas(db), Counter[int]()
    for code, count in db.execute(codes):
        near[nearest(areas, code) or NOBODY] += count
    unserved = near.pop(NOBODY, 0)
    return ServedPces(near, {row[0]: row[1] for row in db.execute(chosen)}, unserved)


def get_fetch(db: Session, viewer: Viewer) -> Fetch | None:
    """Return the state of the provider's fetches; None before the first attempt."""
    viewer.require(Permission.WEATHER_WRITE)
    return find_last_fetch(db)


def list_days(db: Session, viewer: Viewer, code: str = "") -> Iterator[StationReading]:
    """Return the days of the station `code`, or the last year of all stations."""
    viewer.require(Permission.WEATHER_WRITE)
    day = WeatherDay
    condition = Station.code == code if code else day.day >= viewer.today - YEAR
    query = (
        select(Station.code, day.day, day.mean_c100, day.min_c100, day.max_c100)
        .join(day, day.station_id == Station.id)
        .where(condition)
        .order_by(Station.code, day.day)
    )
    for station, at, mean, low, high in db.execute(query):
        yield StationReading(station, StationDay(at, mean, low, high))


def _areas(db: Session) -> dict[str, int]:
    rows = db.execute(select(WeatherArea.prefix, WeatherArea.station_id))
    return {row[0]: row[1] for row in rows}
