"""The prices, bills, budgets, OPERAT sites and annotations of the demo."""

from datetime import UTC, datetime

from sqlalchemy import func, select

from data.metering.prices.queries import has_prices
from data.migrations import tables
from data.money.bills.queries import list_judged
from data.money.bills.types import BillVerdict
from data.money.budgets.queries import list_budgets
from jobs.demo.loading import load
from jobs.demo.money import _managers, add_money
from jobs.demo.plan import DemoPlan
from tests.conftest import TODAY

NOW = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
PLAN = DemoPlan(pces=60, years=2, seed=7, today=TODAY, password="lanterne velours cactus 83")
TABLES = (
    "price_components", "bills", "budgets", "operat_sites", "operat_absolute_values", "annotations"
)  # fmt: skip


def count_rows(database):
    with database.reading() as db:
        return {
            name: db.scalar(select(func.count()).select_from(tables()[name])) for name in TABLES
        }


def test_each_organisation_that_holds_sites_has_its_prices_bills_and_budgets(
    sqlite_database, monkeypatch
):
    monkeypatch.setattr("jobs.demo.loading.add_thresholds", lambda *_given: 0)
    load(sqlite_database, PLAN, NOW)
    before = count_rows(sqlite_database)
    add_money(sqlite_database, PLAN, NOW)
    assert count_rows(sqlite_database) == before
    verdicts = set()
    with sqlite_database.reading() as db:
        holders = [viewer for viewer in _managers(db, PLAN) if has_prices(db, viewer)]
        for viewer in holders:
            assert list_budgets(db, viewer)
            verdicts |= {one.judgement.verdict for one in list_judged(db, viewer)}
    assert len(holders) == 4
    assert all(before.values())
    assert {BillVerdict.DIFFERS, BillVerdict.AGREES} <= verdicts
