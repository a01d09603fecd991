"""Parse Météo-France's daily files: one a department and period, gzip with `;`."""

import zlib
from collections.abc import Collection, Mapping
from datetime import date

from core.errors import Unreadable
from core.i18n import N_
from data.metering.weather.rules.station_days import day_of
from data.metering.weather.types import StationDay, WeatherFile
from data.runs.files.texts import csv_rows

COLUMNS = ("NUM_POSTE", "AAAAMMJJ", "TM", "TN", "TX")
LARGEST = 400_000_000  # bytes once decompressed: half a century of a department's days


def read_meteo_france(octets: bytes, codes: Collection[str]) -> WeatherFile:
    """Return the days of the stations `codes`: TM, TN and TX in °C.

    Days without them are left out. Raise Unreadable for another kind of file.
    """
    rows = csv_rows(_opened(octets).decode("utf-8-sig", errors="replace"))
    header = [cell.strip() for cell in next((row for _line, row in rows if any(row)), [])]
    if not set(COLUMNS) <= set(header):
        raise Unreadable(
            N_("Ce fichier n’est pas un fichier quotidien de Météo-France : NUM_POSTE manque.")
        )
    places = {name: header.index(name) for name in COLUMNS}
    weather_file = WeatherFile({}, [])
    for line, row in rows:
        if len(row) <= max(places.values()):
            continue
        cells = {name: row[at].strip() for name, at in places.items()}
        if cells["NUM_POSTE"] in codes and (cells["TM"] or (cells["TN"] and cells["TX"])):
            _take(weather_file, line, cells)
    return weather_file


def _take(weather_file: WeatherFile, line: int, cells: Mapping[str, str]) -> None:
    day = _day(cells["AAAAMMJJ"])
    if day is None:
        sentence = N_("« {text} » n’est pas une date : il faut AAAAMMJJ.")
        weather_file.faults.append((line, sentence, {"text": cells["AAAAMMJJ"][:24]}))
        return
    ends = (cells["TN"], cells["TX"]) if cells["TN"] and cells["TX"] else ("", "")
    day_or_fault = day_of(day, cells["TM"], *ends)
    if isinstance(day_or_fault, StationDay):
        weather_file.days.setdefault(cells["NUM_POSTE"], []).append(day_or_fault)
    else:
        weather_file.faults.append((line, *day_or_fault))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text[:4]}-{text[4:6]}-{text[6:]}")
    except ValueError:
        return None


def _opened(octets: bytes) -> bytes:
    if octets[:2] != b"\x1f\x8b":
        return octets
    try:
        opened = zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(octets, LARGEST)
    except zlib.error as error:
        raise Unreadable(N_("Ce fichier compressé est abîmé.")) from error
    if len(opened) >= LARGEST:
        raise Unreadable(N_("Ce fichier est trop grand une fois ouvert."))
    return opened
