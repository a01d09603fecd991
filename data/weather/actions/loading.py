"""Loading the days of stations, and saying which station serves whom."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from data.db import blocks, upsert
from data.errors import NotFound
from data.pces.models import Pce
from data.pces.rules import number_of
from data.weather.actions.owning import mark_pces
from data.weather.models import (
    Station,
    WeatherArea,
    WeatherChoice,
    WeatherDay,
    WeatherFetch,
    WeatherMark,
)
from data.weather.rules.stations import areas_in
from data.weather.types import Loaded, Place, Source, StationDay
from i18n import N_

Days = dict[date, StationDay]


def load_days(
    db: Session, code: str, days: Sequence[StationDay], source: Source = Source.FILE
) -> Loaded:
    """Keep *days* of the station *code*, made if it is new; of a day said twice, the last word."""
    station = find_or_create(db, code)
    told = {one.day: one for one in days}
    if not told:
        return Loaded()
    station.source = source
    known = known_days(db, station.id, told)
    new = [day for day in told if day not in known]
    changed = [day for day in told if day in known and known[day] != told[day]]
    for part in blocks([told[day] for day in (*new, *changed)]):
        made = upsert(db, WeatherDay)
        columns = ("mean_c100", "min_c100", "max_c100")
        rows = [{"station_id": station.id, "day": one.day}
                | {name: getattr(one, name) for name in columns} for one in part]  # fmt: skip
        db.execute(
            made.values(rows).on_conflict_do_update(
                index_elements=["station_id", "day"],
                set_={name: made.excluded[name] for name in columns},
            )
        )
    if new or changed:
        mark(db, station.id, min(new + changed))
    return Loaded(len(new), len(changed), len(told) - len(new) - len(changed))


def mark(db: Session, station_id: int, day: date) -> None:
    """What this station says changed from *day* on: whoever judges by it has to look again."""
    made = upsert(db, WeatherMark).values(station_id=station_id, first_day=day)
    earlier = WeatherMark.first_day > made.excluded.first_day
    db.execute(
        made.on_conflict_do_update(
            index_elements=["station_id"], set_={"first_day": day}, where=earlier
        )
    )


def known_days(db: Session, station: int, told: Days) -> Days:
    """What is kept of a station between the first and the last of the days *told*."""
    found = select(WeatherDay.day, WeatherDay.mean_c100, WeatherDay.min_c100, WeatherDay.max_c100)
    within = found.where(
        WeatherDay.station_id == station, WeatherDay.day.between(min(told), max(told))
    )
    return {row[0]: StationDay(*row) for row in db.execute(within)}


def note_fetch(db: Session, now: datetime, problem: str, given: Loaded, refused: int) -> None:
    """The provider was asked at *now*; *problem* is why in vain, "" when it answered."""
    row = db.get(WeatherFetch, 1) or WeatherFetch(id=1, done_at=None, failures=0)
    row.tried_at, row.problem = now, problem
    row.failures = row.failures + 1 if problem else 0
    if not problem:
        row.done_at, row.refused = now, refused
        row.new, row.changed = given.new, given.changed
    db.add(row)
    db.flush()


def find_or_create(db: Session, code: str) -> Station:
    """The station *code*."""
    station = db.scalars(select(Station).where(Station.code == code)).one_or_none()
    if station is None:
        station = Station(code=code, name="")
        db.add(station)
        db.flush()
    return station


def describe(
    db: Session, place: Place, name: str, areas: Sequence[str] = (), pces: Sequence[str] = ()
) -> None:
    """Say where a station is, and whom it serves: postal codes that begin with *areas*, *pces*.

    An area, or a PCE, has one station: the last that was said. Raises Invalid for an area that is
    no beginning of a postal code, NotFound for an unknown PCE.
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
    if areas:  # whom it serves, and what their days were
        mark(db, station.id, date.min)
    mark_pces(db, sorted(chosen), date.min)


def _pce_id(db: Session, number: str) -> int:
    found = db.scalar(select(Pce.id).where(Pce.number == number_of(number)))
    if found is None:
        raise NotFound(N_("Le PCE {number} est introuvable."), number=number)
    return found
