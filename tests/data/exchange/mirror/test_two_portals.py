"""Two portals, one the distributor of the other, through HTTP: days, late ones, corrected ones."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from core.settings import Settings
from data.exchange.mirror.actions import rounds
from data.exchange.mirror.actions.manual_repair import repair_all
from data.exchange.mirror.channels import open_upstream
from data.exchange.mirror.models import MirrorConnection, MirrorDrift, MirrorRound, MirrorTask
from data.exchange.mirror.queries.drifts import ALL
from data.exchange.mirror.queries.unread_pces import list_unread
from data.exchange.mirror.types import MirrorPart, RoundState
from data.metering.consumption.actions import store
from data.metering.consumption.models import (
    ConsumptionPeriod,
    InjectionPeriod,
    Reading,
    ReadingNews,
    ReadingRevision,
)
from data.metering.consumption.queries import list_injections
from data.metering.consumption.types import PceDelivery, PceNews, Quality, Status
from data.metering.pces.models import Pce, PceGrant
from data.metering.pces.queries import get_scope, visible
from data.provenance import FEED
from data.rights.actions import revoke
from data.rights.actions.grants import keep_grants
from data.rights.models import AccessRight
from data.rights.types import RightRole, RightState
from jobs.commands.portal import CommandPortal
from jobs.commands.schedule import jobs_of
from jobs.commands.worker import handlers_of
from jobs.scheduler import run_once
from tests.data.exchange.mirror.distributor import KEY
from tests.data.exports.made import FIRST, bills, day
from tests.data.metering.consumption.test_injections import fed
from tests.factories import NOW, PCE, make_pce, make_right
from tests.jobs.mirrored import work
from tests.queue_work import drain

NIGHT = datetime(2026, 11, 25, 1, 15, tzinfo=UTC)
DAY = timedelta(days=1)
UNKNOWN = "09999999910002"
FIGURES = ("gas_day", "energy_wh", "volume_dm3", "index_start_dm3", "index_end_dm3",
           "coefficient_e4", "quality", "status")  # fmt: skip


def publish(distributor, numbers, now=NOW, *, number=PCE, periods=(), **values):
    """Days of the distributor, by their place, and periods, as heard *now* there."""
    told = tuple(replace(day(n), **values) for n in numbers)
    with distributor.database.transaction() as db:
        pce_id = db.scalar(select(Pce.id).where(Pce.number == number))
        store(
            db,
            pce_id,
            PceDelivery(number, told, periods),
            as_of=now.date(),
            now=now,
            provenance=FEED,
        )


@pytest.fixture
def there(distributor):
    """Bob's organisation may read two PCE there."""
    with distributor.database.transaction() as db:
        for number in (PCE, UNKNOWN):
            pce = make_pce(db, number, holder_id=1, reference_kwh=64_000, meter_serial="123A")
            right = make_right(db, pce, 2, uid=f"there-{number}", ends_on=date(2028, 1, 1))
            keep_grants(db, {(pce.id, right.organisation_id)})
    return distributor


@pytest.fixture
def mirrored(mirroring, there):
    """One of the two is known here, with its right."""
    with mirroring.transaction() as db:
        pce = make_pce(db, holder_id=1, tariff="")
        make_right(db, pce, 2, uid=f"there-{PCE}", ends_on=date(2028, 1, 1))
        keep_grants(db, {(pce.id, 2)})
    return mirroring


def night(mirrored, there, nights=0, behind=timedelta()):
    """A round here, whose distributor's clock is so much *behind*."""
    now = NIGHT + nights * DAY
    there.web.clock.now = now - behind

    def opening(organisation_id, clock):
        upstream = open_upstream(mirrored, there.address, KEY, organisation_id, clock)
        upstream.sleep = lambda _seconds: None
        return upstream

    work(mirrored, opening, now)
    with mirrored.reading() as db:
        return db.scalars(select(MirrorRound).order_by(MirrorRound.id.desc())).first()


def figures(database, number=PCE, since=FIRST):
    """The days in force; what a portal rebuilt, it says estimated."""
    with database.reading() as db:
        columns = [getattr(Reading, name) for name in FIGURES]
        query = select(*columns).join(Pce, Pce.id == Reading.pce_id)
        query = query.where(Pce.number == number, Reading.gas_day >= since)
        rows = db.execute(query.order_by(Reading.gas_day))
        return [(*row[:6], max(row[6], int(Quality.ESTIMATED)) if row[1] else 0, row[7])
                for row in rows]  # fmt: skip


def periods(database):
    with database.reading() as db:
        query = select(ConsumptionPeriod.first_day, ConsumptionPeriod.last_day,
                       ConsumptionPeriod.energy_wh)  # fmt: skip
        return [tuple(row) for row in db.execute(query.order_by(ConsumptionPeriod.first_day))]


