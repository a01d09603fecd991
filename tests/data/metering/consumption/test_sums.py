"""The sums that are kept of a fleet are those of its PCE one by one, whatever happened to them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event, func, insert, select, update

from data.identity.accounts.models import UserTag
from data.metering.consumption import queries
from data.metering.consumption.actions import (
    count_differing_sums,
    list_stale_standings,
    merge_sums,
    rebuild_sums,
    recompute_standings,
    roll_up,
    store,
)
from data.metering.consumption.models import FleetMonthSum, FleetStanding, FleetSum, Reading
from data.metering.consumption.queries import fleet, groups, monthly_by_tariff
from data.metering.consumption.types import FleetPeriod, FleetView
from data.metering.pces.models import Pce, PceTag
from data.metering.prices.types import PriceKind, PriceUnit
from data.provenance import FEED, DataSource, Provenance
from tests.choosing import EVERY_WAY, size
from tests.data.metering.consumption.test_costs import EUR, price
from tests.data.metering.consumption.test_fleet import site
from tests.data.metering.consumption.test_standing import FIRST, file_of
from tests.factories import NOW, make_grant, make_pce

DAY = timedelta(days=1)
TAGS = ("Écoles", "Piscines")
NARROW = (("", None), ("", 0), ("", 1), (TAGS[0], None), (TAGS[0], 3))
VIEWS = [
    FleetView(period=period, tag=tag, holder=holder)
    for period in ((FleetPeriod.YEAR, FleetPeriod.CURRENT) if EVERY_WAY else (FleetPeriod.YEAR,))
    for tag, holder in NARROW
]
YEAR = FleetView()
DEPOSIT = Provenance(DataSource.DEPOSIT, 7)


def told(db, viewer):
    """All that the page says of many PCE together."""
    found = [
        (
            queries.sum_fleet(db, viewer, view),
            queries.list_groups_by_tag(db, viewer, view),
            queries.list_groups_by_holder(db, viewer, view),
        )
        for view in VIEWS
    ]
    counts = [queries.count_priced(db, viewer, view) for view in VIEWS]
    return found, counts


def one_by_one(db, viewer, monkeypatch):
    with monkeypatch.context() as patch:
        for module in (monthly_by_tariff, fleet, groups):
            patch.setattr(module, "has_stored_sums", lambda *_asked: False)
        return told(db, viewer)


EXAMPLES = max(1, size("PORTAL_EXAMPLES", 40) // 13)
numbers = count(1)
which = st.integers(0, 2)
spread = st.integers(0, 758)
energies = st.one_of(st.none(), st.integers(0, 60_000))
days = st.dictionaries(spread, energies, min_size=1, max_size=60)
moves = st.one_of(
    st.tuples(st.just("store"), which, st.tuples(days, st.sampled_from((FEED, DEPOSIT)))),
    st.tuples(st.just("delete"), which, st.sets(spread, min_size=1, max_size=30)),
    st.tuples(st.just("tag"), which, st.tuples(st.sampled_from((1, 3, 4)), st.sampled_from(TAGS))),
    st.tuples(st.just("hold"), which, st.sampled_from((None, 1, 3))),
    st.tuples(st.just("tariff"), which, st.sampled_from(("T1", "TB"))),
    st.tuples(st.just("untrust"), which, st.none()),
)


def move(db, pce, what, value, today):
    if what == "store":
        now = datetime(today.year, today.month, today.day, 9, tzinfo=UTC)
        stated, whose = value
        store(db, pce.id, file_of(stated), as_of=today, now=now, provenance=whose)
    elif what == "delete":
        gone = [FIRST + DAY * day for day in value]
        db.execute(delete(Reading).where(Reading.pce_id == pce.id, Reading.gas_day.in_(gone)))
        roll_up(db, pce.id, min(gone), max(gone), today=today)
    elif what == "tag":
        organisation, tag = value
        row = {"pce_id": pce.id, "organisation_id": organisation, "tag": tag}
        there = delete(PceTag).where(*(getattr(PceTag, name) == one for name, one in row.items()))
        if not db.execute(there).rowcount:
            db.execute(insert(PceTag).values(row))
    elif what == "hold":
        db.execute(update(Pce).where(Pce.id == pce.id).values(holder_id=value))
    elif what == "tariff":
        db.execute(update(Pce).where(Pce.id == pce.id).values(tariff=value))
    else:
        db.execute(delete(FleetStanding).where(FleetStanding.pce_id == pce.id))
        recompute_standings(db, [pce.id], today)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(moves, min_size=3, max_size=8))
@pytest.mark.slow
def test_what_is_kept_is_what_each_pce_says(db, people, alice, charlie, dora, monkeypatch, steps):
    if not db.scalar(select(func.count()).select_from(Pce)):
        for organisation in (1, 3, 4):
            price(db, organisation=organisation)
            base = {
                "kind": PriceKind.FIXED,
                "unit": PriceUnit.EUR_MONTH,
                "organisation": organisation,
            }
            price(db, "Abonnement", 31_000_000_007, **base)
            price(db, "Accise", 10 * EUR + 3, organisation=organisation, tag=TAGS[1])
    pces = [make_pce(db, f"{next(numbers):014d}", holder_id=1) for _place in range(3)]
    price(db, "À soi", 5 * EUR, pce_id=pces[2].id)
    for what, place, value in steps:
        move(db, pces[place], what, value, alice.today)
        db.expire_all()
        assert not count_differing_sums(db)
    recompute_standings(db, list_stale_standings(db, alice.today), alice.today)
    for viewer in (alice, charlie, dora):
        kept = told(db, viewer)
        assert kept == one_by_one(db, viewer, monkeypatch)
    merge_sums(db)
    assert not count_differing_sums(db)
    assert told(db, dora) == kept
    assert not db.scalar(select(func.count()).where(FleetSum.part != 0))
    assert not db.scalar(select(func.count()).where(FleetMonthSum.pces == 0))


@pytest.fixture
def sites(db, people, alice):
    """Three sites of alice's, two of which are schools, and one of charlie's."""
    pces = [site(db, place, this=10_000 + 777 * place, before=9_500) for place in range(3)]
    pces.append(site(db, 3, this=999, before=400, holder=3))
    for pce in pces[:2]:
        db.add(PceTag(pce_id=pce.id, organisation_id=1, tag=TAGS[0]))
    price(db)
    recompute_standings(db, list_stale_standings(db, alice.today), alice.today)
    db.expire_all()
    return pces


def asked(db, work):
    """The statements that *work* runs."""
    said = []

    def note(_connection, _cursor, statement, *_rest):
        said.append(statement)

    engine = db.get_bind().engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return said


def test_no_pce_is_read_where_sums_are_kept(db, sites, alice, dora):
    reads = ("sum_fleet", "list_groups_by_tag", "list_groups_by_holder", "count_priced")
    for viewer in (alice, dora):
        for name in reads:
            said = asked(
                db, lambda name=name, viewer=viewer: getattr(queries, name)(db, viewer, YEAR)
            )
            wide = [one for one in said if "monthly_consumption" in one or "JOIN fleet_st" in one]
            assert not wide, (name, wide)
    if db.connection().dialect.name == "sqlite":
        for table in (FleetSum, FleetMonthSum):
            first = next(iter(table.__table__.primary_key)).name
            whole = f"{first} = 'x' AND organisation_id = 0 AND tag = '' AND holder_id = 1"
            plan = db.connection().exec_driver_sql(
                f"EXPLAIN QUERY PLAN SELECT sum(pces) FROM {table.__tablename__} WHERE {whole}"
            )
            (step,) = [row[-1] for row in plan]
            assert "USING PRIMARY KEY" in step
            assert "holder_id=?" in step


def test_sums_of_others_are_nobody_s(db, sites, alice, bob, charlie):
    assert queries.sum_fleet(db, alice, YEAR).pces == 3
    assert queries.sum_fleet(db, charlie, YEAR).face.this_wh == 365 * 999
    assert queries.sum_fleet(db, bob, YEAR).pces == 0
    assert queries.sum_fleet(db, alice, FleetView(holder=3)).pces == 0
    assert queries.sum_fleet(db, charlie, FleetView(tag=TAGS[0])).pces == 0
    assert queries.list_groups_by_tag(db, charlie, YEAR) == []
    db.add(PceTag(pce_id=sites[0].id, organisation_id=3, tag="À moi"))  # held once, no more
    db.flush()
    assert queries.list_groups_by_tag(db, charlie, YEAR) == []
    assert queries.sum_fleet(db, charlie, FleetView(tag="À moi")).pces == 0


def test_who_reads_some_of_them_has_these_alone(db, sites, alice, charlie):
    """By tags that limit them, or by a grant that cuts days: what is kept is wider."""
    db.execute(insert(UserTag).values(user_id=1, tag=TAGS[0], at=NOW))
    limited = replace(alice, limited=True)
    assert queries.sum_fleet(db, limited, YEAR).pces == 2
    assert [one.total.pces for one in queries.list_groups_by_holder(db, limited, YEAR)] == [2]
    assert queries.count_priced(db, limited, YEAR) == (2, 2)
    make_grant(db, sites[2], 3, first_day=alice.today - 200 * DAY)
    (his,) = [one for one in queries.list_groups_by_holder(db, charlie, YEAR) if one.key == "1"]
    assert his.total.pces == 1
    assert 0 < his.total.days_known < 200
    assert queries.sum_fleet(db, charlie, YEAR).pces == 2


def test_what_is_wrong_is_found_and_made_anew(db, sites, alice):
    right = queries.sum_fleet(db, alice, YEAR)
    db.execute(update(FleetSum).where(FleetSum.organisation_id == 1).values(this_wh=7))
    db.execute(delete(FleetMonthSum).where(FleetMonthSum.holder_id == 3))
    assert count_differing_sums(db) > 2
    rebuild_sums(db)
    assert not count_differing_sums(db)
    assert queries.sum_fleet(db, alice, YEAR) == right


@pytest.mark.parametrize("held", [True, False])
def test_two_who_write_at_once_wait_for_nobody_and_lose_nothing(database, alice, held):
    """Each adds to a part of their own; what one adds is not folded while it is being written."""
    from tests.factories import make_people

    if database.sqlite:
        pytest.skip("it has one writer")
    with database.transaction() as db:
        make_people(db)
        pces = [site(db, place, this=100 + place, before=90) for place in range(2)]
        recompute_standings(db, list_stale_standings(db, alice.today), alice.today)
    with database.transaction() as one, database.transaction() as two:
        for session, pce in zip((one, two), pces, strict=True):
            session.execute(update(Reading).where(Reading.pce_id == pce.id).values(energy_wh=5))
            roll_up(session, pce.id, alice.today - 400 * DAY, alice.today, today=alice.today)
        if held:
            with database.transaction() as third:
                merge_sums(third)
    with database.transaction() as db:
        assert not count_differing_sums(db)
        merge_sums(db)
        assert not count_differing_sums(db)
        assert set(db.scalars(select(FleetSum.part))) == {0}


def test_a_tag_waits_for_what_is_being_stored(database, alice):
    """Else what is stored meanwhile would count for the PCE and not for its tag."""
    import threading

    from tests.factories import make_people

    if database.sqlite:
        pytest.skip("it has one writer")
    with database.transaction() as db:
        make_people(db)
        pce = site(db, 0, this=100, before=90)
        recompute_standings(db, list_stale_standings(db, alice.today), alice.today)

    def tag():
        with database.transaction() as other:
            other.execute(insert(PceTag).values(pce_id=pce.id, organisation_id=1, tag=TAGS[0]))

    with database.transaction() as db:
        db.execute(select(Pce.id).where(Pce.id == pce.id).with_for_update())
        thread = threading.Thread(target=tag)
        thread.start()
        db.execute(update(Reading).where(Reading.pce_id == pce.id).values(energy_wh=5))
        roll_up(db, pce.id, alice.today - 400 * DAY, alice.today, today=alice.today)
        thread.join(0.3)
        assert thread.is_alive()
    thread.join(20)
    with database.transaction() as db:
        assert not count_differing_sums(db)
