"""A sheet of budgets: lines that add, change, are already so, or are refused with their place."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from core.errors import Conflict
from data.metering.consumption.types import Unit
from data.metering.pces.models import PceTag
from data.metering.prices.types import PriceTarget
from data.money.budgets.actions import add, keep_budgets, sort_out_budgets
from data.money.budgets.files import HEADER, cells_of, draft_in, read
from data.money.budgets.queries import list_budgets
from data.money.budgets.types import BudgetDraft
from data.runs.files.rows import write_rows
from tests.factories import NOW, PCE, make_pce

OTHER = "09999999910002"
YEAR = BudgetDraft(120_000_000, Unit.KWH, date(2026, 1, 1), PriceTarget(PCE))
HEAD = "Premier mois;Budget;Unité;Étiquette;PCE\n"
pytestmark = pytest.mark.usefixtures("people")


@pytest.fixture
def pces(db):
    rows = make_pce(db, holder_id=1), make_pce(db, OTHER, holder_id=1)
    db.add(PceTag(pce_id=rows[1].id, organisation_id=1, tag="écoles"))
    db.flush()


def sorted_out(db, viewer, *lines):
    return sort_out_budgets(db, viewer, read((HEAD + "\n".join(lines) + "\n").encode()))


def test_lines_add_change_or_are_already_so(db, pces, alice):
    add(db, alice, YEAR, now=NOW)
    lines = (f"2026;130 000;kWh;;{PCE}", "07/2026;5000,5;;écoles;", "2027;1;kWh PCS;;")
    found = sorted_out(db, alice, *lines)

    assert (len(found.new), len(found.changed), found.same, found.problems) == (2, 1, 0, ())
    keep_budgets(db, alice, found, NOW)
    kept = {one.draft.target: one for one in list_budgets(db, alice)}
    assert kept[PriceTarget(PCE)].draft.amount == 130_000_000
    assert kept[PriceTarget(PCE)].version == 2
    assert kept[PriceTarget(tag="écoles")].draft.first == date(2026, 7, 1)
    assert sum(kept[PriceTarget()].phasing.months) == 1000
    again = sorted_out(db, alice, *lines)
    assert (again.same, again.new, again.changed) == (3, (), ())
    with pytest.raises(Conflict):
        keep_budgets(db, alice, found, NOW)


def test_what_is_wrong_is_said_with_its_line(db, pces, alice, dora):
    found = sorted_out(
        db, alice, "demain;1;;;", "2026;cher;;;", "2026;1;mWh;;", f"2026;1;;écoles;{PCE}",
        "2026;1;;bains;", "2026;1;;;09999999910009", "2026;1;€;;", "2026;1;;;123",
        f"2026;1;;;{PCE}", f"2026;2;;;{PCE}", f"03/2026;1;;;{PCE}",
    )  # fmt: skip

    assert [one.line for one in found.problems] == [2, 3, 4, 5, 6, 7, 8, 9, 11, 12]
    assert [one.column for one in found.problems] == [
        "Premier mois", "Budget", "Unité", "Étiquette", "Étiquette", "PCE", "Unité", "PCE",
        "Premier mois", "Premier mois",
    ]  # fmt: skip
    assert len(found.new) == 1
    for viewer in (replace(alice, limited=True), dora):
        refused = sorted_out(db, viewer, "2026;1;;;")
        assert [one.column for one in refused.problems] == ["Étiquette"]


def test_what_is_exported_comes_back_the_same(db, pces, alice):
    for target in (PriceTarget(), PriceTarget(PCE), PriceTarget(tag="écoles")):
        add(db, alice, replace(YEAR, amount=1_234_500, target=target), now=NOW)
    rows = [cells_of(one) for one in list_budgets(db, alice)]
    for as_xlsx in (False, True):
        content = write_rows(HEADER, rows, as_xlsx=as_xlsx, sheet="budgets")
        assert sort_out_budgets(db, alice, read(content)).same == 3


@pytest.mark.parametrize("cell", [datetime(2026, 3, 1), date(2026, 3, 9)])  # noqa: DTZ001
def test_a_month_that_a_spreadsheet_made_a_day_is_a_month(cell):
    assert draft_in({"Premier mois": cell, "Budget": 12.5}).first == date(2026, 3, 1)
    assert draft_in({"Premier mois": 2026.0, "Budget": 12.5}).amount == 12_500


def test_what_changed_since_is_not_written_over(db, pces, alice):
    add(db, alice, YEAR, now=NOW)
    found = sorted_out(db, alice, f"2026;130 000;kWh;;{PCE}")
    gone = replace(found, changed=(((99, 1), YEAR),))
    with pytest.raises(Conflict):
        keep_budgets(db, alice, gone, NOW)
    keep_budgets(db, alice, found, NOW)
    with pytest.raises(Conflict):
        keep_budgets(db, alice, found, NOW)
