"""When each sort of data is asked for, and which days: what may have changed since."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.mirror.rules import planning
from data.mirror.rules.answers import silence_of
from data.mirror.rules.planning import next_due, next_night, next_try, whole_from
from data.mirror.types import Meaning, Part, Task
from data.pces.types import Frequency
from i18n import PARIS

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def task(part: Part = Part.INFORMATIVE, **values) -> Task:
    usual = {"pce_id": 7, "number": "GI999901", "part": part, "frequency": Frequency.MONTHLY}
    usual |= {"attempts": 0, "whole_from": None, "done_at": None, "first": None, "last": None}
    return Task(**usual | values)


def spans(known: Task, today: date, begun: datetime | None = None):
    """In a round that is younger than whatever was read, unless it *begun* before."""
    known = planning.standing(known, today)
    return planning.spans(known, today, begun or datetime(2030, 1, 1, tzinfo=UTC))


def on(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=PARIS).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "before", "after"),
    [
        (on(2026, 11, 24, 2, 14), on(2026, 11, 23, 2, 15), on(2026, 11, 24, 2, 15)),
        (on(2026, 11, 24, 2, 15), on(2026, 11, 24, 2, 15), on(2026, 11, 25, 2, 15)),
        (on(2026, 10, 24, 12), on(2026, 10, 24, 2, 15), on(2026, 10, 25, 2, 15)),  # 25 hours
        (on(2027, 3, 27, 12), on(2027, 3, 27, 2, 15), on(2027, 3, 28, 2, 15)),  # no 02:15 that day
    ],
)
def test_the_night_is_at_a_quarter_past_two_in_paris(now, before, after):
    assert (planning.last_night(now), next_night(now)) == (before, after)


@pytest.mark.parametrize(
    "first", [datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 10, 24, tzinfo=UTC)]
)
@pytest.mark.parametrize("zone", [UTC, PARIS])
def test_the_next_night_is_to_come_and_the_last_one_is_not_whatever_clocks_change(first, zone):
    nights = set()
    for minutes in range(3 * 24 * 60):
        now = first + timedelta(minutes=minutes)
        last, following = (
            night.astimezone(UTC)
            for night in (
                planning.last_night(now.astimezone(zone)),
                next_night(now.astimezone(zone)),
            )
        )
        assert last <= now < following, now
        assert timedelta(hours=22) < following - last < timedelta(hours=26), now
        nights |= {last, following}
    assert len(nights) == 5  # the one before, three, and the one after


def test_the_first_time_the_whole_history_is_read_a_year_at_a_time_the_latest_first():
    found = spans(task(), TODAY)
    assert found == [
        (date(2025, 11, 24), TODAY),
        (date(2024, 11, 24), date(2025, 11, 24)),
        (date(2023, 11, 25), date(2024, 11, 24)),
    ]
    assert len(spans(task(Part.PUBLISHED), TODAY)) == 5
    assert spans(task(Part.INJECTED), TODAY) == spans(task(Part.PUBLISHED), TODAY)


def test_then_each_night_reads_the_last_forty_days():
    known = task(whole_from=date(2023, 11, 25), done_at=NOW)
    assert spans(known, TODAY) == [(TODAY - 40 * DAY, TODAY)]
    left = task(whole_from=date(2023, 11, 25), done_at=NOW - 60 * DAY)  # nobody asked since
    assert spans(left, TODAY) == [(TODAY - 100 * DAY, TODAY)]
    monthly = task(Part.PUBLISHED, whole_from=date(2021, 11, 25), done_at=NOW - 31 * DAY)
    assert spans(monthly, TODAY) == [(TODAY - 301 * DAY, TODAY)]
    fed = task(Part.INJECTED, whole_from=date(2021, 11, 25), done_at=NOW - 31 * DAY)
    assert spans(fed, TODAY) == [(TODAY - 301 * DAY, TODAY)]


def test_what_was_begun_goes_on_where_it_was():
    begun = task(whole_from=date(2024, 11, 24), done_at=NOW)
    assert spans(begun, TODAY) == [
        (TODAY - 40 * DAY, TODAY),
        (date(2023, 11, 25), date(2024, 11, 24)),
    ]
    assert spans(begun, TODAY, NOW - timedelta(minutes=9)) == [
        (date(2023, 11, 25), date(2024, 11, 24))  # the last days were read in this very round
    ]


def test_what_was_read_more_than_a_year_ago_is_read_whole_again():
    long_ago = task(whole_from=date(2023, 11, 25), done_at=NOW - 330 * DAY)
    assert spans(long_ago, TODAY) == spans(task(), TODAY)
    assert planning.standing(long_ago, TODAY).whole_from is None


def test_a_perimeter_bounds_what_is_asked_and_is_read_when_it_grows():
    narrow = task(first=date(2026, 1, 1), last=date(2026, 11, 1))
    assert spans(narrow, TODAY) == [(date(2026, 1, 1), date(2026, 11, 1))]
    grown = task(first=date(2025, 6, 1), whole_from=date(2026, 1, 1), done_at=NOW)
    assert spans(grown, TODAY) == [
        (TODAY - 40 * DAY, TODAY),
        (date(2025, 6, 1), date(2026, 1, 1)),
    ]
    later = task(last=date(2025, 6, 1), whole_from=date(2026, 1, 1), done_at=NOW)
    assert spans(later, TODAY)[0][1] == date(2025, 6, 1)
    over = task(last=TODAY - 90 * DAY, whole_from=date(2023, 11, 25), done_at=NOW)
    assert spans(over, TODAY) == []
    assert spans(task(first=TODAY), TODAY) == []  # a single day may not be asked: tomorrow


DAYS = st.dates(date(2020, 1, 1), date(2028, 12, 31))


@given(
    st.sampled_from(list(planning.YEARS)),
    *([st.none() | DAYS] * 4),
    st.sampled_from(Frequency),
)
def test_whatever_is_known_what_is_asked_may_be_asked(part, first, last, whole, done, frequency):
    done_at = done and datetime(done.year, done.month, done.day, 12, tzinfo=UTC)
    known = task(
        part, first=first, last=last, whole_from=whole, done_at=done_at, frequency=frequency
    )
    found = spans(known, TODAY)
    for start, end in found:
        assert start < end <= TODAY
        assert (end - start).days <= 366
        assert start >= max(first or start, TODAY - timedelta(days=5 * 366))
        assert last is None or end <= last
    if whole is None and found:  # nothing is left out between the first and the last
        assert all(older[1] == newer[0] for newer, older in pairwise(found))


def test_what_was_read_whole_grows_backwards():
    new = task()
    assert whole_from(new, (date(2025, 11, 24), TODAY)) == date(2025, 11, 24)
    known = task(whole_from=date(2025, 11, 24))
    assert whole_from(known, (date(2024, 11, 24), date(2025, 11, 24))) == date(2024, 11, 24)
    assert whole_from(known, (TODAY - 40 * DAY, TODAY)) == date(2025, 11, 24)
    assert whole_from(known, (date(2024, 1, 1), date(2025, 1, 1))) == date(2024, 1, 1)


@pytest.mark.parametrize(
    ("part", "frequency", "nightly"),
    [
        (Part.INFORMATIVE, Frequency.MONTHLY, True),
        (Part.INFORMATIVE, Frequency.MONTHLY_LARGE, True),
        (Part.INFORMATIVE, Frequency.HALF_YEARLY, False),
        (Part.INFORMATIVE, Frequency.DAILY, False),
        (Part.PUBLISHED, Frequency.DAILY, True),
        (Part.PUBLISHED, Frequency.MONTHLY, False),
        (Part.INJECTED, Frequency.DAILY, False),
        (Part.INJECTED, Frequency.MONTHLY, False),
        (Part.CONTRACTUAL, Frequency.MONTHLY, False),
        (Part.TECHNICAL, Frequency.DAILY, False),
    ],
)
def test_what_says_days_is_read_each_night_and_the_rest_once_a_month(part, frequency, nightly):
    due = next_due(part, frequency, 7, NOW)
    if nightly:
        assert due == next_night(NOW)
    else:
        here = due.astimezone(PARIS)
        assert (here.day, here.hour, here.minute) == (8, 2, 15)  # 1 + 7 of 28
        assert timedelta(days=15) <= due - NOW <= timedelta(days=47)


def test_what_is_read_once_a_month_is_spread_over_its_days():
    days = {next_due(Part.PUBLISHED, Frequency.MONTHLY, n, NOW).astimezone(PARIS).day
            for n in range(100)}  # fmt: skip
    assert days == set(range(1, 29))


def test_what_came_in_vain_is_asked_again_soon_then_the_next_night():
    waits = [next_try(n, NOW) - NOW for n in (1, 2, 3)]
    assert waits == [timedelta(minutes=m) for m in (2, 8, 32)]
    assert next_try(4, NOW) == next_try(9, NOW) == next_night(NOW)


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        ("1000008", Meaning.NOTHING),
        ("1000002", Meaning.CLOSED),
        ("1000014", Meaning.CLOSED),
        ("9000012", Meaning.NOTHING),
        ("9000013", Meaning.CLOSED),
        ("2000100", Meaning.AGAIN),
        ("31", Meaning.OTHER),
    ],
)
def test_a_code_has_a_meaning_and_a_sentence(code, meaning):
    found = silence_of(code, "Rien.")
    assert found.meaning is meaning
    assert code in found.sentence.format(code=found.code, reply=found.reply)
