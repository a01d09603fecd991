"""Numbers, searching and freshness of delivery points."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from data.metering.pces.rules import (
    bare_typed,
    days_late,
    due_on,
    edits,
    folded,
    freshness_bounds,
    freshness_of,
    is_number,
    known_by,
    meant_by,
    normalised,
    number_of,
    same_number,
    search_key,
    search_text,
    storable,
)
from data.metering.pces.types import Frequency, PceFreshness
from data.runs.files.refusals import clean

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("09999999910001", "09999999910001"),
        (" 0999 9999\u00a091\u202f0001 ", "09999999910001"),
        ("gi001234", "GI001234"),
    ],
)
def test_spaces_and_small_letters_do_not_matter(typed, number):
    assert number_of(typed) == number
    assert is_number(number)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("9999991575084.0", "09999991575084"),  # a program's: its zero lost, another one won
        ("9999991575084,00", "09999991575084"),
        ("09999991575084.0", "09999991575084"),
        ("0999999.1234567", "09999991234567"),
        ("0999999123.0000", "09999991230000"),  # in groups
        ("0999-9999-910001", "09999999910001"),
        ("PCE n° O9999999910001", "09999999910001"),
        ("0999999\u200b9910001", "09999999910001"),
        ("０９９９９９９９９１０００１", "09999999910001"),
        ("GI-001234", "GI001234"),
        ("0999999157508.0", ""),  # which of its zeros is wrong?
        ("999999157508.0", ""),
        ("9999999910001E2", ""),
    ],
)
def test_a_sign_in_excess_is_proposed_out_and_never_taken_out_silently(written, meant):
    assert meant_by(written) == meant
    assert not is_number(normalised(written))
    with pytest.raises(Invalid) as caught:
        number_of(written)
    assert caught.value.params.get("meant", "") == meant


def test_a_sign_that_nobody_sees_is_shown():
    with pytest.raises(Invalid) as caught:
        number_of("0999999\u200b9910001")
    assert "0999999⟨U+200B⟩9910001" in str(caught.value)


def test_who_looks_for_a_number_may_write_points_and_dashes():
    assert same_number("09999999910001", "0999.9999-910 001")
    assert bare_typed(" gi-001.234") == "GI001234"


def test_a_lost_zero_is_proposed_and_never_put_back_silently():
    with pytest.raises(Invalid) as caught:
        number_of("9999999910001")
    assert caught.value.params == {"found": "9999999910001", "proposed": "09999999910001"}


@pytest.mark.parametrize(
    ("typed", "missing"), [("0999999991000", 1), ("999999991000", 2), ("0999 9999", 6), ("7", 13)]
)
def test_a_number_cut_short_says_how_many_digits_it_lacks_and_proposes_no_zero(typed, missing):
    with pytest.raises(Invalid) as caught:
        number_of(typed)
    assert caught.value.params == {"found": typed.replace(" ", ""), "missing": missing}
    assert f"n’est pas un PCE : sur 14 chiffres, il en manque {missing}." in str(caught.value)


@pytest.mark.parametrize("typed", ["", "123", "GI12345", "2.2E+13", "٠٩٩٩٩٩٩٩٩١٠٠٠١", "0" * 15])
def test_what_is_no_number_is_refused_with_what_was_found(typed):
    with pytest.raises(Invalid, match="n’est pas un PCE"):
        number_of(typed)
    assert not is_number(normalised(typed))


def test_a_search_looks_for_digits_without_leading_zeros():
    assert search_key(" 099 99 ") == "9999"


def test_folding_forgets_accents_ligatures_capitals_and_spaces():
    assert folded("  Œuvres  d’ÉTÉ\u00a0STRASSE ß") == "oeuvres d'ete strasse ss"
    assert search_text("GI001234", "École", "Évry", "") == "ecole evry gi001234"


DIRECTIONS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.mark.parametrize("sign", DIRECTIONS)
def test_nothing_that_turns_the_direction_round_is_kept(sign):
    assert storable(f"Mairie{sign} de Nord") == "Mairie de Nord"
    assert storable(sign) == ""
    assert clean(f"Mairie{sign}é") == "Mairieé"


@given(st.text())
def test_what_is_folded_can_be_stored_and_folded_again(text):
    once = folded(text)
    assert storable(once) == once
    assert "\0" not in once
    once.encode()


@pytest.mark.parametrize(
    ("until", "frequency", "due"),
    [
        (date(2026, 11, 20), Frequency.DAILY, date(2026, 11, 24)),
        (date(2026, 11, 20), Frequency.MONTHLY, date(2026, 11, 24)),
        (date(2026, 10, 31), Frequency.MONTHLY_LARGE, date(2026, 12, 20)),
        (date(2026, 10, 30), Frequency.MONTHLY_LARGE, date(2026, 11, 20)),
        (date(2026, 11, 30), Frequency.MONTHLY_LARGE, date(2027, 1, 20)),
        (date(2026, 3, 14), Frequency.HALF_YEARLY, date(2027, 3, 31)),
    ],
)
def test_the_next_data_are_expected_as_often_as_the_meter_is_read(until, frequency, due):
    assert due_on(until, frequency) == due
    assert days_late(until, frequency, due) == 0
    assert days_late(until, frequency, due + timedelta(days=1)) == 1


def test_a_large_site_is_not_late_before_the_twentieth_of_the_month_after():
    october, large = date(2026, 10, 31), Frequency.MONTHLY_LARGE
    assert freshness_of(october, large, TODAY) is PceFreshness.FRESH
    assert freshness_of(october, large, date(2026, 12, 20)) is PceFreshness.FRESH
    assert freshness_of(october, large, date(2026, 12, 21)) is PceFreshness.LATE
    assert freshness_of(october, large, date(2026, 12, 27)) is PceFreshness.LATE
    assert freshness_of(october, large, date(2026, 12, 28)) is PceFreshness.STALE
    assert freshness_of(october, Frequency.DAILY, TODAY) is PceFreshness.STALE


@given(st.dates(date(2019, 1, 1), date(2030, 1, 1)), st.sampled_from(Frequency), st.data())
def test_what_should_be_known_by_a_day_is_what_is_not_late_on_it(day, frequency, draw):
    until = day - timedelta(days=draw.draw(st.integers(0, 500)))
    assert (until >= known_by(day, frequency)) == (due_on(until, frequency) >= day)


@given(
    st.one_of(st.none(), st.integers(-3, 500)),
    st.sampled_from(Frequency),
    st.dates(date(2019, 1, 1), date(2030, 1, 1)),
)
def test_bounds_and_state_of_freshness_agree(lag, frequency, today):
    until = None if lag is None else today - timedelta(days=lag)
    state = freshness_of(until, frequency, today)
    for other in PceFreshness:
        first, last = freshness_bounds(other, frequency, today)
        inside = (
            until is not None
            and other not in {PceFreshness.NEVER, PceFreshness.CLOSED}
            and (first is None or until >= first)
            and (last is None or until <= last)
        )
        assert inside == (other is state and until is not None)


@pytest.mark.parametrize("until", [None, TODAY, TODAY - timedelta(days=400)])
def test_a_site_is_closed_from_the_day_after_its_last_in_service(until):
    yesterday, tomorrow = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
    daily = Frequency.DAILY
    assert freshness_of(until, daily, TODAY, ended_on=yesterday) is PceFreshness.CLOSED
    for ended_on in (TODAY, tomorrow, None):
        assert freshness_of(until, daily, TODAY, ended_on=ended_on) is freshness_of(
            until, daily, TODAY
        )
        assert freshness_of(until, daily, TODAY) is not PceFreshness.CLOSED


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [
        ("123", "123", 0),
        ("", "123", 3),
        ("123", "", 3),
        ("1243", "1234", 1),
        ("124", "1234", 1),
        ("12934", "1234", 1),
        ("1834", "1234", 1),
        ("2143", "1234", 2),
        ("31", "123", 3),
    ],
)
def test_slips_between_two_numbers_are_counted(one, other, count):
    assert edits(one, other) == edits(other, one) == count


def test_a_number_without_its_zeros_is_the_same():
    assert same_number("09999999910001", "9999 9999.10001")
    assert not same_number("09999999910001", "999999991000")


def test_nothing_is_late_for_a_reader_who_has_all_the_days_of_a_grant():
    until, daily = TODAY - timedelta(days=90), Frequency.DAILY
    found = freshness_of(until, daily, TODAY, readable_until=until)
    assert found is PceFreshness.FRESH
    later = until + timedelta(days=1)
    assert freshness_of(until, daily, TODAY, readable_until=later) is PceFreshness.STALE
