"""Read and write sheets of budgets, one budget a line, without the database."""

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from core.errors import Invalid
from core.i18n import N_
from data.budgets.rules.checks import UNITS, amount_in, amount_text, check_month, month_in
from data.budgets.types import Budget, BudgetDraft
from data.consumption.types import Unit
from data.pces.rules import folded, number_of
from data.prices.types import PriceTarget
from data.runs.files.refusals import RefusedCell, quoted_value
from data.runs.files.rows import Cells, number_in, read_rows, text_in
from data.runs.types import SheetTable

T = TypeVar("T")
FIRST, AMOUNT, UNIT, TAG, PCE = "Premier mois", "Budget", "Unité", "Étiquette", "PCE"
HEADER = (FIRST, AMOUNT, UNIT, TAG, PCE)
NEEDED = (FIRST, AMOUNT)
MOST = 5000  # lines
NAMES = {Unit.KWH: "kWh", Unit.EUR: "€"}
_MANY = N_("Ligne {line}, colonne « {column} » : une étiquette ou un PCE, pas les deux.")
_UNKNOWN = N_("Ligne {line}, colonne « {column} » : « {found} » n’est pas l’un de : {known}.")


def read(content: bytes) -> SheetTable:
    return read_rows(content, HEADER, NEEDED, MOST)


def draft_in(cells: Cells) -> BudgetDraft:
    """Return the budget of a line; raise RefusedCell, or Invalid with the field's sentence."""
    return BudgetDraft(
        amount=_field(AMOUNT, lambda: amount_in(number_in(cells, AMOUNT))),
        unit=_unit(cells),
        first=_field(FIRST, lambda: _first(cells)),
        target=_target(cells),
    )


def _first(cells: Cells) -> date:
    """Return the first month; spreadsheets turn 01/2026 into a date."""
    cell = cells.get(FIRST)
    if isinstance(cell, date):
        first = date(cell.year, cell.month, 1)
        check_month(first)
        return first
    return month_in(number_in(cells, FIRST))


def _field(column: str, read_it: Callable[[], T]) -> T:
    """Return the result of `read_it`, adding `column` to its error."""
    try:
        return read_it()
    except Invalid as error:
        raise Invalid(error.message, **error.params, column=column) from None


def _unit(cells: Cells) -> Unit:
    unit_text = text_in(cells, UNIT)
    if not unit_text:
        return Unit.KWH
    searched_word = folded(unit_text).replace(" ", "")
    words = {unit: {folded(NAMES[unit]), f"{folded(NAMES[unit])}pcs", unit.value} for unit in UNITS}
    found_unit = next((unit for unit, same in words.items() if searched_word in same), None)
    if found_unit is None:
        unit_names = ", ".join(NAMES[unit] for unit in UNITS)
        raise RefusedCell(_UNKNOWN, column=UNIT, found=quoted_value(unit_text), known=unit_names)
    return found_unit


def _target(cells: Cells) -> PriceTarget:
    tag, pce = text_in(cells, TAG), text_in(cells, PCE)
    if tag and pce:
        raise RefusedCell(_MANY, column=TAG)
    return PriceTarget(_field(PCE, lambda: number_of(pce)) if pce else "", tag)


def cells_of(budget: Budget) -> tuple[str | date | None, ...]:
    """Return the line of a budget, in the order of HEADER."""
    draft = budget.draft
    first = f"{draft.first:%m/%Y}"
    return first, amount_text(draft.amount), NAMES[draft.unit], draft.target.tag, draft.target.pce
