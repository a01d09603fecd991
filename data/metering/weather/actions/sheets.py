"""Import station days from a sheet: each line adds, changes, is unchanged, or is refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.i18n import N_
from data.identity.audit.actions import note
from data.metering.weather.actions.loads import known_days, load_days
from data.metering.weather.files.days import STATION, told_in
from data.metering.weather.models import Station
from data.metering.weather.types import StationDay, StationReading
from data.runs.files.sorter import SheetSorter
from data.runs.types import SheetProblem, SheetSorted, SheetTable

_TWICE = N_(
    "Ligne {line}, colonne « {column} » : ce jour est déjà à la ligne {first}, avec d’autres"
    " températures. Gardez la bonne."
)
NEW_STATIONS = N_(
    "Stations que le portail ne connaît pas encore, et que ces lignes créent : {codes}. Si un code"
    " est mal écrit, corrigez-le avant de confirmer."
)
NAMED = 10  # maximum number of stations named in a message


@dataclass(slots=True)
class _Lines:
    """Valid lines by station and day, and the problems of the others."""

    days_by_station: dict[str, dict[date, StationDay]] = field(default_factory=dict)
    places: dict[tuple[str, date], int] = field(default_factory=dict)
    duplicate_count: int = 0  # identical repeated lines
    problems: list[SheetProblem] = field(default_factory=list)

    def take(self, line: int, told: StationReading) -> None:
        days = self.days_by_station.setdefault(told.station, {})
        stored_day = days.setdefault(told.day.day, told.day)
        first = self.places.setdefault((told.station, told.day.day), line)
        if stored_day != told.day:
            params = {"line": line, "column": STATION, "first": first}
            self.problems.append(SheetProblem(line, STATION, _TWICE, params))
        elif first != line:
            self.duplicate_count += 1


def sort_out_temperatures(
    db: Session, viewer: Viewer, table: SheetTable
) -> SheetSorted[StationReading]:
    """Validate the days of a sheet and return what importing it would do; write nothing."""
    viewer.require(Permission.WEATHER_WRITE)
    lines = _Lines()
    sorter = SheetSorter[StationReading](problems=lines.problems)
    for line, statement in sorter.read(
        table, lambda cells: told_in(cells, viewer.today), STATION
    ).items():
        lines.take(line, statement)
    # There are few stations
    ids_by_code = {row[0]: row[1] for row in db.execute(select(Station.code, Station.id))}
    ids = {code: ids_by_code[code] for code in lines.days_by_station if code in ids_by_code}
    new: list[StationReading] = []
    changed: list[tuple[tuple[int, int], StationReading]] = []
    for code, days in lines.days_by_station.items():
        stored_days = known_days(db, ids[code], days) if code in ids else {}
        new += [
            StationReading(code, station_day)
            for day, station_day in days.items()
            if day not in stored_days
        ]
        changed += [
            ((ids[code], day.toordinal()), StationReading(code, station_day))
            for day, station_day in days.items()
            if stored_days.get(day, station_day) != station_day
        ]
    same = (
        sum(map(len, lines.days_by_station.values()))
        - len(new)
        - len(changed)
        + lines.duplicate_count
    )
    remarks = _remarks(sorted({station_day.station for station_day in new} - ids.keys()))
    return SheetSorted(tuple(new), tuple(changed), same, tuple(lines.problems), remarks)


def _remarks(codes: list[str]) -> tuple[tuple[str, Mapping[str, object]], ...]:
    if not codes:
        return ()
    more = "…" if len(codes) > NAMED else ""
    return ((NEW_STATIONS, {"codes": ", ".join(codes[:NAMED]) + more}),)


def keep_temperatures(
    db: Session, viewer: Viewer, sheet: SheetSorted[StationReading], now: datetime
) -> None:
    """Store the days of a validated sheet; a value changed since validation is overwritten."""
    viewer.require(Permission.WEATHER_WRITE)
    by_station: dict[str, list[StationDay]] = {}
    for reading in (*sheet.new, *(changed_reading for _key, changed_reading in sheet.changed)):
        by_station.setdefault(reading.station, []).append(reading.day)
    for code, days in sorted(by_station.items()):
        done = load_days(db, code, days)
        detail = {"new": done.new, "changed": done.changed}
        note(db, now, "weather.loaded", ("station", code), actor=viewer.actor, detail=detail)
