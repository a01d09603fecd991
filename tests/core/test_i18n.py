"""Dates, which nobody misreads in either language."""

from datetime import UTC, date, datetime

import pytest

from core.i18n import clock, day_month, numeric_day, short_day, using_language


@pytest.mark.parametrize(
    ("language", "short", "in_year", "at"),
    [
        ("fr", "02/11/2026", "02/11", "02/11/2026 à 8\u00a0h\u00a042"),
        ("en", "2 Nov 2026", "2 Nov", "2 Nov 2026 at 08:42"),
    ],
)
def test_a_date_is_said_as_its_language_reads_it_and_files_are_alike(language, short, in_year, at):
    day, moment = date(2026, 11, 2), datetime(2026, 11, 2, 7, 42, tzinfo=UTC)
    with using_language(language):
        assert (short_day(day), day_month(day), clock(moment)) == (short, in_year, at)
        assert numeric_day(day) == "02/11/2026"
