"""Check a price component, and its conflicts with others."""

import re
from collections.abc import Iterable, Mapping
from datetime import date

from core.errors import Invalid
from core.i18n import N_, short_day
from data.metering.pces.rules import folded, storable
from data.metering.prices.rules.costs import key_of
from data.metering.prices.types import (
    EVERY,
    MILLION,
    NANO,
    Component,
    PriceDraft,
    PriceKind,
    PriceUnit,
)

LONGEST_NAME = 80
EARLIEST = date(2000, 1, 1)
_ENERGY = (PriceUnit.EUR_MWH, PriceUnit.EUR_KWH, PriceUnit.CENT_KWH, PriceUnit.EUR_M3)
_PERCENT = (PriceUnit.PERCENT,)
UNITS: Mapping[PriceKind, tuple[PriceUnit, ...]] = {
    PriceKind.VARIABLE: _ENERGY,
    PriceKind.FIXED: (PriceUnit.EUR_MONTH, PriceUnit.EUR_YEAR),
    PriceKind.TAX: _ENERGY,
    PriceKind.RATE: _PERCENT,
    PriceKind.RATE_VARIABLE: _PERCENT,
    PriceKind.RATE_FIXED: _PERCENT,
}
# Stored amount of one of each unit.
SCALE: Mapping[PriceUnit, int] = {
    PriceUnit.EUR_MWH: NANO // 1000,
    PriceUnit.EUR_KWH: NANO,
    PriceUnit.CENT_KWH: NANO // 100,
    PriceUnit.EUR_M3: NANO,
    PriceUnit.EUR_MONTH: NANO,
    PriceUnit.EUR_YEAR: NANO,
    PriceUnit.PERCENT: MILLION // 100,
}
# Largest plausible amount, in the unit itself; more is a wrong unit.
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
}  # stored decimals
# Words, without final s, that the name of a negative amount must contain.
_DISCOUNTS = {"remise", "rabai", "ristourne", "reduction", "avoir", "discount", "rebate"}
_AMOUNT = re.compile(r"([-−]?)(\d{1,40})(?:[.,](\d{1,40}))?", re.ASCII)
_BLANKS = re.compile(r"[\s\u00a0\u202f]+")
_QUOTED = 40  # characters of the input quoted in a message


def name_in(text: str) -> str:
    """Return the name of a component. Raise Invalid when it is empty or too long."""
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
    """Raise Invalid for a negative `amount` whose `name` does not say it is a discount."""
    words = re.findall(r"[a-z]+", folded(name))
    if amount < 0 and not any(word.rstrip("s") in _DISCOUNTS for word in words):
        raise Invalid(
            N_(
                "Un montant négatif est une remise : indiquez-le dans son nom (« Remise »,"
                " « Rabais » ou « Avoir »), ou retirez le signe."
            )
        )


def amount_in(text: str, unit: PriceUnit) -> int:
    """Return the stored integer of an amount typed in `unit`, exactly. Raise Invalid."""
    bare = _BLANKS.sub("", text).removesuffix("€").removesuffix("%")
    if not bare:
        raise Invalid(N_("Indiquez un montant : un nombre, comme 45,123."))
    match = _AMOUNT.fullmatch(bare)
    if not match:
        raise Invalid(
            N_("« {found} » n’est pas un montant : un nombre, comme 45,123."),
            found=text.strip()[:_QUOTED],
        )
    sign, integer_part, decimals = (
        match.group(1),
        match.group(2),
        (match.group(3) or "").rstrip("0"),
    )
    if len(decimals) > DECIMALS[unit]:
        raise Invalid(
            N_("{found} a {count} décimales : {most} au plus dans cette unité."),
            found=bare[:_QUOTED],
            count=len(decimals),
            most=DECIMALS[unit],
        )
    amount = int(integer_part) * SCALE[unit] + int(decimals.ljust(DECIMALS[unit], "0") or 0)
    if amount > MOST[unit] * SCALE[unit] or (sign and unit is PriceUnit.PERCENT):
        raise Invalid(
            N_(
                "{found} est hors des bornes dans cette unité : {most} au plus. L’unité est-elle"
                " la bonne ?"
            ),
            found=bare[:_QUOTED],
            most=MOST[unit],
        )  # fmt: skip
    return -amount if sign else amount


def amount_text(amount: int, unit: PriceUnit, comma: str = ",") -> str:
    """Return the amount as text, such as `45,123`, which `amount_in` reads back."""
    integer_part, rest = divmod(abs(amount), SCALE[unit])
    decimals = str(rest).rjust(DECIMALS[unit], "0").rstrip("0")
    return f"{'-' if amount < 0 else ''}{integer_part}{comma if decimals else ''}{decimals}"


def check_unit(kind: PriceKind, unit: PriceUnit) -> None:
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


def overlaps(draft: PriceDraft, other: PriceDraft) -> bool:
    """Return whether both set the price of the same name and PCEs on a common day."""
    return key_of(draft) == key_of(other) and draft.target == other.target and _meet(draft, other)


def additive_with(draft: PriceDraft, others: Iterable[Component]) -> tuple[PriceDraft, ...]:
    """Return those of `others` that add up with `draft` to the gas price on a common day.

    They have another name and the same target, or one of both targets is all PCEs.
    """
    return tuple(
        component.draft
        for component in others
        if draft.kind is PriceKind.VARIABLE is component.draft.kind
        and key_of(component.draft) != key_of(draft)
        and (
            component.draft.target == draft.target
            or EVERY in {component.draft.target, draft.target}
        )
        and _meet(draft, component.draft)
    )


def _meet(draft: PriceDraft, other: PriceDraft) -> bool:
    return (other.last is None or draft.first <= other.last) and (
        draft.last is None or other.first <= draft.last
    )


def check_alone(draft: PriceDraft, others: Iterable[Component]) -> None:
    """Raise Invalid with the component that overlaps `draft`."""
    for other in others:
        other_draft = other.draft
        if not overlaps(draft, other_draft):
            continue
        params = {"name": other_draft.name, "first": short_day(other_draft.first)}
        if other_draft.last is None:
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
            last=short_day(other_draft.last),
        )