@pytest.mark.slow
def test_days_late_days_and_corrected_days_of_there_are_those_of_here(mirrored, there):
    publish(there, range(200), periods=bills())
    publish(there, range(50, 80), number=UNKNOWN)
    found = night(mirrored, there)
    assert (found.state, found.problem, found.counts["faults"]) == (RoundState.DONE, [], 0)
    assert figures(mirrored) == figures(there.database)
    assert figures(mirrored, UNKNOWN) == figures(there.database, UNKNOWN)
    assert periods(mirrored) == periods(there.database)
    with mirrored.reading() as db:
        pce = db.scalars(select(Pce).where(Pce.number == PCE)).one()
        assert (pce.reference_kwh, pce.meter_serial) == (64_000, "123A")
        assert db.scalar(select(MirrorDrift.kind)).value == "unknown_here"
    publish(there, range(300, 320), NOW + DAY)  # days that are late by some weeks
    late = night(mirrored, there, 1)
    assert (late.state, late.counts["new"]) == (RoundState.DONE, 20)
    assert late.counts["calls"] == 1 + 2  # the list, and the last days of each
    assert figures(mirrored) == figures(there.database)
    publish(there, range(310, 315), NOW + 2 * DAY, energy_wh=77_000, status=Status.DEFINITIVE)
    corrected = night(mirrored, there, 2)
    assert corrected.counts["changed"] == 5
    assert figures(mirrored) == figures(there.database)
    with mirrored.reading() as db:
        assert db.scalar(select(func.count()).select_from(ReadingRevision)) == 10
    again = night(mirrored, there, 3)
    assert (again.counts["new"], again.counts["changed"]) == (0, 0)


def test_a_right_revoked_there_is_read_no_more_and_here_grants_say_who_reads(
    mirrored, there, bob, admin, charlie
):
    publish(there, range(200))
    night(mirrored, there)
    with mirrored.reading() as db:
        assert get_scope(db, bob, PCE).reads_days
        # What A mirrors, B does not see without a right of its own; nor A what it has none on.
        assert not db.execute(visible(charlie)).all()
        assert {pce.number for (pce,) in db.execute(visible(bob))} == {PCE}
    with there.database.transaction() as db:
        revoke(db, admin, [f"there-{PCE}"], now=NIGHT)
    publish(there, range(300, 320), NOW + DAY)
    known = figures(mirrored)
    after = night(mirrored, there, 1)
    assert after.counts["drifts"] == 2  # the one that is unknown here too
    assert figures(mirrored) == known
    with mirrored.transaction() as db:
        numbers = select(Pce.number).join(MirrorTask, MirrorTask.pce_id == Pce.id)
        assert set(db.scalars(numbers)) == {UNKNOWN}
        ended = {"state": RightState.REVOKED, "closed_at": NIGHT + DAY}
        db.execute(update(AccessRight).values(**ended))  # as repairing the drift does
        keep_grants(db, {(db.scalar(select(Pce.id).where(Pce.number == PCE)), 2)})
        assert not db.scalar(select(PceGrant.pce_id))
        assert not db.execute(visible(bob)).all()


def test_a_perimeter_of_one_past_day_is_asked_for_and_read(mirrored, there, admin):
    publish(there, range(200))
    only = FIRST + 100 * DAY
    with there.database.transaction() as db:
        days = {"supply_first": only, "supply_last": only}
        mine = AccessRight.uid == f"there-{PCE}"
        db.execute(update(AccessRight).where(mine).values(days))
        keep_grants(db, {(db.scalar(select(Pce.id).where(Pce.number == PCE)), 2)})
    found = night(mirrored, there)
    assert (found.state, found.counts["faults"]) == (RoundState.DONE, 0)
    assert figures(mirrored) == [one for one in figures(there.database) if one[0] == only]
    with mirrored.reading() as db:
        assert not list_unread(db, admin)
    calls = night(mirrored, there, 1).counts["calls"]
    assert calls == 1 + 1  # the list, and the last days of the other one: that day is read


FED = "09999999910003"
TOLD = ("first_day", "last_day", "energy_wh", "volume_dm3", "converted_dm3", "coefficient_e4",
        "quality", "status")  # fmt: skip


@pytest.fixture
def feeding(mirrored, there):
    """Bob's organisation has a right of injection there since January, on a site of its own."""
    with there.database.transaction() as db:
        pce = make_pce(db, FED, holder_id=1, tariff="TB")
        days = {"injection_first": date(2026, 1, 1), "injection_last": date(2028, 1, 1)}
        supply = dict.fromkeys(("supply_first", "supply_last")) | {"ends_on": date(2028, 1, 1)}
        role = RightRole.AUTHORISED_INJECTION
        right = make_right(db, pce, 2, uid=f"there-{FED}", role=role, **days, **supply)
        keep_grants(db, {(pce.id, right.organisation_id)})
    return mirrored


