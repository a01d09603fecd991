"""The demo: the same for a seed, believable, and exactly what the store would have kept."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import func, select

from core.access import OrganisationKind, Role, Viewer
from core.errors import Conflict, NotFound
from data.metering.consumption.actions import differing_months, rollup, store
from data.metering.consumption.queries import get_day_detail, load_series
from data.metering.consumption.rules.merge import content_of, statement_of
from data.metering.consumption.types import PceDelivery, Quality, Status, View
from data.metering.pces import queries
from data.metering.pces.rules import is_number
from data.metering.pces.types import Frequency
from data.migrations import tables
from data.provenance import FEED
from jobs.demo.cases import CASES, CaseAnswer
from jobs.demo.fleet import site
from jobs.demo.journal import interrupted, is_empty
from jobs.demo.loading import load
from jobs.demo.people import ACCOUNTS
from jobs.demo.periods import periods
from jobs.demo.places import create_pces
from jobs.demo.plan import DemoPlan
from jobs.demo.preparation import Preparation, rows_ahead
from jobs.demo.rows import first_said, statements
from jobs.demo.site_rows import rows_of
from jobs.demo.sites import Owner, SiteStory
from jobs.demo.world import MORNING, World
from jobs.demo.write import write_data
from tests.conftest import TODAY
from tests.factories import make_people
from tests.jobs.demo_copies import load_copy

NOW = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
PASSWORD = "lanterne velours cactus 83"
PLAN = DemoPlan(pces=20, years=1, seed=7, today=TODAY, password=PASSWORD)
FLEET = [site(7, index, TODAY) for index in range(300)]


def rows(db, name, *order):
    table = tables()[name]
    return db.execute(select(table).order_by(*(table.c[key] for key in order))).all()


def everything(database):
    with database.reading() as db:
        return (
            rows(db, "readings", "pce_id", "gas_day"),
            rows(db, "consumption_periods", "pce_id", "kind", "first_day", "last_day"),
            rows(db, "pce_events", "pce_id", "day", "kind"),
            rows(db, "reading_revisions", "pce_id", "gas_day", "digest"),
            rows(db, "injection_periods", "pce_id", "first_day"),
        )


def test_the_same_seed_gives_the_same_fleet_and_another_seed_another():
    assert [site(7, index, TODAY) for index in range(60)] == FLEET[:60]
    assert [site(8, index, TODAY) for index in range(20, 60)] != FLEET[20:60]


def test_numbers_are_valid_and_met_once():
    numbers = [site(7, index, TODAY).number for index in range(3000)]
    assert len(set(numbers)) == len(numbers)
    assert all(is_number(number) for number in numbers)


def test_the_known_cases_come_first_under_their_numbers():
    assert [one.number for one in FLEET[: len(CASES)]] == [case.number for case in CASES]
    assert FLEET[len(CASES)].owner is Owner.BAKERY
    assert [one.owner for one in FLEET].count(Owner.BAKERY) == 1


@pytest.mark.parametrize("years", [1, 3])
def test_energy_over_the_years_is_near_the_reference_consumption(years):
    world = World(replace(PLAN, years=years))
    span = len(world.calendar.ordinals) / 365.25
    steady = [
        one
        for one in FLEET
        if one.reference_kwh and one.story.works is None and abs(one.story.drift) < 0.05
    ]
    for one in steady:
        yearly = world.days(one).energy_kwh.sum() / span
        assert 0.7 < yearly / one.reference_kwh < 1.4, one.alias


def test_nothing_is_negative_and_volume_follows_the_indexes():
    world = World(PLAN)
    for one in FLEET:
        days = world.days(one)
        capacity = 10**one.meter_digits
        gone = (days.index_end - days.index_start) % capacity
        assert (days.energy_kwh >= 0).all()
        assert (days.volume_m3 >= 0).all()
        assert (abs(gone - days.volume_m3) <= 1).all(), one.alias
        assert (days.index_end < capacity).all()
        assert ((days.coefficient_e4 > 105_000) & (days.coefficient_e4 < 120_000)).all()


def test_the_index_starts_again_from_zero_with_a_new_meter_and_nowhere_else():
    world = World(PLAN)
    changed = [one for one in FLEET if one.story.new_meter and not one.story.rollover]
    assert changed
    for one in changed:
        days = world.days(one)
        breaks = (days.index_end[:-1] != days.index_start[1:]).nonzero()[0] + 1
        assert breaks.tolist() == [world.calendar.position(one.story.new_meter)]
        assert days.index_start[breaks[0]] == 0


def test_schools_burn_less_on_week_ends_and_everyone_more_in_winter():
    world = World(replace(PLAN, years=3))
    calendar = world.calendar
    school = next(one for one in FLEET if one.kind == "primary" and not one.story.works)
    energy = world.days(school).energy_kwh
    january = calendar.month == 1
    working = energy[january & ~calendar.weekend].mean()
    assert energy[january & calendar.weekend].mean() < 0.6 * working
    assert energy[january].mean() > 5 * energy[calendar.month == 7].mean()


def test_published_months_come_in_two_parts_and_touch_each_other():
    world = World(PLAN)
    one = replace(FLEET[len(CASES)], story=SiteStory(), events=())
    stated = periods(one, world.days(one), world.calendar, date(2025, 1, 1), TODAY)
    assert [period[:2] for period in stated[:3]] == [
        ("2025-01-01", "2025-01-02"),
        ("2025-01-03", "2025-01-31"),
        ("2025-02-01", "2025-02-02"),
    ]
    for before, after in pairwise(stated):
        gap = date.fromisoformat(after[0]) - date.fromisoformat(before[1])
        assert gap == timedelta(days=1)
        assert before[5] == after[4], "an index goes on where it stopped"


def test_daily_meters_have_no_periods_and_half_yearly_ones_two_a_year():
    world = World(PLAN)
    daily = next(one for one in FLEET if one.frequency is Frequency.DAILY)
    old = next(one for one in FLEET if one.frequency is Frequency.HALF_YEARLY and not one.events)
    first = date(2024, 1, 1)
    assert periods(daily, world.days(daily), world.calendar, first, TODAY) == []
    assert 4 <= len(periods(old, world.days(old), world.calendar, first, TODAY)) <= 6
    assert world.history(old) is None


def test_two_loads_with_one_seed_write_the_same_rows(database, tmp_path):
    from core.database import Database
    from data.migrations import upgrade

    load(database, PLAN, NOW)
    again = Database(f"sqlite:///{tmp_path / 'again.db'}")
    upgrade(again)
    load(again, PLAN, NOW)
    first, second = everything(database), everything(again)
    again.close()
    assert len(first[0]) > 3000
    assert first[3], "corrected days are kept as revisions"
    assert first == second


def test_the_roll_up_is_what_the_readings_say(database):
    load_copy(database, replace(PLAN, pces=40), NOW)
    with database.reading() as db:
        assert differing_months(db, 0, 1_000_000) == []


EVENTFUL = SiteStory(absences=6, blackout=5, estimates=9, new_meter=TODAY - timedelta(days=200))


def deliveries(world, one):
    """All that the distributor said of *one*, by day: first, then corrected, then definitive."""
    days, told = world.days(one), world.history(one)
    said = {}
    for place, final in enumerate(statements(days, told, world.calendar)):
        first, heard, last = (
            int(at[place]) for at in (told.published_at, told.received_at, told.as_of)
        )
        then = replace(final, status=Status.PROVISIONAL) if last > heard else final
        said.setdefault(heard, []).append(then)
        said.setdefault(last, []).append(final)
        if first < heard:
            begun = first_said(content_of(final, one.meter_digits))
            said.setdefault(first, []).append(
                statement_of(final.gas_day, begun, Status.PROVISIONAL)
            )
    return {world.calendar.days[on]: tuple(found) for on, found in sorted(said.items())}


# One story is enough for the other database: which days there are is nothing to it.
@pytest.mark.uncounted
@pytest.mark.parametrize(
    ("database", "story"),
    [
        ("sqlite", EVENTFUL),
        ("postgresql", EVENTFUL),
        ("sqlite", SiteStory(absences=4, rollover=True)),
        ("sqlite", SiteStory(corrected=True)),
    ],
    indirect=["database"],
)
def test_bulk_rows_are_what_the_store_keeps_of_the_same_statements(database, story, monkeypatch):
    """How it stands is left out: its statement, made anew each day, is nine tenths of the time."""
    monkeypatch.setattr(rollup, "store_standings", lambda *_: None)
    world = World(PLAN)
    clock = world.clock(NOW, sqlite=database.sqlite)
    plain = FLEET[len(CASES) + 1]
    one = replace(plain, story=story, meter_digits=8, grant=None)
    twin = replace(one, number="09999990000001")
    with database.transaction() as db:
        make_people(db)
        ids = create_pces(db, [one, twin], dict.fromkeys(Owner, 1))
        events = tables()["pce_events"]
        if story.new_meter:
            for pce_id in ids.values():
                db.execute(events.delete().where(events.c.pce_id == pce_id))
                db.execute(events.insert().values(pce_id=pce_id, day=story.new_meter, kind="METER"))
        write_data(db, {ids[one.number]: rows_of(world, one, clock)})
        for day, said in deliveries(world, twin).items():
            at = min(NOW, datetime.combine(day, MORNING))
            store(
                db,
                ids[twin.number],
                PceDelivery(twin.number, said, ()),
                as_of=day,
                now=at,
                provenance=FEED,
            )
    with database.reading() as db:
        for name in ("readings", "reading_revisions", "monthly_consumption"):
            table = tables()[name]
            kept = [
                db.execute(
                    select(*(c for c in table.c if c.name != "pce_id"))
                    .where(table.c.pce_id == ids[which.number])
                    .order_by(*list(table.primary_key)[1:])
                ).all()
                for which in (one, twin)
            ]
            assert kept[0] == kept[1]
            assert kept[0]
        pces = tables()["pces"]
        until = db.scalars(select(pces.c.data_until).where(pces.c.id.in_(ids.values()))).all()
    assert len(set(until)) == 1


def test_corrections_are_learnt_on_different_days_some_days_after_the_gas_day(database):
    load_copy(database, replace(PLAN, pces=40), NOW)
    with database.reading() as db:
        said = tables()["reading_revisions"].c
        found = db.execute(
            select(said.pce_id, said.gas_day, said.as_of, said.learnt_at)
            .order_by(said.pce_id, said.gas_day, said.learnt_at)
        ).all()  # fmt: skip
    pairs = [(old, new) for old, new in zip(found[::2], found[1::2], strict=True)]
    assert len({new.learnt_at for _, new in pairs}) > 40
    for old, new in pairs:
        assert old[:2] == new[:2], "a day is told twice, no more"
        assert 3 <= (new.learnt_at - old.learnt_at).days < 18
        assert old.gas_day < old.as_of < new.as_of <= TODAY
        assert old.as_of == old.learnt_at.date()
        assert new.learnt_at <= NOW


def test_a_day_is_published_some_days_after_it_and_its_value_has_a_story(database):
    load(database, replace(PLAN, pces=1), NOW)
    with database.reading() as db:
        schema = tables()
        viewer = Viewer(1, 1, OrganisationKind.DISTRIBUTOR, Role.ADMINISTRATOR, TODAY)
        number = CASES[0].number
        changed = set(db.scalars(select(schema["reading_revisions"].c.gas_day)))
        late = high = 0
        for day in changed:
            detail = get_day_detail(db, viewer, number, day)
            (before,) = detail.revisions
            late += before.energy_wh is None
            high += before.energy_wh is not None and before.energy_wh > detail.energy_wh
            assert detail.as_of > before.as_of > day
        quiet = get_day_detail(db, viewer, number, date(2026, 10, 5))
    assert (late > 0, high > 0, late + high) == (True, True, len(changed))
    assert (quiet.revisions, quiet.as_of) == ((), date(2026, 11, 6))


def test_a_second_load_is_refused_unless_more_is_asked(database):
    load(database, replace(PLAN, pces=3), NOW)
    with pytest.raises(Conflict):
        load(database, PLAN, NOW)
    load(database, replace(PLAN, pces=2), NOW, more=True)
    with database.reading() as db:
        numbers = [row.number for row in rows(db, "pces", "id")]
    assert numbers == [one.number for one in FLEET[:5]]


def test_a_base_with_data_of_its_own_never_takes_the_demo(database):
    with database.transaction() as db:
        make_people(db)
    with pytest.raises(Conflict):
        load(database, PLAN, NOW, more=True)


def test_a_killed_load_goes_on_where_it_was(database, monkeypatch):
    class Killed(BaseException):
        pass

    def kill(_done):
        raise Killed

    monkeypatch.setattr("jobs.demo.loading.BATCH", 4)
    with pytest.raises(Killed):
        load(database, replace(PLAN, pces=8), NOW, progress=kill)
    with database.reading() as db:
        assert interrupted(db) is not None
        assert not is_empty(db)
        assert len(rows(db, "pces", "id")) == 4
    load(database, replace(PLAN, pces=99), NOW)
    with database.reading() as db:
        assert interrupted(db) is None
        assert [row.number for row in rows(db, "pces", "id")] == [o.number for o in FLEET[:8]]


def test_rows_made_by_a_second_process_are_those_made_here(monkeypatch):
    made = Preparation(replace(PLAN, pces=7), {FLEET[1].number}, NOW, True, 4)
    with rows_ahead(made) as here:
        expected = list(here)
    monkeypatch.setattr("jobs.demo.preparation.ALONE", 0)
    with rows_ahead(made) as there:
        assert list(there) == expected
    assert [len(batch) for batch in expected] == [3, 3]


@pytest.mark.slow
def test_corrected_sites_keep_what_they_said_before(database):
    load_copy(database, replace(PLAN, pces=40), NOW)
    with database.reading() as db:
        revisions = tables()["reading_revisions"]
        count = db.scalar(select(func.count(revisions.c.pce_id.distinct())))
        kinds = set(db.scalars(select(tables()["readings"].c.quality)))
    assert count >= 2
    assert {Quality.ABSENT, Quality.RECONSTRUCTED, Quality.MEASURED} <= kinds


def test_one_site_of_the_city_shows_everything_that_may_happen(database):
    load(database, replace(PLAN, pces=2), NOW)
    with database.reading() as db:
        schema = tables()
        city = db.scalar(
            select(schema["users"].c.organisation_id).where(
                schema["users"].c.email == "camille@tilleuls.example"
            )
        )
        viewer = Viewer(1, city, OrganisationKind.COLLECTIVITY, Role.CLIENT, TODAY)
        assert queries.find_default_pce(db, viewer) == CASES[0].number
        assert queries.search_pces(db, viewer, "tilleuls")[0].number == CASES[0].number
        shown = load_series(db, viewer, View(pce=CASES[0].number))
    bars = {bar.first.month: bar for bar in shown.buckets[1:]}
    assert bars[4].days_estimated == 30
    assert bars[6].days_reconstructed == 1
    assert (bars[9].days_absent, bars[9].energy_wh) == (30, None)
    assert (bars[10].days_absent, bars[10].days_measured) == (4, 27)
    corrected = {bar.corrected_on for bar in bars.values() if bar.corrected_on}
    assert len(corrected) > 1
    assert max(corrected) <= TODAY
    assert {mark.kind for mark in shown.marks} == {"supplier", "meter"}


def test_sites_that_inject_consume_nothing():
    world = World(PLAN)
    feeding = [one for one in FLEET if one.tariff == "TB"]
    assert [one.number for one in feeding] == ["GI999602", "GI999150"]
    for one in feeding:
        assert world.history(one) is None
        assert periods(one, world.days(one), world.calendar, date(2024, 1, 1), TODAY) == []


def test_sites_that_inject_tell_two_years_of_whole_months(database):
    load_copy(database, PLAN, NOW)
    with database.reading() as db:
        told = rows(db, "injection_periods", "pce_id", "first_day")
    assert len({row.pce_id for row in told}) == 2
    for row in told:
        assert row.energy_wh == pytest.approx(row.volume_dm3 * row.coefficient_e4 / 10_000)
        assert (row.first_day.day, (row.last_day + timedelta(days=1)).day) == (1, 1)
    assert len(told) == 48
    assert {told[0].first_day, told[-1].last_day} == {date(2024, 11, 1), date(2026, 10, 31)}
    assert max(row.as_of for row in told) == date(2026, 11, 9)


def test_a_site_that_injects_says_so_instead_of_awaiting_data(database):
    load_copy(database, PLAN, NOW)
    viewer = Viewer(1, 1, OrganisationKind.DISTRIBUTOR, Role.ADMINISTRATOR, TODAY)
    with database.reading() as db:
        shown = {case.number: load_series(db, viewer, View(pce=case.number)) for case in CASES}
    assert {number for number, one in shown.items() if one.injects} == {"GI999602", "GI999150"}
    assert shown["GI999602"].headline is None


def test_each_known_case_tells_in_its_data_what_its_answer_will_be(database):
    load(database, replace(PLAN, years=2), NOW)
    answers = {case.answer: case for case in CASES if case.answer}
    assert set(answers) == set(CaseAnswer)
    schema = tables()
    with database.reading() as db:
        thermia = db.scalar(
            select(schema["users"].c.organisation_id).where(
                schema["users"].c.email == "nadia@thermia.example"
            )
        )
        viewer = Viewer(1, thermia, OrganisationKind.THIRD_PARTY, Role.CLIENT, TODAY)
        scopes = {}
        for answer, case in answers.items():
            try:
                scopes[answer] = queries.get_scope(db, viewer, case.number)
            except NotFound:
                scopes[answer] = None
    hidden = {answer for answer, scope in scopes.items() if scope is None}
    assert hidden == {
        CaseAnswer.NO_RIGHT,
        CaseAnswer.EXPIRED,
        CaseAnswer.ENDED,
        CaseAnswer.REVOKED,
        CaseAnswer.RENOUNCED,
        CaseAnswer.LEFT,
    }
    until = {answer: scope.data_until for answer, scope in scopes.items() if scope}
    assert until == {
        CaseAnswer.NO_DATA: None,
        CaseAnswer.UNCONTRACTED: date(2026, 11, 21),
        CaseAnswer.NOT_INFORMATIVE: None,
        CaseAnswer.BROKEN_OFF: date(2026, 9, 17),
        CaseAnswer.DOWN: date(2026, 7, 31),
    }


def test_everybody_has_an_address_that_leads_nowhere():
    assert all(account.email.endswith(".example") for account in ACCOUNTS)
