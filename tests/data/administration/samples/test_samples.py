"""An account without delivery point tries an invented one, and erases all of it in one press."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from core.access import Role
from core.errors import Conflict, Forbidden, Invalid
from data.administration.samples.actions import create_sample, erase_old_samples, erase_sample
from data.administration.samples.queries import can_try_sample, has_sample
from data.administration.samples.rules import list_sample_days
from data.analysis.signatures.queries import get_site_month
from data.metering.consumption.actions import (
    count_differing_sums,
    merge_sums,
    recompute_standings,
)
from data.metering.consumption.models import Reading
from data.metering.consumption.queries import list_fleet, sum_fleet
from data.metering.consumption.types import FleetView
from data.metering.pces.actions import assign_holder
from data.metering.pces.models import Pce
from data.metering.pces.queries import count_chosen, count_pces, find_default_pce
from data.metering.pces.rules import number_of
from data.metering.pces.types import PceChoice
from data.migrations import tables
from data.one_site import has_one_site
from data.thresholds.actions import set_day_alert
from data.thresholds.types import DayAlert
from tests.data.administration.claims.test_claims import claim, pce  # noqa: F401 (a fixture)
from tests.factories import NOW, make_grant, make_pce, make_people

SAMPLE = "EXEMPLE000003"


@pytest.fixture
def sample(db, people, charlie):
    return create_sample(db, charlie, now=NOW)


def count_rows(db):
    """Return how many rows each table has, but for the journal."""
    counted = {
        name: db.scalar(select(func.count()).select_from(table))
        for name, table in tables().items()
        if name not in {"audit_events", "queue_items"}
    }
    return {name: count for name, count in counted.items() if count}


def test_days_are_two_years_of_a_meter_that_only_goes_up(charlie):
    days = list_sample_days(7, charlie.today)
    assert (len(days), days[-1].gas_day) == (733, charlie.today - timedelta(days=3))
    assert all(day.index_start_dm3 <= day.index_end_dm3 for day in days)
    assert days == list_sample_days(7, charlie.today)


@pytest.mark.dialect
def test_a_sample_fills_the_home_page_and_leaves_nothing_behind(db, people, charlie):
    before = count_rows(db)
    assert can_try_sample(db, charlie)
    number = create_sample(db, charlie, now=NOW)
    assert (number, has_sample(db, charlie), find_default_pce(db, charlie)) == (
        SAMPLE, True, SAMPLE,
    )  # fmt: skip
    month = get_site_month(db, charlie, number)
    assert month.series.alias == "Exemple : boulangerie inventée"
    assert month.gap is not None
    set_day_alert(db, charlie, DayAlert(number, 300_000, is_on=True), name="Jour", now=NOW)
    recompute_standings(db, [db.scalars(select(Pce.id)).one()], today=charlie.today)
    assert erase_sample(db, charlie, now=NOW)
    assert not erase_sample(db, charlie, now=NOW)
    assert count_differing_sums(db) == 0
    merge_sums(db)
    assert count_rows(db) == before


@pytest.mark.dialect
def test_no_figure_of_the_distributor_has_a_sample(db, sample, charlie, dora):
    recompute_standings(db, [db.scalars(select(Pce.id)).one()], today=charlie.today)
    merge_sums(db)
    for viewer, expected in ((charlie, True), (dora, False)):
        assert bool(sum_fleet(db, viewer, FleetView()).energy_wh) == expected
        assert bool(list_fleet(db, viewer, FleetView())) == expected


def test_only_an_account_without_point_tries_one(db, sample, charlie, alice, bob, dora):
    with pytest.raises(Conflict):
        create_sample(db, charlie, now=NOW)
    make_grant(db, make_pce(db, holder_id=1), 2)
    for viewer in (alice, bob, dora):
        assert not can_try_sample(db, viewer)
    with pytest.raises(Forbidden):
        create_sample(db, replace(charlie, role=Role.CLIENT), now=NOW)


def test_nothing_takes_a_sample_for_a_pce(db, sample, charlie, dora):
    with pytest.raises(Invalid):
        number_of(sample)
    with pytest.raises(Invalid, match="est un exemple"):
        assign_holder(db, dora, [sample], "2", now=NOW)
    assert not db.scalar(select(has_one_site(3)))  # a client does not manage it
    make_pce(db, holder_id=3)
    assert db.scalar(select(has_one_site(3)))
    assert [count_chosen(db, viewer, PceChoice()) for viewer in (charlie, dora)] == [2, 1]
    assert [count_pces(db, viewer) for viewer in (charlie, dora)] == [2, 1]


@pytest.mark.dialect
def test_two_presses_make_one_sample(database, charlie):
    with database.transaction() as db:
        make_people(db)

    def press(_turn):
        try:
            with database.transaction() as db:
                return create_sample(db, charlie, now=NOW)
        except Conflict as error:
            return error.message

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(press, range(2)))
    assert answers == [SAMPLE, "Votre organisation a déjà un point de livraison."]


def test_a_sample_goes_when_a_point_arrives(db, pce, sample, charlie):  # noqa: F811
    claim(db, charlie)
    assert not has_sample(db, charlie)
    assert count_pces(db, charlie) == 1
    assert db.scalar(select(func.count()).select_from(Reading)) == 30


def test_a_sample_goes_after_thirty_days_or_with_a_right(db, sample, charlie):
    assert erase_old_samples(db, NOW + timedelta(days=30)) == 0
    make_grant(db, make_pce(db, holder_id=1), 3)
    assert erase_old_samples(db, NOW) == 1
    assert not has_sample(db, charlie)


def test_an_old_sample_goes(db, sample):
    assert erase_old_samples(db, NOW + timedelta(days=31)) == 1
