"""Who runs the portal sees it as somebody else for half an hour, says why, and only reads."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.access import LOOKING, Permission, Role
from core.errors import Forbidden, Invalid, NotFound
from data.administration.people import actions, queries
from data.administration.people.models import Look
from data.administration.people.rules import LOOKS
from data.identity.accounts.models import User
from data.identity.audit.models import AuditEvent
from tests.factories import NOW

pytestmark = pytest.mark.usefixtures("everybody")
ALICE, DORA, INES, IRENE = 1, 4, 6, 7


@pytest.fixture
def irene(irene):
    return replace(irene, session_id=12, language="en", theme="dark")


def look(db, viewer, user_id=ALICE, reason="ticket 12", now=NOW):
    actions.impersonate(db, viewer, user_id, reason, now=now)
    return queries.find_impersonated_viewer(db, viewer, now)


def test_one_sees_what_the_person_sees_and_does_nothing(db, irene):
    seen = look(db, irene)
    assert (seen.user_id, seen.organisation_id, seen.role) == (ALICE, 1, Role.FACILITY_MANAGER)
    assert (seen.behind, seen.language, seen.theme) == (IRENE, "en", "dark")
    assert seen.permissions <= LOOKING
    assert not seen.staff
    for permission in set(Permission) - LOOKING:
        with pytest.raises(Forbidden):
            seen.require(permission)
    with pytest.raises(Forbidden):
        seen.require_self()


def test_a_person_may_see_no_more_than_before(db, irene):
    """What is kept is cut from the role: a look gives nothing."""
    db.get_one(User, ALICE).role = Role.CLIENT
    assert Permission.RUNS_READ in LOOKING
    assert Permission.RUNS_READ not in look(db, irene).permissions


@pytest.mark.parametrize(
    ("after", "goes_on"), [(LOOKS - timedelta(seconds=1), True), (LOOKS, False)]
)
def test_it_ends_after_half_an_hour(db, irene, after, goes_on):
    look(db, irene)
    assert (queries.find_impersonated_viewer(db, irene, NOW + after) is not None) is goes_on


def test_it_ends_when_one_says_so_and_is_of_one_browser(db, irene):
    look(db, irene)
    assert queries.find_impersonated_viewer(db, replace(irene, session_id=13), NOW) is None
    assert actions.stop_impersonating(db, irene, now=NOW) == ALICE
    assert queries.find_impersonated_viewer(db, irene, NOW) is None
    assert actions.stop_impersonating(db, irene, now=NOW) is None


def test_another_look_ends_the_one_before(db, irene):
    look(db, irene)
    assert look(db, irene, INES).user_id == INES
    assert len(db.scalars(select(Look.id).where(Look.ended_at.is_(None))).all()) == 1


@pytest.mark.parametrize("user", [DORA, IRENE])
def test_nobody_of_the_distributor_is_seen(db, irene, user):
    with pytest.raises(Invalid):
        look(db, irene, user)


def test_who_is_cut_or_joins_the_distributor_is_seen_no_more(db, irene):
    look(db, irene)
    person = db.get_one(User, ALICE)
    person.organisation_id = 4
    db.flush()
    assert queries.find_impersonated_viewer(db, irene, NOW) is None
    person.organisation_id, person.disabled_at = 1, NOW
    db.flush()
    assert queries.find_impersonated_viewer(db, irene, NOW) is None
    with pytest.raises(Invalid):
        look(db, irene)


@pytest.mark.parametrize("reason", ["", " \n", "x" * 201])
def test_without_a_reason_there_is_no_look(db, irene, reason):
    with pytest.raises(Invalid):
        look(db, irene, reason=reason)


def test_only_who_runs_the_portal_looks(db, irene, ada, dora, alice):
    for viewer in (ada, dora, alice):
        with pytest.raises(Forbidden):
            look(db, viewer)
        assert queries.find_impersonated_viewer(db, viewer, NOW) is None
    with pytest.raises(NotFound):
        look(db, irene, 999)


def test_a_look_does_not_look_further(db, irene):
    with pytest.raises(Forbidden):
        look(db, look(db, irene), INES)


def test_who_loses_the_role_sees_no_more(db, irene):
    look(db, irene)
    assert (
        queries.find_impersonated_viewer(db, replace(irene, role=Role.ACCOUNT_MANAGER), NOW) is None
    )


def test_the_journal_of_the_organisation_says_who_why_and_what(db, irene):
    seen = look(db, irene)
    actions.record_impersonated_read(db, seen, {"path": "/pces"}, now=NOW)
    actions.stop_impersonating(db, irene, now=NOW)
    events = db.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    assert [one.action for one in events] == [
        "people.look_begun",
        "people.looked",
        "people.look_ended",
    ]
    assert {(one.actor_id, one.organisation_id, one.object_id) for one in events} == {
        (IRENE, 1, str(ALICE))
    }
    assert [one.detail for one in events] == [{"reason": "ticket 12"}, {"path": "/pces"}, {}]
