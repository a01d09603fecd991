"""Query the weather at a PCE: the days of its station."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import BigInteger, ColumnElement, Date, bindparam, cast, func, select
from sqlalchemy.orm import Session

from core.database import Prepared, blocks
from data.metering.pces.models import Pce
from data.metering.pces.types import PceScope
from data.metering.weather.models import (
    Station,
    WeatherArea,
    WeatherChoice,
    WeatherDay,
    WeatherFetch,
)
from data.metering.weather.rules.stations import nearest
from data.metering.weather.types import Fetch, LocalStation, StationPlace

DayRow = tuple[date | str, int, int | None, int | None]  # day, mean, minimum, maximum in 1/100 °C

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


_STATION = Prepared(
    select(
        Station.code,
        Station.name,
        Station.source,
        select(func.max(WeatherDay.day, type_=Date))
        .where(WeatherDay.station_id == Station.id)
        .scalar_subquery(),
    ).where(Station.id == func.coalesce(_chosen, _near))
)
_MEANS = Prepared(
    select(WeatherDay.day, WeatherDay.mean_c100).where(
        WeatherDay.station_id == bindparam("station"),
        WeatherDay.day.between(bindparam("first"), bindparam("last")),
    )
)


def list_station_days(db: Session, scope: PceScope, first: date, last: date) -> list[DayRow]:
    """Return the days of a PCE's station as raw rows; none when it has no station.

    The station is the one assigned, else the one with the longest matching postal code prefix.
    Station data are public: `scope` only says which PCE, and that the viewer may read it.
    """
    rows = _DAYS.raw(db, {"pce": scope.id, "first": first, "last": last})
    return [(day, mean, low, high) for day, mean, low, high in rows]


def find_station(db: Session, scope: PceScope) -> LocalStation | None:
    """Return the station of a PCE, by the same rule; None when it has none."""
    rows = _STATION.rows(db, {"pce": scope.id})
    return LocalStation(*rows[0]) if rows else None


def is_served_by(stations: Sequence[int]) -> ColumnElement[bool]:
    """Return a condition on `Pce`: its station is one of `stations`."""
    chosen = select(WeatherChoice.station_id).where(WeatherChoice.pce_id == Pce.id)
    near = (
        select(WeatherArea.station_id)
        .where(Pce.postal_code.startswith(WeatherArea.prefix))
        .order_by(func.length(WeatherArea.prefix).desc())
        .limit(1)
    )
    subqueries = (query.correlate(Pce).scalar_subquery() for query in (chosen, near))
    return func.coalesce(*subqueries).in_(stations)


def load_station_digests(db: Session) -> dict[int, str]:
    """Return a digest of the days of each station, by id; it differs when they change.

    The areas served are not part of it: whoever changes those marks the PCEs concerned.
    """
    day = WeatherDay
    query = select(
        day.station_id, func.count(), func.max(day.day), func.sum(day.mean_c100),
        func.sum(cast(day.mean_c100, BigInteger) * day.mean_c100),
    ).group_by(day.station_id)  # fmt: skip
    return {row[0]: " ".join(map(str, row[1:])) for row in db.execute(query)}


def load_pce_stations(db: Session, pce_ids: Collection[int]) -> dict[int, int]:
    """Return the station of each PCE, by the rule of `list_station_days`.

    PCEs without a station are left out.
    """
    stations: dict[int, int] = {}
    prefixes = db.execute(select(WeatherArea.prefix, WeatherArea.station_id))
    areas = {row[0]: row[1] for row in prefixes}
    for block in blocks(sorted(pce_ids)):
        for pce_id, code in db.execute(select(Pce.id, Pce.postal_code).where(Pce.id.in_(block))):
            station = nearest(areas, code)
            if station is not None:
                stations[pce_id] = station
        chosen = select(WeatherChoice.pce_id, WeatherChoice.station_id)
        mine = db.execute(chosen.where(WeatherChoice.pce_id.in_(block)))
        stations |= {row[0]: row[1] for row in mine}
    return stations


def load_station_means(
    db: Session, stations: Collection[int], first: date, last: date
) -> dict[int, dict[date, int]]:
    """Return the daily means of each station from `first` to `last`, in 1/100 °C."""
    means: dict[int, dict[date, int]] = {}
    for station in sorted(stations):
        rows = _MEANS.rows(db, {"station": station, "first": first, "last": last})
        means[station] = dict(rows)
    return means


def find_last_fetch(db: Session) -> Fetch | None:
    """Return the state of the provider's fetches; None before the first attempt."""
    row = db.get(WeatherFetch, 1)
    if row is None:
        return None
    counts = (row.new, row.changed, row.refused)
    return Fetch(row.tried_at, row.done_at, row.failures, row.problem, *counts)


def fetch_problem(db: Session) -> str | None:
    """Return why the provider fails; None when it answers or is never asked."""
    return db.scalar(select(WeatherFetch.problem).where(WeatherFetch.failures > 0))


def list_places(db: Session) -> list[StationPlace]:
    """Return every station with its coordinates, by code."""
    query = select(Station.code, Station.latitude, Station.longitude).order_by(Station.code)
    return [StationPlace(*row) for row in db.execute(query)]
