"""What a right allows that it did not."""

from dataclasses import replace
from datetime import date

import pytest

from data.rights.rules.widened_rights import is_wider, news_of
from data.rights.types import RightDataKind, RightNews, RightState, RightTerms

DAY, BEFORE, AFTER = date(2026, 6, 1), date(2026, 5, 31), date(2026, 6, 2)
FIRST = ("starts_on", "supply_first", "injection_first")
LAST = ("ends_on", "supply_last", "injection_last")
ACTIVE = RightTerms(
    RightState.ACTIVE,
    **dict.fromkeys((*FIRST, *LAST), DAY),
    kinds=frozenset({RightDataKind.PUBLISHED}),
)


@pytest.mark.parametrize(
    ("changed", "wider"),
    [
        ({}, False),
        *(({name: day}, day is not AFTER) for name in FIRST for day in (None, BEFORE, AFTER)),
        *(({name: day}, day is not BEFORE) for name in LAST for day in (None, BEFORE, AFTER)),
        ({"kinds": frozenset()}, False),
        ({"kinds": frozenset({RightDataKind.CONTRACTUAL})}, True),
        ({"kinds": frozenset(RightDataKind), "ends_on": BEFORE}, True),
        ({"starts_on": BEFORE, "ends_on": BEFORE}, True),
        ({"starts_on": AFTER, "kinds": frozenset()}, False),
    ],
)
def test_wider_is_more_data_or_more_days(changed, wider):
    assert is_wider(ACTIVE, replace(ACTIVE, **changed)) is wider


@pytest.mark.parametrize("name", [*FIRST, *LAST])
def test_nothing_is_wider_than_what_has_no_limit(name):
    assert not is_wider(replace(ACTIVE, **{name: None}), ACTIVE)


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("before", RightState)
@pytest.mark.parametrize("after", RightState)
def test_what_opens_is_news_unless_its_declaration_was_told(before, after, again):
    news = news_of(replace(ACTIVE, state=before), replace(ACTIVE, state=after), is_repeat=again)
    opens = before.final or (before.waiting and again)
    assert news == (RightNews.OPENED if after is RightState.ACTIVE and opens else None)


def test_what_gets_wider_as_it_is_answered_is_news():
    waits = replace(ACTIVE, state=RightState.PENDING)
    assert news_of(waits, replace(ACTIVE, ends_on=AFTER), is_repeat=False) is RightNews.WIDER
