import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from data.audit.actions import note
from data.audit.models import AuditEvent
from data.pces.models import Pce
from tests.factories import NOW, make_pce


def test_a_failed_transaction_leaves_nothing(database):
    def fail_half_way():
        with database.transaction() as db:
            make_pce(db)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    with database.reading() as db:
        assert db.scalar(select(Pce)) is None


def test_instants_come_back_aware(database):
    with database.transaction() as db:
        note(db, NOW, "accounts.signed_in", ("user", 1))
    with database.reading() as db:
        assert db.scalar(select(AuditEvent)).at == NOW


REWRITES = ["UPDATE audit_events SET action = 'x'", "DELETE FROM audit_events"]


@pytest.mark.parametrize("verb", REWRITES)
def test_the_database_refuses_to_rewrite_the_journal(database, verb):
    with database.transaction() as db:
        note(db, NOW, "accounts.signed_in", ("user", 1))
    with pytest.raises(DatabaseError, match="append-only"), database.transaction() as db:
        db.execute(text(verb))
