"""`periode` in all its forms, or two dates."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.adict.periods import period_in
from core.errors import Invalid

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("2026", date(2026, 1, 1), TODAY),  # the year under way stops today
        ("2025-09", date(2025, 9, 1), date(2025, 9, 30)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-11", date(2026, 11, 1), TODAY),
        ("2025-W01", date(2024, 12, 30), date(2025, 1, 5)),
        ("2026-W37", date(2026, 9, 7), date(2026, 9, 13)),
        ("2025-245", date(2025, 9, 2), date(2025, 9, 2)),
        ("2024-366", date(2024, 12, 31), date(2024, 12, 31)),
        ("P2-2024", date(2024, 1, 1), date(2025, 12, 31)),
        ("P3-2025-11", date(2025, 11, 1), date(2026, 1, 31)),
        ("P4-2025-W50", date(2025, 12, 8), date(2026, 1, 4)),
        ("P1-2025", date(2025, 1, 1), date(2025, 12, 31)),
    ],
)
def test_each_form_has_its_days(value, first, last):
    period = period_in({"periode": value}, TODAY, 5)
    assert (period.first, period.last) == (first, last)
    assert period.describe_period["valeur"] == value


def test_two_dates_are_the_days_themselves():
    period = period_in({"date_debut": "2026-01-06", "date_fin": "2026-01-08"}, TODAY, 3)
    assert period.describe_period == {
        "valeur": None,
        "date_debut": "2026-01-06",
        "date_fin": "2026-01-08",
    }


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"periode": ""},
        {"periode": "2025-09-01"},
        {"periode": "2025-13"},
        {"periode": "2025-W54"},
        {"periode": "2025-W53"},  # 2025 has 52
        {"periode": "2025-366"},
        {"periode": "2024-367"},
        {"periode": "2024-000"},
        {"periode": "P0-2024"},
        {"periode": "P2-2024-245"},
        {"periode": "P2-2024-WMM-2"},
        {"periode": "PN-2024"},
        {"periode": "2027"},
        {"periode": "2019"},
        {"periode": "٢٠٢٥"},
        {"periode": "2025", "date_debut": "2025-01-01"},
        {"periode": "2025", "date_debut": "2025-01-01", "date_fin": "2025-02-01"},
        {"date_debut": "2025-01-01"},
        {"date_fin": "2025-01-01"},
        {"date_debut": "2025-02-01", "date_fin": "2025-01-01"},
        {"date_debut": "2025-01-01", "date_fin": "2025-01-01"},
        {"date_debut": "01/01/2025", "date_fin": "2025-02-01"},
        {"date_debut": "2025-02-30", "date_fin": "2025-03-01"},
        {"date_debut": "2026-11-01", "date_fin": "2026-11-25"},
        {"date_debut": "2021-11-23", "date_fin": "2026-01-01"},
    ],
)
def test_what_is_malformed_to_come_or_too_old_is_refused(query):
    with pytest.raises(Invalid):
        period_in(query, TODAY, 5)


def test_the_history_is_measured_from_today():
    assert period_in({"date_debut": "2021-11-24", "date_fin": "2026-11-24"}, TODAY, 5)
    with pytest.raises(Invalid, match="3 ans"):
        period_in({"date_debut": "2021-11-24", "date_fin": "2026-11-24"}, TODAY, 3)
    leap = date(2028, 2, 29)
    assert period_in({"date_debut": "2025-02-28", "date_fin": "2025-03-02"}, leap, 3)


def test_a_date_after_today_has_its_code():
    with pytest.raises(Invalid) as refused:
        period_in({"date_debut": "2026-11-01", "date_fin": "2026-11-25"}, TODAY, 5)
    assert refused.value.params["code"] == "1000016"


@given(st.text(alphabet="0123456789PW-", max_size=14))
def test_no_text_breaks_it(value):
    try:
        period = period_in({"periode": value}, TODAY, 5)
    except Invalid:
        return
    assert period.first <= period.last <= TODAY
