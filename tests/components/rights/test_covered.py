"""The months of a right: with data, without any yet, to come, not covered."""

from dataclasses import dataclass
from datetime import date

import pytest

from components.rights.coverage import coverage_parts, look_of, months_of
from core.i18n import set_language
from data.rights.types import RightDataKind, RightRole, RightRow, RightSpan, RightState
from tests.components.kit.trees import every, text_of
from tests.data.rights.declarations import TODAY
from tests.data.rights.test_waiting import right

Active = RightState.ACTIVE
HELD = frozenset(date(year, month, 1) for year in range(2015, 2027) for month in range(1, 11))


@dataclass
class Detail:
    readable: RightSpan | None
    row: RightRow | None = None


def asked(state, **fields):
    days = {"supply_first": date(2025, 3, 1), "supply_last": date(2026, 12, 31)}
    kinds = frozenset({RightDataKind.INFORMATIVE})
    return Detail(None, right(state, **{"kinds": kinds, **days, **fields}))


def looks(readable, held=HELD, today=TODAY):
    return {month.first: look_of(month, held, today) for month in months_of(readable, held, today)}


def test_a_right_tells_all_its_months_with_those_to_come():
    found = looks(RightSpan(date(2015, 1, 1), date(2028, 4, 8)))
    assert (min(found), max(found)) == (date(2015, 1, 1), date(2028, 4, 1))
    assert found[date(2015, 1, 1)] == found[date(2026, 10, 1)] == "held"
    assert found[date(2020, 12, 1)] == found[date(2025, 11, 1)] == "without"
    assert found[date(2026, 11, 1)] == "current"
    assert looks(RightSpan(None, None), {date(2026, 11, 1)})[date(2026, 11, 1)] == "current"
    assert found[date(2026, 12, 1)] == found[date(2028, 4, 1)] == "ahead"


def test_months_before_the_first_data_are_covered_too():
    late = {month for month in HELD if month >= date(2021, 12, 1)}
    found = looks(RightSpan(date(2015, 1, 1), date(2028, 4, 8)), late)
    assert min(found) == date(2015, 1, 1)
    assert found[date(2015, 1, 1)] == "without"


def test_the_sentence_counts_them_and_says_until_when():
    drawn = coverage_parts(Detail(RightSpan(date(2023, 9, 1), date(2028, 8, 31))), HELD, TODAY)
    told = text_of(drawn)
    assert "Lisible du 01/09/2023 au 31/08/2028 : 32 mois avec des données," in told
    assert "6 sans donnée à ce jour, 21 à venir. Le mois en cours est à part." in told
    squares = [str(getattr(part, "className", "")) for part in every(drawn)]
    for look, count in (("held", 32), ("current", 1), ("without", 6), ("ahead", 21), ("none", 12)):
        keyed = 1  # the key has one of each
        assert squares.count(f"rights-month rights-{look}") == count + keyed


def test_a_part_of_a_month_says_its_days():
    drawn = coverage_parts(Detail(RightSpan(date(2026, 10, 16), date(2026, 12, 31))), HELD, TODAY)
    notes = [getattr(part, "title", "") or "" for part in every(drawn)]
    assert "octobre 2026 : couvert, données reçues, 16/31 j" in notes


@pytest.mark.parametrize(
    "readable",
    [
        RightSpan(None, None),
        RightSpan(None, date(2027, 1, 1)),
        RightSpan(date(1950, 1, 1), date(2999, 1, 1)),
        RightSpan(date(2026, 11, 24), date(2026, 11, 24)),
        RightSpan(date(2010, 1, 1), date(2012, 1, 1)),
    ],
)
@pytest.mark.parametrize("held", [frozenset(), HELD])
def test_a_right_without_limits_is_shown_near_today(readable, held):
    found = looks(readable, held)
    assert 1 <= len(found) <= 12 * 26
    assert "couvert" in text_of(coverage_parts(Detail(readable), held, TODAY))


@pytest.mark.parametrize("state", [state for state in RightState if state is not Active])
def test_what_is_not_open_shows_the_months_asked_for(state):
    drawn = coverage_parts(asked(state), (), TODAY)
    told = text_of(drawn)
    assert "Mois demandés du 01/03/2025 au 31/12/2026\u00a0: 22. Aucun n’est lisible." in told
    assert "données reçues" not in told
    squares = [str(getattr(part, "className", "")) for part in every(drawn)]
    assert squares.count("rights-month rights-asked") == 22 + 1  # and the key's


def test_months_of_injection_are_its_own():
    injects = asked(
        RightState.PENDING,
        role=RightRole.AUTHORISED_INJECTION,
        injection_first=date(2026, 1, 1),
        injection_last=date(2026, 6, 30),
    )
    assert "du 01/01/2026 au 30/06/2026\u00a0: 6." in text_of(coverage_parts(injects, (), TODAY))


def test_nothing_is_drawn_of_what_opens_nothing():
    assert coverage_parts(asked(Active), HELD, TODAY) == []
    assert coverage_parts(asked(RightState.PENDING, kinds=frozenset()), HELD, TODAY) == []
    set_language("en")
    assert coverage_parts(Detail(RightSpan(None, None)), HELD, TODAY)
    set_language("fr")
