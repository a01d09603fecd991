"""What is told of days, and what becomes of what was not taken."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.exchange.hooks.rules import (
    body_of,
    failure_outcome,
    first_pce_and_state,
    line_of_days,
    readable,
    type_of,
)
from data.exchange.hooks.types import HookEvent, Topic
from data.metering.consumption.types import PceNews
from data.metering.pces.types import Frequency, PceScope
from tests.factories import NOW, PCE

START = date(2026, 1, 1)


def day(number):
    return START + timedelta(days=number)


def scope(**values):
    return PceScope(1, PCE, "", Frequency.DAILY, None, **values)


def test_who_may_read_every_day_hears_of_every_day():
    assert readable(scope(), (day(3), day(9)), PceNews.DAYS) == (day(3), day(9))


def test_what_is_outside_a_grant_is_not_told():
    cut = scope(first=day(5), last=day(7), published_first=day(8), published_last=day(8))
    assert readable(cut, (day(0), day(30)), PceNews.DAYS) == (day(5), day(7))
    assert readable(cut, (day(0), day(4)), PceNews.DAYS) is None
    nothing = scope(first=day(9), last=day(1))
    assert readable(nothing, (day(0), day(30)), PceNews.DAYS) is None


@pytest.mark.parametrize(
    ("sort", "word"), [(PceNews.PERIODS, "published"), (PceNews.INJECTED, "injected")]
)
def test_a_period_is_told_whole_or_not_at_all(sort, word):
    cut = scope(**{
        f"{word}_first": day(8), f"{word}_last": day(20), f"{word}_holes": ((day(12), day(13)),),
    })  # fmt: skip
    for first, last, told in (
        (8, 11, True), (14, 20, True), (7, 11, False), (14, 21, False), (9, 12, False),
        (13, 15, False), (0, 30, False),
    ):  # fmt: skip
        span = day(first), day(last)
        assert readable(cut, span, sort) == (span if told else None)
    every = scope(injected_first=None, injected_last=None)
    assert readable(every, (day(0), day(30)), sort) == (day(0), day(30))


@given(
    st.lists(st.integers(0, 20), min_size=2, max_size=2),
    st.lists(st.integers(0, 20), max_size=6, unique=True),
)
def test_the_ends_of_what_is_told_are_days_that_may_be_read(ends, bounds):
    bounds = sorted(bounds)[: len(bounds) // 2 * 2]
    pairs = zip(bounds[::2], bounds[1::2], strict=True)
    cut = scope(first=day(2), last=day(18), holes=tuple((day(a), day(b)) for a, b in pairs))
    first, last = sorted(ends)
    allowed = [day(n) for n in range(first, last + 1) if not cut.hides(day(n))]
    wanted = (allowed[0], allowed[-1]) if allowed else None
    assert readable(cut, (day(first), day(last)), PceNews.DAYS) == wanted


@pytest.mark.parametrize("error", ["http 410", "private"])
def test_a_refusal_for_good_switches_off_at_once(error):
    fate = failure_outcome(error, 1, NOW, served=True)
    assert (fate.retry_at, fate.off) == (None, True)


def test_any_other_refusal_is_tried_for_three_days():
    at, tries = NOW, 1
    while (fate := failure_outcome("http 404", tries, at, served=False)).retry_at is not None:
        assert fate.retry_at > at
        at, tries = fate.retry_at, tries + 1
    assert tries == 10
    assert timedelta(days=2) < at - NOW < timedelta(days=4)
    assert fate.off
    assert not failure_outcome("http 404", tries, at, served=True).off  # the others are taken


def test_a_body_is_a_list_whether_of_one_or_of_many():
    line = line_of_days(PCE, PceNews.PERIODS, (day(0), day(1)))
    body = body_of(HookEvent(Topic.READINGS, (line,)), NOW)
    assert body == {
        "type": "donnees.disponibles",
        "timestamp": "2026-11-24T08:00:00Z",
        "data": {
            "pce": [
                {
                    "id_pce": PCE,
                    "donnees": "publiees",
                    "date_debut": "2026-01-01",
                    "date_fin": "2026-01-02",
                }
            ]
        },
    }
    assert first_pce_and_state(HookEvent(Topic.READINGS, (line,))) == (PCE, "2026-01-02")


def test_a_ping_tells_of_nothing():
    assert body_of(HookEvent(Topic.PING, ()), NOW)["data"] == {}
    assert first_pce_and_state(HookEvent(Topic.PING, ())) == ("", "")
    assert len({type_of(topic) for topic in Topic}) == len(Topic)
