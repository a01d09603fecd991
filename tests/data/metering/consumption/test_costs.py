"""What a fleet costs: exact, set by set as PCE by PCE, of the days that each may read."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select

from components.fleet.groups import groups
from components.fleet.prices import priced_note
from data.analysis.signatures.actions import rank
from data.analysis.signatures.models import VerdictRow
from data.identity.accounts.models import UserTag
from data.metering.consumption import queries
from data.metering.consumption.actions import list_stale_standings, recompute_standings
from data.metering.consumption.files.fleet_writer import line
from data.metering.consumption.models import MonthlyConsumption
from data.metering.consumption.queries import similar_prices
from data.metering.consumption.types import FleetCost, FleetPeriod, FleetSpent, FleetView
from data.metering.pces.models import Pce, PceTag
from data.metering.pces.rules import holes_text
from data.metering.prices.models import PriceComponent
from data.metering.prices.queries import load_prices, load_shared_prices
from data.metering.prices.rules.costs import gap_cost, marginal, months_cost, tariff_on
from data.metering.prices.types import ATTO, NANO, MonthUse, PriceKind, PriceUnit
from tests.components.kit.trees import text_of
from tests.data.analysis.signatures.test_ranking import verdict
from tests.data.metering.consumption.test_fleet import TODAY, site
from tests.factories import NOW, make_grant, make_pce

LONG_AGO = date(2023, 1, 1)
YEAR, LAST, CURRENT = (FleetView(period=period) for period in FleetPeriod)
EUR = NANO // 1000  # a €/MWh
DAY = timedelta(days=1)


def price(db, name="Fourniture", amount=45 * EUR, organisation=1, **told):
    values = {
        "organisation_id": organisation, "name": name, "kind": PriceKind.VARIABLE,
        "unit": PriceUnit.EUR_MWH, "amount": amount, "first_day": LONG_AGO, "last_day": None,
        "pce_id": None, "tag": "", "version": 1, "changed_at": NOW,
    }  # fmt: skip
    db.execute(insert(PriceComponent).values(values | told))


@pytest.fixture
def fleet(db, people):
    """Six sites of alice's: two tags, one price of its own, one that changes within a month."""
    pces = [site(db, place, this=10_000 + 777 * place, before=9_500) for place in range(6)]
    for place, tag in ((1, "Écoles"), (2, "Écoles"), (2, "Piscines"), (3, "Piscines")):
        db.add(PceTag(pce_id=pces[place].id, organisation_id=1, tag=tag))
    price(db)
    price(db, "TVA", 200_000, kind=PriceKind.RATE, unit=PriceUnit.PERCENT)
    price(db, "Abonnement", 31 * NANO + 7, kind=PriceKind.FIXED, unit=PriceUnit.EUR_MONTH)
    price(db, tag="Écoles", amount=60 * EUR + 1, last_day=date(2026, 3, 10))
    price(db, tag="Écoles", amount=70 * EUR, first_day=date(2026, 3, 11))
    price(db, "Accise", 10 * EUR + 3, kind=PriceKind.TAX, tag="Piscines")
    price(db, amount=30 * EUR, pce_id=pces[4].id)
    db.execute(insert(VerdictRow).values(verdict(pces[1], 0.97)))
    recompute_standings(db, list_stale_standings(db, TODAY), TODAY)
    rank(db, [pces[1].id])
    db.expire_all()
    return pces


def cost_of(db, viewer, view=YEAR):
    rows = queries.list_fleet(db, viewer, view)
    return {row.number[-1]: cost for row in rows for cost in [costs_of(db, viewer, view, row)]}


def costs_of(db, viewer, view, row):
    return queries.load_fleet_costs(db, viewer, view, [row])[row.id]


def by_months(db, viewer, pce):
    """The same from the roll-up of one PCE, and the tariffs made for it alone."""
    tariffs = load_prices(db, viewer, [pce.id])[pce.id]
    row, spent, gap = MonthlyConsumption, 0, 0
    query = select(row).where(row.pce_id == pce.id, row.month >= date(2025, 11, 1))
    for month in db.scalars(query.where(row.month < date(2026, 11, 1))):
        use = MonthUse(month.month, month.energy_wh, None, month.days_measured)
        spent += months_cost(tariffs, [use]).atto_eur
        gap += gap_cost(tariffs, use, month.shared_wh - month.before_wh)
    return FleetCost(spent, gap, priced=True)


