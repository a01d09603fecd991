"""Rules of SMS: mobile numbers, codes that confirm them, and texts of 160 characters."""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.errors import Invalid
from core.i18n import N_

NUMBER_MARK = "{number}"  # in the operator's address: where the number goes
LONGEST = 160
DIGITS = 6
LASTS = timedelta(minutes=15)
TRIES = 5  # of one code
MOST_CODES = 5  # of a person in a day, and to a number, whoever adds it
MOST_CODES_TOGETHER = 20  # of an organisation in a day
MOST_CODES_OF_ALL = 500  # of the portal in a day
_FRENCH = re.compile(r"0[67]\d{8}")
_FRENCH_ABROAD = re.compile(r"33[67]\d{8}")
_FRANCE = "33"
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


def mobile_in(text: str, countries: Sequence[str]) -> str:
    """Return the digits of a mobile number with its country, as `33612345678`.

    Raise Invalid, also for a number outside the dialling codes `countries`.
    """
    digits = _SEPARATORS.sub("", text)
    mobile = ""
    if digits.isascii() and _FRENCH.fullmatch(digits):
        mobile = f"{_FRANCE}{digits[1:]}"
    elif digits.isascii() and digits.startswith(("+", "00")):
        mobile = digits.removeprefix("+").removeprefix("00")
    pattern = _FRENCH_ABROAD if mobile.startswith(_FRANCE) else _ABROAD
    if not pattern.fullmatch(mobile):
        raise Invalid(
            N_("Ce n’est pas un numéro de mobile : écrivez 06 12 34 56 78, ou +262 692 12 34 56.")
        )
    if not mobile.startswith(tuple(countries)):
        raise Invalid(
            N_("Aucun SMS ne part vers ce pays. Indicatifs acceptés : {codes}."),
            codes=", ".join(f"+{code}" for code in countries),
        )
    return mobile


def mark_of_mobile(key: bytes, digits: str) -> str:
    """Return the keyed hash of a number: without the portal's key, it tells nothing of it."""
    return hmac.new(key, f"sms-number\0{digits}".encode(), hashlib.sha256).hexdigest()


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
