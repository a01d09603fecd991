"""The weather as who runs the portal sees it: how stations stand, and days given by a sheet."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from data.access import OrganisationKind, Role, Viewer
from data.audit.models import AuditEvent
from data.errors import Forbidden, Invalid
from data.runs.files.rows import rejects, write_rows
from data.weather.actions import (
    describe,
    keep_temperatures,
    load_days,
    note_fetch,
    sort_out_temperatures,
)
from data.weather.files import days as sheet
from data.weather.queries import count_serving, get_fetch, list_days, list_stations
from data.weather.rules.fetching import next_try
from data.weather.rules.stations import EARLIEST, check_day, freshness, nearest
from data.weather.types import Freshness, Loaded, Place, Source, StationDay, Told
from i18n import _
from tests.conftest import TODAY
from tests.factories import make_pce

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
HEAD = "station;day;mean;min;max\n"
ERIN = Viewer(4, 4, OrganisationKind.DISTRIBUTOR, Role.ADMINISTRATOR, TODAY)
pytestmark = pytest.mark.usefixtures("people")


def make_pces(db, count):
    for n in range(count):
        make_pce(db, number=f"0999999991010{n}")


def sorted_out(db, text):
    return sort_out_temperatures(db, ERIN, sheet.read((HEAD + text).encode()))


def test_a_station_says_its_days_what_lacks_and_whom_it_serves(db):
    days = [TODAY - timedelta(days=n) for n in (1, 2, 400)]
    load_days(db, "near", [StationDay(day, 500) for day in days], Source.SERVICE)
    describe(db, Place("near", 45.7, 4.9), "Plaine", ["99", "991"])
    make_pces(db, 3)
    lone = make_pce(db, number="09999999910777", postal_code="01000")
    describe(db, Place("empty"), "", (), [lone.number])

    empty, near = list_stations(db, ERIN)

    assert (near.first, near.last, near.missing) == (days[2], days[0], 363)
    assert (near.name, near.source, near.areas) == ("Plaine", Source.SERVICE, ("99", "991"))
    assert (near.near, near.chosen, empty.near, empty.chosen) == (3, 0, 0, 1)
    assert (empty.last, empty.missing, empty.source, empty.serves) == (None, 365, None, 1)
    describe(db, Place("near"), "", (), [])
    assert count_serving(db, ERIN).unserved == 0


def test_pce_without_a_station_are_counted(db):
    make_pces(db, 2)
    assert count_serving(db, ERIN).unserved == 2


def test_nobody_else_reads_or_writes_it(db, dora, alice):
    for viewer in (dora, alice):
        for door in (list_stations, count_serving, get_fetch):
            with pytest.raises(Forbidden):
                door(db, viewer)
        with pytest.raises(Forbidden):
            sort_out_temperatures(db, viewer, sheet.read((HEAD + "a;20/11/2026;1;;\n").encode()))
        with pytest.raises(Forbidden):
            list(list_days(db, viewer))


def test_a_sheet_says_what_it_would_do_then_does_it_once(db):
    text = "a;2026-11-20;5,4;1,5;9,5\na;21/11/2026;6;;\na;21/11/2026;6;;\nb;20/11/2026;;1;3\n"
    found = sorted_out(db, text)
    assert (len(found.new), len(found.changed), found.same) == (3, 0, 1)
    assert [params["codes"] for _said, params in found.remarks] == ["a, b"]
    assert list(list_days(db, ERIN)) == []  # looked at only

    keep_temperatures(db, ERIN, found, NOW)

    day = StationDay(date(2026, 11, 20), 200, 100, 300)
    assert list(list_days(db, ERIN, "b")) == [Told("b", day)]
    again = sorted_out(db, text)
    assert (again.new, again.changed, again.same, again.remarks) == ((), (), 4, ())
    other = sorted_out(db, "a;20/11/2026;5,5;1,5;9,5\n")
    assert [told.day.mean_c100 for _key, told in other.changed] == [550]
    told = list(db.scalars(select(AuditEvent).where(AuditEvent.action == "weather.loaded")))
    assert [(one.object_id, one.detail) for one in told] == [
        ("a", {"new": 2, "changed": 0}),
        ("b", {"new": 1, "changed": 0}),
    ]


@pytest.mark.parametrize(
    ("line", "column", "said"),
    [
        (";20/11/2026;5;;", "Station", "manque"),
        ("a;;5;;", "Jour", "indiquez le jour"),
        ("a;hier;5;;", "Jour", "n’est pas une date"),
        ("a;25/11/2026;5;;", "Jour", "pas encore venu"),
        ("a;25/11/0026;5;;", "Jour", "trop ancien"),
        ("a;20/11/2026;chaud;;", "Moyenne", "écrivez des °C"),
        ("a;20/11/2026;5;froid;9", "Minimum", "écrivez des °C"),
        ("a;20/11/2026;5;2;", "Moyenne", "vont ensemble"),
        ("a;20/11/2026;;;", "Moyenne", "Aucune température"),
        ("a;19/11/2026;5;;", "Station", "déjà à la ligne 2"),
    ],
)
def test_a_bad_line_says_its_column_and_what_to_do_and_is_given_back(db, line, column, said):
    content = (HEAD + f"a;19/11/2026;4;;\n{line}\n").encode()
    table = sheet.read(content)
    found = sort_out_temperatures(db, ERIN, table)

    assert len(found.new) == 1
    (problem,) = found.problems
    sentence = _(problem.message, **problem.params)
    assert (problem.line, problem.column) == (3, column)
    assert said in sentence
    assert "Ligne 3, colonne" in sentence
    assert line.split(";")[2] in rejects(table, found.problems, as_xlsx=False).decode("utf-8-sig")


def test_what_is_kept_comes_back_as_it_was_in_either_kind_of_file(db):
    days = [StationDay(TODAY, -325), StationDay(TODAY - timedelta(days=1), 550, 150, 951)]
    load_days(db, "a", days)
    for as_xlsx in (True, False):
        rows = map(sheet.cells_of, list_days(db, ERIN))
        written = write_rows(sheet.HEADER, rows, as_xlsx=as_xlsx)
        found = sort_out_temperatures(db, ERIN, sheet.read(written))
        assert (found.new, found.changed, found.same, found.problems) == ((), (), 2, ())


def test_many_new_stations_are_not_all_named(db):
    found = sorted_out(db, "".join(f"s{n};20/11/2026;1;;\n" for n in range(12)))
    assert found.remarks[0][1]["codes"].endswith("…")


def test_the_last_answer_is_kept_through_an_outage(db):
    assert get_fetch(db, ERIN) is None
    note_fetch(db, NOW, "", Loaded(3, 2, 1), 1)
    note_fetch(db, NOW + timedelta(hours=12), "Le service météo ne répond pas.", Loaded(), 0)
    told = get_fetch(db, ERIN)
    assert (told.done_at, told.failures, told.new, told.changed, told.refused) == (NOW, 1, 3, 2, 1)
    assert next_try(told) == NOW + timedelta(hours=12, minutes=15)


@given(areas=st.dictionaries(st.text("0123", min_size=2, max_size=5), st.integers(1, 9)),
       code=st.text("0123", max_size=5))  # fmt: skip
def test_the_nearest_station_is_that_of_the_longest_beginning(areas, code):
    fitting = [prefix for prefix in areas if code.startswith(prefix)]
    wanted = areas[max(fitting, key=len)] if fitting else None
    assert nearest(areas, code) == wanted


def test_how_a_station_stands_and_which_days_may_be_said():
    assert freshness(None, TODAY) is Freshness.NONE
    assert freshness(TODAY - timedelta(days=3), TODAY) is Freshness.FRESH
    assert freshness(TODAY - timedelta(days=4), TODAY) is Freshness.LATE
    assert check_day(EARLIEST, TODAY) == EARLIEST
    for day in (TODAY + timedelta(days=1), EARLIEST - timedelta(days=1)):
        with pytest.raises(Invalid):
            check_day(day, TODAY)
