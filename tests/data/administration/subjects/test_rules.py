"""Periods, words and what may be asked."""

from datetime import UTC, datetime

import pytest

from core.errors import Conflict, Invalid
from data.administration.subjects.rules import requests
from data.administration.subjects.rules.classes import RULES, rule_of
from data.administration.subjects.rules.spans import span_words
from data.administration.subjects.types import (
    DataClass,
    IdentityCheck,
    Periods,
    RequestKind,
    RequestState,
    RetentionSpan,
    SubjectRequestRow,
)
from tests.factories import NOW

LEAP = datetime(2028, 2, 29, 12, tzinfo=UTC)


def test_a_span_says_what_is_over():
    assert RetentionSpan(days=30).before(NOW) == datetime(2026, 10, 25, 8, tzinfo=UTC)
    assert RetentionSpan(years=5).before(NOW) == datetime(2021, 11, 24, 8, tzinfo=UTC)
    assert RetentionSpan(years=1).before(LEAP) == datetime(2027, 2, 28, 12, tzinfo=UTC)
    assert RetentionSpan(years=4).before(LEAP) == datetime(2024, 2, 29, 12, tzinfo=UTC)
    assert RetentionSpan().before(NOW) is None


def test_periods_are_in_the_words_of_their_class():
    said = {
        rule.key: span_words(rule, Periods(readings_years=2, accounts_years=1)) for rule in RULES
    }
    assert said[DataClass.RIGHTS] == "5 ans après la fin du droit"
    assert said[DataClass.ACCOUNT] == "1 an après la fermeture du compte"
    assert said[DataClass.SESSIONS] == "30 jours après le début de la session"
    assert said[DataClass.READINGS] == "2 ans après la journée gazière"
    assert "tant que" in said[DataClass.STOPS]
    assert rule_of(DataClass.READINGS).lasts(Periods()).endless


@pytest.mark.parametrize("word", ["EFFACER", " effacer ", "erase"])
def test_the_word_of_either_language_confirms(word):
    requests.check_word(word)


@pytest.mark.parametrize("word", ["", "oui", "EFFACE"])
def test_another_word_does_not(word):
    with pytest.raises(Invalid):
        requests.check_word(word)


def test_the_check_of_an_identity_is_one_of_three_and_noted():
    assert requests.check_in("paper") is IdentityCheck.PAPER
    with pytest.raises(Invalid):
        requests.check_in("")
    assert requests.reference_in(" appel\n du 24 ") == "appel du 24"
    for bad in ("  ", "x" * 201):
        with pytest.raises(Invalid):
            requests.reference_in(bad)


def test_what_is_in_the_way_is_a_conflict():
    requests.check_no_account(False)
    requests.check_one(False)
    requests.check_archives(2)
    requests.check_standing(0)
    for refused in (
        lambda: requests.check_no_account(True),
        lambda: requests.check_one(True),
        lambda: requests.check_archives(3),
        lambda: requests.check_standing(1),
    ):
        with pytest.raises(Conflict):
            refused()


@pytest.mark.parametrize("state", list(RequestState))
def test_a_request_is_open_until_it_is_answered(state):
    one = SubjectRequestRow(1, RequestKind.EXPORT, state, 1, "", None, NOW, NOW, None, None, 0, "")
    assert one.open is (state is RequestState.WAITING)
