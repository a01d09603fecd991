"""The weather as who runs the portal sees it: how stations stand, and days given by a sheet."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select

from core.access import OrganisationKind, Role, Viewer
from core.errors import Forbidden, Invalid, NotFound
from core.i18n import _
from data.identity.audit.models import AuditEvent
from data.metering.consumption.actions import (
    attach_one,
    attach_tagged,
    describe_station,
    keep_stations,
)
from data.metering.consumption.models import ReadingChange, ReadingMark
from data.metering.pces.models import PceTag
from data.metering.weather.actions import (
    describe,
    keep_temperatures,
    load_days,
    note_fetch,
    sort_out_stations,
    sort_out_temperatures,
)
from data.metering.weather.files import choices as attachments
from data.metering.weather.files import days as sheet
from data.metering.weather.models import WeatherMark, WeatherOwnMark
from data.metering.weather.queries import (
    count_serving,
    get_fetch,
    get_station,
    list_choices,
    list_chosen,
    list_days,
    list_stations,
    load_pce_stations,
)
from data.metering.weather.rules.fetch_schedule import next_try
from data.metering.weather.rules.stations import (
    EARLIEST,
    areas_in,
    check_day,
    code_in,
    freshness,
    nearest,
    place_in,
)
from data.metering.weather.types import (
    StationDay,
    StationDraft,
    StationFreshness,
    StationPlace,
    StationReading,
    StationSource,
    WeatherLoad,
)
from data.runs.files.rows import rejects, write_rows
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
    load_days(db, "near", [StationDay(day, 500) for day in days], StationSource.SERVICE)
    describe(db, StationPlace("near", 45.7, 4.9), "Plaine", ["99", "991"])
    make_pces(db, 3)
    lone = make_pce(db, number="09999999910777", postal_code="01000")
    describe(db, StationPlace("empty"), "", (), [lone.number])

    empty, near = list_stations(db, ERIN)

    assert (near.first, near.last, near.missing) == (days[2], days[0], 363)
    assert (near.name, near.source, near.areas) == ("Plaine", StationSource.SERVICE, ("99", "991"))
    assert (near.near, near.chosen, empty.near, empty.chosen) == (3, 0, 0, 1)
    assert (empty.last, empty.missing, empty.source, empty.serves) == (None, 365, None, 1)
    describe(db, StationPlace("near"), "", (), [])
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
    assert list(list_days(db, ERIN, "b")) == [StationReading("b", day)]
    again = sorted_out(db, text)
    assert (again.new, again.changed, again.same, again.remarks) == ((), (), 4, ())
    other = sorted_out(db, "a;20/11/2026;5,5;1,5;9,5\n")
    assert [told.day.mean_c100 for _key, told in other.changed] == [550]
    told = list(db.scalars(select(AuditEvent).where(AuditEvent.action == "weather.loaded")))
    assert [(one.object_id, one.detail) for one in told] == [
        ("a", {"new": 2, "changed": 0}),
        ("b", {"new": 1, "changed": 0}),
    ]


@pytest.mark.alike
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
    note_fetch(db, NOW, "", WeatherLoad(3, 2, 1), 1)
    note_fetch(db, NOW + timedelta(hours=12), "Le service météo ne répond pas.", WeatherLoad(), 0)
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
    assert freshness(None, TODAY) is StationFreshness.NONE
    assert freshness(TODAY - timedelta(days=3), TODAY) is StationFreshness.FRESH
    assert freshness(TODAY - timedelta(days=4), TODAY) is StationFreshness.LATE
    assert check_day(EARLIEST, TODAY) == EARLIEST
    for day in (TODAY + timedelta(days=1), EARLIEST - timedelta(days=1)):
        with pytest.raises(Invalid):
            check_day(day, TODAY)


def choices(db, text):
    return sort_out_stations(db, ERIN, attachments.read(f"PCE;Station\n{text}".encode()))


def judged_again(db):
    """The PCE that signatures, then thresholds, are to look at again; nothing is left noted."""
    found = [set(db.scalars(select(table.pce_id))) for table in (ReadingChange, ReadingMark)]
    for table in (ReadingChange, ReadingMark, WeatherMark, WeatherOwnMark):
        db.execute(delete(table))
    return found


@pytest.fixture
def sites(db):
    """Three PCE that have days, two of one town; the stations s and t, days unknown."""
    for code in "st":
        describe(db, StationPlace(code), "")
    db.execute(delete(WeatherMark))
    places = ("69001", "69002", "38000")
    return [
        make_pce(db, number=f"0999999991020{n}", postal_code=code, data_until=TODAY)
        for n, code in enumerate(places)
    ]


def test_areas_follow_what_the_form_says_and_those_concerned_alone_are_judged_again(db, sites):
    one, two, three = sites
    describe_station(db, ERIN, StationDraft(StationPlace("s", 45.7, 4.9), "Plaine", ("69",)), NOW)
    assert judged_again(db) == [{one.id, two.id}] * 2
    describe_station(db, ERIN, StationDraft(StationPlace("t"), "", ("69002", "38")), NOW)
    assert judged_again(db) == [{two.id, three.id}] * 2
    assert load_pce_stations(db, [pce.id for pce in sites]) == {
        one.id: get_station(db, ERIN, "s").id,
        two.id: get_station(db, ERIN, "t").id,
        three.id: get_station(db, ERIN, "t").id,
    }
    describe_station(db, ERIN, StationDraft(StationPlace("s"), "", ("69",)), NOW)
    assert judged_again(db) == [set(), set()]  # a name is nobody's weather
    describe_station(db, ERIN, StationDraft(StationPlace("t"), "", ("69",)), NOW)  # taken from s
    assert judged_again(db)[0] == {one.id, two.id, three.id}
    assert get_station(db, ERIN, "s").areas == ()


def test_one_pce_and_those_of_a_tag_are_attached_then_detached(db, sites):
    one, two, _three = sites
    assert attach_one(db, ERIN, "s", one.number, NOW) == 1
    assert list(db.scalars(select(WeatherOwnMark.pce_id))) == [one.id]
    assert list(db.scalars(select(WeatherMark.station_id))) == []  # the others of s are left alone
    assert judged_again(db) == [{one.id}] * 2
    assert attach_one(db, ERIN, "s", one.number, NOW) == 0  # already so
    db.add_all(PceTag(pce_id=pce.id, organisation_id=4, tag="vieux") for pce in (one, two))
    assert attach_tagged(db, ERIN, "t", "vieux", NOW) == 2
    assert [row.number for row in list_chosen(db, ERIN, get_station(db, ERIN, "t").id, 9)] == [
        one.number,
        two.number,
    ]
    judged_again(db)
    assert attach_one(db, ERIN, "", one.number, NOW) == 1
    assert judged_again(db) == [{one.id}] * 2
    assert list_choices(db, ERIN) == [(two.number, "t")]
    told = select(AuditEvent.action, AuditEvent.object_id).order_by(AuditEvent.id)
    assert list(map(tuple, db.execute(told))) == [
        ("weather.attached", one.number),
        ("weather.attached", one.number),
        ("weather.attached", two.number),
        ("weather.detached", one.number),
    ]
    for attach, code, whom in (
        (attach_one, "x", one.number), (attach_one, "s", "09999999919999"),
        (attach_tagged, "s", "rien"),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            attach(db, ERIN, code, whom, NOW)


def test_a_sheet_attaches_changes_detaches_and_says_each_refusal(db, sites):
    one, two, three = (pce.number for pce in sites)
    attach_one(db, ERIN, "s", two, NOW)
    attach_one(db, ERIN, "s", three, NOW)
    judged_again(db)
    text = f"{one};s\n{two};t\n{three};\n{one};t\n;s\n12;s\n09999999919999;s\n{three};s"
    found = choices(db, text)
    assert [(len(found.new), len(found.changed), found.same)] == [(1, 2, 0)]
    said = [_(problem.message, **problem.params) for problem in found.problems]
    for line, words in ((5, "plus haut"), (6, "indiquez"), (7, "PCE"), (8, "introuvable"), (9, "")):
        (sentence,) = [one for one in said if f"Ligne {line}," in one]
        assert words in sentence
    keep_stations(db, ERIN, found, NOW)
    assert list_choices(db, ERIN) == [(one, "s"), (two, "t")]
    assert judged_again(db) == [{pce.id for pce in sites}] * 2
    again = choices(db, f"{one};s\n{two};t\n{three};\n")
    assert (again.new, again.changed, again.same) == ((), (), 3)
    assert "inconnue" in _(*[choices(db, f"{one};zz").problems[0].params["said"]])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: areas_in("69 6x"), "début d’un code postal"),
        (lambda: areas_in("691234"), "début d’un code postal"),
        (lambda: place_in("s", "45,7", ""), "vont ensemble"),
        (lambda: place_in("s", "91", "4"), "degrés décimaux"),
        (lambda: place_in("s", "nan", "4"), "degrés décimaux"),
        (lambda: place_in("s", "nord", "4"), "degrés décimaux"),
        (lambda: code_in("  "), "manque"),
        (lambda: code_in("x" * 41), "40 signes"),
    ],
)
def test_what_a_form_says_wrong_is_a_sentence(call, words):
    with pytest.raises(Invalid) as told:
        call()
    assert words in told.value.message


def test_what_a_form_says_is_read():
    assert areas_in("69, 38200;01 69") == ("01", "38200", "69")
    assert place_in("s", "45,73", "−0,5") == StationPlace("s", 45.73, -0.5)
    assert place_in("s", "", " ") == StationPlace("s")
    assert code_in(" 69029001 ") == "69029001"
