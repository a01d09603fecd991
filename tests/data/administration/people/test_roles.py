"""Roles and accounts change at once; an organisation keeps an administrator, whatever the race."""

import threading

import pytest
from sqlalchemy import select

from core.access import Role
from core.errors import Conflict, Forbidden, Invalid, NotFound
from data.administration.people import actions, queries
from data.identity.accounts.models import LoginSession, User
from data.identity.accounts.queries import find_open_session, get_token_digest
from data.identity.accounts.types import SessionLimits
from data.identity.audit.models import AuditEvent
from tests.factories import NOW, make_user

ALICE, CHARLIE, ADA, INES = 1, 3, 5, 6


def signed_in(db, user_id, token="t"):
    db.add(
        LoginSession(
            token_hash=get_token_digest(token), user_id=user_id, started_at=NOW, last_seen_at=NOW
        )
    )
    db.flush()


def reader(db, token="t"):
    found = find_open_session(db, token, NOW, SessionLimits())
    return found.viewer if found else None


@pytest.mark.usefixtures("everybody")
class TestOnePerson:
    def test_a_role_is_in_force_with_the_next_request(self, db, ada):
        signed_in(db, INES)
        actions.give_role(db, ada, INES, Role.FACILITY_MANAGER, now=NOW)
        assert reader(db).role is Role.FACILITY_MANAGER

    def test_who_is_cut_is_out_at_once_and_comes_back_as_they_were(self, db, ada):
        signed_in(db, INES)
        actions.disable(db, ada, INES, now=NOW)
        assert reader(db) is None
        actions.enable(db, ada, INES, now=NOW)
        assert reader(db) is None  # the session stays closed
        signed_in(db, INES, "again")
        assert reader(db, "again").role is Role.CLIENT

    def test_nobody_is_cut_or_let_in_twice(self, db, ada):
        with pytest.raises(Conflict):
            actions.enable(db, ada, INES, now=NOW)
        actions.disable(db, ada, INES, now=NOW)
        with pytest.raises(NotFound):
            actions.disable(db, ada, INES, now=NOW)

    def test_nobody_cuts_themselves(self, db, ada):
        make_user(db, organisation_id=1, email="b@tilleuls.example", role=Role.ADMINISTRATOR)
        with pytest.raises(Conflict):
            actions.disable(db, ada, ADA, now=NOW)

    @pytest.mark.parametrize("role", [Role.CLIENT, Role.FACILITY_MANAGER])
    def test_the_last_administrator_stays_one(self, db, ada, irene, role):
        for viewer in (ada, irene):
            with pytest.raises(Conflict):
                actions.give_role(db, viewer, ADA, role, now=NOW)
        with pytest.raises(Conflict):
            actions.disable(db, irene, ADA, now=NOW)
        assert db.get_one(User, ADA).role is Role.ADMINISTRATOR

    def test_one_who_is_cut_does_not_count(self, db, ada):
        other = make_user(
            db, organisation_id=1, email="b@tilleuls.example", role=Role.ADMINISTRATOR
        )
        actions.disable(db, ada, other.id, now=NOW)
        with pytest.raises(Conflict):
            actions.give_role(db, ada, ADA, Role.CLIENT, now=NOW)
        actions.enable(db, ada, other.id, now=NOW)
        actions.give_role(db, ada, ADA, Role.CLIENT, now=NOW)

    @pytest.mark.parametrize("role", [Role.ACCOUNT_MANAGER])
    def test_a_role_of_another_kind_of_organisation_is_refused(self, db, ada, role):
        with pytest.raises(Invalid):
            actions.give_role(db, ada, INES, role, now=NOW)

    def test_people_of_others_are_not_there(self, db, ada, alice, irene):
        for act in (actions.disable, actions.enable):
            with pytest.raises(NotFound):
                act(db, ada, CHARLIE, now=NOW)
            with pytest.raises(Forbidden):
                act(db, alice, INES, now=NOW)
        with pytest.raises(NotFound):
            queries.get_detail(db, ada, CHARLIE)
        assert queries.get_detail(db, irene, CHARLIE).row.name == "Charlie"
        assert {row.id for row in queries.list_people(db, ada)} == {ALICE, ADA, INES}
        assert queries.count_people(db, irene) == 7

    def test_the_journal_says_before_and_after_to_the_organisation(self, db, irene):
        actions.give_role(db, irene, INES, Role.FACILITY_MANAGER, now=NOW)
        event = db.scalars(select(AuditEvent)).one()
        assert (event.action, event.actor_id, event.organisation_id) == ("people.role_given", 7, 1)
        assert event.detail == {"before": "client", "after": "facility_manager"}


def test_two_administrators_who_demote_each_other_leave_one(database):
    """Both see two administrators when they begin; the second one is told."""
    from core.access import OrganisationKind, Viewer
    from tests.conftest import TODAY
    from tests.factories import make_organisation

    with database.transaction() as db:
        home = make_organisation(db).id
        pair = [
            make_user(
                db, organisation_id=home, email=f"{n}@tilleuls.example", role=Role.ADMINISTRATOR
            ).id
            for n in "ab"
        ]
    together, said = threading.Barrier(2), []

    def demote(me, other):
        viewer = Viewer(me, home, OrganisationKind.COMPANY, Role.ADMINISTRATOR, TODAY)
        together.wait(10)
        try:
            with database.transaction() as db:
                actions.give_role(db, viewer, other, Role.CLIENT, now=NOW)
            said.append("done")
        except Conflict:
            said.append("told")

    threads = [threading.Thread(target=demote, args=way) for way in (pair, pair[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(said) == ["done", "told"]
    with database.reading() as db:
        left = db.scalars(select(User.role).where(User.organisation_id == home)).all()
    assert sorted(left) == [Role.ADMINISTRATOR, Role.CLIENT]
