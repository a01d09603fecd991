"""When each sort of data is asked for, and which days: what may have changed since."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from api.adict.silence import every
from core.errors import Invalid
from core.i18n import PARIS
from data.exchange.mirror.rules import schedule
from data.exchange.mirror.rules.answers import gravest, require_read, silence_of
from data.exchange.mirror.rules.schedule import (
    AGAIN,
    PUBLISHED_AGAIN,
    complete_span,
    next_due,
    next_night,
    next_try,
)
from data.exchange.mirror.types import Meaning, MirrorPart, PceAnswer, ReadTask, UpstreamDown
from data.metering.pces.types import Frequency
from data.rights.rules.declarations import years_after

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def task(part: MirrorPart = MirrorPart.INFORMATIVE, **values) -> ReadTask:
    """What is known of it, if anything, is known until it was done."""
    done_at = values.get("done_at")
    usual = {"whole_until": done_at.date() if done_at and values.get("whole_from") else None}
    usual |= {"pce_id": 7, "number": "GI999901", "part": part, "frequency": Frequency.MONTHLY}
    usual |= {"attempts": 0, "whole_from": None, "done_at": None, "first": None, "last": None}
    return ReadTask(**usual | values)


def spans(known: ReadTask, today: date, begun: datetime | None = None):
    """In a round that is younger than whatever was read, unless it *begun* before."""
    known = schedule.standing(known, today)
    return schedule.spans(known, today, begun or datetime(2030, 1, 1, tzinfo=UTC))


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
    assert (schedule.last_night(now), next_night(now)) == (before, after)


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
                schedule.last_night(now.astimezone(zone)),
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
    assert len(spans(task(MirrorPart.PUBLISHED), TODAY)) == 5
    assert spans(task(MirrorPart.INJECTED), TODAY) == spans(task(MirrorPart.PUBLISHED), TODAY)


def test_then_each_night_reads_the_last_forty_days():
    known = task(whole_from=date(2023, 11, 25), done_at=NOW)
    assert spans(known, TODAY) == [(TODAY - 40 * DAY, TODAY)]
    left = task(whole_from=date(2023, 11, 25), done_at=NOW - 60 * DAY)  # nobody asked since
    assert spans(left, TODAY) == [(TODAY - 100 * DAY, TODAY)]
    monthly = task(MirrorPart.PUBLISHED, whole_from=date(2021, 11, 25), done_at=NOW - 31 * DAY)
    assert spans(monthly, TODAY) == [(TODAY - 301 * DAY, TODAY)]
    fed = task(MirrorPart.INJECTED, whole_from=date(2021, 11, 25), done_at=NOW - 31 * DAY)
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
    assert schedule.standing(long_ago, TODAY).whole_from is None


def test_a_perimeter_bounds_what_is_asked_and_is_read_when_it_grows():
    narrow = task(first=date(2026, 1, 1), last=date(2026, 11, 1))
    assert spans(narrow, TODAY) == [(date(2026, 1, 1), date(2026, 11, 1))]
    grown = task(first=date(2025, 6, 1), whole_from=date(2026, 1, 1), done_at=NOW)
    assert spans(grown, TODAY) == [
        (TODAY - 40 * DAY, TODAY),
        (date(2025, 6, 1), date(2026, 1, 1)),
    ]
    other = task(last=date(2025, 6, 1), whole_from=date(2026, 1, 1), done_at=NOW)
    assert spans(other, TODAY) == spans(task(last=date(2025, 6, 1)), TODAY)
    over = task(last=TODAY - 90 * DAY, whole_from=date(2023, 11, 25), done_at=NOW)
    assert spans(over, TODAY) == []
    assert spans(task(first=TODAY), TODAY) == []  # a day that is not over: tomorrow


def test_a_perimeter_of_one_day_is_read_once_it_is_over_and_anew_while_it_may_change():
    day = TODAY - 3 * DAY
    one = task(first=day, last=day)
    assert spans(one, day) == []
    assert spans(one, TODAY) == [(day, day)]
    read = replace(one, whole_from=day, whole_until=day, done_at=NOW)
    assert spans(read, TODAY, NOW - timedelta(minutes=9)) == []
    assert spans(read, TODAY + DAY) == [(day, day)]
    assert spans(replace(read, done_at=NOW + 40 * DAY), TODAY + 40 * DAY) == []
    grown = replace(read, first=day - DAY, last=day + DAY, done_at=NOW + 60 * DAY)
    assert spans(grown, TODAY + 80 * DAY) == [(day, day + DAY), (day - DAY, day)]


@pytest.mark.parametrize("part", schedule.YEARS)
def test_a_perimeter_whose_end_grows_long_after_leaves_no_hole(part):
    ended = date(2025, 6, 30)
    known = task(part, whole_from=date(2024, 1, 1), whole_until=ended, done_at=NOW, last=ended)
    known = replace(known, first=date(2024, 1, 1))
    later = TODAY + 80 * DAY
    assert spans(known, later) == []
    assert spans(replace(known, last=None), later) == [
        (ended, later - 365 * DAY),  # the oldest first: what is known stays in one piece
        (later - 365 * DAY, later),
    ]


def test_what_a_perimeter_opens_no_more_is_known_no_more_and_read_again_where_it_grows_back():
    whole_of_it = task(whole_from=date(2024, 1, 1), whole_until=TODAY, done_at=NOW)
    narrow = replace(whole_of_it, first=date(2024, 6, 1), last=TODAY - 20 * DAY)
    known = schedule.standing(narrow, TODAY + DAY)
    assert (known.whole_from, known.whole_until) == (date(2024, 6, 1), TODAY - 20 * DAY)
    assert spans(narrow, TODAY + DAY) == [(TODAY - 40 * DAY, TODAY - 20 * DAY)]


def test_a_round_that_goes_on_the_day_after_reads_anew_what_may_have_changed():
    known = task(whole_from=date(2023, 11, 25), done_at=NOW, whole_until=TODAY - 9 * DAY)
    begun = NOW - timedelta(minutes=9)
    assert spans(known, TODAY, begun) == [(TODAY - 9 * DAY, TODAY)]
    assert spans(known, TODAY + 60 * DAY, begun) == [(TODAY - 40 * DAY, TODAY + 60 * DAY)]


class Night(NamedTuple):
    """Some days after the one before, with a perimeter; it answers so many questions at most.

    Those after are not answered, or the next one says that no right opens it.
    """

    days: int
    first: date | None
    last: date | None
    answers: int
    closed: bool = False


EDGES = st.dates(date(2021, 1, 1), date(2031, 1, 1))
NIGHTS = st.builds(Night, st.integers(0, 500), st.none() | EDGES, st.none() | EDGES,
                   st.sampled_from([0, 1, 2, 9, 99]), st.booleans())  # fmt: skip


@given(
    st.sampled_from([MirrorPart.INFORMATIVE, MirrorPart.PUBLISHED, MirrorPart.INJECTED]),
    st.sampled_from(Frequency),
    st.lists(NIGHTS, min_size=1, max_size=12),
)
@example(
    MirrorPart.INFORMATIVE, Frequency.MONTHLY,
    [Night(0, None, date(2025, 6, 30), 9), Night(135, None, None, 9)],
)  # fmt: skip
@example(
    MirrorPart.INFORMATIVE, Frequency.MONTHLY,
    [Night(0, None, None, 9), *[Night(30, None, None, 0, True)] * 3, Night(1, None, None, 9)],
)  # fmt: skip
def test_whatever_the_perimeters_and_the_nights_each_day_was_asked_for(part, frequency, nights):
    """And once more after it may have changed last, or that night."""
    known, today, asked_on = task(part, frequency=frequency), TODAY, dict[date, date]()
    back = AGAIN if schedule.is_nightly(part, frequency) else PUBLISHED_AGAIN
    for night in nights:
        today += night.days * DAY
        now = datetime(today.year, today.month, today.day, 2, 15, tzinfo=PARIS)
        known = schedule.standing(replace(known, first=night.first, last=night.last), today)
        questions = schedule.spans(known, today, now)
        assert len(questions) <= 2 * schedule.YEARS[part]
        for start, end in questions[: night.answers]:
            from_, until = complete_span(known, (start, end))
            known = replace(known, whole_from=from_, whole_until=until, done_at=now)
            asked_on |= dict.fromkeys(days_between(start, end), today)
        for closed in questions[night.answers :][: night.closed]:
            from_, until = schedule.whole_but(known, closed)
            known = replace(known, whole_from=from_, whole_until=until, done_at=now)
        if len(questions) <= night.answers:
            floor = years_after(today, -schedule.YEARS[part]) + DAY
            first, last = max(floor, night.first or floor), min(today, night.last or today)
            assert first == last == today or not [
                day
                for day in days_between(first, last)
                if day not in asked_on or asked_on[day] < min(today, day + back)
            ]


def days_between(first: date, last: date) -> list[date]:
    return [first + n * DAY for n in range((last - first).days + 1)]


DAYS = st.dates(date(2020, 1, 1), date(2028, 12, 31))


@given(
    st.sampled_from(list(schedule.YEARS)),
    *([st.none() | DAYS] * 5),
    st.sampled_from(Frequency),
)
def test_whatever_is_known_what_is_asked_may_be_asked(
    part, first, last, whole, until, done, frequency
):
    done_at = done and datetime(done.year, done.month, done.day, 12, tzinfo=UTC)
    known = task(part, first=first, last=last, done_at=done_at, frequency=frequency)
    known = replace(known, whole_from=whole, whole_until=until)
    found = spans(known, TODAY)
    for start, end in found:
        assert start < end <= TODAY or start == end == last < TODAY
        assert (end - start).days <= 366
        assert start >= max(first or start, TODAY - timedelta(days=5 * 366))
        assert last is None or end <= last
    if whole is None and found:  # nothing is left out between the first and the last
        assert all(older[1] == newer[0] for newer, older in pairwise(found))


def test_what_was_read_whole_grows_on_both_sides_and_stays_in_one_piece():
    first, last = date(2025, 11, 24), date(2026, 11, 1)
    assert complete_span(task(), (first, last)) == (first, last)
    known = task(whole_from=first, whole_until=last)
    assert complete_span(known, (date(2024, 11, 24), first)) == (date(2024, 11, 24), last)
    assert complete_span(known, (TODAY - 40 * DAY, TODAY)) == (first, TODAY)
    assert complete_span(known, (date(2026, 1, 1), date(2026, 2, 1))) == (first, last)
    assert schedule.whole_but(known, (date(2026, 9, 1), TODAY)) == (first, date(2026, 9, 1))
    assert schedule.whole_but(known, (date(2026, 11, 1), TODAY)) == (first, last)
    assert schedule.whole_but(known, (date(2024, 11, 24), first)) == (first, last)
    assert schedule.whole_but(known, (first, TODAY)) == (None, None)
    assert schedule.whole_but(task(), (first, TODAY)) == (None, None)
    apart = (date(2024, 1, 1), date(2025, 1, 1))
    assert complete_span(known, apart) == apart


@pytest.mark.parametrize(
    ("part", "frequency", "nightly"),
    [
        (MirrorPart.INFORMATIVE, Frequency.MONTHLY, True),
        (MirrorPart.INFORMATIVE, Frequency.MONTHLY_LARGE, True),
        (MirrorPart.INFORMATIVE, Frequency.HALF_YEARLY, False),
        (MirrorPart.INFORMATIVE, Frequency.DAILY, False),
        (MirrorPart.PUBLISHED, Frequency.DAILY, True),
        (MirrorPart.PUBLISHED, Frequency.MONTHLY, False),
        (MirrorPart.INJECTED, Frequency.DAILY, False),
        (MirrorPart.INJECTED, Frequency.MONTHLY, False),
        (MirrorPart.CONTRACTUAL, Frequency.MONTHLY, False),
        (MirrorPart.TECHNICAL, Frequency.DAILY, False),
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
    days = {next_due(MirrorPart.PUBLISHED, Frequency.MONTHLY, n, NOW).astimezone(PARIS).day
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


@pytest.mark.parametrize("one", every())
def test_what_a_portal_says_when_it_gives_nothing_is_known(one):
    assert silence_of(one.code, one.sentence).meaning is not Meaning.OTHER


def test_of_several_refusals_the_one_that_leaves_the_most_to_be_read_is_told():
    codes = ["1000008", "1000002", "31", "2000100"]
    for place, code in enumerate(codes, start=1):
        assert gravest(dict.fromkeys(codes[:place], "Rien.")).code == code
    assert gravest({}) is None


@pytest.mark.parametrize(
    ("code", "error", "closed"),
    [("2000100", UpstreamDown, False), ("400", Invalid, False), ("1000002", None, True),
     ("1000008", None, False), (None, None, False)],
)  # fmt: skip
def test_what_broke_off_or_is_refused_for_a_reason_unknown_here_is_still_to_be_read(
    code, error, closed
):
    silence = silence_of(code, "La date est dans le futur.") if code else None
    heard = PceAnswer(None, 1, (), silence)
    assert (heard.unread, heard.closed) == (error is not None, closed)
    if error is None:
        require_read(silence)
        return
    with pytest.raises(error) as raised:
        require_read(silence)
    assert code in str(raised.value)
