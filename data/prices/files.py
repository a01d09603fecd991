"""Sheets of prices: a component a line, both ways; no database."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeVar

from data.db import NO_ID
from data.errors import Invalid
from data.pces.rules import folded, number_of
from data.prices.rules.checks import (
    amount_in,
    amount_text,
    check_dates,
    check_sign,
    check_unit,
    name_in,
)
from data.prices.rules.plausible import Doubt, doubt_of
from data.prices.types import Component, Draft, Kind, PriceUnit, Target
from data.runs.files.refused import Refused, shown
from data.runs.files.rows import Cells, day_in, number_in, read_rows, text_in
from data.runs.types import SheetTable
from i18n import N_

T = TypeVar("T")
NAME, KIND, AMOUNT, UNIT = "Nom", "Sorte", "Montant", "Unité"
FIRST, LAST, TAG, PCE, REFERENCE = "Du", "Au", "Étiquette", "PCE", "Référence"
CHECKED = "Montant vérifié"  # "oui": an unlikely amount is right
HEADER = (NAME, KIND, AMOUNT, UNIT, FIRST, LAST, TAG, PCE, REFERENCE, CHECKED)
NEEDED = (NAME, AMOUNT, UNIT, FIRST)
MOST = 5000  # lines
KINDS: Mapping[Kind, str] = {
    Kind.VARIABLE: "Gaz",
    Kind.FIXED: "Part fixe",
    Kind.TAX: "Taxe",
    Kind.RATE: "Taux sur tout",
    Kind.RATE_VARIABLE: "Taux sur la part variable",
    Kind.RATE_FIXED: "Taux sur la part fixe",
}
UNITS: Mapping[PriceUnit, str] = {
    PriceUnit.EUR_MWH: "€/MWh PCS",
    PriceUnit.EUR_KWH: "€/kWh PCS",
    PriceUnit.CENT_KWH: "c€/kWh PCS",
    PriceUnit.EUR_M3: "€/m³",
    PriceUnit.EUR_MONTH: "€/mois",
    PriceUnit.EUR_YEAR: "€/an",
    PriceUnit.PERCENT: "%",
}
_USUAL = {
    PriceUnit.EUR_MONTH: Kind.FIXED,
    PriceUnit.EUR_YEAR: Kind.FIXED,
    PriceUnit.PERCENT: Kind.RATE,
}  # where the sort is left out
_UNLIKELY = N_(
    "{amount} {unit} est peu probable : les montants usuels vont de {low} à {high}. Corrigez-le, ou"
    " écrivez « oui » dans la colonne « Montant vérifié » s’il est exact."
)
_MEANT = N_(
    "{amount} {unit} est peu probable : les montants usuels vont de {low} à {high}. Vouliez-vous"
    " dire {meant} ? Corrigez l’unité, ou écrivez « oui » dans la colonne « Montant vérifié » si le"
    " montant est exact."
)
_YES = {"oui", "o", "yes", "x", "1"}


def read(content: bytes) -> SheetTable:
    return read_rows(content, HEADER, NEEDED, MOST)


def draft_in(cells: Cells) -> Draft:
    """The component of a line. Raises Refused, or Invalid with the field's own sentence."""
    unit = _word(cells, UNIT, UNITS, None)
    kind = _word(cells, KIND, KINDS, _USUAL.get(unit, Kind.VARIABLE))
    first, last = day_in(cells, FIRST), day_in(cells, LAST)
    draft = Draft(
        name=_field(NAME, lambda: name_in(text_in(cells, NAME))),
        kind=kind,
        unit=unit,
        amount=_field(AMOUNT, lambda: amount_in(number_in(cells, AMOUNT), unit)),
        first=_needed(first),
        last=last,
        target=_target(cells),
    )
    _field(UNIT, lambda: check_unit(kind, unit))
    _field(AMOUNT, lambda: check_sign(draft.name, draft.amount))
    _field(FIRST, lambda: check_dates(draft.first, last))
    return draft


def doubt_at(cells: Cells, draft: Draft) -> Doubt | None:
    """Why the amount of a line is to be asked about; None where it is plausible, or checked."""
    return None if folded(text_in(cells, CHECKED)) in _YES else doubt_of(draft)


def _word(cells: Cells, column: str, words: Mapping[T, str], usual: T | None) -> T:
    said = text_in(cells, column)
    if not said and usual is not None:
        return usual
    wanted = folded(said).replace(" ", "")
    same = (one for one, word in words.items() if folded(word).replace(" ", "") == wanted)
    found = next(same, None)
    if found is None:
        raise Refused(
            N_("Ligne {line}, colonne « {column} » : « {found} » n’est pas l’un de : {known}."),
            column=column,
            found=shown(said),
            known=", ".join(words.values()),
        )
    return found


def _field(column: str, read: Callable[[], T]) -> T:
    """What *read* finds, its fault told of *column*."""
    try:
        return read()
    except Invalid as error:
        raise Invalid(error.message, **error.params, column=column) from None


def _needed(first: date | None) -> date:
    if first is None:
        said = N_("Ligne {line}, colonne « {column} » : indiquez le premier jour.")
        raise Refused(said, column=FIRST)
    return first


def _target(cells: Cells) -> Target:
    tag, pce = text_in(cells, TAG), text_in(cells, PCE)
    if tag and pce:
        said = N_("Ligne {line}, colonne « {column} » : une étiquette ou un PCE, pas les deux.")
        raise Refused(said, column=TAG)
    return Target(_field(PCE, lambda: number_of(pce)) if pce else "", tag)


def refuse_doubt(doubt: Doubt) -> Invalid:
    """The question that an unlikely amount raises, as what is wrong with its line."""
    said = {
        "amount": amount_text(doubt.amount, doubt.unit),
        "unit": UNITS[doubt.unit],
        "low": amount_text(doubt.low, doubt.unit),
        "high": amount_text(doubt.high, doubt.unit),
    }
    if doubt.meant is None:
        return Invalid(_UNLIKELY, **said, column=AMOUNT)
    meant, unit = doubt.meant
    meant_text = f"{amount_text(meant, unit)} {UNITS[unit]}"
    return Invalid(_MEANT, **said, meant=meant_text, column=AMOUNT)


def reference_in(cells: Cells) -> int | None:
    """Which component a line is, as its export said. Raises Refused."""
    text = text_in(cells, REFERENCE)
    if not text:
        return None
    if text.isascii() and text.isdigit() and 0 < int(text[:12]) < NO_ID:
        return int(text)
    raise Refused(
        N_(
            "Ligne {line}, colonne « {column} » : « {found} » n’est pas une référence."
            " Reprenez celle de l’export, ou videz la cellule pour ajouter une ligne."
        ),
        column=REFERENCE,
        found=shown(text),
    )


def cells_of(one: Component) -> tuple[str | date | None, ...]:
    """The line of a component, by HEADER."""
    draft = one.draft
    return (
        draft.name,
        KINDS[draft.kind],
        amount_text(draft.amount, draft.unit),
        UNITS[draft.unit],
        draft.first,
        draft.last,
        draft.target.tag,
        draft.target.pce,
        str(one.id),
        "oui" if doubt_of(draft) else "",
    )
