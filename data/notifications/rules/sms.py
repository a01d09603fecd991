"""Rules of SMS: mobile numbers, codes that confirm them, and texts of 160 characters."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.errors import Invalid
from core.i18n import N_

NUMBER_MARK = "{number}"  # in the operator's address: where the number goes
LONGEST = 160
DIGITS = 6
LASTS = timedelta(minutes=15)
TRIES = 5  # of one code
MOST_CODES = 5  # of a person in a day
MOST_CODES_TOGETHER = 20  # of an organisation in a day
_FRENCH = re.compile(r"0[67]\d{8}")
_ABROAD = re.compile(r"[1-9]\d{7,14}")
_SEPARATORS = re.compile(r"[\s.\-()]+")
_QUOTES = re.compile(r"«\s*|\s*»")
# Of the alphabet of SMS: any other sign halves the room, and is written otherwise.
_ALPHABET = frozenset(
    "@£$¥èéùìòÇØøÅå_ÆæßÉ !\"#%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà\n"
)
_PLAIN = str.maketrans(
    {"’": "'", "–": "-", "—": "-", "−": "-", "…": "...", "œ": "oe", "€": "EUR",
     "[": "(", "]": ")", "\u00a0": " ", "\u202f": " "}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SmsCode:
    """A code sent to a number, its end and the tries that remain."""

    code: str
    expires_at: datetime
    tries: int = TRIES

    @property
    def text(self) -> str:
        """Return what is sealed in the channel."""
        return f"{self.code} {self.expires_at.isoformat()} {self.tries}"


def read_code(text: str) -> SmsCode | None:
    """Return the code that `SmsCode.text` wrote; None without any."""
    match text.split():
        case [code, expires_at, tries]:
            return SmsCode(code, datetime.fromisoformat(expires_at), int(tries))
    return None


def mobile_in(text: str) -> str:
    """Return the digits of a mobile number with its country, as `33612345678`. Raise Invalid."""
    digits = _SEPARATORS.sub("", text)
    if digits.isascii() and _FRENCH.fullmatch(digits):
        return f"33{digits[1:]}"
    abroad = digits.removeprefix("+").removeprefix("00") if digits[:1] in {"+", "0"} else ""
    if abroad and abroad.isascii() and digits.startswith(("+", "00")) and _ABROAD.fullmatch(abroad):
        return abroad
    raise Invalid(
        N_("Ce n’est pas un numéro de mobile : écrivez 06 12 34 56 78, ou +32 470 12 34 56.")
    )


def hidden_mobile(digits: str) -> str:
    """Return a masked number: `+33 •••• 78`."""
    return f"+{digits[:2]} •••• {digits[-2:]}"


def sms_text(text: str, address: str = "") -> str:
    """Return at most 160 signs of the alphabet of SMS, with `address` where it fits."""
    plain = " ".join(_in_alphabet(text).split())
    whole = f"{plain} {address}" if address else plain
    if len(whole) <= LONGEST:
        return whole
    return plain if len(plain) <= LONGEST else f"{plain[: LONGEST - 3].rstrip()}..."


def _in_alphabet(text: str) -> str:
    signs = []
    for sign in _QUOTES.sub('"', text).translate(_PLAIN):
        if sign in _ALPHABET:
            signs.append(sign)
            continue
        bare = unicodedata.normalize("NFKD", sign)
        signs.extend(part for part in bare if part in _ALPHABET)
    return "".join(signs)