def inject(there, months, now=NOW, *, number=FED, **values):
    """Whole months of 2026 that the distributor hears *now* to be fed in."""
    told = tuple(fed(date(2026, n, 1), date(2026, n + 1, 1) - DAY, **values) for n in months)
    with there.database.transaction() as db:
        pce_id = db.scalar(select(Pce.id).where(Pce.number == number))
        given = PceDelivery(number, (), (), injections=told)
        store(db, pce_id, given, as_of=now.date(), now=now, provenance=FEED)


def injected(database, number=FED):
    with database.reading() as db:
        columns = [getattr(InjectionPeriod, name) for name in TOLD]
        query = select(*columns).join(Pce, Pce.id == InjectionPeriod.pce_id)
        query = query.where(Pce.number == number, InjectionPeriod.replaced.is_(False))
        rows = db.execute(query.order_by(InjectionPeriod.first_day))
        return [tuple(row) for row in rows]


def test_injections_late_ones_and_corrected_ones_of_there_are_those_of_here(
    feeding, there, bob, admin
):
    inject(there, range(1, 10))
    inject(there, range(1, 10), number=PCE)  # its right, of supply, opens none of them
    publish(there, range(5), number=FED)  # nor does the other one open consumption
    found = night(feeding, there)
    assert (found.state, found.problem, found.counts["faults"]) == (RoundState.DONE, [], 0)
    assert found.counts["injected"] == 9
    assert injected(feeding) == injected(there.database)
    assert (injected(feeding, PCE), figures(feeding, FED)) == ([], [])
    with feeding.reading() as db:  # programs are told of it as of a deposit
        news = select(ReadingNews.first_day, ReadingNews.last_day)
        told = db.execute(news.where(ReadingNews.sort == PceNews.INJECTED)).all()
        assert (len(told), min(told)[0], max(told)[1]) == (9, date(2026, 1, 1), date(2026, 9, 30))
    with feeding.reading() as db:
        asked = select(Pce.number, MirrorTask.part).join(Pce, Pce.id == MirrorTask.pce_id)
        parts = {
            row for row in db.execute(asked).all() if row[0] == FED or row[1] is MirrorPart.INJECTED
        }
        assert {part for _number, part in parts} == {
            MirrorPart.INJECTED, MirrorPart.CONTRACTUAL, MirrorPart.TECHNICAL,
        }  # fmt: skip
        assert {number for number, _part in parts} == {FED}
    inject(there, [10], NOW + 30 * DAY)
    inject(there, [3], NOW + 30 * DAY, energy_wh=77_000_000)
    again = night(feeding, there, 50)
    assert again.state is RoundState.DONE
    assert (again.counts["new"], again.counts["changed"]) == (1, 1)
    assert again.counts["injected"] == 9  # what may have changed: the last nine months
    assert injected(feeding) == injected(there.database)
    with feeding.reading() as db:
        since = InjectionPeriod.learnt_at > NIGHT + DAY
        learnt = db.scalars(select(InjectionPeriod.first_day).where(since))
        assert {day.month for day in learnt} == {3, 10}
    with feeding.transaction() as db:
        repair_all(db, admin, upto=ALL, now=NIGHT + 50 * DAY)
        late = replace(bob, today=(NIGHT + 50 * DAY).date())
        scope = get_scope(db, late, FED)
        assert (scope.reads_injections, scope.reads_days) == (True, False)
        assert len(list_injections(db, late, scope)) == 10


@pytest.mark.slow
def test_a_month_that_is_cut_in_two_there_is_so_here(feeding, there):
    inject(there, range(1, 10))
    night(feeding, there)
    halves = [date(2026, 9, 1), date(2026, 9, 10)], [date(2026, 9, 11), date(2026, 9, 30)]
    with there.database.transaction() as db:
        pce_id = db.scalar(select(Pce.id).where(Pce.number == FED))
        cut = PceDelivery(FED, (), (), injections=tuple(fed(*half) for half in halves))
        store(db, pce_id, cut, as_of=NOW.date() + 30 * DAY, now=NOW + 30 * DAY, provenance=FEED)
    night(feeding, there, 50)
    assert injected(feeding) == injected(there.database)
    assert [row[:2] for row in injected(feeding)[-2:]] == [tuple(half) for half in halves]


