"""Read and write sheets of the station chosen for each PCE, without the database."""

from data.metering.pces.files import pce_in
from data.runs.files.rows import Cells, read_rows, text_in
from data.runs.types import SheetTable

PCE, STATION = "PCE", "Station"
HEADER = (PCE, STATION)
MOST = 20_000  # lines


def read(content: bytes) -> SheetTable:
    return read_rows(content, HEADER, HEADER, MOST)


def choice_in(cells: Cells) -> tuple[str, str]:
    """Return the PCE number and the station code of a line, "" for no station.

    Raise RefusedCell when the number is missing, Invalid when it is malformed.
    """
    return pce_in(cells, PCE), text_in(cells, STATION)
