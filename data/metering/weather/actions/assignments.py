"""Assign stations to PCEs: by postal code area, one by one, or from a sheet.

`set_station` and `choose` return what they changed, so that the caller marks it for evaluation
(data/metering/consumption/actions/stations.py).
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import blocks, upsert
from core.errors import Invalid, NotFound
from core.i18n import N_
from data.identity.audit.actions import note, note_all
from data.metering.pces.queries import load_ids
from data.metering.weather.actions.loads import find_or_create, mark
from data.metering.weather.actions.own_temperatures import mark_pces
from data.metering.weather.files.choices import PCE, STATION, choice_in
from data.metering.weather.models import Station, WeatherArea, WeatherChoice
from data.metering.weather.types import StationChoice, StationDraft
from data.runs.files.rows import problem_of
from data.runs.files.sorter import SheetSorter
from data.runs.types import SheetProblem, SheetSorted, SheetTable

_UNKNOWN = N_("La station {code} est inconnue : ajoutez-la, ou déposez d’abord ses jours.")
_HIDDEN = N_("Ligne {line}, colonne « {column} » : ce PCE est introuvable.")
_TWICE = N_("Ligne {line}, colonne « {column} » : ce PCE est déjà plus haut dans la feuille.")


def set_station(db: Session, viewer: Viewer, draft: StationDraft, now: datetime) -> list[str]:
    """Store a station's name, place and areas; return the areas whose station changed.

    An area that belonged to another station is taken from it.
    """
    viewer.require(Permission.WEATHER_WRITE)
    station = find_or_create(db, draft.place.code)
    station.name = draft.name
    station.latitude, station.longitude = draft.place.latitude, draft.place.longitude
    mine = set(db.scalars(select(WeatherArea.prefix).where(WeatherArea.station_id == station.id)))
    changed = sorted(mine ^ set(draft.areas))
    db.execute(delete(WeatherArea).where(WeatherArea.prefix.in_(changed)))
    for area in set(draft.areas) - mine:
        db.add(WeatherArea(prefix=area, station_id=station.id))
    db.flush()
    if changed:
        mark(db, station.id, date.min)
    actor, about = (viewer.user_id, viewer.organisation_id), ("station", station.code)
    detail = {"areas": " ".join(draft.areas)}
    note(db, now, "weather.described", about, actor=actor, detail=detail)
    return changed


def station_id(db: Session, code: str) -> int:
    """Return the id of the station `code`. Raise NotFound when it does not exist."""
    key = db.scalar(select(Station.id).where(Station.code == code))
    if key is None:
        raise NotFound(_UNKNOWN, code=code)
    return key


def assign_station(
    db: Session, viewer: Viewer, code: str, pces: Mapping[int, str], now: datetime
) -> list[int]:
    """Assign the station `code` to `pces` (number by id); return the ids that changed.

    An empty `code` removes the assignment. Raise NotFound for an unknown station.
    """
    viewer.require(Permission.WEATHER_WRITE)
    station = station_id(db, code) if code else None
    current_choices = _chosen(db, pces)
    changed = [pce for pce in sorted(pces) if current_choices.get(pce) != station]
    for block in blocks(changed):
        if station is None:
            db.execute(delete(WeatherChoice).where(WeatherChoice.pce_id.in_(block)))
            continue
        statement = upsert(db, WeatherChoice).values(
            [{"pce_id": pce, "station_id": station} for pce in block]
        )
        where = {"station_id": statement.excluded.station_id}
        db.execute(statement.on_conflict_do_update(index_elements=["pce_id"], set_=where))
    mark_pces(db, changed, date.min)
    action = "weather.attached" if code else "weather.detached"
    numbers = [pces[pce] for pce in changed]
    note_all(db, now, action, "pce", numbers, actor=viewer.actor, detail={"station": code})
    return changed


def _chosen(db: Session, pces: Collection[int]) -> dict[int, int]:
    choices: dict[int, int] = {}
    for block in blocks(sorted(pces)):
        rows = select(WeatherChoice.pce_id, WeatherChoice.station_id)
        choices |= {
            row[0]: row[1] for row in db.execute(rows.where(WeatherChoice.pce_id.in_(block)))
        }
    return choices


def sort_out_stations(db: Session, viewer: Viewer, table: SheetTable) -> SheetSorted[StationChoice]:
    """Validate a sheet of PCEs and their stations; write nothing."""
    viewer.require(Permission.WEATHER_WRITE)
    sorter = SheetSorter[StationChoice]()
    choices_by_line, problems = sorter.read(table, choice_in, PCE), sorter.problems
    ids = load_ids(db, viewer, {number for number, _code in choices_by_line.values()})
    stations = {row[0]: row[1] for row in db.execute(select(Station.code, Station.id))}
    good = _good(choices_by_line, ids, stations, problems)
    current_choices = _chosen(db, [choice.pce_id for choice in good])
    new = [choice for choice in good if choice.code and choice.pce_id not in current_choices]
    changed = [
        ((choice.pce_id, current_choices[choice.pce_id]), choice)
        for choice in good
        if choice.pce_id in current_choices
        and current_choices[choice.pce_id] != stations.get(choice.code)
    ]
    sorted_problems = tuple(sorted(problems, key=lambda one: one.line))
    same = len(good) - len(new) - len(changed)
    return SheetSorted(tuple(new), tuple(changed), same, sorted_problems)


def _good(
    choices_by_line: Mapping[int, tuple[str, str]],
    ids: Mapping[str, int],
    stations: Mapping[str, int],
    problems: list[SheetProblem],
) -> Sequence[StationChoice]:
    """Return the lines with a visible PCE and a known station, each PCE once.

    What is wrong with the other lines is appended to `problems`.
    """
    good: dict[str, StationChoice] = {}
    for line, (number, code) in choices_by_line.items():
        if number not in ids or number in good:
            message = _HIDDEN if number not in ids else _TWICE
            problems.append(SheetProblem(line, PCE, message, {"line": line, "column": PCE}))
        elif code and code not in stations:
            problems.append(problem_of(line, Invalid(_UNKNOWN, code=code), STATION))
        else:
            good[number] = StationChoice(ids[number], number, code)
    return list(good.values())
