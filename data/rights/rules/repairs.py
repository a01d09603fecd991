"""Normalise a cell, and propose a repair for spreadsheet or typing errors.

A valid cell returns its text. A cell that can be repaired without guessing returns its contents and
the proposal, without applying it. Any other is returned unchanged, for the checks to refuse.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from core.unicode_safety import plain_signs
from data.metering.pces.rules import digits_missing, folded, is_number, meant_by, normalised
from data.rights.rules.addresses import email_of
from data.rights.rules.adict import FALSE, FLAGS, ROLES, TRUE, role_of
from data.rights.types import Repair, RightRole


class Order(StrEnum):
    """Whether a date has its day or its month first."""

    DAY = "day"
    MONTH = "month"


RepairedLine = tuple[str, Repair | None, str]  # text, repair, proposal
_POWER = re.compile(r"(\d)[.,](\d+)[eE]\+?(\d+)")
_WHOLE = re.compile(r"(\d+)[.,]0+")
_LETTERS = str.maketrans({"O": "0", "o": "0", "I": "1", "l": "1"})
_QUOTED = re.compile(r'="([^"]*)"')
_POSTAL = re.compile(r"\d{5}", re.ASCII)
_ADDRESS = re.compile(r"<([^<>]+)>")
_PHONE_MARKS = re.compile(r"[\s.\-/()]+")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?", re.ASCII)
_FRENCH = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})(?: 00:00(?::00)?)?", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?: 00:00(?::00)?)?", re.ASCII)
_SHORT = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{2})", re.ASCII)
_WORDS = re.compile(r"(?:[a-z]+\.? )?(\d{1,2})(?:er)? ([a-z]+)\.? (\d{4})", re.ASCII)
_COMPACT = re.compile(r"(20\d{2})(\d{2})(\d{2})", re.ASCII)
_SERIAL = re.compile(r"[34567]\d{4}", re.ASCII)
_MONTHS = ("jan", "fev", "mar", "avr", "mai", "juin", "juil", "aou", "sep", "oct", "nov", "dec")
_EPOCH = date(1899, 12, 30)
_YES = frozenset({"oui", "vrai", "1", "x", "true"})
_NO = frozenset({"non", "faux", "0", "false"})
_ALSO_YES = frozenset({"o", "y", "yes", "ok", "ouii", "✓", "✔", "☑", "v", "xx"})
_ALSO_NO = frozenset({"n", "no", "ko", "-", "–", "✗", "☐", "sans", "neant", "aucun", "aucune"})


def repair_value(field: str, text: str) -> RepairedLine:
    """Return what the text of a cell of `field` means."""
    if text.startswith("="):
        quoted = _QUOTED.fullmatch(text)
        return (text, Repair.FORMULA, quoted[1]) if quoted else (text, None, "")
    reader = READERS.get(field)
    if reader is None:
        return text, None, ""
    plain = plain_signs(text)
    value, repair, proposed = reader(plain)
    if plain == text:
        return value, repair, proposed
    return text, repair or Repair.UNSEEN, proposed if repair else value


def _pce(text: str) -> RepairedLine:
    number = normalised(text)
    if not text or is_number(number):
        return text, None, ""
    if digits_missing(number) == 1:
        return text, Repair.PCE_ZERO, "0" + number
    power = _POWER.fullmatch(number)
    if power:
        is_exact = len(power[2]) == int(power[3])  # otherwise digits are lost for good
        pce_number = meant_by(power[1] + power[2]) if is_exact else ""
        return (text, Repair.PCE_POWER, pce_number) if pce_number else (text, None, "")
    pce_number = meant_by(text)
    return (text, Repair.PCE_SIGNS, pce_number) if pce_number else (text, None, "")


def _postal(text: str) -> RepairedLine:
    if not text or _POSTAL.fullmatch(text):
        return text, None, ""
    match = _WHOLE.fullmatch(text)
    bare = match[1] if match else re.sub(r"[\s.\-'’\"]", "", text)
    if bare.isascii() and bare.isdigit() and len(bare) == 4:  # noqa: PLR2004
        return text, Repair.POSTAL_ZERO, "0" + bare
    head = re.match(r"(?:F-?)?\s*(\d{5})(?!\d)", text)
    code = bare.translate(_LETTERS)
    if not (_POSTAL.fullmatch(code) or head):
        return text, None, ""
    return text, Repair.POSTAL_SIGNS, code if _POSTAL.fullmatch(code) or not head else head[1]


def _email(text: str) -> RepairedLine:
    if not text or email_of(text):
        return text, None, ""
    inside = _ADDRESS.search(text)
    bare = inside[1] if inside else text
    bare = re.sub(r"^mailto:", "", bare.strip(), flags=re.IGNORECASE)
    bare = re.sub(
        r"\s*(?:\(at\)|\[at\]|\(a\)|\(arobase\)|\s@\s|@@)\s*", "@", bare, flags=re.IGNORECASE
    )
    bare = re.sub(r"\s+", "", bare).strip(".,;:<>\"'").replace(",", ".").replace("..", ".").lower()
    return (text, Repair.EMAIL, bare) if email_of(bare) else (text, None, "")


def _phone(text: str) -> RepairedLine:
    bare = _PHONE_MARKS.sub("", text)
    if not text or re.fullmatch(r"0[67]\d{8}", bare):
        return text, None, ""
    match = _WHOLE.fullmatch(text)
    bare = re.sub(r"^(?:\+33|0033)0?", "0", match[1] if match else bare)
    phone = "0" + bare if re.fullmatch(r"[67]\d{8}", bare) else bare
    return (text, Repair.PHONE, phone) if re.fullmatch(r"0[67]\d{8}", phone) else (text, None, "")


def _role(text: str) -> RepairedLine:
    if not text or role_of(text):
        return text, None, ""
    folded_text = folded(text.replace("_", " "))
    holder, allowed = (
        "detent" in folded_text or "titulaire" in folded_text,
        "autoris" in folded_text,
    )
    if holder == allowed:
        return text, None, ""
    injects = "inject" in folded_text
    if holder:
        role = RightRole.HOLDER_INJECTION if injects else RightRole.HOLDER_SUPPLY
    else:
        role = RightRole.AUTHORISED_INJECTION if injects else RightRole.AUTHORISED_SUPPLY
    return text, Repair.ROLE, ROLES[role]


def _flag(text: str) -> RepairedLine:
    folded_text = folded(text)
    if not folded_text:
        return "", None, ""
    if folded_text in _YES or folded_text in _NO:
        return TRUE if folded_text in _YES else FALSE, None, ""
    match = _WHOLE.fullmatch(folded_text)
    if match and match[1] in {"0", "1"}:
        return text, Repair.FLAG_WORD, TRUE if match[1] == "1" else FALSE
    if folded_text in _ALSO_YES or folded_text in _ALSO_NO:
        return text, Repair.FLAG_WORD, TRUE if folded_text in _ALSO_YES else FALSE
    return text, None, ""


def _date(text: str) -> RepairedLine:
    if not text:
        return "", None, ""
    iso, french = _ISO.fullmatch(text), _FRENCH.fullmatch(text)
    if iso:
        return _day(iso[1], iso[2], iso[3]) or text, None, ""
    if french:
        day_first, other = both_ways(text)
        wrong = other and not day_first
        return (text, Repair.DATE_ORDER, other) if wrong else (day_first or text, None, "")
    return _other_date(text)


def both_ways(text: str) -> tuple[str, str]:
    """Return the ISO dates of a numeric date read day first and month first; "" if invalid."""
    match = _FRENCH.fullmatch(text) or _SHORT.fullmatch(text)
    if match is None:
        return "", ""
    year = match[3] if len(match[3]) > 2 else "20" + match[3]  # noqa: PLR2004
    return _day(year, match[2], match[1]), _day(year, match[1], match[2])


def order_of(text: str) -> Order | None:
    """Return the order that a numeric date proves, None when it is ambiguous."""
    day_first, month_first = both_ways(plain_signs(text))
    if bool(day_first) == bool(month_first):
        return None
    return Order.DAY if day_first else Order.MONTH


@lru_cache(maxsize=4096)
def with_month_first(text: str) -> str:
    """Return an ambiguous date read month first, "" for any other."""
    day_first, month_first = both_ways(plain_signs(text))
    return month_first if day_first and day_first != month_first else ""


def _other_date(text: str) -> RepairedLine:
    match = _WHOLE.fullmatch(text)
    if match:
        _, repair, date_text = _other_date(match[1])
        return text, repair, date_text
    short, compact = _SHORT.fullmatch(text), _COMPACT.fullmatch(text)
    words, year_first = _WORDS.fullmatch(folded(text)), _YEAR_FIRST.fullmatch(text)
    date_text, repair = "", Repair.DATE_WORDS
    if short:
        date_text, other = both_ways(text)
        date_text, repair = (
            (date_text, Repair.DATE_YEAR) if date_text else (other, Repair.DATE_ORDER)
        )
    elif year_first:
        date_text, repair = _day(year_first[1], year_first[2], year_first[3]), Repair.DATE_MARKS
    elif compact:
        date_text = _day(compact[1], compact[2], compact[3])
    elif words:
        month = next((n for n, name in enumerate(_MONTHS, 1) if words[2].startswith(name)), 0)
        date_text = _day(words[3], str(month), words[1])
    elif _SERIAL.fullmatch(text):
        date_text, repair = (_EPOCH + timedelta(days=int(text))).isoformat(), Repair.DATE_SERIAL
    return (text, repair, date_text) if date_text else (text, None, "")


def _day(year: str, month: str, day: str) -> str:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""


READERS: Mapping[str, Callable[[str], RepairedLine]] = {
    "id_pce": _pce,
    "code_postal": _postal,
    "courriel_titulaire": _email,
    "numero_telephone_mobile_titulaire": _phone,
    "role_tiers": _role,
    **dict.fromkeys(FLAGS.values(), _flag),
    **dict.fromkeys(
        (
            *("date_debut_droit_acces", "date_fin_droit_acces", "date_consentement"),
            *("perim_donnees_conso_debut", "perim_donnees_conso_fin"),
            *("perim_donnees_inj_debut", "perim_donnees_inj_fin"),
        ),
        _date,
    ),
}
