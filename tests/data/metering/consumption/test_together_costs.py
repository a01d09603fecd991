"""Several PCE in euros and in kg CO₂e: what each of them is by itself, together."""

from datetime import date
from decimal import Decimal
from importlib import import_module

import pytest
from sqlalchemy import update

from components.together.labels import sentence
from components.together.page import together_page
from data.identity.settings.types import Carbon, HeatingValue
from data.metering.consumption import queries
from data.metering.consumption.actions import roll_up
from data.metering.consumption.files.together_writer import header, line
from data.metering.consumption.models import Reading
from data.metering.consumption.queries import sum_selection
from data.metering.consumption.rules.spending import thousandths
from data.metering.consumption.rules.together import read_together
from data.metering.consumption.rules.view import read_view
from data.metering.pces.models import PceTag
from data.metering.pces.rules import holes_text
from data.metering.prices.types import NANO, PriceKind, PriceUnit
from tests.components.kit.trees import text_of
from tests.data.metering.consumption.test_costs import EUR, price
from tests.data.metering.consumption.test_fleet import TODAY, number, site
from tests.factories import make_grant

module = import_module("data.metering.consumption.queries.together")  # which its function hides
CARBON = Carbon(Decimal("0.2154"), HeatingValue.PCS, "Base Carbone")
ALL = ",".join(number(place) for place in range(3))
OCTOBER = {"from": "2026-10-01", "to": "2026-10-31"}


@pytest.fixture
def three(db, people):
    """Three sites, one of which has a price of its own that changes within October."""
    gone = [date(2026, 10, 5), date(2025, 10, 9)]
    pces = [site(db, place, this=10_000 + 777 * place, before=9_500) for place in (0, 1)]
    pces.append(site(db, 2, this=40_000, before=50_000, without=gone))
    for pce in pces:
        db.add(PceTag(pce_id=pce.id, organisation_id=1, tag="Écoles"))
    price(db, first_day=date(2025, 3, 3))
    price(db, "TVA", 200_000, kind=PriceKind.RATE, unit=PriceUnit.PERCENT)
    price(db, "Abonnement", 31 * NANO + 7, kind=PriceKind.FIXED, unit=PriceUnit.EUR_MONTH)
    price(db, amount=30 * EUR, pce_id=pces[1].id, last_day=date(2026, 10, 11))
    price(db, amount=90 * EUR, pce_id=pces[1].id, first_day=date(2026, 10, 12))
    return pces


def shown(db, viewer, **query):
    return sum_selection(db, viewer, read_together({"pce": ALL} | query, TODAY), CARBON)


def alone(db, viewer, places="012", **query):
    """The same of each by itself."""
    return [
        queries.load_series(db, viewer, read_view({"pce": number(place)} | query, TODAY), CARBON)
        for place in places
    ]


def added(values):
    known = [value for value in values if value is not None]
    return sum(known) if known else None


@pytest.mark.parametrize("unit", ["eur", "co2"])
@pytest.mark.parametrize(
    "query",
    [
        OCTOBER | {"step": "day", "align": "date"},
        OCTOBER | {"step": "week"},
        {"step": "month"},
        {"step": "year"},
    ],
)
def test_together_they_are_the_sum_of_what_each_is_alone(db, three, alice, unit, query):
    found, each = shown(db, alice, unit=unit, **query), alone(db, alice, unit=unit, **query)
    assert len(found.bars) == len(each[0].buckets)
    for place, bar in enumerate(found.bars):
        buckets = [series.buckets[place] for series in each]
        assert bar.value == thousandths(added(one.spent for one in buckets))
        assert bar.unpriced == sum(one.days_unpriced for one in buckets)
        faces = [one.comparisons[0] for one in buckets if one.comparisons]
        if bar.face:
            assert bar.face.days == sum(one.days for one in faces)
            assert bar.face.this_wh == thousandths(added(one.this_spent for one in faces))
            assert bar.face.before_wh == thousandths(added(one.shared_spent for one in faces))
    parts = sorted(part.value for part in found.parts)
    assert parts == sorted(thousandths(series.total.spent) for series in each)


