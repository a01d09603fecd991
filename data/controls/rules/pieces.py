"""Limits on pieces: number, size, names and retention."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from core.errors import Conflict, Invalid
from core.i18n import N_
from data.controls.types import NewPiece

MOST_PIECES = 3
MOST_OCTETS = 4 * 1024 * 1024  # of a piece (ADICT: 4 Mo)
MOST_NAME = 200
MOST_MESSAGES = 30  # that one side writes about a control in a day
_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # kinds of signs that are not shown
_DEVICES = re.compile(r"(?:CON|PRN|AUX|NUL|(?:COM|LPT)[0-9¹²³])\s*(?:\.|\Z)", re.IGNORECASE)
_RESERVED = re.compile(r'[<>:"|?*]')  # by Windows, where the file will be opened


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
    visible_name = shown_name(name.replace("\\", "/").rpartition("/")[2]).strip()[-MOST_NAME:]
    if not visible_name.strip("."):
        raise Invalid(N_("Ce fichier n’a pas de nom."))
    return visible_name


def shown_name(name: str) -> str:
    """A name without signs that nobody sees, which any machine may give to a file."""
    visible_text = "".join(sign for sign in name if not is_unseen(sign))
    plain = _RESERVED.sub("-", visible_text)
    return f"_{plain}" if _DEVICES.match(plain) else plain


def is_unseen(sign: str) -> bool:
    return unicodedata.category(sign) in _UNSEEN


def check_room(stored_octets: int, more: int, megabytes: int) -> None:
    """Conflict when *more* octets do not go with those *stored_octets* for an organisation."""
    room = megabytes * 1_000_000
    if more and stored_octets + more > room:
        raise Conflict(
            N_(
                "Les pièces gardées pour votre organisation occupent {used} Mo sur {most} Mo, il"
                " reste {left} Mo : envoyez un fichier plus léger, retirez les dépôts prêts qui ne"
                " serviront pas, ou demandez au distributeur d’augmenter cette limite."
            ),
            used=-(-stored_octets // 1_000_000),
            most=megabytes,
            left=max(0, room - stored_octets) // 1_000_000,
        )
