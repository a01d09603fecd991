"""Labels of price components, and the parser of their form fields."""

from collections.abc import Mapping, Sequence
from datetime import date

from components.kit import Errors, FieldReader, Typed
from components.prices.target import TargetSentences, read_target, typed_target
from core.errors import Invalid
from core.i18n import N_, _, language
from data.metering.consumption.rules.view import day_in
from data.metering.prices.rules.checks import (
    UNITS,
    amount_in,
    amount_text,
    check_dates,
    check_sign,
    name_in,
)
from data.metering.prices.rules.plausibility import PriceDoubt, doubt_of
from data.metering.prices.types import PriceDraft, PriceKind, PriceUnit

TARGET = TargetSentences(
    no_tag=N_("Choisissez l’étiquette des PCE que ce prix concerne."),
    also_tag=N_(
        "Une étiquette est choisie, mais le prix est pour tous les PCE : changez « Pour », ou"
        " choisissez « aucune »."
    ),
    also_pce=N_(
        "Un PCE est saisi, mais le prix n’est pas pour lui seul : changez « Pour », ou videz ce"
        " numéro."
    ),
)
KINDS: Mapping[PriceKind, str] = {
    PriceKind.VARIABLE: N_("Prix du gaz"),
    PriceKind.FIXED: N_("Part fixe"),
    PriceKind.TAX: N_("Taxe"),
    PriceKind.RATE: N_("Taux sur tout"),
    PriceKind.RATE_VARIABLE: N_("Taux sur la part variable et ses taxes"),
    PriceKind.RATE_FIXED: N_("Taux sur la part fixe"),
}
UNIT_WORDS: Mapping[PriceUnit, str] = {
    PriceUnit.EUR_MWH: N_("€/MWh PCS"),
    PriceUnit.EUR_KWH: N_("€/kWh PCS"),
    PriceUnit.CENT_KWH: N_("c€/kWh PCS"),
    PriceUnit.EUR_M3: N_("€/m³"),
    PriceUnit.EUR_MONTH: N_("€ par mois"),
    PriceUnit.EUR_YEAR: N_("€ par an"),
    PriceUnit.PERCENT: N_("%"),
}
USUAL_NAMES = frozenset(
    {
        N_("Fourniture"),
        N_("Fourniture et acheminement"),
        N_("Abonnement"),
        N_("Accise"),
        N_("CTA"),
        N_("TVA"),
    }
)  # of prices, those of the form of a tariff included


def sorts() -> list[tuple[str, str]]:
    """Return the kinds of component, each with its unit, as options."""
    return [
        (sort_of(kind, unit), _("{kind}, en {unit}", kind=_(KINDS[kind]), unit=_(UNIT_WORDS[unit])))
        for kind, units in UNITS.items()
        for unit in units
    ]


def sort_of(kind: PriceKind, unit: PriceUnit) -> str:
    return f"{kind}:{unit}"


def amount_words(draft: PriceDraft) -> str:
    """Format an amount with its unit: `45,123 €/MWh PCS`."""
    return in_unit(draft.amount, draft.unit)


def in_unit(amount: int, unit: PriceUnit) -> str:
    text = amount_text(amount, unit, _comma()).replace("-", "−")
    return _("{amount} {unit}", amount=text, unit=_(UNIT_WORDS[unit]))


def _comma() -> str:
    return "," if language() == "fr" else "."


def question(doubt: PriceDoubt) -> str:
    """Return the question about an unlikely amount, shown below its field."""
    range_label = _(
        "{amount} : les montants usuels vont de {low} à {high}.",
        amount=in_unit(doubt.amount, doubt.unit),
        low=amount_text(doubt.low, doubt.unit, _comma()),
        high=in_unit(doubt.high, doubt.unit),
    )
    if doubt.likely_amount is None:
        return _("{said} Corrigez-le, ou gardez-le s’il est exact.", said=range_label)
    return _(
        "{said} Vouliez-vous dire {meant} ?",
        said=range_label,
        meant=suggestion_text(*doubt.likely_amount),
    )


def suggestion_text(amount: int, unit: PriceUnit) -> str:
    """Return `0,075 €/kWh PCS, soit 75 €/MWh PCS`."""
    amount_label = in_unit(amount, unit)
    if unit not in {PriceUnit.EUR_KWH, PriceUnit.CENT_KWH}:
        return amount_label
    return _("{said}, soit {mega}", said=amount_label, mega=in_unit(amount, PriceUnit.EUR_MWH))


def apply_suggestion(typed: Typed) -> Typed:
    """Return the values with the amount probably meant, if there is a suggestion."""
    draft, _errors = draft_of(typed)
    doubt = doubt_of(draft) if draft else None
    if draft is None or doubt is None or doubt.likely_amount is None:
        return typed
    amount, unit = doubt.likely_amount
    changed = {"sort": sort_of(draft.kind, unit), "amount": amount_text(amount, unit)}
    return {**typed, **changed}


def typed_of(draft: PriceDraft) -> Typed:
    """Return the field values of a component."""
    return {
        "name": draft.name,
        "sort": sort_of(draft.kind, draft.unit),
        "amount": amount_text(draft.amount, draft.unit),
        "first": draft.first.isoformat(),
        "last": draft.last.isoformat() if draft.last else "",
        **typed_target(draft.target),
    }


def draft_of(typed: Typed) -> tuple[PriceDraft | None, Errors]:
    """Return the price of the fields, or None with the errors by field."""
    reader = FieldReader(typed)
    sort = reader.read("sort", sort_in)
    name = reader.read("name", name_in)
    amount = reader.read("amount", lambda text: amount_in(text, sort[1])) if sort else None
    reader.read("amount", lambda _text: check_sign(name, amount) if name and amount else None)
    first = reader.read("first", first_in)
    last = typed_last(typed)
    reader.read("last", lambda _text: check_dates(first, last) if first else None)
    target, errors = read_target(reader, TARGET), reader.errors
    if errors or sort is None or name is None or amount is None or first is None or target is None:
        return None, errors
    return PriceDraft(name, *sort, amount, first, last, target), {}


def name_words(name: str) -> str:
    """Return the name of a price, in the reader's language when it is a usual one."""
    return _(name) if name in USUAL_NAMES else name


def added_words(others: Sequence[PriceDraft]) -> str | None:
    """Return which gas prices of `others`, on the same days, a new one adds to."""
    if not others:
        return None
    names = ", ".join(
        _("« {name} » ({amount})", name=name_words(draft.name), amount=amount_words(draft))
        for draft in others
    )
    return _(
        "Il s’ajoute à {names} sur les mêmes jours. S’il le remplace, terminez l’autre ou"
        " donnez-leur le même nom.",
        names=names,
    )


def sort_in(text: str) -> tuple[PriceKind, PriceUnit]:
    kind, _sep, unit = text.partition(":")
    if kind in set(PriceKind) and unit in {
        price_unit.value for price_unit in UNITS[PriceKind(kind)]
    }:
        return PriceKind(kind), PriceUnit(unit)
    raise Invalid(N_("Choisissez ce que c’est, et son unité."))


def first_in(text: str) -> date:
    day = day_in(text)
    if day is None:
        raise Invalid(N_("Indiquez le premier jour de ce prix."))
    return day


def typed_last(typed: Typed) -> date | None:
    return day_in(typed.get("last", ""))
