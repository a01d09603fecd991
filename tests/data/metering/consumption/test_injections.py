"""Published periods of injected gas: kept by rank whatever the order, read within rights alone."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import null, select

from core.access import OrganisationKind, Role, Viewer
from data.metering.consumption.actions import store
from data.metering.consumption.models import (
    ConsumptionPeriod,
    InjectionPeriod,
    MonthlyConsumption,
    Reading,
    ReadingMark,
)
from data.metering.consumption.queries import list_injections, load_series
from data.metering.consumption.types import (
    InjectionStatement,
    PceDelivery,
    Quality,
    Status,
    StoreOutcome,
    View,
)
from data.metering.pces.models import Pce
from data.metering.pces.queries import get_scope
from data.provenance import FEED
from tests.choosing import examples
from tests.data.metering.consumption.rows import FIRST, NOW, on, rows, stated
from tests.factories import PCE, make_grant, make_pce, make_people

AS_OF = date(2026, 11, 20)
TODAY = date(2026, 11, 24)
THIRD = Viewer(2, 2, OrganisationKind.THIRD_PARTY, Role.CLIENT, TODAY)
ALICE = Viewer(1, 1, OrganisationKind.THIRD_PARTY, Role.CLIENT, TODAY)
STAFF = Viewer(3, 1, OrganisationKind.DISTRIBUTOR, Role.ADMINISTRATOR, TODAY)
EVERY = {"injection_first_day": null(), "injection_last_day": null()}  # without limit


def fed(first=FIRST, last=FIRST, **values):
    return InjectionStatement(
        **{
            "first_day": first,
            "last_day": last,
            "energy_wh": 1_250_000_000,
            "volume_dm3": 112_000_000,
            "converted_dm3": 121_200_000,
            "coefficient_e4": 111_607,
            "quality": Quality.MEASURED,
            "status": Status.DEFINITIVE,
        }
        | values
    )


def given_file(*periods, days=()):
    return PceDelivery(None, tuple(days), (), injections=tuple(periods))


def put(db, pce, *periods, as_of=AS_OF, now=NOW):
    return store(db, pce.id, given_file(*periods), as_of=as_of, now=now, provenance=FEED)


def test_injected_gas_is_no_consumption(db):
    pce = make_pce(db)
    assert put(db, pce, fed(), fed(last=on(30))) == StoreOutcome(injections=2, new=2)
    for model in (Reading, ConsumptionPeriod, MonthlyConsumption, ReadingMark):
        assert rows(db, model, pce.id) == []
    assert db.scalar(select(Pce.data_until).where(Pce.id == pce.id)) is None
    assert [row["converted_dm3"] for row in rows(db, InjectionPeriod, pce.id)] == [121_200_000] * 2


def test_a_mixed_file_counts_both(db):
    pce = make_pce(db)
    outcome = store(
        db, pce.id, given_file(fed(), days=[stated(0)]), as_of=AS_OF, now=NOW, provenance=FEED
    )
    assert outcome == StoreOutcome(
        days=1, energy_wh=108_000, volume_dm3=10_000, new=2, injections=1
    )


def test_what_is_said_again_changes_nothing_and_a_correction_is_dated(db):
    pce = make_pce(db)
    put(db, pce, fed(status=Status.PROVISIONAL))
    later = NOW + timedelta(days=1)
    again = put(db, pce, fed(status=Status.PROVISIONAL), now=later)
    assert (again.new, again.changed, again.same) == (0, 0, 1)
    learnt = select(InjectionPeriod.learnt_at)
    assert db.scalar(learnt) == NOW
    told = put(db, pce, fed(energy_wh=5), as_of=AS_OF + timedelta(days=1), now=later)
    assert (told.new, told.changed, told.same) == (0, 1, 0)
    assert db.scalar(learnt) == later
    db.expire_all()
    assert db.scalar(select(InjectionPeriod.energy_wh)) == 5


statements = st.builds(
    lambda place, length, energy, quality, status: fed(
        on(place), on(place + length), energy_wh=energy, quality=quality, status=status,
    ),
    place=st.integers(0, 2), length=st.integers(0, 2),
    energy=st.sampled_from([None, 1, 2, 3]), quality=st.sampled_from(list(Quality)),
    status=st.sampled_from(list(Status)),
)  # fmt: skip
files = st.lists(
    st.tuples(st.integers(0, 3), st.lists(statements, min_size=1, max_size=4)), max_size=5
)


@settings(
    max_examples=examples(40),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(told=files, data=st.data())
def test_the_order_of_arrival_changes_nothing(database, told, data):
    repeats = data.draw(st.lists(st.sampled_from(told), max_size=3)) if told else []
    with database.transaction() as db:
        ends = []
        orders = (told, data.draw(st.permutations(told + repeats)))
        for number, order in zip((PCE, "09999999910002"), orders, strict=True):
            pce = make_pce(db, number)
            for days, periods in order:
                at = AS_OF + timedelta(days=days)
                outcome = put(db, pce, *periods, as_of=at)
                counted = outcome.new + outcome.changed + outcome.same + outcome.ignored
                assert counted == outcome.injections == len(periods)
            db.flush()
            ends.append(rows(db, InjectionPeriod, pce.id))
        assert ends[0] == ends[1]
        assert len(ends[0]) == len({(p.first_day, p.last_day) for _, file in told for p in file})
        db.rollback()


@pytest.fixture
def site(db):
    """Two months, and one that began more than five years ago."""
    make_people(db)
    pce = make_pce(db, holder_id=1)
    months = ((date(2026, 1, 1), date(2026, 1, 31)), (date(2026, 2, 1), date(2026, 2, 28)))
    put(db, pce, *(fed(*month) for month in months), fed(date(2021, 11, 23), date(2021, 12, 22)))
    return pce


def read(db, viewer, *asked):
    scope = get_scope(db, viewer, PCE)
    return [one.first_day.month for one in list_injections(db, viewer, scope, *asked)]


@pytest.mark.parametrize("viewer", [ALICE, STAFF])
def test_the_holder_and_the_staff_read_five_years(db, site, viewer):
    assert read(db, viewer) == [1, 2]
    assert read(db, viewer, date(2026, 2, 1), date(2026, 2, 28)) == [2]
    put(db, site, fed(date(2021, 11, 24), date(2021, 12, 23)))
    assert read(db, viewer) == [11, 1, 2]


@pytest.mark.parametrize(
    ("grant", "months"),
    [
        ({}, []),  # of supply: all of consumption, and nothing here
        (EVERY, [1, 2]),
        ({"injection_first_day": date(2026, 1, 2), "injection_last_day": null()}, [2]),
        ({"injection_first_day": null(), "injection_last_day": date(2026, 2, 27)}, [1]),
        (EVERY | {"holes": "i2026-01-31/2026-01-31"}, [2]),
        (EVERY | {"holes": "d2026-01-31/2026-01-31 p2026-01-31/2026-01-31"}, [1, 2]),
    ],
)
def test_a_third_party_reads_whole_periods_of_its_perimeter(db, site, grant, months):
    make_grant(db, site, 2, **grant)
    assert read(db, THIRD) == months


@pytest.mark.parametrize(
    ("grant", "tariff", "told"),
    [
        ({}, "TB", (True, None)),
        ({}, "", (False, None)),
        (EVERY, "TB", (True, [1, 2])),
        (EVERY, "", (True, [1, 2])),
    ],
)
def test_the_screen_tells_it_to_who_may_read_it(db, site, grant, tariff, told):
    site.tariff = tariff
    make_grant(db, site, 2, **grant)
    shown = load_series(db, THIRD, View(pce=PCE))
    months = None if shown.fed is None else [one.first_day.month for one in shown.fed]
    assert (shown.injects, months) == told
    assert (shown.data_until, shown.total.energy_wh, shown.headline) == (None, None, None)


def test_a_site_that_consumes_injects_by_its_tariff_alone(db, site):
    store(db, site.id, given_file(days=[stated(0)]), as_of=AS_OF, now=NOW, provenance=FEED)
    shown = load_series(db, ALICE, View(pce=PCE))
    assert (shown.injects, shown.fed) == (False, None)
    site.tariff = "TB"
    db.flush()
    assert len(load_series(db, ALICE, View(pce=PCE)).fed) == 2


def test_a_site_of_which_nothing_is_known_injects_nothing(db):
    make_people(db)
    make_pce(db, holder_id=1)
    shown = load_series(db, ALICE, View(pce=PCE))
    assert (shown.injects, shown.fed) == (False, None)


def test_a_leap_day_asks_five_years_back_too(db, site):
    leap = Viewer(1, 1, OrganisationKind.THIRD_PARTY, Role.CLIENT, date(2024, 2, 29))
    put(db, site, fed(date(2019, 2, 28), date(2019, 3, 27)))
    put(db, site, fed(date(2019, 2, 27), date(2019, 2, 27)))
    assert read(db, leap) == [2, 11, 1, 2]
