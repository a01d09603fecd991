"""The daily files of Météo-France: one a department and run of years, `;` and a gzip around."""

import zlib
from collections.abc import Collection, Mapping
from datetime import date

from data.errors import Unreadable
from data.runs.files.texts import csv_rows
from data.weather.rules.station_days import day_of
from data.weather.types import StationDay, WeatherFile
from i18n import N_

COLUMNS = ("NUM_POSTE", "AAAAMMJJ", "TM", "TN", "TX")
LARGEST = 400_000_000  # octets once opened: half a century of a department's


def read_meteo_france(octets: bytes, codes: Collection[str]) -> WeatherFile:
    """The days of the stations *codes*: TM, TN and TX in °C; those that lack them are left out.

    Raises Unreadable for another file.
    """
    rows = csv_rows(_opened(octets).decode("utf-8-sig", errors="replace"))
    header = [cell.strip() for cell in next((row for _line, row in rows if any(row)), [])]
    if not set(COLUMNS) <= set(header):
        raise Unreadable(
            N_("Ce fichier n’est pas un fichier quotidien de Météo-France : NUM_POSTE manque.")
        )
    places = {name: header.index(name) for name in COLUMNS}
    found = WeatherFile({}, [])
    for line, row in rows:
        if len(row) <= max(places.values()):
            continue
        cells = {name: row[at].strip() for name, at in places.items()}
        if cells["NUM_POSTE"] in codes and (cells["TM"] or (cells["TN"] and cells["TX"])):
            _take(found, line, cells)
    return found


def _take(found: WeatherFile, line: int, cells: Mapping[str, str]) -> None:
    day = _day(cells["AAAAMMJJ"])
    if day is None:
        said = N_("« {text} » n’est pas une date : il faut AAAAMMJJ.")
        found.faults.append((line, said, {"text": cells["AAAAMMJJ"][:24]}))
        return
    ends = (cells["TN"], cells["TX"]) if cells["TN"] and cells["TX"] else ("", "")
    told = day_of(day, cells["TM"], *ends)
    if isinstance(told, StationDay):
        found.days.setdefault(cells["NUM_POSTE"], []).append(told)
    else:
        found.faults.append((line, *told))


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
