"""What the words and the table say of a bar, at their edges."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from core.i18n import long_day
from data.identity.settings.types import Carbon, HeatingValue
from data.metering.consumption.files.summary_writer import header
from data.metering.consumption.rules import labels, table
from data.metering.consumption.types import SeriesStep, Unit, View
from tests.components.consumption.conftest import make_bucket, make_comparison, make_series

FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)


def test_a_gap_is_not_said_without_both_sides():
    assert labels.gap(None, Unit.KWH) is None
    assert labels.gap(make_comparison(days=0), Unit.KWH) is None
    assert labels.gap(make_comparison(this_dm3=None), Unit.M3) is None
    assert labels.gap(make_comparison(shared_wh=0), Unit.KWH) is None


def test_no_bar_has_no_comparison():
    assert labels.comparison_of(None, 1) is None


def test_a_bar_wholly_reconstructed_says_so():
    bucket = make_bucket(
        FIRST, LAST, days=31, days_measured=0, days_reconstructed=31, comparisons=()
    )
    assert "econstitué (R)" in labels.quality_words(bucket, make_series())


def test_a_table_without_temperature_has_no_such_column():
    series = make_series()
    bare = replace(series, view=replace(series.view, temperature=False))
    keys = {column.key for column in table.columns(bare)}
    assert "temp" in {column.key for column in table.columns(series)}
    assert "temp" not in keys


def test_no_period_has_no_total_line():
    assert table.total_line(replace(make_series(), total=None)) is None


def test_the_coefficient_column_is_there_at_every_step():
    for step in SeriesStep:
        series = replace(make_series(), view=View(step=step, temperature=False))
        assert "coef" in {column.key for column in table.columns(series)}


def test_some_rebuilt_days_are_counted():
    bucket = make_bucket(FIRST, LAST, days_measured=29, days_reconstructed=2, comparisons=())
    assert "2 jours reconstitués" in labels.quality_words(bucket, make_series())


def test_deposited_days_are_counted_and_a_whole_period_of_them_is_said():
    some = make_bucket(FIRST, LAST, days_measured=31, days_deposited=2, comparisons=())
    assert "2 jours déposés par une organisation" in labels.quality_words(some, make_series())
    whole = replace(some, days_deposited=some.days)
    assert "éposé par une organisation (D)" in labels.quality_words(whole, make_series())


def test_a_period_without_a_day_has_no_share():
    assert table.measured_share(make_bucket(FIRST, LAST, days=0, days_due=0)) == ""


def test_a_bar_without_data_reaches_no_day():
    bucket = make_bucket(FIRST, LAST)
    assert labels.known_until(bucket, None) is None
    assert labels.known_until(bucket, date(2026, 9, 30)) is None
    assert labels.known_until(bucket, date(2026, 10, 4)) == date(2026, 10, 4)


FACTOR = Carbon(Decimal("0.2154"), HeatingValue.PCS, "Base Carbone")


def test_emissions_are_of_the_energy_whatever_the_unit():
    bucket = make_bucket(FIRST, LAST, energy_wh=1_000_000)
    series = replace(make_series(), carbon=FACTOR)
    metric = replace(series, view=replace(series.view, unit=Unit.M3))
    assert labels.emitted(bucket, series) == labels.emitted(bucket, metric) == 215_400
    assert labels.emitted(replace(bucket, energy_wh=None), series) is None
    assert labels.emitted(bucket, make_series()) is None


def test_a_factor_says_its_basis_and_its_source():
    said = labels.factor_words(FACTOR).replace("\u202f", " ")
    assert said == "0,2154 kg CO₂e par kWh PCS (Base Carbone)"
    lower = Carbon(Decimal("0.2392"), HeatingValue.PCI, "ADEME")
    said = labels.factor_words(lower)
    assert said == "0,2155 kg CO₂e par kWh PCS (0,2392 par kWh PCI, ADEME)"


def test_a_file_has_the_emissions_of_each_line_and_how_they_are_counted():
    series = replace(make_series(), carbon=FACTOR)
    keys = [column.key for column in table.columns(series)]
    assert "co2" in keys
    assert "co2" not in [column.key for column in table.columns(make_series())]
    (head,) = [title for title in header(series) if "CO₂e" in title]
    assert head.endswith("\u00a0: 0,2154 kg CO₂e par kWh PCS (Base Carbone)")
    energies = [bucket.energy_wh for bucket in reversed(series.buckets)]
    emitted = [line.cells[keys.index("co2")] for line in table.lines(series)]
    assert emitted == [None if wh is None else round(wh * 0.2154) for wh in energies]


def test_the_first_of_a_month_is_said_as_in_a_sentence():
    assert long_day(date(2025, 11, 1)).startswith("1er")
    assert long_day(date(2025, 11, 11)).startswith("11")
