"""Query the weather at a PCE: the days of its station."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import BigInteger, ColumnElement, Date, bindparam, cast, func, select
from sqlalchemy.orm import Session

from core.database import Prepared, blocks
from data.pces.models import Pce
from data.pces.types import PceScope
from data.weather.models import (
    Station,
    WeatherArea,
    WeatherChoice,
    WeatherDay,
    WeatherFetch,
)
from data.weather.rules.stations import nearest
from data.weather.types import Fetch, LocalStation, StationPlace

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
    """The days of the station that a PCE uses, as the driver gives them: chosen, else the nearest.

    That is the one of the longest beginning of its postal code; none, no day. The weather is no
    secret: *scope* says which PCE, and that somebody may read it.
    """
    rows = _DAYS.raw(db, {"pce": scope.id, "first": first, "last": last})
    return [(day, mean, low, high) for day, mean, low, high in rows]


def find_station(db: Session, scope: PceScope) -> LocalStation | None:
    """The station that a PCE uses, by the same rule; None where it has none."""
    rows = _STATION.rows(db, {"pce": scope.id})
    return LocalStation(*rows[0]) if rows else None


def is_served_by(stations: Sequence[int]) -> ColumnElement[bool]:
    """Whether the station of a PCE, of a question about `Pce`, is one of *stations*."""
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
    """What the days of each station add up to: another text, they changed.

    Whom it serves is not in it: who changes that notes the PCE concerned.
    """
    day = WeatherDay
    query = select(
        day.station_id, func.count(), func.max(day.day), func.sum(day.mean_c100),
        func.sum(cast(day.mean_c100, BigInteger) * day.mean_c100),
    ).group_by(day.station_id)  # fmt: skip
    return {row[0]: " ".join(map(str, row[1:])) for row in db.execute(query)}


def load_pce_stations(db: Session, pce_ids: Collection[int]) -> dict[int, int]:
    """The station that each of these PCE uses, by the rule of `station_days`; none, not there."""
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
    """The mean of each day of each station from *first* to *last*, 1/100 °C."""
    means: dict[int, dict[date, int]] = {}
    for station in sorted(stations):
        rows = _MEANS.rows(db, {"station": station, "first": first, "last": last})
        means[station] = dict(rows)
    return means


def find_last_fetch(db: Session) -> Fetch | None:
    """How asking the provider went lately; None before the first time."""
    row = db.get(WeatherFetch, 1)
    if row is None:
        return None
    counts = (row.new, row.changed, row.refused)
    return Fetch(row.tried_at, row.done_at, row.failures, row.problem, *counts)


def fetch_problem(db: Session) -> str | None:
    """Why the provider of the weather does not answer; None when it does, or is never asked."""
    return db.scalar(select(WeatherFetch.problem).where(WeatherFetch.failures > 0))


def list_places(db: Session) -> list[StationPlace]:
    """Every station, by its code."""
    query = select(Station.code, Station.latitude, Station.longitude).order_by(Station.code)
    return [StationPlace(*row) for row in db.execute(query)]