def test_a_line_costs_its_months_and_its_gap_what_one_more_kilowatt_hour_does(db, fleet, alice):
    told = cost_of(db, alice)
    for place, pce in enumerate(fleet):
        assert told[str(place)] == by_months(db, alice, pce)
    plain = 365 * 10_000 * 45 * 12 // 10 + 12 * (31 * 10**6 + 0) * 12 // 10  # 1e-6 €
    assert told["0"].spent // 10**12 == plain
    assert told["0"].gap == 365 * 500 * 45 * ATTO * 12 // 10 // 10**6
    rows = queries.price_rows(db, alice, queries.list_fleet(db, alice, YEAR))
    costs = {row.number[-1]: row.equal_cost for row in rows}
    (corrected,) = [row for row in rows if row.equal]
    assert costs == dict.fromkeys("02345") | {"1": corrected.equal.gap_wh * corrected.price}
    tariff = tariff_on(load_prices(db, alice, [corrected.id])[corrected.id], alice.today)
    assert corrected.price == marginal(tariff)
    last = cost_of(db, alice, LAST)
    assert last["0"].gap == 31 * 500 * 45 * ATTO * 12 // 10 // 10**6


def test_sites_of_about_the_same_size_give_the_usual_price(db, fleet, alice, bob, monkeypatch):
    year_wh = 365 * 10_000
    assert queries.find_similar_prices(db, alice, year_wh) is None  # too few
    monkeypatch.setattr(similar_prices, "FEWEST_SIMILAR", 4)
    usual = queries.find_similar_prices(db, alice, year_wh)
    assert (usual.count, usual.low_cents < usual.high_cents) == (6, True)
    assert queries.find_similar_prices(db, alice, year_wh, fleet[0].number).count == 5
    assert queries.find_similar_prices(db, alice, 3 * year_wh) is None
    assert queries.find_similar_prices(db, bob, year_wh) is None


@pytest.mark.slow
def test_groups_cost_the_sum_of_their_lines(db, fleet, alice, dora):
    for view in (YEAR, LAST, CURRENT):
        told = cost_of(db, alice, view)
        spent = {one.name: one.spent for one in queries.list_groups_by_tag(db, alice, view)}
        spent["all"] = queries.list_groups_by_holder(db, alice, view)[0].spent
        for name, mine in {"Écoles": "12", "Piscines": "23", "all": "012345"}.items():
            sums = [sum(getattr(told[one], key) for one in mine) for key in ("spent", "gap")]
            # The price of schools changes within a month of the year: to a few Wh of it.
            most = 0 if view is not YEAR else 10**4 * 10**9
            found = spent[name]
            assert (found.priced, found.pces) == (len(mine), len(mine))
            assert abs(found.spent - sums[0]) <= most
            assert abs(found.gap - sums[1]) <= most
    assert [one.spent for one in queries.list_groups_by_holder(db, dora, YEAR)] == [None]


def test_a_day_without_a_price_leaves_the_site_out_and_says_so(db, fleet, alice):
    db.execute(insert(PriceComponent).values(_ended(db, fleet[5])))
    told = cost_of(db, alice)
    assert told["5"] == by_months(db, alice, fleet[5])  # that of all holds after
    db.execute(PriceComponent.__table__.delete().where(PriceComponent.__table__.c.tag == ""))
    db.execute(insert(PriceComponent).values(_ended(db, fleet[5])))
    told = cost_of(db, alice)
    assert told["5"] == FleetCost(partly_priced=True)
    assert told["0"] == told["3"] == FleetCost()
    assert queries.count_priced(db, alice, YEAR) == (2, 6)
    assert queries.count_priced(db, alice, FleetView(tag="Piscines")) == (1, 2)
    (holder,) = queries.list_groups_by_holder(db, alice, YEAR)
    assert holder.spent == FleetSpent(
        told["1"].spent + told["2"].spent, told["1"].gap + told["2"].gap, 2, 6
    )
    rows = {row.number[-1]: row for row in queries.list_fleet(db, alice, YEAR)}
    assert line(rows["5"], [], {rows["5"].id: told["5"]})[-3:] == ["prix partiels", None, None]
    assert line(rows["0"], [], {rows["0"].id: told["0"]})[-3:] == ["sans prix", None, None]
    said = text_of(groups(YEAR, queries.list_groups_by_tag(db, alice, YEAR), ()))
    assert "pour 1 PCE sur 2" in said
    assert "€ pour 2 PCE sur 6" in text_of(priced_note(alice, (2, 6)))
    assert "Saisir les prix" in text_of(priced_note(alice, None))


