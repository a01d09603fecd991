"""Load the days of stations, and mark the PCEs to evaluate again."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.database import blocks, upsert
from core.errors import NotFound
from core.i18n import N_
from data.metering.pces.models import Pce
from data.metering.pces.rules import number_of
from data.metering.weather.actions.own_temperatures import mark_pces
from data.metering.weather.models import (
    Station,
    WeatherArea,
    WeatherChoice,
    WeatherDay,
    WeatherFetch,
    WeatherMark,
)
from data.metering.weather.rules.stations import areas_in
from data.metering.weather.types import StationDay, StationPlace, StationSource, WeatherLoad

Days = dict[date, StationDay]


def load_days(
    db: Session, code: str, days: Sequence[StationDay], source: StationSource = StationSource.FILE
) -> WeatherLoad:
    """Store `days` for the station `code`, which is created if it is new.

    If a day is given twice, the last one is stored.
    """
    station = find_or_create(db, code)
    days_by_date = {station_day.day: station_day for station_day in days}
    if not days_by_date:
        return WeatherLoad()
    station.source = source
    stored_days = known_days(db, station.id, days_by_date)
    new = [day for day in days_by_date if day not in stored_days]
    changed = [
        day for day in days_by_date if day in stored_days and stored_days[day] != days_by_date[day]
    ]
    for part in blocks([days_by_date[day] for day in (*new, *changed)]):
        statement = upsert(db, WeatherDay)
        columns = ("mean_c100", "min_c100", "max_c100")
        rows = [
            {"station_id": station.id, "day": station_day.day}
            | {name: getattr(station_day, name) for name in columns}
            for station_day in part
        ]
        db.execute(
            statement.values(rows).on_conflict_do_update(
                index_elements=["station_id", "day"],
                set_={name: statement.excluded[name] for name in columns},
            )
        )
    if new or changed:
        mark(db, station.id, min(new + changed))
    return WeatherLoad(len(new), len(changed), len(days_by_date) - len(new) - len(changed))


def mark(db: Session, station_id: int, day: date) -> None:
    """Record that a station's data changed from `day` on, so that evaluations run again."""
    statement = upsert(db, WeatherMark).values(station_id=station_id, first_day=day)
    earlier = WeatherMark.first_day > statement.excluded.first_day
    db.execute(
        statement.on_conflict_do_update(
            index_elements=["station_id"], set_={"first_day": day}, where=earlier
        )
    )


def known_days(db: Session, station: int, days: Days) -> Days:
    """Return the stored days of a station between the first and the last of `days`."""
    query = select(WeatherDay.day, WeatherDay.mean_c100, WeatherDay.min_c100, WeatherDay.max_c100)
    within = query.where(
        WeatherDay.station_id == station, WeatherDay.day.between(min(days), max(days))
    )
    return {row[0]: StationDay(*row) for row in db.execute(within)}


def note_fetch(db: Session, now: datetime, problem: str, result: WeatherLoad, refused: int) -> None:
    """Record an attempt to fetch at `now`; `problem` says why it failed, "" on success."""
    row = db.get(WeatherFetch, 1) or WeatherFetch(id=1, done_at=None, failures=0)
    row.tried_at, row.problem = now, problem
    row.failures = row.failures + 1 if problem else 0
    if not problem:
        row.done_at, row.refused = now, refused
        row.new, row.changed = result.new, result.changed
    db.add(row)
    db.flush()


def find_or_create(db: Session, code: str) -> Station:
    """Return the station `code`; create it if it does not exist."""
    station = db.scalars(select(Station).where(Station.code == code)).one_or_none()
    if station is None:
        station = Station(code=code, name="")
        db.add(station)
        db.flush()
    return station


def describe(
    db: Session, place: StationPlace, name: str, areas: Sequence[str] = (), pces: Sequence[str] = ()
) -> None:
    """Store where a station is and which postal code `areas` and `pces` it serves.

    An area or a PCE has one station: the last one assigned. Raise Invalid for an area that is not
    the beginning of a postal code, NotFound for an unknown PCE.
    """
    station = find_or_create(db, place.code)
    station.name = name or station.name
    if place.latitude is not None and place.longitude is not None:
        station.latitude, station.longitude = place.latitude, place.longitude
    for area in areas:
        areas_in(area)
        db.execute(delete(WeatherArea).where(WeatherArea.prefix == area))
        db.add(WeatherArea(prefix=area, station_id=station.id))
    chosen = [_pce_id(db, number) for number in pces]
    for pce_id in chosen:
        db.execute(delete(WeatherChoice).where(WeatherChoice.pce_id == pce_id))
        db.add(WeatherChoice(pce_id=pce_id, station_id=station.id))
    db.flush()
    if areas:  # the new area may change the station of any of its PCEs, for all days
        mark(db, station.id, date.min)
    mark_pces(db, sorted(chosen), date.min)


def _pce_id(db: Session, number: str) -> int:
    pce_id = db.scalar(select(Pce.id).where(Pce.number == number_of(number)))
    if pce_id is None:
        raise NotFound(N_("Le PCE {number} est introuvable."), number=number)
    return pce_id
