"""Days: terms, reminders, and until when an organisation has a contract."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from data.contracts.rules.dates import (
    REMINDERS,
    ContractSpan,
    checked_terms,
    contracted_until,
    default_terms,
    is_over,
    reminder_due,
    starts,
    years_later,
)
from data.contracts.types import ContractState, ContractTerms

TODAY = date(2026, 11, 24)
S = ContractState
days = st.dates(date(2024, 1, 1), date(2036, 12, 31))


def test_a_leap_day_has_its_years():
    assert years_later(date(2024, 2, 29), 1) == date(2025, 2, 28)
    assert years_later(date(2024, 2, 29), 4) == date(2028, 2, 29)


def test_terms_are_three_years_from_today_or_from_the_end_that_is_renewed():
    assert default_terms(TODAY, None) == ContractTerms(TODAY, date(2029, 11, 23))
    assert default_terms(TODAY, date(2026, 12, 31)) == ContractTerms(
        date(2027, 1, 1), date(2029, 12, 31)
    )
    assert default_terms(TODAY, date(2026, 1, 1)).starts_on == TODAY


@given(days, st.one_of(st.none(), days))
def test_default_terms_are_good_terms(today, until):
    terms = default_terms(today, until)
    if terms.starts_on <= today + timedelta(days=366):
        assert checked_terms(terms, today) == terms


@pytest.mark.parametrize(
    "terms",
    [
        ContractTerms(TODAY - timedelta(days=1), None),
        ContractTerms(TODAY + timedelta(days=367), None),
        ContractTerms(TODAY, TODAY - timedelta(days=1)),
        ContractTerms(TODAY, date(2036, 11, 24)),
    ],
)
def test_terms_that_do_not_hold_are_refused(terms):
    with pytest.raises(Invalid):
        checked_terms(terms, TODAY)


def test_the_longest_terms_hold():
    for terms in (
        ContractTerms(TODAY, TODAY),
        ContractTerms(TODAY, None),
        ContractTerms(TODAY, date(2036, 11, 23)),
    ):
        assert checked_terms(terms, TODAY) == terms


def test_the_first_and_the_last_day_are_in_force():
    assert starts(TODAY, TODAY)
    assert not starts(TODAY + timedelta(days=1), TODAY)
    assert not is_over(TODAY, TODAY)
    assert is_over(TODAY - timedelta(days=1), TODAY)
    assert not is_over(None, TODAY)


@given(st.integers(0, 400), st.sets(st.integers(0, 400)))
def test_each_reminder_is_sent_once_and_the_nearest_of_those_missed(begins, asleep):
    """The clock runs down to the end, but on some days: what is due then is caught up once."""
    ends_on, sent, reminded = TODAY + timedelta(days=begins), [], None
    for left in range(begins, -1, -1):
        if left in asleep:
            continue
        due = reminder_due(ends_on, ends_on - timedelta(days=left), reminded)
        if due is not None:
            assert left <= due
            sent.append(due)
            reminded = due
    assert sent == sorted(set(sent), reverse=True)
    awake = [left for left in range(begins + 1) if left not in asleep]
    last = next((days for days in reversed(REMINDERS) if any(n <= days for n in awake)), None)
    assert (sent[-1] if sent else None) == last


def test_what_is_over_or_has_no_end_is_not_recalled():
    assert reminder_due(None, TODAY, None) is None
    assert reminder_due(TODAY - timedelta(days=1), TODAY, None) is None


def span(state, starts_on=None, ends_on=None, ended_on=None, *, was=True):
    return ContractSpan(state, starts_on, ends_on, ended_on, was)


def test_who_never_had_one_signed_keeps_what_they_had():
    for state in (S.DRAFT, S.SENT, S.CLIENT_SIGNED, S.COUNTERSIGNED, S.TERMINATED):
        assert contracted_until([span(state, TODAY, was=False)]) == (False, None)
    assert contracted_until([]) == (False, None)


def test_an_active_contract_covers_to_its_end_or_for_ever():
    assert contracted_until([span(S.ACTIVE, TODAY, date(2027, 1, 1))]) == (True, date(2027, 1, 1))
    assert contracted_until([span(S.ACTIVE, TODAY)]) == (True, date.max)


def test_a_signed_renewal_goes_on_where_the_active_one_ends():
    old = span(S.ACTIVE, TODAY, date(2026, 12, 31))
    after = span(S.COUNTERSIGNED, date(2027, 1, 1), date(2029, 12, 31), was=False)
    hole = span(S.COUNTERSIGNED, date(2027, 1, 2), date(2029, 12, 31), was=False)
    assert contracted_until([old, after]) == (True, date(2029, 12, 31))
    assert contracted_until([old, hole]) == (True, date(2026, 12, 31))
    assert contracted_until([span(S.ACTIVE, TODAY), after]) == (True, date.max)


def test_what_ended_covers_to_its_last_day():
    over = span(S.TERMINATED, date(2026, 1, 1), date(2028, 1, 1), date(2026, 11, 23))
    assert contracted_until([over]) == (True, date(2026, 11, 23))
    past = span(S.EXPIRED, date(2025, 1, 1), date(2025, 12, 31), date(2025, 12, 31))
    assert contracted_until([past, over]) == (True, date(2026, 11, 23))
    now = span(S.ACTIVE, date(2026, 11, 24), date(2027, 1, 1))
    assert contracted_until([past, over, now]) == (True, date(2027, 1, 1))
