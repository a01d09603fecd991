"""The demo's rights: some in every state, and the grants are what they say."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from data.migrations import tables
from data.rights.actions import answer_as_holder
from data.rights.queries import (
    count_held,
    count_states,
    list_chosen_held,
    list_right_events,
    list_rights,
)
from data.rights.types import ConsentEvidence, RightFilter, RightState, RightTrigger
from jobs.demo.city_rights import _viewer as city_viewer
from jobs.demo.loading import load
from jobs.demo.plan import DemoPlan
from jobs.demo.rights import EACH, HEAD_OFFICE, _viewer, add_rights
from jobs.rights import settle
from tests.conftest import TODAY
from tests.jobs.demo_copies import load_copy

NOW = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
PLAN = DemoPlan(pces=70, years=1, seed=7, today=TODAY, password="lanterne velours cactus 83")


def test_there_are_rights_in_every_state_and_their_grants_hold(database):
    load_copy(database, PLAN, NOW)
    with database.reading() as db:
        viewer = _viewer(db, TODAY)
        counts = count_states(db, viewer)
        over = list_rights(db, viewer, RightFilter(states=(RightState.REVOKED,)))
        doubtful = list_rights(db, viewer, RightFilter(states=(RightState.RECHECK,)))
    differ = [(one.company == "Ancien Titulaire", one.postal_code == HEAD_OFFICE)
              for one in doubtful]  # fmt: skip
    assert sorted(differ) == [(False, True)] * (EACH // 2) + [(True, False)] * (EACH // 2)
    assert all(counts.values()), counts
    assert {right.source.value for right in over} == {"holder", "third_party"}
    before = grants(database)
    assert "grants_mended" not in settle(database, NOW)
    assert grants(database) == before
    assert add_rights(database, replace(PLAN), NOW) == 0


def test_what_the_third_party_reads_it_reads_by_a_right_that_its_holder_sees_and_withdraws(
    database,
):
    load_copy(database, PLAN, NOW)
    with database.transaction() as db:
        read, backed = pairs(db, "pce_grants"), pairs(db, "access_rights", state=RightState.ACTIVE)
        assert len(read) > PLAN.pces // 4
        assert read <= backed
        camille = city_viewer(db, PLAN, "camille@tilleuls.example")
        nadia = _viewer(db, TODAY)
        active = count_held(db, camille).active
        assert active == len({pce for pce, asker in read if asker == nadia.organisation_id}
                             & held_pces(db, camille))  # fmt: skip
        (theirs, *_) = list_chosen_held(db, camille, RightState.ACTIVE, asker=nadia.organisation_id)
        assert [one.trigger for one in list_right_events(db, nadia, theirs.right.uid)] == [
            RightTrigger.DECLARED,
            RightTrigger.ACCEPTED,
        ]
        uids = [theirs.right.uid]
        evidence = ConsentEvidence("192.0.2.1", "2026-11")
        answer_as_holder(db, camille, RightTrigger.WITHDRAWN, uids, evidence=evidence, now=NOW)
        assert count_held(db, camille).active == active - 1
        assert len(pairs(db, "pce_grants")) == len(read) - 1


def test_a_load_that_is_added_to_gives_rights_to_what_it_adds(database):
    load_copy(database, PLAN, NOW)
    load(database, replace(PLAN, pces=20), NOW, more=True)
    with database.reading() as db:
        assert len(pairs(db, "pces", "id", "id")) == PLAN.pces + 20
        assert pairs(db, "pce_grants") <= pairs(db, "access_rights", state=RightState.ACTIVE)
        assert count_states(db, _viewer(db, TODAY))[RightState.REFUSED] == EACH
    assert settle(database, NOW).keys() <= {"reminded", "unanswered"}


@pytest.mark.proof
def test_it_is_made_when_paris_is_a_day_ahead(database):
    midnight = NOW.replace(hour=23, minute=30)  # 00:30 of the 25th there
    load(database, replace(PLAN, today=TODAY + timedelta(days=1)), midnight)
    with database.reading() as db:
        assert all(count_states(db, _viewer(db, TODAY + timedelta(days=1))).values())


def pairs(db, name, *columns, **where):
    table = tables()[name]
    wanted = [table.c[one] for one in columns or ("pce_id", "organisation_id")]
    query = select(*wanted).where(*(table.c[key] == value for key, value in where.items()))
    return set(map(tuple, db.execute(query)))


def held_pces(db, viewer):
    return {pce for (pce,) in pairs(db, "pces", "id", holder_id=viewer.organisation_id)}


def grants(database):
    with database.reading() as db:
        table = tables()["pce_grants"]
        return sorted(map(tuple, db.execute(table.select())), key=repr)
