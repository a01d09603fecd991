"""A name is corrected by who bears it, or by who administers them, and the journal says so."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from core.errors import Forbidden, Invalid, NotFound
from data.administration.people import actions
from data.identity.accounts.models import User
from data.identity.accounts.queries.security import list_own_events
from data.identity.audit.models import AuditEvent
from tests.factories import NOW

ALICE, CHARLIE = 1, 3


def noted(db):
    events = db.scalars(select(AuditEvent).where(AuditEvent.action == "people.renamed"))
    return [(one.actor_id, one.object_id, one.organisation_id) for one in events]


@pytest.mark.usefixtures("everybody")
class TestNames:
    def test_ones_own_is_corrected_and_the_journal_tells_it(self, db, alice):
        assert actions.rename_self(db, alice, " Alice  Martin ", now=NOW) == "Alice Martin"
        row = db.get_one(User, ALICE)
        assert (row.name, row.email) == ("Alice Martin", "alice@tilleuls.example")
        assert [one.action for one in list_own_events(db, alice)] == ["people.renamed"]
        assert "Martin" not in str(db.scalars(select(AuditEvent.detail)).all())

    def test_the_same_name_again_is_nothing(self, db, alice):
        actions.rename_self(db, alice, db.get_one(User, ALICE).name, now=NOW)
        assert noted(db) == []

    def test_what_is_no_name_changes_nothing(self, db, alice):
        before = db.get_one(User, ALICE).name
        with pytest.raises(Invalid):
            actions.rename_self(db, alice, "https://gain.example", now=NOW)
        assert db.get_one(User, ALICE).name == before

    def test_who_looks_as_somebody_renames_nobody(self, db, alice):
        with pytest.raises(Forbidden):
            actions.rename_self(db, replace(alice, behind=7), "Autre", now=NOW)

    def test_an_administrator_corrects_those_of_the_organisation_alone(self, db, ada, alice):
        assert actions.rename(db, ada, ALICE, "Alice Martin", now=NOW) == "Alice Martin"
        with pytest.raises(NotFound):
            actions.rename(db, ada, CHARLIE, "Charles", now=NOW)
        with pytest.raises(Forbidden):
            actions.rename(db, alice, 6, "Inès", now=NOW)
        assert db.get_one(User, CHARLIE).name != "Charles"

    def test_who_runs_the_portal_corrects_anybody_in_their_own_journal(self, db, irene):
        actions.rename(db, irene, CHARLIE, "Charles Roy", now=NOW)
        home = db.get_one(User, CHARLIE).organisation_id
        assert [event[0::2] for event in noted(db)] == [(irene.user_id, home)]