def test_days_without_a_price_are_counted_and_left_out(db, three, alice):
    query = {"unit": "eur", "from": "2025-03-01", "to": "2025-03-31", "step": "day"}
    found, each = shown(db, alice, **query), alone(db, alice, **query)
    assert found.total.unpriced == sum(one.total.days_unpriced for one in each) == 2 * 2
    assert (found.total.known_days, found.total.due) == (3 * 31 - 4, 3 * 31)
    said = text_of(together_page(alice, found, (), ()))
    assert "4 jours-PCE sans prix ne sont pas comptés" in said
    assert "3 PCE ont coûté ensemble" in sentence(found, TODAY)
    place = header(found).index("Jours-PCE sans prix")
    assert [line(found, bar)[place] for bar in found.bars[:3]] == [2, 2, 0]


def test_without_any_price_the_page_says_what_to_do(db, people, alice, bob):
    pces = [site(db, place) for place in range(2)]
    make_grant(db, pces[0], 2)
    make_grant(db, pces[1], 2)
    said = text_of(together_page(alice, shown(db, alice, unit="eur"), (), ()))
    assert "Aucun prix sur cette période" in said
    assert "Saisir les prix" in said
    assert "Histogramme" not in said
    assert "Facteur" in text_of(together_page(bob, shown(db, bob, unit="co2"), (), ()))


def test_from_the_roll_up_a_month_costs_the_same_but_where_a_price_changes(
    db, three, alice, monkeypatch
):
    by_day = shown(db, alice, unit="eur", step="month")
    monkeypatch.setattr(module, "PRICED_DAYS", 0)
    found = shown(db, alice, unit="eur", step="month")
    assert (found.spread, by_day.spread) == (True, False)
    for bar, other in zip(found.bars, by_day.bars, strict=True):
        if bar.first == date(2026, 10, 1) or other.unpriced:
            continue
        assert abs(bar.value - other.value) <= 1
        assert (bar.known_days, bar.due, bar.unpriced) == (other.known_days, other.due, 0)
        if bar.face and other.face and bar.face.days == other.face.days:
            assert abs(bar.face.this_wh - other.face.this_wh) <= 2
    assert "répartie également" in text_of(together_page(alice, found, (), ()))


def test_a_third_party_is_told_of_its_days_at_its_own_prices(db, three, bob, charlie):
    make_grant(db, three[0], 2, first_day=date(2026, 10, 11), last_day=date(2026, 10, 20))
    make_grant(db, three[1], 2, first_day=date(2026, 10, 31))
    price(db, amount=100 * EUR, organisation=2)
    found = shown(db, bob, unit="eur", **OCTOBER, step="day")
    assert found.total.value == 10 * 1_000 + 1_078  # 10 kWh a day at 10 c€, and one of 10.777
    assert found.total.face is None
    assert found.total.due == 11


def test_the_days_of_every_piece_of_a_grant_cost(db, three, bob, monkeypatch):
    hole = date(2026, 10, 11), date(2026, 10, 20)
    make_grant(db, three[0], 2, whole_from=date(2026, 10, 21), holes=holes_text((hole,), ()))
    make_grant(db, three[1], 2, first_day=date(2026, 10, 31))
    price(db, amount=100 * EUR, organisation=2)
    query = OCTOBER | {"unit": "eur"}
    for most in (50_000, 0):
        monkeypatch.setattr(module, "PRICED_DAYS", most)
        for step in ("day", "month"):
            found = shown(db, bob, **query, step=step).total
            assert (found.value, found.known_days, found.due) == (21 * 1_000 + 1_078, 22, 22)
            assert found.face.days == 21
            assert (found.face.this_wh, found.face.before_wh) == (21 * 1_000, 21 * 950)


def test_a_month_of_volumes_alone_that_a_grant_cuts_has_no_price_by_the_kilowatt_hour(
    db, three, bob, monkeypatch
):
    db.execute(update(Reading).values(energy_wh=None))
    for pce in three[:2]:
        make_grant(db, pce, 2, first_day=date(2026, 10, 11))
        roll_up(db, pce.id, date(2025, 1, 1), TODAY)
    price(db, amount=100 * EUR, organisation=2)
    monkeypatch.setattr(module, "PRICED_DAYS", 0)
    for query in ({"step": "month"}, OCTOBER | {"step": "month"}):
        found = shown(db, bob, unit="eur", **query).total
        assert (found.value, found.known_days, found.unpriced) == (None, 0, found.due)
