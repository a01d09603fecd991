"""Read the cells of sheets that name a PCE, or one word among others."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from core.errors import Invalid
from core.i18n import N_
from data.metering.pces.rules import folded, number_of
from data.runs.files.refusals import RefusedCell, quoted_value
from data.runs.files.rows import Cells, text_in

T = TypeVar("T")


def read_field(column: str, read: Callable[[], T]) -> T:
    """Return the result of `read`, adding `column` to its error."""
    try:
        return read()
    except Invalid as error:
        raise Invalid(error.message, **error.params, column=column) from None


def pce_in(cells: Cells, column: str) -> str:
    """Return the number of the PCE in a cell; raise RefusedCell, or Invalid with the column."""
    number = text_in(cells, column)
    if not number:
        raise RefusedCell(
            N_("Ligne {line}, colonne « {column} » : indiquez un PCE."), column=column
        )
    return read_field(column, lambda: number_of(number))


def word_in(cells: Cells, column: str, words: Mapping[T, str], usual: T | None = None) -> T:
    """Return which of `words` a cell has, whatever its accents; `usual` where it is empty."""
    text = text_in(cells, column)
    if not text and usual is not None:
        return usual
    bare = _bare(text)
    value = next((candidate for candidate, word in words.items() if _bare(word) == bare), None)
    if value is None:
        raise RefusedCell(
            N_("Ligne {line}, colonne « {column} » : « {found} » n’est pas l’un de : {known}."),
            column=column,
            found=quoted_value(text),
            known=", ".join(words.values()),
        )
    return value


def _bare(text: str) -> str:
    return folded(text).replace(" ", "")
