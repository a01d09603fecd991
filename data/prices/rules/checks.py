"""What a component may be, and which ones cannot stand together."""

import re
from collections.abc import Iterable, Mapping
from datetime import date

from data.errors import Invalid
from data.pces.rules import folded, storable
from data.prices.rules.costs import key_of
from data.prices.types import EVERY, MILLION, NANO, Component, Draft, Kind, PriceUnit
from i18n import N_, short_day

LONGEST_NAME = 80
EARLIEST = date(2000, 1, 1)
_ENERGY = (PriceUnit.EUR_MWH, PriceUnit.EUR_KWH, PriceUnit.CENT_KWH, PriceUnit.EUR_M3)
_PERCENT = (PriceUnit.PERCENT,)
UNITS: Mapping[Kind, tuple[PriceUnit, ...]] = {
    Kind.VARIABLE: _ENERGY,
    Kind.FIXED: (PriceUnit.EUR_MONTH, PriceUnit.EUR_YEAR),
    Kind.TAX: _ENERGY,
    Kind.RATE: _PERCENT,
    Kind.RATE_VARIABLE: _PERCENT,
    Kind.RATE_FIXED: _PERCENT,
}
# What one of each unit is in what is kept.
SCALE: Mapping[PriceUnit, int] = {
    PriceUnit.EUR_MWH: NANO // 1000,
    PriceUnit.EUR_KWH: NANO,
    PriceUnit.CENT_KWH: NANO // 100,
    PriceUnit.EUR_M3: NANO,
    PriceUnit.EUR_MONTH: NANO,
    PriceUnit.EUR_YEAR: NANO,
    PriceUnit.PERCENT: MILLION // 100,
}
# The most that makes sense, in the unit itself; more is a unit mistaken for another.
MOST: Mapping[PriceUnit, int] = {
    PriceUnit.EUR_MWH: 1000,
    PriceUnit.EUR_KWH: 1,
    PriceUnit.CENT_KWH: 100,
    PriceUnit.EUR_M3: 20,
    PriceUnit.EUR_MONTH: 1_000_000,
    PriceUnit.EUR_YEAR: 10_000_000,
    PriceUnit.PERCENT: 100,
}
DECIMALS: Mapping[PriceUnit, int] = {
    unit: len(str(scale)) - 1 for unit, scale in SCALE.items()
}  # that are kept
# What a negative amount must be called, less its s: a discount, not a sign too many.
_DISCOUNTS = {"remise", "rabai", "ristourne", "reduction", "avoir", "discount", "rebate"}
_AMOUNT = re.compile(r"([-−]?)(\d{1,9})(?:[.,](\d{1,12}))?", re.ASCII)
_BLANKS = re.compile(r"[\s\u00a0\u202f]+")
_QUOTED = 40  # signs of what was typed that a sentence quotes


def name_in(text: str) -> str:
    """The name of a component. Raises Invalid."""
    name = " ".join("".join(c for c in storable(text) if c.isprintable() or c == " ").split())
    if not name:
        raise Invalid(
            N_("Nommez ce prix : « Fourniture », « Abonnement » ou « Accise », par exemple.")
        )
    if len(name) > LONGEST_NAME:
        raise Invalid(
            N_("Ce nom a {count} signes : {most} au plus."), count=len(name), most=LONGEST_NAME
        )
    return name


def check_sign(name: str, amount: int) -> None:
    """A negative *amount* is a discount, and its *name* says so. Raises Invalid."""
    words = re.findall(r"[a-z]+", folded(name))
    if amount < 0 and not any(word.rstrip("s") in _DISCOUNTS for word in words):
        raise Invalid(
            N_(
                "Un montant négatif est une remise : indiquez-le dans son nom (« Remise »,"
                " « Rabais » ou « Avoir »), ou retirez le signe."
            )
        )


