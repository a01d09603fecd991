"""How many pieces go together, how large each may be, and how it is named."""

from collections.abc import Sequence
from dataclasses import replace

from data.controls.types import NewPiece
from data.errors import Conflict, Invalid
from i18n import N_

MOST_PIECES = 3
MOST_OCTETS = 4 * 1024 * 1024  # of a piece (ADICT: 4 Mo)
MOST_NAME = 200


def checked_pieces(pieces: Sequence[NewPiece], *, least: int = 1) -> tuple[NewPiece, ...]:
    """The pieces with names that fit; Conflict when there are too few or too many (domain §3.2).

    What each holds was checked before: only what was stored comes here.
    """
    if not least <= len(pieces) <= MOST_PIECES:
        raise Conflict(
            N_("Joignez de {least} à {most} fichiers à la fois."), least=least, most=MOST_PIECES
        )
    return tuple(replace(piece, name=_name_of(piece.name)) for piece in pieces)


def _name_of(name: str) -> str:
    """Its last part, what is seen of it, its end when it is long; Invalid when nothing is left."""
    shown = "".join(
        sign for sign in name.replace("\\", "/").rpartition("/")[2] if sign.isprintable()
    )
    shown = shown.strip()[-MOST_NAME:]
    if not shown.strip("."):
        raise Invalid(N_("Ce fichier n’a pas de nom."))
    return shown
