"""Days of stations from a sheet: each line adds, changes, is already so, or is refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.access import Permission, Viewer
from data.audit.actions import note
from data.errors import PortalError
from data.runs.files.refused import Refused
from data.runs.files.rows import problem_of
from data.runs.types import SheetProblem, SheetSorted, SheetTable
from data.weather.actions.loading import known_days, load_days
from data.weather.files.days import STATION, told_in
from data.weather.models import Station
from data.weather.types import StationDay, Told
from i18n import N_

_TWICE = N_(
    "Ligne {line}, colonne « {column} » : ce jour est déjà à la ligne {first}, avec d’autres"
    " températures. Gardez la bonne."
)
NEW_STATIONS = N_(
    "Stations que le portail ne connaît pas encore, et que ces lignes créent : {codes}. Si un code"
    " est mal écrit, corrigez-le avant de confirmer."
)
NAMED = 10  # stations that a sentence names


@dataclass(slots=True)
class _Lines:
    """What the lines say, by station and day, and what is wrong with the others."""

    said: dict[str, dict[date, StationDay]] = field(default_factory=dict)
    places: dict[tuple[str, date], int] = field(default_factory=dict)
    again: int = 0  # lines that say the same a second time
    problems: list[SheetProblem] = field(default_factory=list)

    def take(self, line: int, told: Told) -> None:
        days = self.said.setdefault(told.station, {})
        known = days.setdefault(told.day.day, told.day)
        first = self.places.setdefault((told.station, told.day.day), line)
        if known != told.day:
            params = {"line": line, "column": STATION, "first": first}
            self.problems.append(SheetProblem(line, STATION, _TWICE, params))
        elif first != line:
            self.again += 1


def sort_out_temperatures(db: Session, viewer: Viewer, table: SheetTable) -> SheetSorted[Told]:
    """What *table* would do; nothing is written."""
    viewer.require(Permission.WEATHER_WRITE)
    lines = _Lines()
    for line, cells in table.lines.items():
        try:
            lines.take(line, told_in(cells, viewer.today))
        except (Refused, PortalError) as error:
            lines.problems.append(problem_of(line, error, STATION))
    ids = _ids(db, lines.said)
    new: list[Told] = []
    changed: list[tuple[tuple[int, int], Told]] = []
    for code, days in lines.said.items():
        known = known_days(db, ids[code], days) if code in ids else {}
        new += [Told(code, one) for day, one in days.items() if day not in known]
        changed += [
            ((ids[code], day.toordinal()), Told(code, one))
            for day, one in days.items()
            if known.get(day, one) != one
        ]
    same = sum(map(len, lines.said.values())) - len(new) - len(changed) + lines.again
    remarks = _remarks(sorted({one.station for one in new} - ids.keys()))
    return SheetSorted(tuple(new), tuple(changed), same, tuple(lines.problems), remarks)


def _ids(db: Session, codes: Mapping[str, object]) -> dict[str, int]:
    """The stations that are known, by their code: there are few of them."""
    known = {row[0]: row[1] for row in db.execute(select(Station.code, Station.id))}
    return {code: known[code] for code in codes if code in known}


def _remarks(codes: list[str]) -> tuple[tuple[str, Mapping[str, object]], ...]:
    if not codes:
        return ()
    more = "…" if len(codes) > NAMED else ""
    return ((NEW_STATIONS, {"codes": ", ".join(codes[:NAMED]) + more}),)


def keep_temperatures(db: Session, viewer: Viewer, found: SheetSorted[Told], now: datetime) -> None:
    """Keep what a sheet says: of a day that somebody else changed since, the last word stands."""
    viewer.require(Permission.WEATHER_WRITE)
    by_station: dict[str, list[StationDay]] = {}
    for told in (*found.new, *(one for _key, one in found.changed)):
        by_station.setdefault(told.station, []).append(told.day)
    actor = viewer.user_id, viewer.organisation_id
    for code, days in sorted(by_station.items()):
        done = load_days(db, code, days)
        detail = {"new": done.new, "changed": done.changed}
        note(db, now, "weather.loaded", ("station", code), actor=actor, detail=detail)
