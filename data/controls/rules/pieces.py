"""Limits on pieces: number, size, names and retention."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from core.errors import Conflict, Invalid
from core.i18n import N_
from data.controls.types import NewPiece

MOST_PIECES = 3
MOST_OCTETS = 4 * 1024 * 1024  # for a piece (ADICT: 4 MB)
MOST_NAME = 200
MOST_MESSAGES = 30  # by one side about a control in a day
_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # Unicode categories of invisible characters
_DEVICES = re.compile(r"(?:CON|PRN|AUX|NUL|(?:COM|LPT)[0-9¹²³])\s*(?:\.|\Z)", re.IGNORECASE)
_RESERVED = re.compile(r'[<>:"|?*]')  # by Windows


def checked_pieces(pieces: Sequence[NewPiece], *, least: int = 1) -> tuple[NewPiece, ...]:
    """Return the pieces with valid names; raise Conflict if too few or many (domain.md §3.2).

    Their contents were checked before being stored.
    """
    if not least <= len(pieces) <= MOST_PIECES:
        raise Conflict(
            N_("Joignez de {least} à {most} fichiers à la fois."), least=least, most=MOST_PIECES
        )
    return tuple(replace(piece, name=_name_of(piece.name)) for piece in pieces)


def _name_of(name: str) -> str:
    """Return the visible base name, truncated at the start; raise Invalid when nothing is left."""
    visible_name = shown_name(name.replace("\\", "/").rpartition("/")[2]).strip()[-MOST_NAME:]
    if not visible_name.strip("."):
        raise Invalid(N_("Ce fichier n’a pas de nom."))
    return visible_name


def shown_name(name: str) -> str:
    """Return a name valid on any system, without invisible characters."""
    visible_text = "".join(sign for sign in name if not is_unseen(sign))
    plain = _RESERVED.sub("-", visible_text)
    return f"_{plain}" if _DEVICES.match(plain) else plain


def is_unseen(sign: str) -> bool:
    return unicodedata.category(sign) in _UNSEEN


def check_room(stored_octets: int, more: int, megabytes: int) -> None:
    """Raise Conflict when `more` bytes exceed the organisation's storage limit."""
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
