"""Rounds of the mirror: what they ask, keep, leave for later, and whom they let by."""

import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, func, insert, select, update

from core import queue
from core.database import Database
from core.errors import ContractNeeded, Forbidden, NotFound
from core.i18n import set_language
from core.queue_types import Lease
from data.exchange.mirror.actions.rounds import RUN_ROUND, ask, open_night
from data.exchange.mirror.models import MirrorConnection, MirrorFault, MirrorRound, MirrorTask
from data.exchange.mirror.queries import unscoped
from data.exchange.mirror.queries.health import get_mirror_health
from data.exchange.mirror.queries.rounds import (
    get_tasks_summary,
    list_fault_groups,
    list_faults,
    list_rounds,
)
from data.exchange.mirror.queries.unread_pces import list_unread
from data.exchange.mirror.rules.schedule import next_due
from data.exchange.mirror.types import (
    ConnectionState,
    LineFault,
    MirrorPart,
    NotTaken,
    RoundState,
    RoundWay,
    Spent,
    UpstreamDown,
)
from data.identity.audit.models import AuditEvent
from data.metering.consumption.actions import differing_months, last_pce
from data.metering.consumption.models import (
    ConsumptionPeriod,
    InjectionPeriod,
    MonthlyConsumption,
    Reading,
    ReadingChange,
    ReadingMark,
    ReadingRevision,
)
from data.metering.pces.models import Pce, PceGrant
from data.metering.pces.types import Frequency
from data.rights.models import AccessRight
from data.rights.types import EndSource, RightDataKind, RightRole, RightState
from jobs import mirror
from tests.data.exchange.mirror.distributor import connect
from tests.data.exchange.mirror.readings import METER, day_line
from tests.data.exchange.mirror.sides import make_round
from tests.factories import NOW, PCE, make_pce, make_people, make_right
from tests.jobs.mirrored import DAY, Other, raising, right, silent, work

OTHER = "09999999910002"
NIGHT = datetime(2026, 11, 25, 1, 15, tzinfo=UTC)  # 02:15 in Paris
FIRST = date(2026, 11, 1)
FEEDS = {
    "role": RightRole.AUTHORISED_INJECTION, "supply_first": None, "supply_last": None,
    "injection_first": date(2025, 1, 1), "injection_last": date(2027, 12, 31),
}  # fmt: skip
ALL = [MirrorPart.CONTRACTUAL, MirrorPart.INFORMATIVE, MirrorPart.PUBLISHED, MirrorPart.TECHNICAL]


@pytest.fixture
def here(database: Database) -> Database:
    with database.transaction() as db:
        make_people(db)
        connect(db, "usr-4471", state=ConnectionState.UNTRIED)
        pce = make_pce(db, holder_id=1, tariff="", city="")
        make_right(db, pce, 2, uid=f"uid-{PCE}")
    return database


def go(here, other: Other, now=NIGHT):
    """The last round of organisation 2, worked as far as it goes; what was asked meanwhile."""
    other.asked.clear()
    work(here, other.open, now)
    with here.reading() as db:
        return db.scalars(select(MirrorRound).order_by(MirrorRound.id.desc())).first()


