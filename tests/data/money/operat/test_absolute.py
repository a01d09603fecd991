"""Absolute values: imported by the operator, dated, and set beside the gas of an entity by m²."""

from dataclasses import replace
from datetime import date

import pytest

from core.access import Role
from core.errors import Conflict, Forbidden, Invalid
from data.money.operat.actions import keep_values, sort_out_values
from data.money.operat.files import VALUES_HEADER, read_values, value_cells
from data.money.operat.queries import list_values
from data.money.operat.rules.absolute import find_value, list_standings, value_in
from data.money.operat.types import AbsoluteValue, OperatLine, OperatSiteSettings, SiteDraft, Year
from data.runs.files.rows import write_rows
from tests.factories import NOW, PCE

GOOD = "Bureaux;2030;95,5;01/01/2022;Arrêté du 10 avril 2020"
LATER = "bureaux;2030;90;2026-01-01;"
pytestmark = pytest.mark.usefixtures("people")


def sheet(*lines):
    return read_values("\r\n".join((";".join(VALUES_HEADER), *lines)).encode())


@pytest.fixture
def operator(dora):
    return replace(dora, role=Role.ADMINISTRATOR)


def test_values_are_imported_by_the_operator_with_a_sentence_for_bad_lines(db, alice, operator):
    bad = ";2031;x;hier;"
    found = sort_out_values(db, operator, sheet(GOOD, LATER, bad, GOOD))
    assert {problem.line for problem in found.problems} == {4, 5}
    assert len([problem for problem in found.problems if problem.line == 4]) == 4
    keep_values(db, operator, found, NOW)
    stored = list_values(db, alice)
    assert [value.draft.wh_per_m2 for value in stored] == [90_000, 95_500]
    with pytest.raises(Conflict):
        keep_values(db, operator, found, NOW)
    again = write_rows(VALUES_HEADER, map(value_cells, stored), as_xlsx=True)
    assert sort_out_values(db, operator, read_values(again)).same == 2
    changed = sort_out_values(db, operator, sheet(GOOD.replace("95,5", "96")))
    keep_values(db, operator, changed, NOW)
    db.expire_all()
    assert list_values(db, alice)[1].draft.wh_per_m2 == 96_000
    with pytest.raises(Conflict):
        keep_values(db, operator, changed, NOW)
    with pytest.raises(Forbidden):
        sort_out_values(db, alice, sheet(GOOD))
    with pytest.raises(Forbidden):
        keep_values(db, alice, found, NOW)


@pytest.mark.parametrize("text", ["0,0004", "5001", "1_000", "1e3", "nan", "-1"])
def test_an_absurd_value_is_refused(text):
    """One that was rounded to nothing closed the page of every organisation of the category."""
    with pytest.raises(Invalid, match="de 1 à"):
        value_in(text)


VALUES = (
    AbsoluteValue("Bureaux", 2030, 95_000, date(2022, 1, 1)),
    AbsoluteValue("Bureaux", 2030, 90_000, date(2026, 1, 1)),
)


def test_a_year_follows_the_latest_value_published_before_its_end():
    found = {year: find_value(VALUES, " BUREAUX ", 2030, date(year, 12, 31))
             for year in (2021, 2025, 2026)}  # fmt: skip
    assert found == {2021: None, 2025: VALUES[0], 2026: VALUES[1]}


@pytest.mark.parametrize(
    ("gas_wh", "category", "exceeded"),
    [(11_100_000, "bureaux", True), (5_550_000, "bureaux", False), (11_100_000, "Sport", False)],
)
def test_gas_alone_may_exceed_a_value(gas_wh, category, exceeded):
    draft = SiteDraft(PCE, "EFA-1", surface_dm2=10_000, category=category)
    line = OperatLine(OperatSiteSettings(1, draft), Year(2025, gas_wh, 365, 365, 0, 0, 0, 365))
    (standing,) = list_standings([line], VALUES, date(2025, 12, 31))
    assert standing.is_exceeded is exceeded
    assert standing.gas_wh_per_m2 == pytest.approx(gas_wh / 1.11 / 100, rel=0.001)
    assert (standing.value is None) is (category == "Sport")
