"""Read and write sheets of prices, one component per line, without the database."""

from collections.abc import Mapping
from datetime import date

from core.database import NO_ID
from core.errors import Invalid
from core.i18n import N_
from data.metering.pces.files import read_field, word_in
from data.metering.pces.rules import folded, number_of
from data.metering.prices.rules.checks import (
    amount_in,
    amount_text,
    check_dates,
    check_sign,
    check_unit,
    name_in,
)
from data.metering.prices.rules.plausibility import PriceDoubt, doubt_of
from data.metering.prices.types import Component, PriceDraft, PriceKind, PriceTarget, PriceUnit
from data.runs.files.refusals import RefusedCell, quoted_value
from data.runs.files.rows import Cells, day_in, number_in, read_rows, text_in
from data.runs.types import SheetTable

NAME, KIND, AMOUNT, UNIT = "Nom", "Sorte", "Montant", "Unité"
FIRST, LAST, TAG, PCE, REFERENCE = "Du", "Au", "Étiquette", "PCE", "Référence"
CHECKED = "Montant vérifié"  # "oui": an unlikely amount is confirmed
HEADER = (NAME, KIND, AMOUNT, UNIT, FIRST, LAST, TAG, PCE, REFERENCE, CHECKED)
NEEDED = (NAME, AMOUNT, UNIT, FIRST)
MOST = 5000  # lines
KINDS: Mapping[PriceKind, str] = {
    PriceKind.VARIABLE: "Gaz",
    PriceKind.FIXED: "Part fixe",
    PriceKind.TAX: "Taxe",
    PriceKind.RATE: "Taux sur tout",
    PriceKind.RATE_VARIABLE: "Taux sur la part variable",
    PriceKind.RATE_FIXED: "Taux sur la part fixe",
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
    PriceUnit.EUR_MONTH: PriceKind.FIXED,
    PriceUnit.EUR_YEAR: PriceKind.FIXED,
    PriceUnit.PERCENT: PriceKind.RATE,
}  # default kind of each unit
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


def draft_in(cells: Cells) -> PriceDraft:
    """Return the component of a line.

    Raise RefusedCell, or Invalid with the field's own message.
    """
    unit = word_in(cells, UNIT, UNITS)
    kind = word_in(cells, KIND, KINDS, _USUAL.get(unit, PriceKind.VARIABLE))
    first, last = day_in(cells, FIRST), day_in(cells, LAST)
    draft = PriceDraft(
        name=read_field(NAME, lambda: name_in(text_in(cells, NAME))),
        kind=kind,
        unit=unit,
        amount=read_field(AMOUNT, lambda: amount_in(number_in(cells, AMOUNT), unit)),
        first=_needed(first),
        last=last,
        target=target_in(cells),
    )
    read_field(UNIT, lambda: check_unit(kind, unit))
    read_field(AMOUNT, lambda: check_sign(draft.name, draft.amount))
    read_field(FIRST, lambda: check_dates(draft.first, last))
    return draft


def doubt_at(cells: Cells, draft: PriceDraft) -> PriceDoubt | None:
    """Return the doubt about a line's amount; None when plausible or confirmed."""
    return None if folded(text_in(cells, CHECKED)) in _YES else doubt_of(draft)


def _needed(first: date | None) -> date:
    if first is None:
        sentence = N_("Ligne {line}, colonne « {column} » : indiquez le premier jour.")
        raise RefusedCell(sentence, column=FIRST)
    return first


def target_in(cells: Cells) -> PriceTarget:
    """Return the target of a line: all PCEs, those of a tag, or one."""
    tag, pce = text_in(cells, TAG), text_in(cells, PCE)
    if tag and pce:
        sentence = N_("Ligne {line}, colonne « {column} » : une étiquette ou un PCE, pas les deux.")
        raise RefusedCell(sentence, column=TAG)
    return PriceTarget(read_field(PCE, lambda: number_of(pce)) if pce else "", tag)


def refuse_doubt(doubt: PriceDoubt) -> Invalid:
    """Return the error of a line with an unlikely amount."""
    params = {
        "amount": amount_text(doubt.amount, doubt.unit),
        "unit": UNITS[doubt.unit],
        "low": amount_text(doubt.low, doubt.unit),
        "high": amount_text(doubt.high, doubt.unit),
    }
    if doubt.likely_amount is None:
        return Invalid(_UNLIKELY, **params, column=AMOUNT)
    meant_amount, unit = doubt.likely_amount
    meant_text = f"{amount_text(meant_amount, unit)} {UNITS[unit]}"
    return Invalid(_MEANT, **params, meant=meant_text, column=AMOUNT)


def reference_in(cells: Cells) -> int | None:
    """Return the id of a line's component, as exported; None when empty.

    Raise RefusedCell for a malformed reference.
    """
    text = text_in(cells, REFERENCE)
    if not text:
        return None
    if text.isascii() and text.isdigit() and 0 < int(text[:12]) < NO_ID:
        return int(text)
    raise RefusedCell(
        N_(
            "Ligne {line}, colonne « {column} » : « {found} » n’est pas une référence."
            " Reprenez celle de l’export, ou videz la cellule pour ajouter une ligne."
        ),
        column=REFERENCE,
        found=quoted_value(text),
    )


def cells_of(component: Component) -> tuple[str | date | None, ...]:
    """Return the cells of a component, in the order of `HEADER`."""
    draft = component.draft
    return (
        draft.name,
        KINDS[draft.kind],
        amount_text(draft.amount, draft.unit),
        UNITS[draft.unit],
        draft.first,
        draft.last,
        draft.target.tag,
        draft.target.pce,
        str(component.id),
        "oui" if doubt_of(draft) else "",
    )
