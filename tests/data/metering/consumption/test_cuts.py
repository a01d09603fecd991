"""Published periods that the distributor cuts otherwise: the last word on some days replaces."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from core.access import Role
from data.exports.queries import get_estimate
from data.exports.queries.contents import read_parts
from data.exports.types import Content, ExportSpec, FileKind
from data.metering.consumption.actions import store
from data.metering.consumption.models import ConsumptionPeriod, InjectionPeriod, ReadingNews
from data.metering.consumption.queries import (
    get_day_detail,
    list_available_months,
    list_injections,
    load_series,
)
from data.metering.consumption.types import DataKind, PceDelivery, PeriodKind, Quality, View
from data.metering.pces.queries import get_scope
from data.money.bills.actions import add
from data.money.bills.queries import list_judged
from data.money.bills.types import BillDraft, BillPoint
from data.provenance import FEED
from tests.choosing import examples
from tests.data.exports.made import period
from tests.data.metering.consumption.rows import NOW, on
from tests.data.metering.consumption.test_injections import ALICE, fed
from tests.factories import PCE, make_pce, make_people

AS_OF = date(2026, 11, 20)
TABLES = {"published": ConsumptionPeriod, "injected": InjectionPeriod}
bound = settings(
    max_examples=examples(40),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(params=TABLES)
def sort(request):
    return request.param


def put(db, pce, sort, *cuts, as_of=AS_OF, **values):
    """One file of *cuts*: (first place, last place, MWh)."""
    made = tuple(_line(sort, *cut, **values) for cut in cuts)
    told = {"periods" if sort == "published" else "injections": made}
    given = PceDelivery(None, (), told.pop("periods", ()), **told)
    return store(db, pce.id, given, as_of=as_of, now=NOW, provenance=FEED)


def _line(sort, first, last, energy, **values):
    energy = None if energy is None else energy * 1_000_000
    if sort == "injected":
        return fed(on(first), on(last), energy_wh=energy, volume_dm3=energy, **values)
    made = replace(period(on(first), on(last), 0), energy_wh=energy, volume_dm3=energy)
    return replace(made, **values)


def listed(db, pce, sort, *, aside=False):
    """The periods that stand, as they were put; or those that are replaced."""
    table = TABLES[sort]
    query = select(table.first_day, table.last_day, table.energy_wh)
    query = query.where(table.pce_id == pce.id, table.replaced.is_(aside))
    return [
        ((first - on(0)).days, (last - on(0)).days, energy and energy // 1_000_000)
        for first, last, energy in db.execute(query.order_by(table.first_day, table.last_day))
    ]


def later(days):
    return AS_OF + timedelta(days=days)


@pytest.mark.parametrize("days", [0, 1])  # a file has at times no date but that of its last line
def test_a_period_cut_in_two_is_replaced_and_kept(db, sort, days):
    pce = make_pce(db)
    put(db, pce, sort, (0, 29, 1250))
    outcome = put(db, pce, sort, (0, 9, 400), (10, 29, 850), as_of=later(days))
    assert (outcome.new, outcome.changed, outcome.same) == (2, 0, 0)
    assert listed(db, pce, sort) == [(0, 9, 400), (10, 29, 850)]
    assert listed(db, pce, sort, aside=True) == [(0, 29, 1250)]
    put(db, pce, sort, (0, 29, 1250))  # the first file, deposited again, says nothing new
    assert listed(db, pce, sort) == [(0, 9, 400), (10, 29, 850)]


def test_what_was_cut_may_be_made_whole_again(db, sort):
    pce = make_pce(db)
    put(db, pce, sort, (0, 9, 400), (10, 29, 850))
    put(db, pce, sort, (0, 29, 1240), as_of=later(1))
    put(db, pce, sort, (0, 9, 410), (10, 29, 840), as_of=later(2))
    assert listed(db, pce, sort) == [(0, 9, 410), (10, 29, 840)]


def test_what_is_left_of_a_replaced_period_is_not_guessed(db, sort):
    pce = make_pce(db)
    put(db, pce, sort, (0, 29, 1250), (30, 60, 7))
    put(db, pce, sort, (0, 9, 400), as_of=later(1))
    assert listed(db, pce, sort) == [(0, 9, 400), (30, 60, 7)]


def test_an_older_file_and_one_without_a_value_replace_nothing(db, sort):
    pce = make_pce(db)
    put(db, pce, sort, (0, 29, 1250))
    put(db, pce, sort, (0, 9, 400), (10, 29, 850), as_of=later(-1))
    put(db, pce, sort, (0, 14, None), as_of=later(1), quality=Quality.ABSENT)
    assert listed(db, pce, sort) == [(0, 29, 1250)]


def test_what_one_file_says_of_the_same_days_is_kept(db, sort):
    pce = make_pce(db)
    said = (0, 29, 1250), (20, 40, 5), (20, 60, None)
    put(db, pce, sort, *said)
    assert listed(db, pce, sort) == list(said)


def test_sheets_overlap_by_nature(db):
    pce = make_pce(db)
    for days, kind in enumerate((PeriodKind.WEEK, PeriodKind.MONTH)):
        put(db, pce, "published", (0, 20, 3), (0, 29, 4), as_of=later(days), kind=kind)
        put(db, pce, "published", (0, 6, 1), as_of=later(days + 2), kind=kind)
    put(db, pce, "published", (0, 9, 1), as_of=later(9))
    assert listed(db, pce, "published", aside=True) == []


files = st.lists(
    st.lists(
        st.tuples(st.integers(0, 12), st.integers(1, 6), st.integers(1, 9)), min_size=1, max_size=4
    ),
    min_size=1,
    max_size=6,
)


def apart(drawn):
    """One file of what was *drawn* (first, length, MWh): its periods do not overlap."""
    made, free = [], 0
    for first, length, energy in sorted(drawn):
        if first >= free:
            free = first + length
            made.append((first, free - 1, energy))
    return made


def last_words(told):
    """The periods that no later file cut otherwise, from all that was *told*, in order."""
    last = {line[:2]: (place, line) for place, file in enumerate(told) for line in file}
    return sorted(
        line
        for place, line in last.values()
        if not any(after > place and line[0] <= other[1] and other[0] <= line[1]
                   for after, other in last.values())
    )  # fmt: skip


@bound
@given(told=files.map(lambda drawn: [apart(one) for one in drawn]))
@pytest.mark.parametrize("sort", TABLES)
def test_whatever_the_cuts_the_last_word_stands_on_each_day(database, sort, told):
    with database.transaction() as db:
        pce = make_pce(db)
        for place, file in enumerate(told):
            put(db, pce, sort, *file, as_of=later(place))
        stand = listed(db, pce, sort)
        assert stand == last_words(told)
        assert set(told[-1]) <= set(stand)
        days = [day for first, last, _energy in stand for day in range(first, last + 1)]
        assert len(days) == len(set(days))
        kept = {line[:2] for line in stand + listed(db, pce, sort, aside=True)}
        assert kept == {line[:2] for file in told for line in file}
        db.rollback()


lines = st.tuples(st.integers(0, 8), st.integers(1, 5), st.sampled_from([None, 1, 2])).map(
    lambda drawn: (drawn[0], drawn[0] + drawn[1] - 1, drawn[2])
)


@bound
@given(told=st.lists(st.lists(lines, min_size=1, max_size=3), max_size=5), data=st.data())
@pytest.mark.parametrize("sort", TABLES)
def test_the_order_of_arrival_changes_no_cut(database, sort, told, data):
    dated = [(later(place), file) for place, file in enumerate(told)]
    again = data.draw(st.lists(st.sampled_from(dated), max_size=2)) if dated else []
    with database.transaction() as db:
        ends = []
        for order in (dated, data.draw(st.permutations(dated + again))):
            pce = make_pce(db, f"0999999991000{1 + len(ends)}")
            for as_of, file in order:
                put(db, pce, sort, *file, as_of=as_of)
            ends.append((listed(db, pce, sort), listed(db, pce, sort, aside=True)))
        assert ends[0] == ends[1]
        db.rollback()


def news(db):
    found = db.execute(select(ReadingNews.first_day, ReadingNews.last_day)).all()
    db.execute(delete(ReadingNews))
    return sorted(((first - on(0)).days, (last - on(0)).days) for first, last in found)


def test_the_days_of_what_is_replaced_are_news_and_what_is_not_read_is_none(db, sort):
    pce = make_pce(db)
    put(db, pce, sort, (0, 29, 1250))
    assert news(db) == [(0, 29)]
    put(db, pce, sort, (10, 19, 400), as_of=later(2))
    assert news(db) == [(0, 29), (10, 19)]
    put(db, pce, sort, (5, 40, 900), as_of=later(1))  # late, and replaced as it comes
    put(db, pce, sort, (5, 40, 901), as_of=later(1))
    assert news(db) == []
    put(db, pce, sort, (0, 29, 1250), as_of=later(3))
    assert news(db) == [(0, 29), (10, 19)]


def test_what_is_replaced_is_read_nowhere(db):
    make_people(db)
    pce = make_pce(db, holder_id=1)
    put(db, pce, "published", (0, 29, 30))
    put(db, pce, "published", (0, 9, 12), as_of=later(1))
    put(db, pce, "injected", (0, 29, 30))
    put(db, pce, "injected", (0, 9, 12), as_of=later(1))
    scope = get_scope(db, ALICE, PCE)
    assert [one.last_day for one in list_injections(db, ALICE, scope)] == [on(9)]
    assert list_available_months(db, ALICE, PCE) == {date(2026, 10, 1)}
    shown = load_series(db, ALICE, View(pce=PCE, data=DataKind.PUBLISHED))
    assert shown.total.energy_wh == 12_000_000
    wanted = ExportSpec(Content.PUBLISHED, FileKind.NDJSON)
    (part,) = read_parts(db, ALICE, wanted, [scope])
    assert [row[1] for row in part.rows] == [on(9)]
    assert get_estimate(db, ALICE, wanted).rows == 1
    boss = replace(ALICE, role=Role.ADMINISTRATOR)
    add(db, boss, BillDraft(PCE, on(0), on(29), 30_000_000), now=NOW)
    (judged,) = list_judged(db, boss)
    assert BillPoint.ENERGY_UNKNOWN in {said.point for said in judged.judgement.findings}
    assert get_day_detail(db, ALICE, PCE, on(5)).period == (on(0), on(9))
    assert get_day_detail(db, ALICE, PCE, on(20)).period is None


def test_whoever_reads_periods_leaves_what_is_replaced():
    tables = ("ConsumptionPeriod", "InjectionPeriod")
    readers = [
        path
        for path in Path("data").glob("*/**/*.py")
        if any(
            f"{table}." in path.read_text() or f"= {table}" in path.read_text() for table in tables
        )
        and "retention" not in path.name  # what is too old goes, replaced or not
    ]
    assert len(readers) > 8
    assert [path for path in readers if ".replaced" not in path.read_text()] == []