def amount_in(text: str, unit: PriceUnit) -> int:
    """What an amount typed in *unit* is kept as: exactly what was typed. Raises Invalid."""
    bare = _BLANKS.sub("", text).removesuffix("€").removesuffix("%")
    if not bare:
        raise Invalid(N_("Indiquez un montant : un nombre, comme 45,123."))
    found = _AMOUNT.fullmatch(bare)
    if not found:
        raise Invalid(
            N_("« {found} » n’est pas un montant : un nombre, comme 45,123."),
            found=text.strip()[:_QUOTED],
        )
    sign, whole, decimals = found.group(1), found.group(2), (found.group(3) or "").rstrip("0")
    if len(decimals) > DECIMALS[unit]:
        raise Invalid(
            N_("{found} a {count} décimales : {most} au plus dans cette unité."),
            found=bare[:_QUOTED],
            count=len(decimals),
            most=DECIMALS[unit],
        )
    kept = int(whole) * SCALE[unit] + int(decimals.ljust(DECIMALS[unit], "0") or 0)
    if kept > MOST[unit] * SCALE[unit] or (sign and unit is PriceUnit.PERCENT):
        raise Invalid(
            N_(
                "{found} est hors des bornes dans cette unité : {most} au plus. L’unité est-elle"
                " la bonne ?"
            ),
            found=bare[:_QUOTED],
            most=MOST[unit],
        )  # fmt: skip
    return -kept if sign else kept


def amount_text(amount: int, unit: PriceUnit, comma: str = ",") -> str:
    """`45,123`: what `amount_in` reads back as *amount*."""
    whole, rest = divmod(abs(amount), SCALE[unit])
    decimals = str(rest).rjust(DECIMALS[unit], "0").rstrip("0")
    return f"{'-' if amount < 0 else ''}{whole}{comma if decimals else ''}{decimals}"


def check_unit(kind: Kind, unit: PriceUnit) -> None:
    if unit not in UNITS[kind]:
        raise Invalid(
            N_("Cette unité ne convient pas à cette sorte de prix : choisissez-en une autre.")
        )


def check_dates(first: date, last: date | None) -> None:
    if first < EARLIEST:
        raise Invalid(
            N_("Le premier jour ne peut pas être avant le {day}."), day=short_day(EARLIEST)
        )
    if last is not None and last < first:
        raise Invalid(N_("Le dernier jour est avant le premier : inversez-les."))


def overlaps(one: Draft, other: Draft) -> bool:
    """Whether both say what the same PCE pay, under the same name, on a same day."""
    return key_of(one) == key_of(other) and one.target == other.target and _meet(one, other)


def adds_to(draft: Draft, others: Iterable[Component]) -> tuple[Draft, ...]:
    """Those of *others* that make a price of the gas together with *draft*, on a same day.

    By another name; for the same PCE, or all of them on one side.
    """
    return tuple(
        one.draft
        for one in others
        if draft.kind is Kind.VARIABLE is one.draft.kind
        and key_of(one.draft) != key_of(draft)
        and (one.draft.target == draft.target or EVERY in {one.draft.target, draft.target})
        and _meet(draft, one.draft)
    )


def _meet(one: Draft, other: Draft) -> bool:
    return (other.last is None or one.first <= other.last) and (
        one.last is None or other.first <= one.last
    )


def check_alone(draft: Draft, others: Iterable[Component]) -> None:
    """Raise Invalid with the one that already says what *draft* does on some day."""
    for other in others:
        found = other.draft
        if not overlaps(draft, found):
            continue
        params = {"name": found.name, "first": short_day(found.first)}
        if found.last is None:
            raise Invalid(
                N_(
                    "« {name} » existe déjà pour ces PCE depuis le {first}, sans fin : terminez-le"
                    " d’abord, ou changez les dates."
                ),
                **params,
            )
        raise Invalid(
            N_(
                "« {name} » existe déjà pour ces PCE du {first} au {last} : changez les dates, ou"
                " modifiez-le."
            ),
            **params,
            last=short_day(found.last),
        )
