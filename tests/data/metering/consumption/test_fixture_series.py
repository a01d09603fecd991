"""The figures of domain.md §6.2, read back through the screen's own query."""

from dataclasses import replace
from datetime import date

import pytest

from data.metering.consumption import queries
from data.metering.consumption.actions import store
from data.metering.consumption.files import read
from data.metering.consumption.types import DataKind, Preset, SeriesStep, View
from data.provenance import FEED
from tests.conftest import FILES
from tests.factories import NOW, PCE, make_pce

NAMES = [
    "Donnees_informatives_PCE_DAILY.xlsx",
    "donnees_informatives.json",
    "donnees_publiees.json",
]
YEARS = View(
    pce=PCE,
    preset=Preset.FREE,
    first=date(2015, 1, 1),
    last=date(2022, 12, 31),
    step=SeriesStep.YEAR,
)


@pytest.fixture
def loaded(db, people):
    pce = make_pce(db, holder_id=1)
    for name in NAMES:
        file = read(name, (FILES / name).read_bytes())
        for delivery in file.deliveries:
            store(db, pce.id, delivery, as_of=file.as_of, now=NOW, provenance=FEED)
    db.flush()


def test_the_years_of_the_informative_file(loaded, db, alice):
    found = queries.load_series(db, alice, YEARS)
    assert (found.first, found.data_until) == (date(2019, 11, 30), date(2022, 11, 29))
    kwh = {bar.first.year: bar.energy_wh // 1000 for bar in found.buckets}
    assert (kwh[2020], kwh[2021], kwh[2022]) == (21_160, 23_148, 14_380)
    corrected = [bar.first.year for bar in found.buckets if bar.corrected_on]
    assert corrected == [2021]


def test_corrected_days_tell_what_they_said(loaded, db, alice):
    view = replace(YEARS, first=date(2021, 11, 4), last=date(2021, 11, 21), step=SeriesStep.DAY)
    bars = queries.load_series(db, alice, view).buckets
    assert sum(bar.corrected_on is not None for bar in bars) == 13
    told = [queries.get_day_detail(db, alice, PCE, bar.first).revisions for bar in bars]
    assert sum(bool(revisions) for revisions in told) == 15


def test_published_periods_fill_years_without_losing_a_watt_hour(loaded, db, alice):
    found = queries.load_series(db, alice, replace(YEARS, data=DataKind.PUBLISHED))
    assert found.prorated
    assert found.total.energy_wh == sum(bar.energy_wh for bar in found.buckets) == 117_744_000
    hole = next(bar for bar in found.buckets if bar.first.year == 2019)
    assert (hole.days_absent, hole.days_prorated) == (31, 334)
