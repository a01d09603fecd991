"""Codes: how they are kept, and when one more is too many."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import TooMany
from data.contracts.rules.codes import (
    MOST,
    MOST_A_DAY,
    MOST_OF_ALL,
    WINDOW,
    check_asked,
    code_of,
    hidden,
    mark_of,
    party_words,
    typed_code,
)
from data.contracts.types import Party
from tests.factories import NOW

MINUTE = timedelta(minutes=1)


def test_a_code_has_six_digits_zeros_first():
    assert [code_of(number) for number in (0, 42, 999_999)] == ["000000", "000042", "999999"]


def test_spaces_that_people_type_are_nothing():
    assert typed_code(" 123 456\n") == typed_code("123-456") == "123456"


@given(
    st.tuples(
        st.text("0123456789", min_size=6, max_size=6), st.integers(1, 9), st.text(), st.text()
    ),
    st.tuples(
        st.text("0123456789", min_size=6, max_size=6), st.integers(1, 9), st.text(), st.text()
    ),
)
def test_a_mark_is_of_one_person_one_text_and_one_code(one, other):
    def mark(said, key=b"k"):
        code, user, text, sha = said
        return mark_of(key, code, user_id=user, text=text, sha256=sha)

    if "\0" not in "".join(map(str, one[2:] + other[2:])):
        assert (mark(one) == mark(other)) == (one == other)
    assert mark(one) != mark(one, b"another key")
    assert one[0] not in mark(one) or len(set(one[0])) < 6


def test_a_few_codes_in_a_quarter_of_an_hour_then_one_waits():
    asked = [NOW - MINUTE * n for n in range(MOST)]
    with pytest.raises(TooMany) as caught:
        check_asked(asked, MOST, NOW)
    seconds = caught.value.params["seconds"]
    check_asked(asked, MOST, NOW + timedelta(seconds=int(str(seconds))))
    check_asked(asked[:-1], MOST - 1, NOW)


def test_a_day_has_its_own_limit():
    asked = [NOW - WINDOW - MINUTE * 30 * n for n in range(1, MOST_A_DAY + 1)]
    with pytest.raises(TooMany):
        check_asked(asked, MOST_A_DAY, NOW)
    check_asked(asked[1:], MOST_A_DAY - 1, NOW)
    check_asked(asked, MOST_A_DAY, NOW + timedelta(days=1))


def test_one_person_has_a_limit_over_all_texts():
    with pytest.raises(TooMany):
        check_asked([], MOST_OF_ALL, NOW)
    check_asked([], MOST_OF_ALL - 1, NOW)


def test_most_of_the_address_is_hidden():
    assert hidden("camille@tilleuls.example") == "c•••@tilleuls.example"


def test_each_side_agrees_to_its_own_sentence():
    assert party_words(Party.CLIENT) != party_words(Party.OPERATOR)
