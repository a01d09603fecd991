"""Sheets of bills, both ways: a bill a line; and the file of what is said of each."""

import re
from collections.abc import Callable
from datetime import date
from typing import TypeVar

from data.bills.rules.checks import (
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
from data.bills.types import Draft, Judged, Judgement, Nature, Verdict
from data.errors import Invalid
from data.pces.rules import folded, number_of
from data.runs.files.faults import Faults
from data.runs.files.refused import Refused, shown
from data.runs.files.rows import Cells, day_in, read_rows, text_in
from data.runs.files.rows import number_in as figure_in
from data.runs.types import SheetTable
from i18n import N_

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
}  # less "sur un", as the form says them
_ON = re.compile(r"^sur une? ")


def read(content: bytes) -> SheetTable:
    return read_rows(content, HEADER, NEEDED, MOST)


def draft_in(cells: Cells, today: date) -> Draft:
    """The bill of a line. Raises Faults with all that is wrong with its fields."""
    faults = Faults()

    def figure(column: str, read_it: Callable[[str], T]) -> T | None:
        return faults.tried(column, lambda: read_it(figure_in(cells, column)))

    first = faults.tried(FIRST, lambda: _day(cells, FIRST))
    last = faults.tried(LAST, lambda: _day(cells, LAST))
    if first and last:
        faults.tried(LAST, lambda: _check_dates(first, last, today))
    pce = faults.tried(PCE, lambda: _pce(cells))
    energy = figure(ENERGY, energy_in)
    number = faults.tried(NUMBER, lambda: number_in(text_in(cells, NUMBER)))
    nature = faults.tried(NATURE, lambda: _nature(cells))
    start, end = figure(START, index_in), figure(END, index_in)
    told = start, end, figure(COEFFICIENT, coefficient_in), figure(AMOUNT, amount_in)
    if faults.errors or not (pce and first and last and nature) or energy is None:
        raise faults
    return Draft(pce, first, last, energy, number or "", nature, *told)


def _pce(cells: Cells) -> str:
    number = text_in(cells, PCE)
    if not number:
        raise Refused(N_("Ligne {line}, colonne « {column} » : indiquez un PCE."), column=PCE)
    return number_of(number)


def _check_dates(first: date, last: date, today: date) -> None:
    try:
        check_dates(first, last, today)
    except Invalid as error:
        at = FIRST if error.params.get("field") == "first" else LAST
        raise Invalid(error.message, **{"column": at, **error.params}) from None


def _day(cells: Cells, column: str) -> date:
    found = day_in(cells, column)
    if found is None:
        raise Refused(N_("Ligne {line}, colonne « {column} » : indiquez ce jour."), column=column)
    return found


def _nature(cells: Cells) -> Nature:
    said = text_in(cells, NATURE)
    found = _WORDS.get(_ON.sub("", folded(said)))
    if found is None:
        raise Refused(
            N_("Ligne {line}, colonne « {column} » : « {found} » n’est ni Relevée, ni Estimée."),
            column=NATURE,
            found=shown(said),
        )
    return found


def cells_of(draft: Draft) -> tuple[str | float | date | None, ...]:
    """The line of a bill, by HEADER; what is a number leaves as one, a credit too."""
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
    Verdict.DIFFERS: "Diffère",
    Verdict.TO_CHECK: "À vérifier",
    Verdict.UNKNOWN: "Invérifiable",
    Verdict.AGREES: "Concorde",
}


def judged_header() -> tuple[str, ...]:
    """HEADER, so that the file may come back, then what is said."""
    said = ("Verdict", "Relevé au moins (kWh PCS)", "Relevé au plus (kWh PCS)")
    gaps = ("Écart (kWh PCS)", "Écart expliqué par", "Valeur de cet écart (€)")
    return (*HEADER, *said, *gaps, "Montant au-delà des prix (€)", "Jours manquants")


def judged_cells(one: Judged) -> tuple[str | float | date | None, ...]:
    said = one.judgement
    read = [_figure(value, WH) for value in (said.low_wh, said.high_wh, said.gap_wh)]
    money = [_figure(value, CENT) for value in (said.gap_cents, said.amount_cents)]
    known = (*cells_of(one.bill.draft), _SAID[said.verdict])
    return (*known, *read, _explained(said), *money, said.missing)


def _explained(said: Judgement) -> str:
    """What explains a gap, or may."""
    if said.by_a_day:
        return "Un jour à un bout"
    return "Arrondis" if said.gap_wh and not said.off else ""


def _figure(value: int | None, decimals: int) -> float | None:
    return None if value is None else value / 10**decimals
