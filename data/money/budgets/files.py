"""Read and write sheets of budgets, one budget a line, without the database."""

from datetime import date

from core.i18n import N_
from data.metering.consumption.types import Unit
from data.metering.pces.files import read_field
from data.metering.pces.rules import folded
from data.metering.prices.files import PCE, TAG, target_in
from data.money.budgets.rules.checks import UNITS, amount_in, amount_text, check_month, month_in
from data.money.budgets.types import Budget, BudgetDraft
from data.runs.files.refusals import RefusedCell, quoted_value
from data.runs.files.rows import Cells, number_in, read_rows, text_in
from data.runs.types import SheetTable

FIRST, AMOUNT, UNIT = "Premier mois", "Budget", "Unité"
HEADER = (FIRST, AMOUNT, UNIT, TAG, PCE)
NEEDED = (FIRST, AMOUNT)
MOST = 5000  # lines
NAMES = {Unit.KWH: "kWh", Unit.EUR: "€"}
_UNKNOWN = N_("Ligne {line}, colonne « {column} » : « {found} » n’est pas l’un de : {known}.")


def read(content: bytes) -> SheetTable:
    return read_rows(content, HEADER, NEEDED, MOST)


def draft_in(cells: Cells) -> BudgetDraft:
    """Return the budget of a line; raise RefusedCell, or Invalid with the field's sentence."""
    return BudgetDraft(
        amount=read_field(AMOUNT, lambda: amount_in(number_in(cells, AMOUNT))),
        unit=_unit(cells),
        first=read_field(FIRST, lambda: _first(cells)),
        target=target_in(cells),
    )


def _first(cells: Cells) -> date:
    """Return the first month; spreadsheets turn 01/2026 into a date."""
    cell = cells.get(FIRST)
    if isinstance(cell, date):
        first = date(cell.year, cell.month, 1)
        check_month(first)
        return first
    return month_in(number_in(cells, FIRST))


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


def cells_of(budget: Budget) -> tuple[str | date | None, ...]:
    """Return the line of a budget, in the order of HEADER."""
    draft = budget.draft
    first = f"{draft.first:%m/%Y}"
    return first, amount_text(draft.amount), NAMES[draft.unit], draft.target.tag, draft.target.pce
