"""What a PCE number is (domain.md §1.1)."""

import re

from data.errors import Invalid
from i18n import N_

_NUMBER = re.compile(r"\d{14}|GI\d{6}")
_SPACES = re.compile(r"[\s\u00a0\u202f.\-]+")


def normalised(text: str) -> str:
    """Spaces out, upper case; nothing else changes: a lost zero is never put back silently."""
    return _SPACES.sub("", text).upper()


def number_of(text: str) -> str:
    """The PCE number in *text*; raises Invalid with what was found and what to do."""
    number = normalised(text)
    if _NUMBER.fullmatch(number) and number.isascii():
        return number
    if number.isascii() and number.isdigit() and len(number) == 13:  # noqa: PLR2004
        raise Invalid(
            N_("« {found} » a 13 chiffres, un PCE en a 14 : est-ce {proposed} ?"),
            found=number,
            proposed="0" + number,
        )
    raise Invalid(
        N_("« {found} » n’est pas un PCE : il faut 14 chiffres, ou GI suivi de 6 chiffres."),
        found=text.strip()[:40],
    )


def is_number(text: str) -> bool:
    return bool(_NUMBER.fullmatch(text)) and text.isascii()


def search_key(text: str) -> str:
    """What a person typed, ready to be looked for in numbers: no spaces, no leading zeros."""
    return normalised(text).lstrip("0")