def test_periods_that_a_right_does_not_cover_whole_are_not_read(feeding, there, bob, admin):
    inject(there, range(1, 10))
    for nights, (last, months) in enumerate(((30, range(3, 8)), (31, range(3, 9)))):
        days = cover(there, date(2026, 2, 2), date(2026, 8, last))
        night(feeding, there, 50 * nights)
        assert [row[0].month for row in injected(feeding)] == list(months)
        with feeding.transaction() as db:
            repair_all(db, admin, upto=ALL, now=NIGHT)
            scope = get_scope(db, bob, FED)
            assert (scope.injected_first, scope.injected_last) == days
            assert len(list_injections(db, bob, scope)) == len(months)


def test_what_a_right_opens_long_after_is_read_from_its_old_end_on(feeding, there):
    months = [fed(date(2025, n, 1), date(2025, n + 1, 1) - DAY) for n in range(3, 12)]
    with there.database.transaction() as db:
        pce_id = db.scalar(select(Pce.id).where(Pce.number == FED))
        store(
            db,
            pce_id,
            PceDelivery(FED, (), (), injections=tuple(months)),
            as_of=NOW.date(),
            now=NOW,
            provenance=FEED,
        )
    cover(there, date(2025, 1, 1), date(2025, 6, 15))
    night(feeding, there)
    assert [row[0].month for row in injected(feeding)] == [3, 4, 5]
    cover(there, date(2025, 1, 1), date(2028, 1, 1))
    night(feeding, there, 50)  # more than nine months after June 2025
    assert injected(feeding) == injected(there.database)


def test_days_that_are_to_come_there_are_refused_named_and_read_the_night_after(
    mirrored, there, admin
):
    publish(there, range(200))
    assert night(mirrored, there, behind=DAY).state is RoundState.DONE
    assert figures(mirrored) == []
    with mirrored.reading() as db:
        reasons = {(row.part, str(row.reason)) for row in list_unread(db, admin)}
        assert {part for part, _reason in reasons} == {MirrorPart.INFORMATIVE, MirrorPart.PUBLISHED}
        assert not [one for _, one in reasons if "La période demandée finit" not in one]
    assert night(mirrored, there, 1).state is RoundState.DONE
    assert figures(mirrored) == figures(there.database)
    with mirrored.reading() as db:
        assert not list_unread(db, admin)


def cover(there, *days):
    """Change the days of injected gas that the right there opens."""
    values = dict(zip(("injection_first", "injection_last"), days, strict=True))
    with there.database.transaction() as db:
        ours = update(AccessRight).where(AccessRight.uid == f"there-{FED}")
        db.execute(ours.values(**values))
        keep_grants(db, {(db.scalar(select(Pce.id).where(Pce.number == FED)), 2)})
    return days


def test_a_right_of_injection_that_is_revoked_there_reads_no_more(feeding, there, admin):
    inject(there, range(1, 6))
    night(feeding, there)
    with there.database.transaction() as db:
        revoke(db, admin, [f"there-{FED}"], now=NIGHT)
    inject(there, range(6, 10), NOW + DAY)
    after = night(feeding, there, 50)
    assert (after.state, after.counts["injected"]) == (RoundState.DONE, 0)
    assert [row[0].month for row in injected(feeding)] == [1, 2, 3, 4, 5]
    with feeding.reading() as db:
        assert not db.scalar(
            select(MirrorTask.pce_id).where(MirrorTask.part == MirrorPart.INJECTED)
        )


def test_what_is_not_chosen_is_not_read(feeding, there):
    inject(there, range(1, 6))
    with feeding.transaction() as db:
        left = sorted(set(MirrorPart) - {MirrorPart.INJECTED})
        db.execute(update(MirrorConnection).values(parts=left))
    assert night(feeding, there).counts["injected"] == 0
    assert injected(feeding) == []


def test_the_clock_mirrors_by_the_settings(mirrored, there, tmp_path):
    publish(there, range(200))
    there.web.clock.now = NIGHT
    settings = Settings(
        var=tmp_path / "var",
        secret_key="k" * 32,
        upstream_url=there.address.base,
        upstream_token_url=there.address.token,
    )
    portal = CommandPortal(settings, lambda: "", [mirrored])
    jobs = jobs_of(portal)
    assert jobs["mirror"].seconds == 5
    # The key of these settings does not open what another one sealed: it is said, and waits.
    assert run_once(jobs, "mirror", NIGHT) == 1
    drain(mirrored, *handlers_of(portal).values(), now=NIGHT)
    with mirrored.reading() as db:
        assert db.scalar(select(MirrorRound.state)) is RoundState.FAILED
    other = CommandPortal(Settings(var=tmp_path), lambda: "", [mirrored])
    assert "mirror" not in jobs_of(other)
    assert rounds.RUN_ROUND.name not in handlers_of(other)
