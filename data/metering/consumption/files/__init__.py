"""Parse and write files of readings, no database (domain.md §4.5, §4.6, §5, §6.1)."""

from datetime import date
from itertools import chain

from core.errors import PortalError, Unreadable
from core.i18n import N_
from data.metering.consumption.files import jsontext
from data.metering.consumption.files.adict import is_adict, read_adict
from data.metering.consumption.files.adict_writer import write_adict
from data.metering.consumption.files.columns import AS_WRITTEN, Uses
from data.metering.consumption.files.csv_writer import PceDay, write_csv, write_table_xlsx
from data.metering.consumption.files.other_energies import refuse_other_energies
from data.metering.consumption.files.sheet import read_book
from data.metering.consumption.files.sheet_writer import SheetHead, write_espace_client
from data.metering.consumption.files.table import read_csv
from data.metering.consumption.files.web import read_web
from data.metering.consumption.types import ReadingsFile
from data.runs.files import sniff
from data.runs.files.refusals import quoted_value

__all__ = [
    "PceDay",
    "SheetHead",
    "read",
    "write_adict",
    "write_csv",
    "write_espace_client",
    "write_table_xlsx",
]


def read(
    name: str, content: bytes, *, today: date | None = None, uses: Uses = AS_WRITTEN
) -> ReadingsFile:
    """Parse a readings file, detecting its format by content.

    With `today`, later gas days are refused, and that day, which is not over, is left out; `uses`
    say what columns of a table are. Raise Unreadable with a French sentence; its params hold `line`
    and `column` when they are known, and `columns` where a person may say what they are.
    """
    try:
        return _read(content, today, uses)
    except PortalError:
        raise
    except Exception as error:  # any exception of a parser means a faulty file
        raise Unreadable(
            N_(
                "Le fichier « {name} » est abîmé et ne peut pas être lu. Refaites l’export et"
                " déposez-le à nouveau."
            ),
            name=quoted_value(name),
        ) from error


def _read(content: bytes, today: date | None, uses: Uses) -> ReadingsFile:
    sniff.refuse_known(content)
    if content.startswith(b"PK"):
        return read_book(content, today, uses)
    text = sniff.text_of(content)
    start = text.lstrip()[:1]
    if start == "<":
        refuse_other_energies(text)
        sniff.refuse_markup(text)
    return _read_json(text, today) if start in {"{", "["} else read_csv(text, today, uses)


def _read_json(text: str, today: date | None) -> ReadingsFile:
    documents = jsontext.objects(text)
    line, first = next(documents)
    if is_adict(first):
        return read_adict(chain([(line, first)], documents), today)
    for extra_line, _extra in documents:
        raise Unreadable(
            N_("Ligne {line} : il y a autre chose après la fin du JSON. Refaites l’export."),
            line=extra_line,
        )
    return read_web(text, first, today)
