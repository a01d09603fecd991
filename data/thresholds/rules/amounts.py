"""Parse kWh typed in a field or a sheet to Wh, with a sentence for each doubt."""

import re
from collections.abc import Mapping
from decimal import Decimal

from core.i18n import N_

AMBIGUOUS = N_("« {found} » est ambigu : écrivez {whole} ou {decimal}.")
NO_NUMBER = N_(
    "«\u00a0{found}\u00a0» n’est pas un nombre de kWh\u00a0: écrivez-le 1234 ou 1\u00a0234,5."
)
# Spaces between thousands, then a comma or point; no exponents, no points between thousands.
_NUMBER = re.compile(
    r"[+-]?(?:\d{1,3}(?:[ \u00a0\u202f]\d{3}){1,5}|\d{1,15})(?:[.,]\d{1,15})?", re.ASCII
)
_DOUBTFUL = re.compile(r"[+-]?([1-9]\d{0,14})\.(\d{3})", re.ASCII)
_SPACES = re.compile(r"[ \u00a0\u202f]")
_SHOWN = 40


class Unclear(ValueError):
    """Raised for text that is no amount, or an ambiguous one; `message` is a French sentence."""

    def __init__(self, message: str, **params: str) -> None:
        super().__init__(message)
        self.message = message
        self.params: Mapping[str, str] = params


def wh_of(text: str) -> int:
    """Parse kWh to Wh, rounded half to even; raise Unclear."""
    typed = text.strip().replace("\u2212", "-")
    doubt = _DOUBTFUL.fullmatch(typed)
    if doubt:
        integer_part, rest = doubt.groups()
        raise Unclear(
            AMBIGUOUS, found=typed, whole=integer_part + rest, decimal=f"{integer_part},{rest}"
        )
    if not _NUMBER.fullmatch(typed):
        raise Unclear(NO_NUMBER, found=typed[:_SHOWN])
    exact = Decimal(_SPACES.sub("", typed).replace(",", "."))
    return int((exact * 1000).to_integral_value())
