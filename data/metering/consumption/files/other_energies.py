"""Recognise files of other energies, to name them when they are refused."""

import re
from unicodedata import combining, normalize

from core.errors import Unreadable
from core.i18n import N_

_HEAD = 4000  # characters that are enough to recognise a file
_ELECTRICITY = re.compile(
    r"\benedis\b|\blinky\b|identifiant prm|\bid_?prm\b|\bpoint prm\b|usage_point_id|meter_reading"
    r"|\bprm\b[;,\t]|energie active|puissance (?:atteinte|max)|\beas [fd]\d"
    r"|<r(?:4|50|63|64|65|151|171)\w*[ >]|^\"?horodate\"? ?[;,\t] ?\"?valeur"
)
_WATER = re.compile(
    r"\b(?:veolia|suez|saur|eau de paris|toutsurmoneau)\b|\beau\b|\bd'eau\b|\bd’eau\b"
    r"|\((?:litres?|l)\)"
)
_SAID_ELECTRICITY = N_(
    "Ce fichier vient d’Enedis : il compte de l’électricité. Le portail lit des relevés de gaz :"
    " déposez l’export de l’Espace Client gaz."
)
_SAID_WATER = N_(
    "Ce fichier compte de l’eau. Le portail lit des relevés de gaz : déposez l’export de l’Espace"
    " Client gaz."
)


def refuse_other_energies(head: str) -> None:
    """Raise Unreadable when `head`, the start of a file, is about electricity or water."""
    signs = normalize("NFKD", head[:_HEAD].lstrip("\ufeff \n"))
    text = "".join(sign for sign in signs if not combining(sign)).lower()
    for pattern, sentence in ((_ELECTRICITY, _SAID_ELECTRICITY), (_WATER, _SAID_WATER)):
        if pattern.search(text):
            raise Unreadable(sentence)
