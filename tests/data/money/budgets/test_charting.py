"""Budgets on the bars of a chart: months alone, the same days, the words of the one under way."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from data.metering.consumption.models import Reading
from data.metering.consumption.queries import load_series
from data.metering.consumption.rules.budget_overlay import plan_gap, plan_of
from data.metering.consumption.rules.table import columns, lines, total_line
from data.metering.consumption.types import (
    BudgetOutlook,
    Preset,
    Quality,
    SeriesStep,
    Status,
    Unit,
    View,
)
from data.metering.prices.types import PriceTarget
from data.money.budgets.actions import add
from data.money.budgets.queries import list_budgets, list_followed_budgets, load_budget_series
from data.money.budgets.rules.chart import planned
from data.money.budgets.types import BudgetDraft
from tests.factories import NOW, PCE, make_pce

FIRST, LAST = date(2026, 1, 1), date(2026, 3, 31)
VIEW = View(pce=PCE, preset=Preset.FREE, first=FIRST, last=LAST, step=SeriesStep.MONTH)
YEAR = BudgetDraft(365_000_000, Unit.KWH, FIRST, PriceTarget(PCE))
pytestmark = pytest.mark.usefixtures("people")


@pytest.fixture
def pce(db):
    """A site that burns 1.1 kWh a day, less a few days of February."""
    row = make_pce(db, holder_id=1, data_until=LAST)
    day = FIRST
    while day <= LAST:
        if day.month != 2 or day.day > 4:
            db.add(
                Reading(
                    pce_id=row.id, gas_day=day, energy_wh=1_100_000, volume_dm3=100,
                    quality=int(Quality.MEASURED), status=int(Status.DEFINITIVE), learnt_at=NOW,
                )
            )  # fmt: skip
        day += timedelta(days=1)
    db.flush()
    return row


def charted(db, viewer, view=VIEW):
    return load_budget_series(db, viewer, load_series(db, viewer, view))


def test_each_month_is_held_against_its_plan_on_the_same_days(db, pce, alice):
    assert charted(db, alice).planned is None
    add(db, alice, YEAR, now=NOW)

    found = charted(db, alice)

    assert found.planned.values == (31_000_000, 24_000_000, 31_000_000)
    assert [round(plan_gap(one, found), 6) for one in found.buckets] == [10, 10, 10]
    assert plan_of(found.total, found) == 86_000_000
    assert plan_gap(found.total, found) == pytest.approx(10)
    assert {"budget", "gb"} <= {one.key for one in columns(found)}
    place = [one.key for one in columns(found)].index("budget")
    assert [line.cells[place] for line in lines(found)] == list(reversed(found.planned.values))
    assert total_line(found).cells[place] == 86_000_000
    assert found.planned.outlook is BudgetOutlook.UNTOLD


@pytest.mark.parametrize(
    "changed",
    [{"step": SeriesStep.DAY}, {"step": SeriesStep.YEAR}, {"unit": Unit.M3}, {"unit": Unit.EUR}],
)
def test_nothing_else_is_held_against_it(db, pce, alice, changed):
    add(db, alice, YEAR, now=NOW)
    assert charted(db, alice, replace(VIEW, **changed)).planned is None


def test_a_month_that_is_cut_has_so_much_less_and_one_outside_has_none(db, pce, alice):
    add(db, alice, replace(YEAR, first=date(2026, 3, 1)), now=NOW)

    cut = charted(db, alice, replace(VIEW, first=date(2026, 2, 1), last=date(2026, 3, 15)))
    before = charted(db, alice, replace(VIEW, last=date(2026, 2, 28)))

    assert cut.planned.values == (None, 15_000_000)
    assert plan_of(cut.buckets[0], cut) is None
    assert plan_gap(cut.buckets[0], cut) is None
    assert before.planned is None
    assert plan_of(before.total, before) is None


def test_a_month_under_way_is_held_against_the_days_it_has(db, pce, alice):
    """Of 15 days of March, and none of April."""
    add(db, alice, YEAR, now=NOW)
    for row in db.query(Reading).filter(Reading.gas_day > date(2026, 3, 15)):
        db.delete(row)
    db.flush()

    found = charted(db, alice, replace(VIEW, last=date(2026, 4, 30)))

    assert found.planned.values == (31_000_000, 24_000_000, 15_000_000, None)
    assert [plan_of(one, found) for one in found.buckets] == list(found.planned.values)
    assert plan_gap(found.buckets[2], found) == pytest.approx(10)
    assert plan_gap(found.buckets[3], found) is None
    assert plan_gap(found.total, found) == pytest.approx(10)


def test_the_words_are_of_the_latest_that_has_begun(db, pce, alice):
    for first in (date(2026, 2, 1), date(2027, 2, 1)):
        add(db, alice, replace(YEAR, first=first), now=NOW)
    assert charted(db, alice).planned.first == date(2026, 2, 1)
    told = list_followed_budgets(db, alice, list_budgets(db, alice))
    early = planned(charted(db, alice), told, date(2026, 1, 15))
    assert early.first == date(2026, 2, 1)
