"""Read and write sheets of bills, one bill a line, and write the file of findings."""

import re
from collections.abc import Callable
from datetime import date
from typing import TypeVar

from core.errors import Invalid
from core.i18n import N_
from data.metering.pces.files import pce_in
from data.metering.pces.rules import folded
from data.money.bills.rules.checks import (
    CENT,
    DM3,
    E4,
    WH,
    amount_in,
    check_dates,
    coefficient_in,
    energy_in,
    index_in,
    number_in,
)
from data.money.bills.types import BillDraft, BillVerdict, JudgedBill, Judgement, Nature
from data.runs.files.faults import FieldFaults
from data.runs.files.refusals import RefusedCell, quoted_value
from data.runs.files.rows import Cells, day_in, read_rows, text_in
from data.runs.files.rows import number_in as figure_in
from data.runs.types import SheetTable

T = TypeVar("T")
PCE, NUMBER, NATURE, FIRST, LAST = "PCE", "Facture", "Sorte", "Du", "Au"
START, END = "Index de début (m³)", "Index de fin (m³)"
COEFFICIENT, ENERGY, AMOUNT = "Coefficient (kWh/m³)", "Énergie (kWh PCS)", "Montant (€ TTC)"
HEADER = (PCE, NUMBER, NATURE, FIRST, LAST, START, END, COEFFICIENT, ENERGY, AMOUNT)
NEEDED = (PCE, FIRST, LAST, ENERGY)
MOST = 20_000
NATURES = {Nature.MEASURED: "Relevée", Nature.ESTIMATED: "Estimée"}
_WORDS = {
    **dict.fromkeys(("", "r", "releve", "relevee", "mesure", "mesuree"), Nature.MEASURED),
    **dict.fromkeys(("e", "estime", "estimee", "estimation"), Nature.ESTIMATED),
}  # without the prefix "sur un", as in the form
_ON = re.compile(r"^sur une? ")


def read(content: bytes) -> SheetTable:
    return read_rows(content, HEADER, NEEDED, MOST)


def draft_in(cells: Cells, today: date) -> BillDraft:
    """Return the bill of a line; raise FieldFaults with all its errors."""
    faults = FieldFaults()

    def figure(column: str, read_it: Callable[[str], T]) -> T | None:
        return faults.tried(column, lambda: read_it(figure_in(cells, column)))

    first = faults.tried(FIRST, lambda: _day(cells, FIRST))
    last = faults.tried(LAST, lambda: _day(cells, LAST))
    if first and last:
        faults.tried(LAST, lambda: _check_dates(first, last, today))
    pce = faults.tried(PCE, lambda: pce_in(cells, PCE))
    energy = figure(ENERGY, energy_in)
    number = faults.tried(NUMBER, lambda: number_in(text_in(cells, NUMBER)))
    nature = faults.tried(NATURE, lambda: _nature(cells))
    start, end = figure(START, index_in), figure(END, index_in)
    optional_values = start, end, figure(COEFFICIENT, coefficient_in), figure(AMOUNT, amount_in)
    if faults.errors or not (pce and first and last and nature) or energy is None:
        raise faults
    return BillDraft(pce, first, last, energy, number or "", nature, *optional_values)


def _check_dates(first: date, last: date, today: date) -> None:
    try:
        check_dates(first, last, today)
    except Invalid as error:
        at = FIRST if error.params.get("field") == "first" else LAST
        raise Invalid(error.message, **{"column": at, **error.params}) from None


def _day(cells: Cells, column: str) -> date:
    parsed_day = day_in(cells, column)
    if parsed_day is None:
        raise RefusedCell(
            N_("Ligne {line}, colonne « {column} » : indiquez ce jour."), column=column
        )
    return parsed_day


def _nature(cells: Cells) -> Nature:
    word = text_in(cells, NATURE)
    nature = _WORDS.get(_ON.sub("", folded(word)))
    if nature is None:
        raise RefusedCell(
            N_("Ligne {line}, colonne « {column} » : « {found} » n’est ni Relevée, ni Estimée."),
            column=NATURE,
            found=quoted_value(word),
        )
    return nature


def cells_of(draft: BillDraft) -> tuple[str | float | date | None, ...]:
    """Return the cells of a bill, in the order of HEADER, with numbers as numbers."""
    return (
        draft.pce,
        draft.number,
        NATURES[draft.nature],
        draft.first,
        draft.last,
        _figure(draft.start_dm3, DM3),
        _figure(draft.end_dm3, DM3),
        _figure(draft.coefficient_e4, E4),
        _figure(draft.energy_wh, WH),
        _figure(draft.cents, CENT),
    )


_SAID = {
    BillVerdict.DIFFERS: "Diffère",
    BillVerdict.TO_CHECK: "À vérifier",
    BillVerdict.UNKNOWN: "Invérifiable",
    BillVerdict.AGREES: "Concorde",
}


def judged_header() -> tuple[str, ...]:
    """Return HEADER, so that the file can be imported, followed by the findings' columns."""
    judgement_columns = ("Verdict", "Relevé au moins (kWh PCS)", "Relevé au plus (kWh PCS)")
    gaps = ("Écart (kWh PCS)", "Écart expliqué par", "Valeur de cet écart (€)")
    return (*HEADER, *judgement_columns, *gaps, "Montant au-delà des prix (€)", "Jours manquants")


def judged_cells(judged_bill: JudgedBill) -> tuple[str | float | date | None, ...]:
    judgement = judged_bill.judgement
    read = [_figure(value, WH) for value in (judgement.low_wh, judgement.high_wh, judgement.gap_wh)]
    money = [_figure(value, CENT) for value in (judgement.gap_cents, judgement.amount_cents)]
    bill_cells = (*cells_of(judged_bill.bill.draft), _SAID[judgement.verdict])
    return (*bill_cells, *read, _explained(judgement), *money, judgement.missing)


def _explained(judgement: Judgement) -> str:
    """Return the possible explanation of a gap."""
    if judgement.by_a_day:
        return "Un jour à un bout"
    return "Arrondis" if judgement.gap_wh and not judgement.off else ""


def _figure(value: int | None, decimals: int) -> float | None:
    return None if value is None else value / 10**decimals