def days_of(here, number=PCE):
    with here.reading() as db:
        query = select(Reading.gas_day, Reading.volume_dm3).join(Pce, Pce.id == Reading.pce_id)
        rows = db.execute(query.where(Pce.number == number, Reading.volume_dm3.is_not(None)))
        return {day: volume // 1000 for day, volume in rows}


def tasks_of(here):
    with here.reading() as db:
        query = select(Pce.number, MirrorTask).join(Pce, Pce.id == MirrorTask.pce_id)
        return {(number, task.part): task for number, task in db.execute(query)}


def asked(other, part):
    return [one[2:] for one in other.asked if len(one) > 1 and one[1] is part]


def count(here, model):
    with here.reading() as db:
        return db.scalar(select(func.count()).select_from(model))


def test_a_night_reads_all_that_is_opened_and_the_next_one_what_may_have_changed(here):
    other = Other(right(), right(OTHER))
    other.fill(PCE, FIRST, [9, 8, 7])
    other.fill(OTHER, FIRST, [5, 5])
    other.periods[PCE] = [("2026-09-03", "2026-10-03", 187)]
    done = go(here, other)
    assert (done.state, done.way.value) == (RoundState.DONE, "night")
    assert days_of(here) == {FIRST: 9, FIRST + DAY: 8, FIRST + 2 * DAY: 7}
    assert days_of(here, OTHER) == {FIRST: 5, FIRST + DAY: 5}  # a PCE that was not known here
    assert count(here, ConsumptionPeriod) == 1
    assert len(asked(other, MirrorPart.INFORMATIVE)) == 2 * 3
    assert len(asked(other, MirrorPart.PUBLISHED)) == 2 * 5
    assert done.counts | {"drifts": 0} == {
        "calls": 21, "rights": 2, "drifts": 0, "pces": 2, "lines": 10, "new": 6, "changed": 0,
        "same": 0, "ignored": 0, "faults": 0, "sent": 0, "injected": 0, "tasks": 8, "repaired": 0,
        "ended": 0,
    }  # fmt: skip
    with here.reading() as db:
        pce = db.scalars(select(Pce).where(Pce.number == PCE)).one()
        assert (pce.tariff, pce.city) == ("T4", "VILLENEUVE-EXEMPLE")
        assert db.get(MirrorConnection, 2).state is ConnectionState.WORKING
    assert work(here, other.open, NIGHT + timedelta(hours=1)) == 0
    assert go(here, other, NIGHT + DAY).id > done.id
    assert [one[:2] for one in other.asked] == [
        ("rights",), (PCE, MirrorPart.INFORMATIVE), (OTHER, MirrorPart.INFORMATIVE),
    ]  # fmt: skip
    assert asked(other, MirrorPart.INFORMATIVE) == [(date(2026, 10, 16), date(2026, 11, 26))] * 2


def test_late_and_corrected_days_are_kept_with_their_story_and_judged_again(here):
    other = Other(right())
    other.fill(PCE, FIRST, [9, 8])
    go(here, other)
    left(here)
    assert go(here, other, NIGHT + DAY).counts["same"] == 2
    assert left(here) == ([], 0)  # what is said again is not judged again
    other.fill(PCE, FIRST + DAY, [6, 5])  # one corrected, one that was late
    counts = go(here, other, NIGHT + 2 * DAY).counts
    assert (counts["new"], counts["changed"], counts["same"]) == (1, 1, 1)
    assert days_of(here) == {FIRST: 9, FIRST + DAY: 6, FIRST + 2 * DAY: 5}
    assert left(here) == ([FIRST + DAY], 1)
    with here.reading() as db:
        assert db.scalar(select(func.count()).select_from(ReadingRevision)) == 2
        assert db.scalar(select(MonthlyConsumption.volume_dm3)) == 20_000
        assert db.scalar(select(Pce.data_until)) == FIRST + 2 * DAY
        assert not differing_months(db, 0, last_pce(db))


def left(here):
    """What thresholds and signatures are told of, and then told no more."""
    with here.transaction() as db:
        found = list(db.scalars(select(ReadingMark.first_day)))
        changes = db.scalar(select(func.count()).select_from(ReadingChange))
        db.execute(delete(ReadingMark))
        db.execute(delete(ReadingChange))
    return found, changes


def test_a_right_that_ends_there_or_here_is_read_no_more(here):
    other = Other(right(), right(OTHER))
    other.fill(PCE, FIRST, [9])
    go(here, other)
    assert len(tasks_of(here)) == 8
    other.listed[0] = right(state=RightState.REVOKED)
    go(here, other, NIGHT + DAY)
    assert {one[0] for one in other.asked} == {"rights", OTHER}
    assert {number for number, _part in tasks_of(here)} == {OTHER}
    assert days_of(here) == {FIRST: 9}  # what was read stays: grants say who reads it
    other.listed = [right()]
    with here.transaction() as db:
        ended = {"state": RightState.REVOKED, "closed_at": NOW}
        db.execute(update(AccessRight).values(**ended))
    go(here, other, NIGHT + 2 * DAY)
    assert other.asked == [("rights",)]


def test_who_ends_a_right_while_a_round_goes_on_reads_nothing_more_by_it(here):
    other = Other(right())

    def end(*_days):
        with here.transaction() as db:
            db.execute(update(AccessRight).values(state=RightState.REVOKED, closed_at=NOW))
        return iter(())

    other.says = dict.fromkeys([(PCE, MirrorPart.INFORMATIVE), (PCE, MirrorPart.PUBLISHED)], end)
    other.says |= {(PCE, part): lambda: end() and METER for part in ALL if part not in other.says}
    assert go(here, other).state is RoundState.DONE
    assert len({one[1] for one in other.asked[1:]}) == 1


@pytest.mark.parametrize(
    ("values", "parts"),
    [
        ({"kinds": frozenset({RightDataKind.PUBLISHED})}, {MirrorPart.PUBLISHED}),
        (FEEDS, {MirrorPart.INJECTED, MirrorPart.CONTRACTUAL, MirrorPart.TECHNICAL}),
        (FEEDS | {"kinds": frozenset({RightDataKind.PUBLISHED})}, {MirrorPart.INJECTED}),
        (
            FEEDS | {"role": RightRole.HOLDER_INJECTION, "injection_first": None},
            {MirrorPart.INJECTED, MirrorPart.CONTRACTUAL, MirrorPart.TECHNICAL},
        ),
        (
            FEEDS | {"kinds": frozenset(RightDataKind) - {RightDataKind.PUBLISHED}},
            {MirrorPart.CONTRACTUAL, MirrorPart.TECHNICAL},
        ),
        (
            FEEDS | {"injection_last": date(2021, 11, 25)},  # nothing that is still given
            {MirrorPart.CONTRACTUAL, MirrorPart.TECHNICAL},
        ),
        ({"state": RightState.PENDING}, set()),
        ({"ends_on": date(2026, 11, 24)}, set()),
        ({"starts_on": date(2026, 11, 26)}, set()),
    ],
)
def test_only_what_a_perimeter_opens_is_asked_for(here, values, parts):
    other = Other(right(**values))
    assert go(here, other).state is RoundState.DONE
    assert {one[1] for one in other.asked[1:]} == parts


def test_injections_are_read_whole_then_once_a_month_within_the_days_of_their_right(here):
    other = Other(right(**FEEDS), right(OTHER))
    other.fed[PCE] = [("2026-08-01", "2026-09-01", 900), ("2026-09-01", "2026-10-01", 800)]
    done = go(here, other)
    assert asked(other, MirrorPart.INJECTED) == [
        (date(2025, 11, 25), date(2026, 11, 25)), (date(2025, 1, 1), date(2025, 11, 25)),
    ]  # fmt: skip
    assert [one[0] for one in other.asked if one[1:2] == (MirrorPart.INJECTED,)] == [PCE, PCE]
    counts = done.counts
    assert (counts["injected"], counts["new"], counts["faults"]) == (2, 2, 0)
    due_at = tasks_of(here)[PCE, MirrorPart.INJECTED].due_at
    assert due_at == next_due(MirrorPart.PUBLISHED, Frequency.MONTHLY, 1, NIGHT)
    go(here, other, NIGHT + DAY)
    assert asked(other, MirrorPart.INJECTED) == []
    other.fed[PCE][1:] = [("2026-09-01", "2026-10-01", 850), ("2026-10-01", "2026-11-01", 700)]
    counts = go(here, other, due_at).counts
    assert len(asked(other, MirrorPart.INJECTED)) == 1
    assert (counts["injected"], counts["new"], counts["changed"]) == (3, 1, 1)
    assert fed_of(here) == [900, 850, 700]
    assert days_of(here) == {}


def fed_of(here):
    with here.reading() as db:
        query = select(InjectionPeriod.volume_dm3).order_by(InjectionPeriod.first_day)
        return [volume // 1000 for volume in db.scalars(query)]


def test_only_what_is_chosen_is_asked_for(here, admin):
    other = Other(right())
    go(here, other)
    for nights, parts in enumerate((["rights", "technical"], ["rights"]), start=1):
        with here.transaction() as db:
            db.execute(update(MirrorConnection).values(parts=parts))
            db.execute(update(MirrorTask).values(due_at=NIGHT, attempts=1))
        found = go(here, other, NIGHT + nights * DAY)
        wished = {part.value for (_number, part), task in tasks_of(here).items() if task.wished}
        assert wished == {*parts} - {"rights"}
        assert {one[1].value for one in other.asked[1:]} == wished
        with here.reading() as db:
            now = NIGHT + nights * DAY
            assert get_tasks_summary(db, admin, now).pces == len(wished)
            assert (list_unread(db, admin), get_mirror_health(db, now).waiting) == ((), 0)
            assert unscoped.count_left(db, found) == 0
        assert work(here, other.open, now + timedelta(minutes=1)) == 0  # nor what came in vain


def test_what_is_chosen_again_is_read_on_from_where_it_was_and_not_anew(here):
    other = Other(right())
    go(here, other)
    assert len(asked(other, MirrorPart.INFORMATIVE)) == 3
    for nights, parts in enumerate(([], list(MirrorPart)), start=1):
        with here.transaction() as db:
            db.execute(update(MirrorConnection).values(parts=parts))
        go(here, other, NIGHT + nights * DAY)
    assert {one[1] for one in other.asked[1:]} == {
        MirrorPart.INFORMATIVE
    }  # the others have their day
    assert asked(other, MirrorPart.INFORMATIVE) == [(date(2026, 10, 16), date(2026, 11, 27))]
    with here.transaction() as db:
        db.execute(update(MirrorConnection).values(parts=[]))
    other.listed = [right(state=RightState.REVOKED)]
    go(here, other, NIGHT + 3 * DAY)
    assert tasks_of(here) == {}  # what no right opens is forgotten, chosen or not


def test_a_perimeter_bounds_the_days_that_are_asked(here):
    other = Other(right(supply_first=date(2026, 1, 1), supply_last=None))
    go(here, other)
    assert asked(other, MirrorPart.INFORMATIVE) == [(date(2026, 1, 1), date(2026, 11, 25))]
    other.listed = [right(supply_first=None)]
    go(here, other, NIGHT + DAY)
    assert asked(other, MirrorPart.INFORMATIVE) == [
        (date(2026, 10, 16), date(2026, 11, 26)),
        (date(2025, 1, 1), date(2026, 1, 1)),
        (date(2024, 1, 2), date(2025, 1, 1)),
        (date(2023, 11, 27), date(2024, 1, 2)),
    ]


def test_a_meter_read_each_day_or_twice_a_year_is_asked_otherwise_and_grants_follow(here):
    daily = METER["donnees_techniques"] | {"caracteristiques_compteur": {"frequence": "JJ"}}
    other = Other(right(kinds=frozenset({RightDataKind.TECHNICAL, RightDataKind.INFORMATIVE})))
    other.says[PCE, MirrorPart.TECHNICAL] = lambda: METER | {"donnees_techniques": daily}
    go(here, other)
    with here.reading() as db:
        assert db.scalar(select(Pce.frequency)) is Frequency.DAILY
        assert db.scalar(select(PceGrant.organisation_id)) == 2
    go(here, other, NIGHT + DAY)
    go(here, other, NIGHT + 2 * DAY)
    assert other.asked == [("rights",)]  # informative data of such a meter: once a month


def test_whose_the_credentials_are_is_kept_once_a_list_was_heard_to_its_end(here):
    other = Other(right())
    other.third_party = "THERMIA CONSEIL"
    other.rights = raising(UpstreamDown("Coupée."))
    kept = select(MirrorConnection.third_party)
    for now, state, name in (
        (NIGHT, RoundState.PAUSED, ""),
        (NIGHT + timedelta(hours=1), RoundState.DONE, "THERMIA CONSEIL"),
    ):
        assert go(here, other, now).state is state
        with here.reading() as db:
            assert db.scalars(kept).one() == name
        other.rights = lambda: iter(other.listed)


SILENCES = {
    "1000008": (True, "aucune donnée"),
    "1000002": (True, "n’ouvre pas"),
    "77": (False, "répond"),
    "2000100": (False, "interrompue"),
}


@pytest.mark.parametrize("code", SILENCES)
def test_why_nothing_comes_is_kept_and_what_broke_off_is_asked_again(here, code):
    settled, word = SILENCES[code]
    other = Other(right(), right(OTHER))
    other.fill(OTHER, FIRST, [5])
    other.says[PCE, MirrorPart.INFORMATIVE] = silent(code)
    found = go(here, other)
    task = tasks_of(here)[PCE, MirrorPart.INFORMATIVE]
    sentence, params = task.problem
    assert word in sentence.format(**params)
    assert days_of(here, OTHER) == {FIRST: 5}
    if settled:
        assert (found.state, task.attempts) == (RoundState.DONE, 0)
        assert task.due_at == NIGHT + DAY
        return
    assert (found.state, task.attempts) == (RoundState.DONE, 1)
    assert NIGHT < task.due_at < NIGHT + timedelta(minutes=3)
    assert work(here, other.open, task.due_at - timedelta(seconds=1)) == 0
    del other.says[PCE, MirrorPart.INFORMATIVE]
    other.fill(PCE, FIRST, [9])
    found = go(here, other, NIGHT + timedelta(minutes=4))
    assert (found.state, found.problem) == (RoundState.DONE, [])
    assert days_of(here) == {FIRST: 9}
    assert {one[0] for one in other.asked} == {PCE}  # neither the list nor the others again


@pytest.mark.parametrize("part", [MirrorPart.INFORMATIVE, MirrorPart.CONTRACTUAL])
def test_what_is_refused_for_a_reason_unknown_here_is_named_and_never_held_as_read(
    here, admin, part
):
    other = Other(right(), right(OTHER))
    other.fill(PCE, FIRST, [9])
    no = {"code": "1000016", "message": "La date de fin est à venir."}
    other.says[PCE, MirrorPart.INFORMATIVE] = silent(*no.values())
    other.says[PCE, MirrorPart.CONTRACTUAL] = lambda: {"statut_restitution": no}
    del other.says[PCE, ({MirrorPart.INFORMATIVE, MirrorPart.CONTRACTUAL} - {part}).pop()]
    now, calls = NIGHT, []
    for _turn in range(4):
        found = go(here, other, now)
        calls.append(len([one for one in other.asked if one[:2] == (PCE, part)]))
        now = tasks_of(here)[PCE, part].due_at
    assert (found.state, calls) == (RoundState.DONE, [1] * 4)  # asked four times, then tomorrow
    task = tasks_of(here)[PCE, part]
    assert (task.done_at, task.whole_from, task.whole_until) == (None, None, None)
    assert (task.attempts, task.due_at) == (4, NIGHT + DAY)
    with here.reading() as db:
        (row,) = list_unread(db, admin)
        assert db.get(MirrorConnection, 2).state is ConnectionState.WORKING
    assert (row.number, row.part) == (PCE, part)
    assert "La date de fin est à venir." in str(row.reason)
    other.says.clear()
    assert go(here, other, NIGHT + DAY).state is RoundState.DONE
    assert len([one for one in other.asked if one[:2] == (PCE, part)]) in {1, 3}
    if part is MirrorPart.INFORMATIVE:
        assert days_of(here) == {FIRST: 9}
        assert len(asked(other, part)) == 3 + 1  # the whole history, and the last days of OTHER
    with here.reading() as db:
        assert not list_unread(db, admin)


def test_days_that_no_right_opened_for_months_are_read_once_one_does(here):
    other = Other(right())
    for nights in range(0, 100, 20):
        other.says[PCE, MirrorPart.INFORMATIVE] = silent("1000002")
        go(here, other, NIGHT + nights * DAY)
    other.fill(PCE, FIRST, [9])
    del other.says[PCE, MirrorPart.INFORMATIVE]
    assert go(here, other, NIGHT + 100 * DAY).state is RoundState.DONE
    assert days_of(here) == {FIRST: 9}


def test_years_that_are_refused_are_asked_again_without_those_that_came(here):
    other = Other(right())
    other.fill(PCE, FIRST, [9])
    last_year = (1, day_line(FIRST.isoformat(), 9, 97))
    other.says[PCE, MirrorPart.INFORMATIVE] = lambda *days: (
        iter([last_year]) if NIGHT.date() in days else silent("31")()
    )
    go(here, other)
    task = tasks_of(here)[PCE, MirrorPart.INFORMATIVE]
    assert (task.whole_from, task.whole_until) == (date(2025, 11, 25), date(2026, 11, 25))
    assert (task.attempts, days_of(here)) == (1, {FIRST: 9})
    del other.says[PCE, MirrorPart.INFORMATIVE]
    assert go(here, other, task.due_at).state is RoundState.DONE
    assert asked(other, MirrorPart.INFORMATIVE) == [
        (date(2024, 11, 25), date(2025, 11, 25)), (date(2023, 11, 26), date(2024, 11, 25)),
    ]  # fmt: skip


def test_lines_that_come_with_a_refusal_unknown_here_are_kept_and_asked_for_again(here):
    other = Other(right())
    line = day_line(FIRST.isoformat(), 9, 97)
    told = {"statut_restitution": {"code": "0", "message": "Complet."}}
    refusal = next(silent("31")())
    other.says[PCE, MirrorPart.INFORMATIVE] = lambda *_days: iter([(1, line), refusal])
    assert go(here, other).state is RoundState.DONE
    assert days_of(here) == {FIRST: 9}
    assert tasks_of(here)[PCE, MirrorPart.INFORMATIVE].whole_from is None
    # What is said of a line that has its data refuses nothing.
    other.says[PCE, MirrorPart.INFORMATIVE] = lambda *_days: iter([(1, line | told)])
    assert go(here, other, NIGHT + timedelta(minutes=3)).state is RoundState.DONE


@pytest.mark.parametrize(
    "part", [MirrorPart.INFORMATIVE, MirrorPart.PUBLISHED, MirrorPart.INJECTED]
)
def test_a_right_whose_end_grows_long_after_is_read_from_its_old_end_on(here, part):
    edge = "injection" if part is MirrorPart.INJECTED else "supply"
    base = FEEDS if part is MirrorPart.INJECTED else {}
    ended, later = date(2025, 6, 30), NIGHT + 90 * DAY
    other = Other(right(**base | {f"{edge}_last": ended}))
    go(here, other)
    other.listed = [right(**base)]
    fails, today = raising(UpstreamDown("Rien.")), later.date()
    other.says[PCE, part] = lambda _first, last: fails() if last == today else iter(())
    go(here, other, later)
    middle = today - 365 * DAY
    assert asked(other, part) == [(ended, middle), (middle, today)]
    task = tasks_of(here)[PCE, part]
    assert (task.whole_until, task.attempts) == (middle, 1)
    del other.says[PCE, part]
    assert go(here, other, task.due_at).state is RoundState.DONE
    assert asked(other, part) == [(middle, today)]  # one piece, wherever it was stopped
    assert tasks_of(here)[PCE, part].whole_until == today


def test_a_site_that_never_answers_is_left_for_the_next_night_and_the_round_ends(here):
    other = Other(right())
    other.says[PCE, MirrorPart.INFORMATIVE] = raising(UpstreamDown("Rien."))
    now, asks = NIGHT, []
    for _turn in range(6):
        found = go(here, other, now)
        assert (found.state, found.ended_at >= now) == (RoundState.DONE, len(asks) < 4)
        asks += asked(other, MirrorPart.INFORMATIVE)
        now = min(tasks_of(here)[PCE, MirrorPart.INFORMATIVE].due_at, NIGHT + timedelta(hours=20))
    assert len(asks) == 4
    assert tasks_of(here)[PCE, MirrorPart.INFORMATIVE].due_at == NIGHT + DAY
    assert go(here, other, NIGHT + DAY).counts["calls"] == 2


def test_when_the_other_side_is_down_all_of_it_waits(here):
    other = Other(*(right(f"0999999991{n:04d}") for n in range(9)))
    for one in other.listed:
        other.says[one.number, MirrorPart.CONTRACTUAL] = raising(UpstreamDown("Rien."))
        other.says[one.number, MirrorPart.CONTRACTUAL] = lambda: next(
            raising(UpstreamDown("Rien."))()
        )
    with here.transaction() as db:
        db.execute(update(MirrorConnection).values(parts=["contractual"]))
    found = go(here, other)
    assert (found.state, found.counts["calls"]) == (RoundState.PAUSED, 4)
    assert found.resume_at - NIGHT >= timedelta(minutes=15)
    with here.reading() as db:
        assert db.get(MirrorConnection, 2).state is ConnectionState.DOWN
    other.says.clear()
    assert go(here, other, found.resume_at).state is RoundState.DONE
    assert len(other.asked) == 9


def test_one_sick_site_keeps_no_other_waiting_and_never_says_that_all_is_down(here):
    other = Other(right("GI999888"), right(), right(OTHER))
    other.fill(OTHER, FIRST, [5])
    fails = lambda *_days: next(raising(UpstreamDown("Rien."))())  # noqa: E731
    other.says = {("GI999888", part): fails for part in ALL}
    now = NIGHT
    for turn in range(4):
        found = go(here, other, now)
        assert days_of(here, OTHER) == {FIRST: 5}
        numbers = {one[0] for one in other.asked}
        assert numbers == ({"rights", "GI999888", PCE, OTHER} if not turn else {"GI999888"})
        with here.reading() as db:
            assert db.get(MirrorConnection, 2).state is ConnectionState.WORKING
        assert (found.state, found.problem) == (RoundState.DONE, [])
        now = max(task.due_at for task in tasks_of(here).values() if task.attempts)


def test_three_sick_sites_asked_again_together_say_nothing_of_the_others(here):
    sick = [f"GI99988{n}" for n in range(4)]
    other = Other(right(), *map(right, sick))
    fails = lambda: next(raising(UpstreamDown("Rien."))())  # noqa: E731
    other.says = {(number, MirrorPart.CONTRACTUAL): fails for number in sick}
    with here.transaction() as db:
        db.execute(update(MirrorConnection).values(parts=["contractual"]))
    found = go(here, other)
    assert found.problem  # the first time, three in a row may be all of it
    found = go(here, other, found.resume_at)
    assert (found.state, found.problem) == (RoundState.DONE, [])
    assert len(other.asked) == len(sick)
    found = go(here, other, NIGHT + timedelta(minutes=30))
    assert len(other.asked) == len(sick)
    assert found.problem == []


def test_a_connection_says_that_it_answers_again_as_soon_as_it_does(here):
    other = Other(right())
    go(here, other)
    later = NIGHT + timedelta(minutes=5)
    with here.transaction() as db:
        db.execute(update(MirrorConnection).values(state=ConnectionState.DOWN, problem=["Rien."]))
        task = MirrorTask.part == MirrorPart.TECHNICAL
        db.execute(update(MirrorTask).where(task).values(due_at=later))
        paused = {"state": RoundState.PAUSED, "resume_at": later}
        db.execute(update(MirrorRound).values(**paused, ended_at=None))
    assert go(here, other, later).state is RoundState.DONE
    assert [one[1] for one in other.asked] == [MirrorPart.TECHNICAL]
    with here.reading() as db:
        row = db.get(MirrorConnection, 2)
        assert (row.state, row.problem) == (ConnectionState.WORKING, [])
        assert row.worked_at >= later


def test_a_list_that_breaks_off_is_asked_again_and_nothing_else_meanwhile(here):
    other = Other(right())
    other.rights = lambda _numbers=(): raising(
        UpstreamDown("Rien.", NIGHT + timedelta(minutes=40))
    )()
    found = go(here, other)
    assert (found.state, found.resume_at) == (RoundState.PAUSED, NIGHT + timedelta(minutes=40))
    assert not other.asked
    assert tasks_of(here) == {}
    del other.rights
    assert go(here, other, NIGHT + timedelta(minutes=41)).state is RoundState.DONE


def test_when_the_calls_of_the_day_are_made_the_rest_is_for_tomorrow_the_oldest_first(here):
    other = Other(right(), right(OTHER), right("GI999901"))
    midnight = datetime(2026, 11, 25, 23, 0, tzinfo=UTC)
    spend = raising(Spent("Tout est dit.", midnight))
    plain, first = Other.readings, []

    def readings(number, part, start, end):
        if len(first) >= 8:
            yield from spend()
        first.append((number, part))
        yield from plain(other, number, part, start, end)

    other.readings = readings
    found = go(here, other)
    assert (found.state, found.resume_at) == (RoundState.PAUSED, midnight)
    assert found.problem[0] == "Tout est dit."
    done = {key for key, task in tasks_of(here).items() if task.done_at}
    other.readings = lambda *what: plain(other, *what)
    found = go(here, other, midnight)
    assert found.state is RoundState.DONE
    assert not {one[:2] for one in other.asked} & done
    assert {one.problem == [] for one in tasks_of(here).values()} == {True}


def test_credentials_that_are_refused_end_the_round(here):
    other = Other()
    other.open = lambda *_who: (_ for _ in ()).throw(NotTaken("Refusés."))
    found = go(here, other)
    assert (found.state, found.problem) == (RoundState.FAILED, ["Refusés.", {}])
    with here.transaction() as db:
        db.execute(update(MirrorConnection).values(state=ConnectionState.REFUSED))
    assert work(here, other.open, NIGHT + DAY) == 0


def test_a_round_that_ended_stays_so_when_what_it_asks_anew_is_refused(here):
    other = Other(right(), right(OTHER))
    other.says[PCE, MirrorPart.INFORMATIVE] = raising(UpstreamDown("Panne."))
    assert go(here, other).state is RoundState.DONE
    missed = tasks_of(here)[PCE, MirrorPart.INFORMATIVE]
    assert missed.attempts == 1

    def refuse(*_days):
        with here.transaction() as db:
            db.execute(update(MirrorConnection).values(state=ConnectionState.REFUSED))
        raise NotTaken("Refusés.")
        yield

    other.says[PCE, MirrorPart.INFORMATIVE] = refuse
    found = go(here, other, missed.due_at)
    assert other.asked
    assert (found.state, found.problem) == (RoundState.DONE, [])
    assert go(here, other, missed.due_at + timedelta(minutes=1)).ended_at == found.ended_at
    assert other.asked == []


def test_an_error_of_ours_about_one_site_leaves_the_others(here, capsys):
    other = Other(right(), right(OTHER))
    other.fill(OTHER, FIRST, [5])
    other.says[PCE, MirrorPart.INFORMATIVE] = raising(RuntimeError("boom"))
    assert go(here, other).state is RoundState.DONE
    assert days_of(here, OTHER) == {FIRST: 5}
    assert "référence" in tasks_of(here)[PCE, MirrorPart.INFORMATIVE].problem[0]
    other.open = lambda *_who: (_ for _ in ()).throw(RuntimeError("boom"))
    assert go(here, other, NIGHT + timedelta(minutes=3)).state is RoundState.PAUSED
    capsys.readouterr()


def test_a_round_that_another_process_took_over_writes_nothing_more(here):
    other = Other(right())
    other.fill(PCE, FIRST, [9])
    later = NIGHT + timedelta(minutes=10)

    def taken(first, last):
        with here.transaction() as db:
            assert queue.release_stuck(db, later) == []
            assert queue.claim(db, RUN_ROUND.pool, Lease("other", 60), later)
        yield 1, day_line(FIRST.isoformat(), 9, 97)

    other.says[PCE, MirrorPart.INFORMATIVE] = taken
    found = go(here, other)
    assert found.state is RoundState.RUNNING
    assert days_of(here) == {}
    del other.says[PCE, MirrorPart.INFORMATIVE]
    found = go(here, other, NIGHT + timedelta(minutes=16))
    assert found.state is RoundState.DONE
    assert days_of(here) == {FIRST: 9}


def test_a_round_that_was_running_without_an_item_is_resumed(here):
    """As after an upgrade: an older release knew no item of it."""
    with here.transaction() as db:
        make_round(db, state=RoundState.RUNNING, created_at=NIGHT)
    assert go(here, Other(right()), NIGHT + timedelta(minutes=1)).state is RoundState.DONE
    assert count(here, MirrorRound) == 1


@pytest.mark.slow
def test_organisations_are_worked_in_turn(here, monkeypatch):
    monkeypatch.setattr(mirror, "SLICE", -1.0)
    with here.transaction() as db:
        connect(db, "usr-4472", organisation_id=3)
    others = {2: Other(right(), right(OTHER)), 3: Other(right("GI999901"))}
    turns = []

    def opening(organisation_id, _clock):
        turns.append(organisation_id)
        return others[organisation_id].open(organisation_id, None)

    work(here, opening, NIGHT)
    assert turns[:8] == [2, 3] * 4
    with here.reading() as db:
        states = db.execute(select(MirrorRound.organisation_id, MirrorRound.state)).all()
        assert {*states} == {(2, RoundState.DONE), (3, RoundState.DONE)}


def test_who_connects_asks_for_a_round_and_it_reads_anew_what_the_night_read(here, admin):
    other = Other(right())
    other.fill(PCE, FIRST, [9])
    go(here, other)
    noon = NIGHT + timedelta(hours=10)
    with here.transaction() as db:
        first = ask(db, admin, now=noon)
        assert ask(db, admin, now=noon) == first  # the same
        assert list(db.scalars(select(AuditEvent.action).where(
            AuditEvent.action == "mirror.asked"))) == ["mirror.asked"] * 2  # fmt: skip
    with here.reading() as db:
        row = list_rounds(db, admin)[0]
        assert row.id == first
        assert (row.way.value, row.state, row.remaining_tasks) == ("asked", RoundState.WAITING, 0)
    other.fill(PCE, FIRST + DAY, [8])
    assert go(here, other, noon).state is RoundState.DONE
    assert days_of(here) == {FIRST: 9, FIRST + DAY: 8}
    assert [one[1] for one in other.asked[1:]] == [MirrorPart.INFORMATIVE]


def test_who_asks_has_rights_read_again_and_what_came_in_vain_asked_for(here, admin):
    other = Other(right())
    other.says[PCE, MirrorPart.INFORMATIVE] = raising(UpstreamDown("Rien."))
    first = go(here, other)
    later = NIGHT + timedelta(seconds=10)
    with here.transaction() as db:
        paused = {"state": RoundState.PAUSED, "resume_at": NIGHT + timedelta(hours=3)}
        db.execute(update(MirrorRound).values(**paused, ended_at=None))
        new = ask(db, admin, now=later)
    other.listed.append(right(OTHER))
    found = go(here, other, later)
    assert (found.id, found.way, found.state) == (new, RoundWay.ASKED, RoundState.DONE)
    again = {("rights",), (PCE, MirrorPart.INFORMATIVE), (OTHER, MirrorPart.CONTRACTUAL)}
    assert again <= {one[:2] for one in other.asked}
    assert found.counts["rights"] == 2
    with here.reading() as db:
        before = db.get_one(MirrorRound, first.id)
        assert (before.state, before.ended_at) == (RoundState.CUT, later)


def test_who_asks_is_told_that_the_calls_of_the_day_are_made(here, admin):
    with here.transaction() as db:
        db.execute(update(MirrorConnection).values(day=NOW.date(), calls=5))
        with pytest.raises(Spent):
            ask(db, admin, now=NOW, most=5)
        assert count(here, MirrorRound) == 0
        assert ask(db, admin, now=NOW, most=6)


def test_what_came_in_vain_is_left_to_the_round_that_followed_or_to_the_next_night(here, admin):
    other = Other(right())
    other.says[PCE, MirrorPart.INFORMATIVE] = raising(UpstreamDown("Rien."))
    go(here, other)
    with here.transaction() as db:
        db.execute(update(MirrorTask).where(MirrorTask.attempts > 0).values(due_at=NIGHT + DAY))
        ask(db, admin, now=NIGHT + timedelta(minutes=1))
    assert work(here, other.open, NIGHT + timedelta(minutes=1)) == 1
    assert work(here, other.open, NIGHT + timedelta(minutes=20)) == 1
    with here.reading() as db:
        assert len(list_rounds(db, admin)) == 2
    assert work(here, other.open, NIGHT + DAY) == 1  # a round of its own


def test_who_asks_resumes_what_waits(here, admin):
    other = Other(right())
    other.rights = lambda _numbers=(): raising(UpstreamDown("Rien."))()
    assert go(here, other).state is RoundState.PAUSED
    with here.transaction() as db:
        ask(db, admin, now=NIGHT + timedelta(minutes=1))
    del other.rights
    assert go(here, other, NIGHT + timedelta(minutes=1)).state is RoundState.DONE


def test_only_administrators_of_an_organisation_that_is_connected_ask(here, bob, admin, alice):
    with here.transaction() as db:
        with pytest.raises(Forbidden):
            ask(db, bob, now=NOW)
        with pytest.raises(ContractNeeded):
            ask(db, replace(admin, contracted=False), now=NOW)
        db.execute(delete(MirrorConnection))
        with pytest.raises(NotFound):
            ask(db, admin, now=NOW)


def test_a_round_counts_what_it_repaired_what_ended_and_the_differences_that_stay(here):
    with here.transaction() as db:
        db.execute(update(MirrorConnection).values(repairs=True))
        make_right(db, make_pce(db, "GI999901", holder_id=1), 2, uid="not-there")
    go(here, Other(right()))
    over = right(state=RightState.REVOKED, closed_at=NOW, source=EndSource.HOLDER)
    found = go(here, Other(over, right(OTHER)), NIGHT + DAY)
    counts = {name: found.counts[name] for name in ("drifts", "repaired", "ended")}
    assert counts == {"drifts": 1, "repaired": 2, "ended": 1}
    with here.reading() as db:
        assert unscoped.count_differing(db, 2) == 1


def test_the_night_opens_one_round_for_whom_it_may(here):
    before = NIGHT - timedelta(minutes=1)
    with here.transaction() as db:
        open_night(db, before)  # the connection is younger than the last 02:15
        assert not db.scalar(select(func.count()).select_from(MirrorRound))
        open_night(db, NIGHT)
        open_night(db, NIGHT + timedelta(seconds=5))
        (one,) = db.scalars(select(MirrorRound)).all()
        one.state, one.resume_at = RoundState.PAUSED, NIGHT + 3 * DAY
        db.flush()
        open_night(db, NIGHT + DAY)
        db.expire_all()
        rows = db.scalars(select(MirrorRound).order_by(MirrorRound.id)).all()
        assert [row.state for row in rows] == [RoundState.CUT, RoundState.WAITING]


def test_what_could_not_be_taken_is_counted_told_and_grouped(here, bob, admin):
    other = Other(right())

    def odd(first, _last):
        yield LineFault(1, "Ce n’est pas un objet JSON.", sample="x")
        for n in range(2, 60):
            yield n, day_line(None, 9, 97, date_debut_consommation=None)
        yield 60, day_line((first + DAY).isoformat(), 9, 97)

    other.says[PCE, MirrorPart.INFORMATIVE] = odd
    found = go(here, other)
    assert found.counts["faults"] == 59 * 3
    with here.reading() as db:
        told = list_faults(db, admin, found.id)
        assert len(told) == 20 * 3
        assert (told[0].sample, told[1].line, told[1].number) == ("x", 2, PCE)
        groups = list_fault_groups(db, admin, found.id)
        assert [(group.count, group.pces) for group in groups] == [(57, 1), (3, 1)]
        assert groups[0].sentence.startswith("Ligne 2, colonne")
        set_language("en")
        assert list_fault_groups(db, admin, found.id)[0].sentence.startswith("Line 2, column")
        other_boss = replace(admin, organisation_id=3)
        with pytest.raises(Forbidden):
            list_rounds(db, bob)
        for nothing in (list_rounds(db, other_boss), list_faults(db, other_boss, found.id)):
            assert nothing == []


def test_how_far_the_mirror_is_is_told(here, admin):
    other = Other(right(), right(OTHER))
    other.says[PCE, MirrorPart.INFORMATIVE] = raising(UpstreamDown("Rien."))
    go(here, other)
    with here.reading() as db:
        found = get_tasks_summary(db, admin, NIGHT)
        assert (found.pces, found.done, found.waiting) == (2, 1, 1)
        assert NIGHT <= found.oldest < NIGHT + timedelta(minutes=1)
        (row,) = list_rounds(db, admin)
        assert (row.state, row.remaining_tasks, row.problem) == (RoundState.DONE, 0, None)
        nobody = get_tasks_summary(db, replace(admin, organisation_id=3), NIGHT)
        assert (nobody.pces, nobody.oldest) == (0, None)


def test_old_rounds_and_their_faults_go(here):
    other = Other(right())
    go(here, other)
    with here.transaction() as db:
        values = {"organisation_id": 2, "round_id": 1, "part": MirrorPart.RIGHTS, "line": 1}
        db.add(MirrorFault(**values, at=NIGHT, sentence="Rien."))
    go(here, other, NIGHT + 100 * DAY)
    assert (count(here, MirrorRound), count(here, MirrorFault)) == (1, 0)


@pytest.mark.parametrize(
    ("repairs", "state"), [(True, RightState.PENDING), (False, RightState.ACTIVE)]
)
def test_what_differs_is_repaired_without_asking_for_who_wants_it(here, repairs, state):
    with here.transaction() as db:
        db.execute(update(MirrorConnection).values(repairs=repairs, parts=[MirrorPart.RIGHTS]))
    go(here, Other(right(state=RightState.PENDING)))
    with here.reading() as db:
        assert db.scalars(select(AccessRight.state)).one() is state


def test_a_fleet_is_planned_and_its_tasks_found_in_a_moment(here):
    numbers = [f"0999999{n:07d}" for n in range(1200)]
    with here.transaction() as db:
        pces = [{"number": number, "frequency": Frequency.MONTHLY} for number in numbers]
        db.execute(insert(Pce), pces)
    other = Other(*(right(number) for number in numbers))
    other.contract = lambda _number: next(raising(Spent("Tout est dit.", NIGHT + DAY))())
    assert go(here, other).state is RoundState.PAUSED  # listed and planned, nothing more
    assert count(here, MirrorTask) == 4 * 1200
    begun = time.process_time()
    with here.reading() as db:
        due = unscoped.list_due(db, 2, NIGHT + DAY, NIGHT.date(), 50)
        assert all(unscoped.is_still_open(db, 2, task, NIGHT.date()) for task in due)
    assert len(due) == 50
    assert time.process_time() - begun < 2  # a wrong order of tables takes many times that
