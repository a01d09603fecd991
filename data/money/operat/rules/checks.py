"""Check the OPERAT site of a PCE."""

import re

from core.errors import Invalid
from core.i18n import N_
from data.metering.pces.rules import storable

LONGEST = 80
LONGEST_NUMBER = 12  # digits
FIRST_REFERENCE, LAST_REFERENCE = 2010, 2019  # domain.md §8.2
MOST_DEGREE_DAYS = 9000
WH = 1000  # in a kWh
_BLANKS = re.compile(r"[\s\u00a0\u202f]+")
_SIREN, _SIRET = 9, 14
_QUOTED = 40


def words_in(text: str) -> str:
    """Return a reference or a name on one line; may be empty. Raise Invalid if too long."""
    line = " ".join(storable(text).split())
    if len(line) > LONGEST:
        raise Invalid(
            N_("Ce texte a {count} signes : {most} au plus."), count=len(line), most=LONGEST
        )
    return line


def reference_year_in(text: str) -> int | None:
    """Return a reference year of the decree; None when empty. Raise Invalid."""
    year = _whole_number(text)
    if year is not None and not FIRST_REFERENCE <= year <= LAST_REFERENCE:
        raise Invalid(
            N_("L’année de référence est l’une de celles de {first} à {last}."),
            first=FIRST_REFERENCE,
            last=LAST_REFERENCE,
        )
    return year


def reference_kwh_in(text: str) -> int | None:
    """Return an energy typed in kWh, in Wh; None when empty. Raise Invalid."""
    kwh = _whole_number(text)
    if kwh == 0:
        raise Invalid(N_("Indiquez les kWh de l’année de référence, ou laissez vide."))
    return None if kwh is None else kwh * WH


def degree_days_in(text: str) -> int | None:
    """Return degree days of a year; None when empty. Raise Invalid."""
    degree_days = _whole_number(text)
    if degree_days is not None and not 0 < degree_days <= MOST_DEGREE_DAYS:
        raise Invalid(N_("Les DJU d’une année vont de 1 à {most}."), most=MOST_DEGREE_DAYS)
    return degree_days


def _whole_number(text: str) -> int | None:
    digits = _BLANKS.sub("", text)
    if not digits:
        return None
    if not (digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_NUMBER):
        raise Invalid(N_("« {found} » n’est pas un nombre entier."), found=text.strip()[:_QUOTED])
    return int(digits)


def siren_in(text: str) -> str:
    """Return a valid SIREN, or "" when empty. Raise Invalid."""
    return _identifier(text, _SIREN, N_("« {found} » n’est pas un SIREN : neuf chiffres."))


def siret_in(text: str, siren: str) -> str:
    """Return a valid SIRET, or "" when empty; it must begin with `siren` if given.

    Raise Invalid.
    """
    siret = _identifier(text, _SIRET, N_("« {found} » n’est pas un SIRET : quatorze chiffres."))
    if siret and siren and not siret.startswith(siren):
        raise Invalid(N_("Ce SIRET ne commence pas par le SIREN de la ligne."))
    return siret


def _identifier(text: str, length: int, message: str) -> str:
    digits = _BLANKS.sub("", text)
    if not digits:
        return ""
    if not (digits.isascii() and digits.isdigit() and len(digits) == length):
        raise Invalid(message, found=text.strip()[:_QUOTED])
    return digits
