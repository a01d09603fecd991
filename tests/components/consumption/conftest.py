"""Series made by hand: one bar a month, and bars of every state."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from data.metering.consumption.rules.calendar import month_end
from data.metering.consumption.types import (
    ChartMark,
    Comparison,
    Headline,
    Series,
    SeriesBucket,
    View,
)
from data.metering.pces.rules import month_of

FIRST, LAST, UNTIL = date(2025, 11, 1), date(2026, 11, 30), date(2026, 11, 21)


def make_comparison(**values):
    return Comparison(
        **{
            "years": 1,
            "energy_wh": 900_000,
            "volume_dm3": 80_000,
            "days": 30,
            "days_expected": 30,
            "this_wh": 1_000_000,
            "this_dm3": 90_000,
            "shared_wh": 900_000,
            "shared_dm3": 80_000,
        }
        | values
    )


def make_bucket(first, last, **values):
    days = (last - first).days + 1
    given = {
        "energy_wh": 1_000_000,
        "volume_dm3": 90_000,
        "days": days,
        "days_due": values.get("days", days),
        "days_measured": days,
        "days_estimated": 0,
        "days_reconstructed": 0,
        "days_absent": 0,
        "days_awaited": 0,
        "days_prorated": 0,
        "provisional": False,
        "current": False,
        "corrected_on": None,
        "flagged": False,
        "coefficient_e4": 111_000,
        "temperature_c100": 850,
        "comparisons": (make_comparison(days=days, days_expected=days),),
    }
    return SeriesBucket(first=first, last=last, **given | values)


def nothing(**values):
    return {"energy_wh": None, "volume_dm3": None, "days_measured": 0} | values


def make_series(*changes, **values):
    """Thirteen months; *changes* are (rank, fields) of the bars that differ."""
    starts = [month_of(FIRST, shift) for shift in range(13)]
    buckets = [make_bucket(day, month_end(day)) for day in starts]
    buckets[-1] = replace(
        buckets[-1],
        current=True,
        days_due=21,
        days_coming=7,
        days_measured=21,
        days_awaited=9,
        provisional=True,
    )
    for rank, fields in changes:
        buckets[rank] = replace(buckets[rank], **fields)
    headline = Headline(
        month=date(2026, 11, 1),
        until=UNTIL,
        energy_wh=54_180_000,
        volume_dm3=4_850_000,
        comparison=make_comparison(
            days=21, days_expected=21, this_wh=54_180_000, shared_wh=58_940_000
        ),
    )
    given = {
        "pce_id": 1,
        "number": "09999999910001",
        "alias": "Lycée des Tilleuls",
        "view": View(pce="09999999910001"),
        "first": FIRST,
        "last": LAST,
        "data_until": UNTIL,
        "buckets": tuple(buckets),
        "total": make_bucket(FIRST, LAST),
        "period_bucket": make_bucket(FIRST, LAST),
        "headline": headline,
        "year": make_bucket(FIRST, date(2026, 10, 31)),
        "marks": (ChartMark(date(2026, 4, 1), "supplier", "Énergie du Lac", "Gaz des Collines"),),
        "expected_on": date(2026, 11, 26),
        "history_first": date(2023, 1, 1),
        "prorated": False,
    }
    return Series(**given | values)


def make_days(count, **values):
    """*count* gas days ending on the last one known."""
    first = UNTIL - timedelta(days=count - 1)
    days = [first + timedelta(days=shift) for shift in range(count)]
    return make_series(
        buckets=tuple(make_bucket(day, day) for day in days),
        first=first,
        last=UNTIL,
        marks=(),
        **values,
    )


@pytest.fixture
def made():
    return make_series


@pytest.fixture
def made_days():
    return make_days


@pytest.fixture
def absent():
    return nothing
