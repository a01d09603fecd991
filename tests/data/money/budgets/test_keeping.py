"""Budgets that are kept: whose they are, who changes them, where they stand."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from core.access import Role
from core.errors import Conflict, Forbidden, Invalid, NotFound
from data.analysis.signatures.models import VerdictRow
from data.analysis.signatures.queries import get_portrait
from data.analysis.signatures.queries.readable import load_readable_fits
from data.analysis.signatures.types import Reason
from data.identity.accounts.models import UserTag
from data.identity.audit.models import AuditEvent
from data.metering.consumption.models import MonthlyConsumption
from data.metering.consumption.types import BudgetOutlook, Unit
from data.metering.pces.models import PceTag
from data.metering.pces.rules import month_of
from data.metering.prices.actions import add as add_price
from data.metering.prices.queries import load_prices
from data.metering.prices.types import PriceDraft, PriceKind, PriceTarget, PriceUnit
from data.metering.weather.models import Station, WeatherArea, WeatherDay
from data.money.budgets.actions import add, change, remove, restore
from data.money.budgets.actions.entry import phase
from data.money.budgets.queries import get_budget, list_budgets, list_changes, list_followed_budgets
from data.money.budgets.queries.forecast_prices import load_prices_per_kwh
from data.money.budgets.types import BudgetDraft
from tests.data.analysis.signatures.test_portrait import burn
from tests.factories import NOW, PCE, make_grant, make_pce

OTHER = "09999999910002"
YEAR = BudgetDraft(365_000_000, Unit.KWH, date(2026, 1, 1), PriceTarget(PCE))
pytestmark = pytest.mark.usefixtures("people")


@pytest.fixture
def pces(db):
    rows = make_pce(db, holder_id=1), make_pce(db, OTHER, holder_id=1)
    db.add(PceTag(pce_id=rows[1].id, organisation_id=1, tag="écoles"))
    db.flush()
    return [row.id for row in rows]


def month(db, pce_id, first, wh, days):
    db.add(
        MonthlyConsumption(
            pce_id=pce_id, month=first, energy_wh=wh, volume_dm3=0, days_measured=days,
            days_estimated=0, days_reconstructed=0, days_absent=0,
        )
    )  # fmt: skip
    db.flush()


def weather(db, *, years=(2024, 2025)):
    """A station that serves the PCE: 8 °C in winter, 20 °C else."""
    db.add(Station(id=1, code="1", name="Exemple"))
    db.flush()
    db.add(WeatherArea(prefix="99", station_id=1))
    day = date(years[0], 1, 1)
    while day <= date(years[-1], 12, 31):
        cold = 800 if day.month in {1, 2, 3, 11, 12} else 2000
        db.add(WeatherDay(station_id=1, day=day, mean_c100=cold + 100 * (day.year % 2)))
        day = date.fromordinal(day.toordinal() + 1)
    db.flush()


def judge(db, pce_id, reason=None):
    db.add(
        VerdictRow(
            pce_id=pce_id, first_day=date(2024, 1, 1), until=date(2026, 11, 1), base=18.0,
            baseload_wh=1000.0, slope_wh=500.0, use=1.0, out=1.0, weeks=52, r2=0.9, cvrmse=0.1,
            reason=reason, year=date(2025, 1, 1), ratio=None, difference_wh=0, climate_wh=0,
            calendar_wh=0, missing_wh=0, rest_wh=0, day_wh=3000, cause=None, stake_wh=None,
        )
    )  # fmt: skip
    db.flush()


def test_a_budget_has_its_history_and_the_journal_knows(db, pces, alice):
    made = add(db, alice, YEAR, now=NOW)
    change(db, alice, (made, 1), replace(YEAR, amount=1000, first=date(2026, 7, 1)), now=NOW)
    with pytest.raises(Conflict):
        change(db, alice, (made, 1), YEAR, now=NOW)
    with pytest.raises(NotFound):
        change(db, alice, (made, 2), replace(YEAR, target=PriceTarget()), now=NOW)

    kept = get_budget(db, alice, made)
    assert (kept.version, kept.by, kept.draft.first) == (2, "Alice", date(2026, 7, 1))
    assert sum(kept.phasing.months) == 1000
    said = list_changes(db, alice, made)
    assert [(one.amount, one.by) for one in said] == [(1000, "Alice"), (YEAR.amount, "Alice")]

    remove(db, alice, (made, 2), now=NOW)
    assert list_budgets(db, alice) == ()
    assert list_changes(db, alice, made) == ()
    with pytest.raises(NotFound):
        get_budget(db, alice, made)
    told = db.scalars(select(AuditEvent.action).where(AuditEvent.object_type == "budget"))
    assert list(told) == ["budgets.added", "budgets.changed", "budgets.removed"]

    restore(db, alice, made, now=NOW)
    assert get_budget(db, alice, made).draft == kept.draft
    assert [one.removed for one in list_changes(db, alice, made)] == [False, True, False, False]
    remove(db, alice, (made, 4), now=NOW)
    other = add(db, alice, YEAR, now=NOW)
    with pytest.raises(Conflict):  # a budget of the same months took its place
        restore(db, alice, made, now=NOW)
    remove(db, alice, (other, 1), now=NOW)
    with pytest.raises(NotFound):
        restore(db, alice, made, now=NOW + timedelta(days=2))


def test_nobody_else_sees_it_and_it_goes_with_the_pce(db, pces, alice, bob):
    shared = make_pce(db, "09999999910003", holder_id=1)
    grant = make_grant(db, shared, 2)
    add(db, alice, YEAR, now=NOW)
    assert list_budgets(db, bob) == ()
    with pytest.raises(NotFound):
        add(db, bob, YEAR, now=NOW)

    own = replace(YEAR, target=PriceTarget(shared.number))
    made = add(db, bob, own, now=NOW)
    assert len(list_budgets(db, bob, shared.number)) == 1
    db.delete(grant)
    db.flush()
    assert list_budgets(db, bob) == ()
    with pytest.raises(NotFound):
        get_budget(db, bob, made)


def test_who_is_limited_to_tags_knows_those_of_their_tags_and_pce(db, pces, alice):
    for target in (PriceTarget(), PriceTarget(PCE), PriceTarget(OTHER), PriceTarget(tag="écoles")):
        add(db, alice, replace(YEAR, target=target), now=NOW)
    assert len(list_budgets(db, alice)) == 4
    db.add(UserTag(user_id=alice.user_id, tag="écoles", at=NOW))
    db.flush()
    some = replace(alice, limited=True)
    assert {one.draft.target for one in list_budgets(db, some)} == {
        PriceTarget(OTHER), PriceTarget(tag="écoles")
    }  # fmt: skip
    with pytest.raises(Forbidden):
        add(db, some, replace(YEAR, target=PriceTarget(), first=date(2027, 1, 1)), now=NOW)


def test_what_may_not_be_is_refused(db, pces, alice, dora):
    reader = replace(alice, role=Role.CLIENT)
    with pytest.raises(Forbidden):
        add(db, reader, YEAR, now=NOW)
    for wrong in (
        replace(YEAR, target=PriceTarget(tag="bains")),
        replace(YEAR, first=date(2026, 1, 2)),
        replace(YEAR, unit=Unit.M3),
        replace(YEAR, unit=Unit.EUR),  # no price
    ):
        with pytest.raises(Invalid):
            add(db, alice, wrong, now=NOW)
    with pytest.raises(Invalid):
        add(db, dora, replace(YEAR, target=PriceTarget()), now=NOW)
    add(db, alice, YEAR, now=NOW)
    with pytest.raises(Conflict):
        add(db, alice, replace(YEAR, first=date(2026, 12, 1)), now=NOW)


def test_it_is_phased_by_the_normal_climate_else_by_the_past_else_by_days(db, pces, alice):
    made = [add(db, alice, YEAR, now=NOW)]
    for rank in range(1, 13):
        month(db, pces[0], date(2025, rank, 1), 10 * rank * 28, 28)
    made.append(add(db, alice, replace(YEAR, first=date(2027, 1, 1)), now=NOW))
    judge(db, pces[0])
    weather(db)
    made.append(add(db, alice, replace(YEAR, first=date(2028, 1, 1)), now=NOW))

    days, past, climate = (get_budget(db, alice, one).phasing for one in made)
    assert (days.days, days.reason) == (1, Reason.FEW_WEEKS)
    assert days.months[0] == 31_000_000
    assert (past.past, past.reason) == (1, Reason.FEW_WEEKS)
    assert past.months[11] > 11 * past.months[0]
    assert (climate.climate, climate.reason) == (1, None)
    assert sum(climate.months) == YEAR.amount
    cold = 18 - (8.0 + 9.0) / 2
    told = (1000 + 500 * cold) / 1000
    assert climate.months[0] / climate.months[6] == pytest.approx(told, rel=1e-6)
    assert climate.months[1] / climate.months[0] == pytest.approx(29 / 31, rel=1e-6)


def test_it_stands_on_the_same_days_and_its_end_is_estimated(db, pces, alice):
    judge(db, pces[0])
    weather(db)
    made = add(db, alice, YEAR, now=NOW)
    plan = get_budget(db, alice, made).phasing.months
    for rank in range(1, 11):
        lacking = 5 if rank == 4 else 0
        days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31][rank - 1]
        wh = plan[rank - 1] * (days - lacking) // days
        month(db, pces[0], date(2026, rank, 1), wh, days - lacking)

    (found,) = list_followed_budgets(db, alice, list_budgets(db, alice))

    stands = found.standing
    assert stands.until == date(2026, 10, 1)
    assert abs(stands.gap) <= 10
    assert stands.known_days == 304 - 5
    assert stands.phased == sum(plan[:10])
    assert found.forecast.low < found.forecast.total < found.forecast.high
    assert found.outlook in {BudgetOutlook.UNLIKELY, BudgetOutlook.POSSIBLE}
    assert found.lines[3].planned < found.lines[3].plan
    judge_again = db.get(VerdictRow, pces[0])
    judge_again.reason = Reason.LOOSE
    db.flush()
    (found,) = list_followed_budgets(db, alice, list_budgets(db, alice))
    assert (found.forecast, found.outlook) == (None, BudgetOutlook.UNTOLD)


def test_euros_are_phased_and_held_at_their_prices(db, pces, alice):
    add_gas_and_subscription(db, alice)
    judge(db, pces[0])
    weather(db)
    made = add(db, alice, replace(YEAR, unit=Unit.EUR, amount=500_000), now=NOW)
    month(db, pces[0], date(2026, 1, 1), 200_000, 31)

    (found,) = list_followed_budgets(db, alice, [get_budget(db, alice, made)])

    assert found.standing.consumed == 30_000  # 20 € of gas, 10 € of subscription
    assert found.forecast.low < found.forecast.total < found.forecast.high
    assert sum(found.budget.phasing.months) == 500_000


def test_energy_is_valued_and_euros_are_turned_into_energy_at_the_same_prices(db, pces, alice):
    add_gas_and_subscription(db, alice)
    judge(db, pces[0])
    weather(db)
    made = add(db, alice, YEAR, now=NOW)
    month(db, pces[0], date(2026, 1, 1), 200_000, 31)
    energy = follow_in_both_units(db, alice, made)

    euros = energy.equivalent
    assert (euros.unit, euros.amount) == (Unit.EUR, pytest.approx(36_500_000 + 120_000, abs=12))
    assert euros.standing.consumed == 30_000  # 20 € of gas, 10 € of subscription
    assert euros.standing.gap == pytest.approx(energy.standing.gap / 10, abs=2)
    assert euros.forecast.total == pytest.approx(energy.forecast.total / 10 + 120_000, abs=12)
    remove(db, alice, (made, 1), now=NOW)
    made = add(db, alice, replace(YEAR, unit=Unit.EUR, amount=euros.amount), now=NOW)
    money = follow_in_both_units(db, alice, made)
    assert money.equivalent.amount == pytest.approx(YEAR.amount, rel=1e-6)
    assert money.equivalent.standing.consumed == 200_000
    assert money.equivalent.forecast == energy.forecast
    assert not energy.lacks_price
    assert not money.lacks_price
    (alone,) = list_followed_budgets(db, alice, [get_budget(db, alice, made)])
    assert alone.equivalent is None


def test_what_has_a_day_without_price_is_not_valued(db, pces, alice):
    made = add(db, alice, YEAR, now=NOW)
    for rank in (1, 2):
        month(db, pces[0], date(2026, rank, 1), 200_000, 28)
    bare = follow_in_both_units(db, alice, made)
    assert (bare.equivalent.standing, bare.lacks_price) == (None, True)
    assert not any(bare.equivalent.lines)
    add_gas_and_subscription(db, alice, last=date(2026, 6, 30))
    spring = follow_in_both_units(db, alice, made)
    assert spring.equivalent.amount is None
    assert spring.equivalent.standing.until == date(2026, 2, 1)
    assert [bool(line) for line in spring.equivalent.lines] == [True] * 6 + [False] * 6
    assert spring.lacks_price


def add_gas_and_subscription(db, viewer, last=None):
    first = date(2025, 1, 1)
    gas = PriceDraft("Gaz", PriceKind.VARIABLE, PriceUnit.EUR_MWH, 100_000_000, first, last)
    monthly = PriceUnit.EUR_MONTH
    subscription = PriceDraft("Abonnement", PriceKind.FIXED, monthly, 10 * 10**9, first, last)
    for draft in (gas, subscription):
        add_price(db, viewer, draft, now=NOW)


def follow_in_both_units(db, viewer, budget_id):
    budgets = [get_budget(db, viewer, budget_id)]
    (tracked,) = list_followed_budgets(db, viewer, budgets, in_both_units=True)
    return tracked


def test_the_worst_comes_first_and_a_set_is_of_its_pce(db, pces, alice):
    for target in (PriceTarget(), PriceTarget(PCE), PriceTarget(tag="écoles")):
        add(db, alice, replace(YEAR, target=target), now=NOW)
    month(db, pces[0], date(2026, 1, 1), 10**9, 31)

    found = list_followed_budgets(db, alice, list_budgets(db, alice))

    assert [one.budget.draft.target for one in found] == [
        PriceTarget(), PriceTarget(PCE), PriceTarget(tag="écoles")
    ]  # fmt: skip
    assert [one.pces for one in found] == [2, 1, 1]
    assert found[0].outlook is found[1].outlook is BudgetOutlook.OVER
    assert found[0].standing.planned == pytest.approx(31_000_000 / 2, abs=1)
    assert found[2].standing is None
    assert list_followed_budgets(db, alice, ()) == ()


def test_each_reads_alone_what_it_reads_with_the_others(db, pces, alice):
    """Months of another budget of the same PCE are none of its own: neither had nor left."""
    gas = PriceDraft("Gaz", PriceKind.VARIABLE, PriceUnit.EUR_MWH, 100_000_000, date(2024, 1, 1))
    add_price(db, alice, gas, now=NOW)
    weather(db)
    for rank, pce in enumerate(pces):
        judge(db, pce)
        for at in range(20):
            month(db, pce, month_of(date(2025, 1, 1), at), 90_000 + 1000 * at + rank, 28)
    for unit, amount in ((Unit.KWH, YEAR.amount), (Unit.EUR, 500_000)):
        for first in (date(2025, 1, 1), date(2026, 1, 1)):
            one = replace(YEAR, unit=unit, amount=amount, first=first)
            target = PriceTarget(PCE) if unit is Unit.KWH else PriceTarget(tag="écoles")
            add(db, alice, replace(one, target=target), now=NOW)
    add(db, alice, replace(YEAR, first=date(2025, 7, 1), target=PriceTarget()), now=NOW)
    every = list_budgets(db, alice)

    together = {one.budget.id: one for one in list_followed_budgets(db, alice, every)}

    for one in every:
        assert list_followed_budgets(db, alice, [one]) == (together[one.id],)
        known = sum(line.consumed for line in together[one.id].lines)
        assert known <= together[one.id].forecast.total


def test_a_price_by_the_cubic_metre_is_put_by_kwh_at_the_coefficient_of_the_last_year(
    db, pces, alice
):
    by_volume = PriceDraft(
        "Gaz", PriceKind.VARIABLE, PriceUnit.EUR_M3, 1_000_000_000, date(2025, 1, 1)
    )
    add_price(db, alice, by_volume, now=NOW)
    for rank in range(1, 13):
        month(db, pces[0], month_of(alice.today, -rank), 300_000, 28)
    db.execute(update(MonthlyConsumption).values(volume_dm3=30_000))  # 10 kWh a m³
    prices = load_prices(db, alice, pces)
    (known,), (usual,) = (load_prices_per_kwh(db, alice, prices)[pce] for pce in pces)
    assert (known.per_m3, known.per_kwh_pcs) == (0, 100_000_000)
    assert usual.per_kwh_pcs == 1_000_000_000 * 10_000 // 112_000  # none of its volumes is known
    euros = replace(YEAR, unit=Unit.EUR)
    made = add(db, alice, euros, now=NOW)
    (told,) = list_followed_budgets(db, alice, [get_budget(db, alice, made)])
    assert sum(told.budget.phasing.months) == euros.amount
    assert load_prices_per_kwh(db, alice, {}) == {}


def test_a_granted_pce_is_told_from_its_signature_on_the_days_that_may_be_read(
    db, alice, bob, charlie, monkeypatch
):
    """Whatever was judged of all its days, « moins de 20 semaines » was said of 130 of them."""
    pce = make_pce(db, holder_id=1)
    burn(db, pce, base=18.0, noise=0.02)
    judge(db, pce.id)
    make_grant(db, pce, 2, first_day=date(2024, 5, 1))

    fit, mean = load_readable_fits(db, bob, [pce.id])[pce.id]
    assert fit == get_portrait(db, bob, PCE, 18.0).best_fit
    assert (fit.reason, mean > 0) == (None, True)
    assert fit.weeks > 100
    assert load_readable_fits(db, alice, [pce.id])[pce.id][1] == 3000  # the stored one
    grants = {"first_day": date(2024, 1, 1), "holes": "d2025-02-04/2025-02-28"}
    make_grant(db, pce, 3, whole_from=date(2025, 3, 1), **grants)
    pieces, _mean = load_readable_fits(db, charlie, [pce.id])[pce.id]
    assert pieces == get_portrait(db, charlie, PCE, 18.0).best_fit
    assert pieces.weeks == fit.weeks + 18 - 4  # of all the pieces, less those that the hole cuts

    (made,) = phase(db, bob, [YEAR])
    assert (made.climate, made.reason) == (1, None)
    monkeypatch.setattr("data.analysis.signatures.queries.readable.MOST_MADE", 0)
    (made,) = phase(db, bob, [YEAR])
    assert (made.climate, made.reason) == (0, Reason.UNREAD)
