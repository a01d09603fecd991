"""What is asked, how large it may be, when it is made again: pure rules."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.exports.queries.contents import get_read_period, has_read_period
from data.exports.rules import (
    ENDINGS,
    LAST_DAY,
    SHEET_ROWS,
    file_name,
    first_on,
    month_days,
    packed,
    read_asked,
    restored,
    seconds_left,
    size_of,
    too_long,
    unpacked,
)
from data.exports.types import Content, ExportForm, ExportRow, ExportSpec, ExportState, FileKind
from data.metering.pces.types import Frequency, PceChoice, PceFilter, PceScope
from tests.factories import NOW

TODAY = date(2026, 11, 24)
DAYS = {"first": "2026-01-01", "last": "2026-11-24"}


def wanted_of(**asked):
    return read_asked(ExportForm(**DAYS | asked), TODAY)


@pytest.mark.parametrize("content", [kind for kind in Content if not kind.is_report])
@pytest.mark.parametrize("file", [kind for kind in FileKind if kind is not FileKind.PDF])
@pytest.mark.parametrize("apart", [True, False])
def test_every_kind_in_every_format_but_months_for_adict_and_days_in_reports(content, file, apart):
    wanted, problems = wanted_of(content=content, file=file, file_per_pce=apart)
    monthly = content is Content.MONTHLY
    if (monthly and file is FileKind.NDJSON) or (not monthly and file is FileKind.REPORT):
        assert wanted is None
        assert [one.field for one in problems] == ["file"]
        return
    days = (date(2026, 1, 1), TODAY) if content.dated else (None, None)
    apart = apart and file is not FileKind.REPORT
    assert wanted == ExportSpec(content, file, apart, PceChoice(), *days)
    assert not problems
    assert size_of(wanted, 10, 1000) > 0
    assert file_name(wanted).endswith(".zip" if apart else f".{ENDINGS[file]}")


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"content": ""}, "content"),
        ({"file": "pdf"}, "file"),
        ({"which": "other"}, "which"),
        ({"which": ""}, "which"),
        ({"which": "tag"}, "tag"),
        ({"which": "text"}, "text"),
        ({"which": "numbers", "numbers": " ; \n"}, "numbers"),
        ({"which": "numbers", "numbers": "1" * 12}, "numbers"),
        ({"which": "numbers", "numbers": "\n".join(f"{n:014d}" for n in range(5001))}, "numbers"),
        ({"first": ""}, "first"),
        ({"last": "2026-13-01"}, "last"),
        ({"last": "2025-01-01"}, "last"),
        ({"first": "2027-01-01", "last": "2027-01-02"}, "first"),
    ],
)
def test_each_mistake_is_said_beside_its_field(asked, field):
    wanted, problems = wanted_of(**asked)
    assert wanted is None
    assert [one.field for one in problems] == [field]
    assert problems[0].sentence.format(**problems[0].params)


@pytest.mark.parametrize(
    "text",
    [
        "09999999910001 GI999001 09999999910002",
        "09 999 999 910 001 GI 999 001 09999999910002",
        "09999999910001\u00a0GI999001\u202f09999999910002",
        "09999999910001  gi999001\n09 999 999 910 002",
        "0999 9999 9100 01 GI999 001;0999.9999.9100.02",
        "09999999910001\tGI999001,09999999910002 09999999910001",
        "0999-9999-910001 GI-999-001 09999999910002",
    ],
)
def test_numbers_parted_by_spaces_are_apart_and_groups_of_one_are_not(text):
    wanted, problems = wanted_of(which="numbers", numbers=text)
    assert not problems
    assert wanted.choice.numbers == ("09999999910001", "GI999001", "09999999910002")


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("09999999910001 999999910002 09999999910003", "999999910002"),
        ("09 09999999910001", "09"),
        ("09999999910001 lycee GI999001", "LYCEE"),
        ("GI 99900 09999999910001", "GI99900"),
        ("09999999910001 12", "12"),
    ],
)
def test_what_is_no_number_among_others_is_named(text, wrong):
    wanted, (problem,) = wanted_of(which="numbers", numbers=text)
    assert wanted is None
    assert problem.params == {"found": wrong}


def test_several_wrong_numbers_are_all_counted_and_the_first_named():
    wrong = [f"12{number}" for number in range(7)]
    wanted, (problem,) = wanted_of(which="numbers", numbers="\n".join(["09999999910001", *wrong]))
    assert wanted is None
    assert problem.params == {"count": 7, "found": "120, 121, 122, 123, 124…"}
    _wanted, (two,) = wanted_of(which="numbers", numbers="121\n122")
    assert two.params == {"count": 2, "found": "121, 122"}


@pytest.mark.parametrize(
    "text",
    [
        "9999999970626",
        "9 999 999 970 626",
        "9999999970626 09999999910001",
        "09999999910001\n9999999970626",
    ],
)
def test_a_lost_zero_is_put_back_and_told(text):
    wanted, problems = wanted_of(which="numbers", numbers=text)
    assert not problems
    assert "09999999970626" in wanted.choice.numbers
    assert restored(text) == ("09999999970626",)
    assert restored("09999999910001 GI999001") == ()


def test_a_period_that_is_backwards_is_said_once():
    _wanted, (problem,) = wanted_of(first="2027-02-01", last="2027-01-01")
    assert "inversée" in problem.sentence


def test_numbers_are_parted_by_anything_but_their_own_spaces():
    text = "0999 9999 910001;GI999001,gi999002\r\n09999999910001\t\n"
    wanted, _problems = wanted_of(which="numbers", numbers=text)
    assert wanted.choice.numbers == ("09999999910001", "GI999001", "GI999002")


@given(
    st.sampled_from(
        [
            PceChoice(),
            PceChoice(PceFilter(tags=("Écoles",))),
            PceChoice(PceFilter(text="lycée")),
            PceChoice(numbers=("09999999910001",)),
            PceChoice(numbers=()),
        ]
    )
)
def test_a_choice_is_kept_as_it_was(choice):
    assert unpacked(packed(choice)) == choice


@given(st.integers(1, LAST_DAY), st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_a_monthly_export_comes_on_its_day_within_a_month(day, today):
    following = first_on(day, today)
    assert following.day == day
    assert timedelta(0) < following - today <= timedelta(days=31)


@given(st.sampled_from([1, 3, 12, 36]), st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_it_takes_whole_months_before_it(months, today):
    first, last = month_days(months, today)
    assert first.day == (last + timedelta(days=1)).day == 1
    assert (last.year * 12 + last.month) - (first.year * 12 + first.month) == months - 1
    assert (last + timedelta(days=1)) == today.replace(day=1)


def test_a_worksheet_has_its_most_and_a_zip_does_not():
    wanted = ExportSpec(Content.DAILY, FileKind.XLSX)
    assert not too_long(wanted, SHEET_ROWS)
    assert too_long(wanted, SHEET_ROWS + 1)
    assert not too_long(replace(wanted, file_per_pce=True), SHEET_ROWS + 1)
    assert not too_long(replace(wanted, file=FileKind.CSV), SHEET_ROWS + 1)


def row(done, total, started=NOW):
    return ExportRow(
        1, ExportState.WORKING, ExportSpec(Content.DAILY, FileKind.CSV), "Alice", True, False, NOW,
        started, None, None, done, total, 0, 0, 0, 0, "", 0, "", None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("done", "total", "started", "left"),
    [(0, 10, NOW, None), (5, 10, NOW, 20), (10, 10, NOW, None), (9, 10, NOW, 2),
     (5, 10, None, None), (999, 1000, NOW, 1)],
)  # fmt: skip
def test_the_time_left_follows_the_pace(done, total, started, left):
    at: datetime = NOW + timedelta(seconds=20)
    assert seconds_left(row(done, total, started), at) == left


SCOPE = PceScope(1, "09999999910001", "", Frequency.MONTHLY, None)
YEAR = ExportSpec(Content.DAILY, FileKind.CSV, first=date(2026, 1, 1), last=date(2026, 12, 31))
HOLE = ((date(2026, 3, 1), date(2026, 3, 9)),)
LESS = ((date(2026, 3, 2), date(2026, 3, 5)),)


@pytest.mark.parametrize(
    ("before", "now", "still"),
    [
        ({}, {}, True),
        ({"last": date(2026, 6, 1)}, {}, True),
        ({}, {"last": date(2026, 6, 1)}, False),
        ({"last": date(2026, 6, 1)}, {"last": date(2026, 6, 1)}, True),
        ({}, {"first": date(2026, 1, 2)}, False),
        ({"holes": HOLE}, {"holes": HOLE}, True),
        ({"holes": HOLE}, {"holes": LESS}, True),
        ({"holes": LESS}, {"holes": HOLE}, False),
        ({}, {"holes": HOLE}, False),
        ({}, {"published_holes": HOLE, "published_last": date(2026, 1, 1)}, True),
        ({}, {"contractual": False, "technical": False}, True),
        ({"first": date.max, "last": date.min}, {"first": date.max, "last": date.min}, True),
    ],
)
def test_what_was_read_may_still_be(before, now, still):
    reach = get_read_period(YEAR, replace(SCOPE, **before))
    assert has_read_period(YEAR, replace(SCOPE, **now), reach) is still


@pytest.mark.parametrize("content", [Content.CONTRACTUAL, Content.TECHNICAL])
def test_a_kind_without_days_is_open_or_not(content):
    wanted = ExportSpec(content, FileKind.CSV)
    closed = {content.value: False}
    assert has_read_period(wanted, SCOPE, get_read_period(wanted, SCOPE))
    assert not has_read_period(wanted, replace(SCOPE, **closed), get_read_period(wanted, SCOPE))


def test_published_days_are_those_of_periods():
    wanted = replace(YEAR, content=Content.PUBLISHED)
    reach = get_read_period(wanted, replace(SCOPE, published_last=date(2026, 5, 1)))
    assert reach.last == date(2026, 5, 1)
    assert not has_read_period(wanted, replace(SCOPE, published_last=date(2026, 4, 1)), reach)
    assert has_read_period(wanted, replace(SCOPE, last=date(2026, 1, 1)), reach)


def test_a_number_that_won_a_decimal_zero_is_said_and_never_another():
    _wanted, (problem,) = wanted_of(which="numbers", numbers="9999991575084.0")
    assert problem.params["found"] == "9999991575084.0"
