"""Euros and emissions of a series: exact sums, days without a price missing, factors on PCS."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import update

from core.access import Permission
from data.identity.settings.types import Carbon, HeatingValue
from data.metering.consumption import queries
from data.metering.consumption.files.summary_writer import header, summary_csv
from data.metering.consumption.models import Reading
from data.metering.consumption.rules.labels import (
    amount,
    comparison_of,
    coverage,
    gap,
    quality_words,
)
from data.metering.consumption.rules.spending import thousandths
from data.metering.consumption.rules.table import columns, lines, total_line
from data.metering.consumption.types import Alignment, Preset, Quality, SeriesStep, Unit, View
from data.metering.prices.actions import add
from data.metering.prices.types import PriceDraft, PriceKind, PriceUnit
from tests.data.metering.consumption.test_queries import FIRST, UNTIL, add_readings, every
from tests.factories import NOW, PCE, make_grant, make_pce

OCTOBER = View(pce=PCE, preset=Preset.FREE, first=date(2026, 10, 1), last=date(2026, 10, 31),
               step=SeriesStep.DAY, unit=Unit.EUR, align=Alignment.DATE)  # fmt: skip
GAS = PriceDraft("Gaz", PriceKind.VARIABLE, PriceUnit.EUR_KWH, 10**9 // 2, date(2026, 10, 11))
CARBON = Carbon(Decimal("0.2154"), HeatingValue.PCS, "Base Carbone 2022")


@pytest.fixture
def pce(db, people):
    """Alice's, 1 kWh a day; Bob reads it."""
    row = make_pce(db, holder_id=1, data_until=UNTIL)
    make_grant(db, row, 2)
    add_readings(db, row, every(FIRST, UNTIL))
    return row


def test_days_without_a_price_are_gaps_and_the_total_is_the_sum_of_the_others(db, pce, alice):
    add(db, alice, GAS, now=NOW)
    shown = queries.load_series(db, alice, OCTOBER)
    total = shown.total
    assert (amount(total, Unit.EUR), total.days_unpriced) == (10_500, 10)  # 21 × 0,50 €
    assert coverage(total) == (21, 31)
    assert sum(bar.spent or 0 for bar in shown.buckets) == total.spent
    assert quality_words(shown.buckets[0], shown) == "Sans prix"
    assert "10 jours sans prix" in quality_words(total, shown)
    assert shown.priced
    assert (total.energy_wh, shown.total.days_absent) == (31_000, 10)
    by_month = queries.load_series(db, alice, replace(OCTOBER, step=SeriesStep.MONTH))
    assert by_month.total.spent == total.spent


def test_energy_is_beside_the_cost_that_the_view_in_euros_says(db, pce, alice, bob):
    add(db, alice, GAS, now=NOW)

    def costs(viewer, **view):
        source = queries.load_sourced_series(db, viewer, replace(OCTOBER, unit=Unit.KWH, **view))
        return queries.load_chart_costs(db, viewer, source)

    days = costs(alice)
    assert days.bars == (None,) * 10 + (500,) * 21
    assert days.total is None  # ten of its days have no price
    since = date(2026, 10, 11)
    euros = queries.load_series(db, alice, replace(OCTOBER, first=since))
    assert costs(alice, first=since).total == thousandths(euros.total.spent) == 10_500
    assert costs(bob) is None  # prices are those of the reader's organisation
    reading = frozenset({Permission.PCES_READ, Permission.CONSUMPTION_READ})
    assert costs(replace(alice, program=reading)) is None


def test_the_year_before_is_compared_on_days_that_have_a_price_in_both(db, pce, alice):
    add(db, alice, replace(GAS, first=date(2025, 10, 21), last=date(2025, 12, 31)), now=NOW)
    add(db, alice, replace(GAS, name="gaz 2", first=date(2026, 1, 1), amount=10**9), now=NOW)
    found = comparison_of(queries.load_series(db, alice, OCTOBER).total, 1)
    assert (found.days, found.days_expected) == (11, 31)
    assert thousandths(found.shared_spent) == 5_500
    assert gap(found, Unit.EUR) == 100


