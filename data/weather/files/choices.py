"""Read and write sheets of the station chosen for each PCE, without the database."""

from core.errors import Invalid
from core.i18n import N_
from data.pces.rules import number_of
from data.runs.files.refusals import RefusedCell
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
    number = text_in(cells, PCE)
    if not number:
        raise RefusedCell(N_("Ligne {line}, colonne « {column} » : indiquez un PCE."), column=PCE)
    try:
        return number_of(number), text_in(cells, STATION)
    except Invalid as error:
        raise Invalid(error.message, **error.params, column=PCE) from None
