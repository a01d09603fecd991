"""Find a bill of gas in the fields of EN 16931, which know neither meters nor delivery points.

Suppliers write the delivery point as the invoiced object (BT-18, BT-128), as the place of delivery
(BT-71), as an attribute of a line (BG-32) or in a note; the indexes and the coefficient as
attributes. The kWh stand on the line of the gas, and again on those of the taxes and of the
network, which are told apart by their names.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from data.metering.pces.rules import folded, is_number
from data.money.bills.types import EInvoice, Nature

CREDITS = frozenset({"261", "262", "296", "308", "381", "396", "420", "458", "502", "503", "532"})
_KWH = {"KWH": 1, "MWH": 1000, "GWH": 1_000_000}  # of UN/ECE Recommendation 20
_FEES = re.compile(
    r"\b(accise|ticgn|ticfe|tcfe|cta|taxe?s?|contribution|tva|vat|acheminement|atrd|atrt|transport"
    r"|distribution|reseau|stockage|cee|certificats?|abonnement|terme fixe|levy|network|grid)\b"
)
_PCE_WORD = re.compile(r"pce", re.IGNORECASE)
_IN_TEXT = re.compile(r"\bPCE\D{0,20}?((?:\d ?){14}|GI ?\d{6})(?!\d)", re.IGNORECASE)
_LARGEST = Decimal(10) ** 12
Fields = Mapping[str, Any]
Line = Mapping[str, Any]


def bill_of(fields: Fields) -> EInvoice:
    """Return the bill in the fields; what is not there, or not clear, stays empty."""
    lines: Sequence[Line] = fields.get("BG-25") or []
    gas = list(gas_lines(lines))
    first, last = period_of(fields, gas or lines)
    sign = -1 if str(fields.get("BT-3")) in CREDITS else 1
    marks = [*attributes_of(lines)]
    return EInvoice(
        pces=tuple(dict.fromkeys(pces_in(fields, lines, marks))),
        number=str(fields.get("BT-1") or ""),
        nature=nature_of(marks),
        first=first,
        last=last,
        energy_wh=_signed(energy_wh(gas), sign),
        start_dm3=_mark(
            marks, 1000, "index", ("debut", "ancien", "precedent", "start", "previous")
        ),
        end_dm3=_mark(
            marks, 1000, "index", ("fin", "nouvel", "nouveau", "actuel", "end", "current")
        ),
        coefficient_e4=_mark(marks, 10_000, "", ("coefficient", "conversion factor")),
        cents=_signed(cents_of(fields), sign),
    )


def gas_lines(lines: Sequence[Line]) -> Iterator[Line]:
    """Yield the lines of energy that are no tax and no fee."""
    for line in lines:
        if str(line.get("BT-130")) in _KWH and not _FEES.search(folded(_name(line))):
            yield line


def energy_wh(gas: Sequence[Line]) -> int | None:
    """Return the energy of the lines; two that say the same of the same days count once."""
    amounts = {}
    for line in gas:
        kwh = _decimal(line.get("BT-129"))
        if kwh is None:
            return None
        wh = int((kwh * _KWH[str(line["BT-130"])] * 1000).to_integral_value())
        amounts[line.get("BT-134"), line.get("BT-135"), wh] = wh
    return sum(amounts.values()) if amounts else None


def cents_of(fields: Fields) -> int | None:
    """Return the total with VAT, in euros; None in another currency."""
    total = _decimal(fields.get("BT-112"))
    if total is None or fields.get("BT-5") != "EUR":
        return None
    return int((total * 100).to_integral_value())


def period_of(fields: Fields, lines: Sequence[Line]) -> tuple[date | None, date | None]:
    """Return the billed days: those of the invoice, else of its lines from first to last."""
    firsts = [fields.get("BT-73")] if fields.get("BT-73") else [x.get("BT-134") for x in lines]
    lasts = [fields.get("BT-74")] if fields.get("BT-74") else [x.get("BT-135") for x in lines]
    first_days = [date.fromisoformat(text) for text in firsts if isinstance(text, str)]
    last_days = [date.fromisoformat(text) for text in lasts if isinstance(text, str)]
    return min(first_days, default=None), max(last_days, default=None)


def pces_in(
    fields: Fields, lines: Sequence[Line], marks: Sequence[tuple[str, str]]
) -> Iterator[str]:
    """Yield what may be a PCE, the surest first. A SIRET has 14 digits too, so parties are left."""
    delivery = fields.get("BG-13") or {}
    places = {k: v for k, v in (delivery.get("identifiers") or {}).items() if k not in _SIRET}
    for values in (fields.get("BT-18"), *(line.get("BT-128") for line in lines), places):
        yield from _numbers(str(value) for value in (values or {}).values())
    yield from _numbers(value for name, value in marks if _PCE_WORD.search(name))
    for text in _texts(fields, lines):
        yield from _numbers(_IN_TEXT.findall(text))


_SIRET = ("0009", "0002")  # of ISO 6523


def _numbers(values: Iterator[str] | Sequence[str]) -> Iterator[str]:
    for value in values:
        number = re.sub(r"(?i)^\s*pce|[\s:°]", "", value).upper()
        if is_number(number):
            yield number


def _texts(fields: Fields, lines: Sequence[Line]) -> Iterator[str]:
    for note in fields.get("BG-1") or []:
        yield str(note.get("BT-22") or "")
    for line in lines:
        yield _name(line)
        for note in line.get("BT-127-00") or []:
            yield str(note.get("BT-127") or "")


def attributes_of(lines: Sequence[Line]) -> Iterator[tuple[str, str]]:
    """Yield the attributes of the lines: name without accents, and value."""
    for line in lines:
        for attribute in line.get("BG-32") or []:
            yield folded(str(attribute.get("BT-160") or "")), str(attribute.get("BT-161") or "")


def nature_of(marks: Sequence[tuple[str, str]]) -> Nature:
    """Return whether an attribute about the index or the reading says that it is estimated."""
    guessed = any(
        re.search("index|releve|reading|nature", name) and folded(value).startswith("estim")
        for name, value in marks
    )
    return Nature.ESTIMATED if guessed else Nature.MEASURED


def _mark(
    marks: Sequence[tuple[str, str]], scale: int, needed: str, words: Sequence[str]
) -> int | None:
    """Return the only value of the attributes with one of `words`; None if there are several."""
    values = set()
    for name, text in marks:
        if needed in name and any(word in name for word in words):
            value = _decimal(re.sub(r"[^\d.,-]", "", text).replace(",", "."))
            if value is not None:
                values.add(int((value * scale).to_integral_value()))
    return values.pop() if len(values) == 1 else None


def _name(line: Line) -> str:
    return f"{line.get('BT-153') or ''} {line.get('BT-154') or ''}"


def _decimal(text: object) -> Decimal | None:
    try:
        value = Decimal(str(text))
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value) < _LARGEST else None


def _signed(value: int | None, sign: int) -> int | None:
    return None if value is None else sign * value
