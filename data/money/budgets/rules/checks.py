"""Check a budget, and its conflicts with others."""

import re
from collections.abc import Iterable
from datetime import date

from core.errors import Conflict, Invalid
from core.i18n import N_, month_year
from data.metering.consumption.types import Unit
from data.metering.pces.rules import month_of
from data.money.budgets.types import BudgetDraft

UNITS = (Unit.KWH, Unit.EUR)
EARLIEST, LATEST = date(2015, 1, 1), date(2099, 1, 1)
LARGEST = 10**12  # thousandths: 1 TWh or a billion euros, more is a unit error
_AMOUNT = re.compile(r"([-\u2212])?(\d{1,40})(?:[.,](\d{1,3}))?", re.ASCII)
_BLANKS = re.compile(r"[\s\u00a0\u202f]+")
_MONTH = re.compile(r"(?:(\d{4})-(\d{2})(?:-01)?|(?:01/)?(\d{1,2})/(\d{4})|(\d{4}))", re.ASCII)
_QUOTED = 40  # characters of typed text quoted in a sentence


def amount_in(text: str) -> int:
    """Parse an amount to thousandths exactly; raise Invalid."""
    bare = _BLANKS.sub("", text)
    for unit in ("kWh", "€"):
        bare = bare.removesuffix(unit)
    match = _AMOUNT.fullmatch(bare)
    if not match:
        raise Invalid(
            N_("« {found} » n’est pas un budget : un nombre, comme 120 000."),
            found=text.strip()[:_QUOTED],
        )
    sign, integer_digits, decimals = match.groups()
    amount = int(integer_digits) * 1000 + int((decimals or "").ljust(3, "0"))
    check_amount(-amount if sign else amount)
    return amount


def amount_text(amount: int) -> str:
    """Return text such as `120000,5` that `amount_in` parses back."""
    integer_part, rest = divmod(amount, 1000)
    decimals = f"{rest:03d}".rstrip("0")
    return f"{integer_part},{decimals}" if decimals else str(integer_part)


def check_amount(amount: int) -> None:
    if amount <= 0:
        raise Invalid(N_("Un budget doit être supérieur à zéro."))
    if amount > LARGEST:
        raise Invalid(
            N_("Ce budget dépasse 1 TWh, ou un milliard d’euros : l’unité est-elle bonne ?")
        )


def month_in(text: str) -> date:
    """Parse `2026-01`, `01/2026`, `01/01/2026` or `2026` to a first of month; raise Invalid."""
    match = _MONTH.fullmatch(text.strip())
    if match:
        year = int(match.group(1) or match.group(4) or match.group(5))
        month = int(match.group(2) or match.group(3) or 1)
        if 1 <= month <= 12:  # noqa: PLR2004
            first = date(year, month, 1) if year else date.min
            check_month(first)
            return first
    raise Invalid(
        N_("« {found} » n’est pas un mois : écrivez 01/2026, ou 2026 pour l’année civile."),
        found=text.strip()[:_QUOTED],
    )


def check_month(first: date) -> None:
    if not EARLIEST <= first <= LATEST:
        raise Invalid(
            N_("Un budget commence entre {first} et {last}."),
            first=month_year(EARLIEST),
            last=month_year(LATEST),
        )


def last_month(first: date) -> date:
    return month_of(first, 11)


def overlaps(draft: BudgetDraft, other: BudgetDraft) -> bool:
    """Return whether both have the same target and a common month."""
    return (
        draft.target == other.target
        and draft.first <= last_month(other.first)
        and other.first <= last_month(draft.first)
    )


def check_alone(draft: BudgetDraft, others: Iterable[BudgetDraft]) -> None:
    """Raise Conflict when `others` has a budget with the same target and a common month."""
    conflict = next((other_draft for other_draft in others if overlaps(draft, other_draft)), None)
    if conflict is not None:
        raise Conflict(
            N_("Ces PCE ont déjà un budget de {first} à {last} : modifiez-le, ou changez le mois."),
            first=month_year(conflict.first),
            last=month_year(last_month(conflict.first)),
        )
