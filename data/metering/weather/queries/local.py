"""Query the temperature at a PCE: its own day, else its station's.

All temperatures of a PCE outside its readings are read here, so that pages agree.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core.database import Prepared, blocks
from data.metering.pces.types import PceScope
from data.metering.weather.models import WeatherOwnDay
from data.metering.weather.queries.days import (
    DayRow,
    find_station,
    list_station_days,
    load_pce_stations,
    load_station_means,
)
from data.metering.weather.types import LocalDay

_own = WeatherOwnDay.__table__.c
_OWN = Prepared(
    select(_own.day, _own.mean_c100)
    .where(
        _own.pce_id == bindparam("pce"),
        _own.day.between(bindparam("first"), bindparam("last")),
    )
    .order_by(_own.day)
)


class ReadableSpan(NamedTuple):
    """Readable days of a PCE, ends included."""

    pce_id: int
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Means:
    """Daily means by PCE, in 1/100 °C; a PCE's own values take precedence over its station's."""

    stations: Mapping[int, int]
    station_means: Mapping[int, Mapping[date, int]]  # by station id
    own: Mapping[int, Mapping[date, int]]  # by PCE id, only for PCEs with own days

    def of(self, pce_id: int) -> dict[date, int]:
        """Return the daily means of one PCE, as a new dict."""
        return {
            **self.station_means.get(self.stations.get(pce_id, 0), {}),
            **self.own.get(pce_id, {}),
        }


def list_local_days(db: Session, scope: PceScope, first: date, last: date) -> list[DayRow]:
    """Return the days of a PCE as raw rows: its own mean, else its station's.

    Its own days come with its readings, so `scope` limits which may be read. Station data are
    public; their minimum and maximum are returned beside the PCE's own mean.
    """
    station = list_station_days(db, scope, first, last)
    own = list_own_days(db, scope, first, last)
    if not own:
        return station
    ends = {_iso(day): (low, high) for day, _mean, low, high in station}
    rows_by_day: dict[str, DayRow] = {_iso(row[0]): row for row in station}
    rows_by_day |= {_iso(day): (day, mean, *ends.get(_iso(day), (None, None))) for day, mean in own}
    return [rows_by_day[day] for day in sorted(rows_by_day)]


def list_own_days(
    db: Session, scope: PceScope, first: date, last: date
) -> list[tuple[date | str, int]]:
    """Return the PCE's own days that `scope` allows to read."""
    ends = {"first": max(first, scope.first or first), "last": min(last, scope.last or last)}
    rows = _OWN.raw(db, {"pce": scope.id, **ends})
    if not scope.holes:
        return [(day, mean) for day, mean in rows]
    return [(day, mean) for day, mean in rows if not scope.hides(date.fromisoformat(_iso(day)))]


def _iso(day: date | str) -> str:
    return day if isinstance(day, str) else day.isoformat()


def load_local_means(db: Session, spans: Sequence[tuple[int, date, date]]) -> Means:
    """Return the means of many PCEs at once.

    `spans` are (pce id, first, last), already limited to what the viewer may read.
    """
    if not spans:
        return Means({}, {}, {})
    pce_spans = [ReadableSpan(*span) for span in spans]
    low, high = min(span.first for span in pce_spans), max(span.last for span in pce_spans)
    stations = load_pce_stations(db, {span.pce_id for span in pce_spans})
    station_means = load_station_means(db, set(stations.values()), low, high)
    return Means(stations, station_means, _own_means(db, pce_spans, low, high))


def _own_means(
    db: Session, pce_spans: Sequence[ReadableSpan], low: date, high: date
) -> dict[int, dict[date, int]]:
    spans: dict[int, list[ReadableSpan]] = {}
    for span in pce_spans:
        spans.setdefault(span.pce_id, []).append(span)
    means: dict[int, dict[date, int]] = {}
    query = select(_own.pce_id, _own.day, _own.mean_c100).where(_own.day.between(low, high))
    for block in blocks(sorted(spans)):
        for pce_id, day, mean in db.execute(query.where(_own.pce_id.in_(block))):
            if any(span.first <= day <= span.last for span in spans[pce_id]):
                means.setdefault(pce_id, {})[day] = mean
    return means


def find_local_day(db: Session, scope: PceScope, day: date) -> LocalDay | None:
    """Return the mean of one day and its station; None when the day has no value."""
    own = list_own_days(db, scope, day, day)
    if own:
        return LocalDay(own[0][1], None)
    days = list_station_days(db, scope, day, day)
    return LocalDay(days[0][1], find_station(db, scope)) if days else None
