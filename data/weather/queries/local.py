"""What the temperature was where a PCE is: its own day, else its station's.

Every temperature of a PCE's day that is not its reading's own is read here, so that no two screens
tell another one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from data.db import Prepared, blocks
from data.pces.types import PceScope
from data.weather.models import WeatherOwnDay
from data.weather.queries.days import (
    DayRow,
    find_station,
    means_of,
    station_days,
    stations_of,
)
from data.weather.types import LocalDay

_own = WeatherOwnDay.__table__.c
_OWN = Prepared(
    select(_own.day, _own.mean_c100)
    .where(
        _own.pce_id == bindparam("pce"),
        _own.day.between(bindparam("first"), bindparam("last")),
    )
    .order_by(_own.day)
)


class Span(NamedTuple):
    """The days of a PCE that may be read, ends included."""

    pce_id: int
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Means:
    """The mean of each day by PCE, 1/100 °C: what its station says, over which its own."""

    stations: Mapping[int, int]
    told: Mapping[int, Mapping[date, int]]  # by station
    own: Mapping[int, Mapping[date, int]]  # by PCE, of those that have some

    def of(self, pce_id: int) -> dict[date, int]:
        """Those of one PCE, made for the caller."""
        return {
            **self.told.get(self.stations.get(pce_id, 0), {}),
            **self.own.get(pce_id, {}),
        }


def local_days(db: Session, scope: PceScope, first: date, last: date) -> list[DayRow]:
    """The days of a PCE as the driver gives them: its own mean, else that of its station.

    Its own days come with its readings: *scope* says which may be read. What a station says is no
    secret, and its least and most stay beside a mean that is the PCE's own.
    """
    station = station_days(db, scope, first, last)
    own = own_days(db, scope, first, last)
    if not own:
        return station
    ends = {_iso(day): (low, high) for day, _mean, low, high in station}
    said: dict[str, DayRow] = {_iso(row[0]): row for row in station}
    said |= {_iso(day): (day, mean, *ends.get(_iso(day), (None, None))) for day, mean in own}
    return [said[day] for day in sorted(said)]


def own_days(db: Session, scope: PceScope, first: date, last: date) -> list[tuple[date | str, int]]:
    """The days that came with the readings of a PCE, of those that *scope* lets read."""
    ends = {"first": max(first, scope.first or first), "last": min(last, scope.last or last)}
    rows = _OWN.raw(db, {"pce": scope.id, **ends})
    if not scope.holes:
        return [(day, mean) for day, mean in rows]
    return [(day, mean) for day, mean in rows if not scope.hides(date.fromisoformat(_iso(day)))]


def _iso(day: date | str) -> str:
    return day if isinstance(day, str) else day.isoformat()


def local_means(db: Session, spans: Sequence[tuple[int, date, date]]) -> Means:
    """The same of many PCE at once; whoever asks has cut each span to the right it has."""
    if not spans:
        return Means({}, {}, {})
    asked = [Span(*one) for one in spans]
    low, high = min(one.first for one in asked), max(one.last for one in asked)
    stations = stations_of(db, {one.pce_id for one in asked})
    told = means_of(db, set(stations.values()), low, high)
    return Means(stations, told, _own_means(db, asked, low, high))


def _own_means(
    db: Session, asked: Sequence[Span], low: date, high: date
) -> dict[int, dict[date, int]]:
    spans: dict[int, list[Span]] = {}
    for one in asked:
        spans.setdefault(one.pce_id, []).append(one)
    found: dict[int, dict[date, int]] = {}
    query = select(_own.pce_id, _own.day, _own.mean_c100).where(_own.day.between(low, high))
    for block in blocks(sorted(spans)):
        for pce_id, day, mean in db.execute(query.where(_own.pce_id.in_(block))):
            if any(one.first <= day <= one.last for one in spans[pce_id]):
                found.setdefault(pce_id, {})[day] = mean
    return found


def local_day(db: Session, scope: PceScope, day: date) -> LocalDay | None:
    """The mean of one day, and whose it is; None where nobody says it."""
    own = own_days(db, scope, day, day)
    if own:
        return LocalDay(own[0][1], None)
    said = station_days(db, scope, day, day)
    return LocalDay(said[0][1], find_station(db, scope)) if said else None