def test_without_a_price_nothing_is_drawn_and_kilowatt_hours_stay(db, pce, alice, bob):
    shown = queries.load_series(db, alice, OCTOBER)
    assert (shown.priced, shown.total.spent, shown.total.days_unpriced) == (False, None, 31)
    add(db, alice, GAS, now=NOW)
    assert not queries.load_series(db, bob, OCTOBER).priced  # the prices of another organisation
    energy = queries.load_series(db, alice, replace(OCTOBER, unit=Unit.KWH)).total
    assert (energy.days_unpriced, energy.spent, coverage(energy)) == (0, None, (31, 31))


@pytest.mark.parametrize(
    ("carbon", "grams"),
    [
        (CARBON, 6677),  # 31 × 0,2154 kg
        (
            Carbon(Decimal("0.2391"), HeatingValue.PCI, "x"),
            6677,
        ),  # ÷ 1,11: never applied to PCS as it is
    ],
)
def test_emissions_are_of_kilowatt_hours_pcs_whatever_the_basis_of_the_factor(
    db, pce, alice, carbon, grams
):
    view = replace(OCTOBER, unit=Unit.CO2)
    shown = queries.load_series(db, alice, view, carbon)
    assert amount(shown.total, Unit.CO2) == pytest.approx(grams, abs=1)
    assert queries.load_series(db, alice, view).total.spent is None


def test_a_volume_without_energy_costs_nothing_that_is_known(db, pce, alice):
    add(db, alice, GAS, now=NOW)
    day = date(2026, 10, 20)
    db.execute(update(Reading).where(Reading.gas_day == day).values(energy_wh=None))
    shown = queries.load_series(db, alice, OCTOBER)
    assert shown.buckets[19].days_unpriced == 1
    assert amount(shown.total, Unit.EUR) == 10_000


def test_the_table_and_the_file_say_the_unit(db, pce, alice):
    add(db, alice, GAS, now=NOW)
    shown = replace(queries.load_series(db, alice, OCTOBER, CARBON), carbon=CARBON)
    assert [(one.title, one.unit) for one in columns(shown)][1] == ("Coût", "€")
    assert total_line(shown).cells[1] == 10_500
    assert lines(shown)[-1].cells[1] is None
    told = summary_csv(shown).decode("utf-8-sig")
    assert ";0,5;" in told
    view = replace(OCTOBER, unit=Unit.CO2)
    emitted = replace(queries.load_series(db, alice, view, CARBON), carbon=CARBON)
    assert "0,2154 kg CO₂e par kWh PCS (Base Carbone 2022)" in header(emitted)[5]
    assert len([one for one in columns(emitted) if one.title == "Émissions"]) == 1


def test_what_is_beyond_the_right_costs_nothing(db, pce, alice, bob):
    add(db, bob, GAS, now=NOW)
    shown = queries.load_series(db, bob, OCTOBER)
    assert amount(shown.total, Unit.EUR) == 10_500
    assert thousandths(-1_500_000_000_000_000) == -2
    assert thousandths(None) is None


def test_a_day_that_a_grant_does_not_open_costs_nothing(db, pce, charlie):
    make_grant(db, pce, charlie.organisation_id, last_day=date(2026, 10, 15))
    add(db, charlie, GAS, now=NOW)
    shown = queries.load_series(db, charlie, OCTOBER)
    told = [bar.first.day for bar in shown.buckets if bar.spent is not None]
    assert told == [11, 12, 13, 14, 15]
    assert thousandths(shown.total.spent) == 2_500


def test_a_volume_without_energy_is_an_absent_day_whose_price_is_told_by_nobody(db, pce, alice):
    add(db, alice, replace(GAS, unit=PriceUnit.EUR_M3), now=NOW)
    hole = Reading.pce_id == pce.id, Reading.gas_day == date(2026, 10, 20)
    db.execute(update(Reading).where(*hole).values(energy_wh=None, quality=Quality.ABSENT))
    shown = queries.load_series(db, alice, OCTOBER)
    told = {bar.first.day: bar.spent for bar in shown.buckets}
    assert told[20] is None
    assert told[21] is not None