def test_a_site_without_data_costs_nothing_that_is_known_and_lacks_no_price(db, people, alice):
    pce = make_pce(db, "21600000000009", holder_id=1)
    price(db)
    recompute_standings(db, list_stale_standings(db, TODAY), TODAY)
    (row,) = queries.list_fleet(db, alice, YEAR)
    cost = costs_of(db, alice, YEAR, row)
    assert cost == FleetCost(priced=True)
    assert line(row, [], {pce.id: cost})[-3:] == [None, None, None]
    (holder,) = queries.list_groups_by_holder(db, alice, YEAR)
    assert holder.spent == FleetSpent(None, 0, 1, 1)


def _ended(db, pce):
    return {
        "organisation_id": 1,
        "name": "Fourniture",
        "kind": PriceKind.VARIABLE,
        "version": 1,
        "tag": "",
        "unit": PriceUnit.EUR_MWH,
        "amount": 20 * EUR,
        "first_day": LONG_AGO,
        "changed_at": NOW,
        "last_day": date(2026, 5, 31),
        "pce_id": pce.id,
    }


@pytest.mark.slow
def test_a_third_party_is_told_the_days_it_reads_at_its_own_prices(db, fleet, alice, bob, charlie):
    assert not queries.has_costs(db, bob)
    make_grant(db, fleet[0], 2, first_day=date(2024, 12, 2), last_day=date(2026, 10, 30))
    make_grant(db, fleet[1], 2, first_day=date(2026, 9, 5))
    hole = date(2026, 2, 1), date(2026, 9, 10)
    make_grant(db, fleet[2], 2, whole_from=hole[1] + DAY, holes=holes_text((hole,), (hole,)))
    price(db, amount=10 * EUR, organisation=2, first_day=date(2020, 1, 1))
    assert queries.has_costs(db, bob)
    told = cost_of(db, bob)
    assert told["0"].spent == (365 - 1) * 10_000 * 10 * ATTO // 10**6  # the last of October lacks
    assert told["0"].gap == 333 * 500 * 10 * ATTO // 10**6  # from 2 December
    assert told["1"].spent == (26 + 31) * 10_777 * 10 * ATTO // 10**6
    assert told["2"].spent == (92 + 20 + 31) * 11_554 * 10 * ATTO // 10**6  # before it, after it
    assert told["1"].gap == 0  # nothing faces it
    (holder,) = queries.list_groups_by_holder(db, bob, YEAR)
    assert holder.spent.spent == sum(cost.spent for cost in told.values())
    for row in queries.list_fleet(db, bob, YEAR):
        assert told[row.number[-1]].spent == row.energy_wh * 10 * ATTO // 10**6
    rows = queries.list_fleet(db, alice, YEAR)
    nothing = queries.load_fleet_costs(db, charlie, YEAR, rows).values()
    assert set(nothing) == {FleetCost()}
    assert not queries.has_costs(db, charlie)


def test_who_is_limited_to_a_tag_is_told_of_its_pce_alone(db, fleet, alice):
    limited = replace(alice, limited=True)
    db.add(UserTag(user_id=1, tag="Écoles", at=NOW))
    db.flush()
    whole = cost_of(db, alice)
    assert cost_of(db, limited) == {place: whole[place] for place in "12"}
    assert queries.count_priced(db, limited, YEAR) == (2, 2)
    (told,) = queries.list_groups_by_tag(db, limited, YEAR)
    assert told.spent.spent == whole["1"].spent + whole["2"].spent


def test_more_tags_than_a_number_has_bits_are_still_told_apart(db, fleet, alice):
    for place in range(70):
        price(db, f"Taxe {place}", EUR * 2**place % 997, kind=PriceKind.TAX, tag=f"t{place:02d}")
        if place % 3:
            db.add(PceTag(pce_id=fleet[0].id, organisation_id=1, tag=f"t{place:02d}"))
    db.flush()
    shared = load_shared_prices(db, alice)
    assert len(shared.columns) == 3
    key = tuple(db.execute(select(*shared.columns).where(Pce.id == fleet[0].id)).one())
    assert shared.tariffs(key) == load_prices(db, alice, [fleet[0].id])[fleet[0].id]
