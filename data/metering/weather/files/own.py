"""Parse the operator's CSV: station ; jour ; moyenne ; minimum ; maximum, in any order."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from core.errors import Unreadable
from core.i18n import N_
from data.metering.pces.rules import folded
from data.metering.weather.rules.station_days import Fault, day_of
from data.metering.weather.rules.stations import CODE
from data.metering.weather.types import StationDay, WeatherFile
from data.runs.files.texts import csv_rows

NAMES: Mapping[str, str] = {
    "station": "station",
    "jour": "day",
    "date": "day",
    "journee gaziere": "day",
    "day": "day",
    "moyenne": "mean",
    "mean": "mean",
    "temperature moyenne": "mean",
    "minimum": "min",
    "min": "min",
    "maximum": "max",
    "max": "max",
}
MOST_FAULTS = 200  # maximum number of reported faults: beyond, it is the wrong file


def read(octets: bytes) -> WeatherFile:
    """Return the days of the readable lines, and the fault of each other line.

    Raise Unreadable for a file that is not text, or that lacks required columns.
    """
    try:
        text = octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = octets.decode("cp1252", errors="replace")
    if "\0" in text:
        raise Unreadable(N_("Ce fichier n’est pas un texte : il faut un CSV."))
    rows = csv_rows(text)
    places = _places(next((row for _line, row in rows if any(row)), []))
    weather_file = WeatherFile({}, [])
    for line, row in rows:
        if not any(cell.strip() for cell in row):
            continue
        cells = {name: row[at].strip() if at < len(row) else "" for name, at in places.items()}
        day_or_fault = _line(cells)
        if isinstance(day_or_fault, StationDay):
            weather_file.days.setdefault(cells["station"], []).append(day_or_fault)
        elif len(weather_file.faults) < MOST_FAULTS:
            weather_file.faults.append((line, *day_or_fault))
    return weather_file


def _places(header: Sequence[str]) -> dict[str, int]:
    places: dict[str, int] = {}
    for at, cell in enumerate(header):
        name = NAMES.get(folded(cell).split("(")[0].strip())
        if name:
            places.setdefault(name, at)
    if not {"station", "day"} <= set(places) or not {"mean", "min"} & set(places):
        raise Unreadable(
            N_(
                "La première ligne n’est pas l’en-tête d’un fichier de températures : il faut"
                " station ; jour ; moyenne ; minimum ; maximum."
            )
        )
    return places


def _line(cells: Mapping[str, str]) -> StationDay | Fault:
    if not cells["station"] or len(cells["station"]) > CODE:
        return N_("Le code de la station manque, ou dépasse 40 signes."), {}
    day = _day(cells["day"])
    if day is None:
        sentence = N_("« {text} » n’est pas une date : écrivez 24/11/2026 ou 2026-11-24.")
        return sentence, {"text": cells["day"][:24]}
    return day_of(day, *(cells.get(name, "") for name in ("mean", "min", "max")))


def _day(text: str) -> date | None:
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 (a day has no zone)
        except ValueError:
            continue
    return None
