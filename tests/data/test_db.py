import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from data.audit.actions import note
from data.audit.models import AuditEvent
from data.db import Database
from data.pces.models import Pce
from tests.factories import NOW, make_pce
from tests.web import fresh_database


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
REPLACED = """REPLACE INTO audit_events (id, at, action, object_type, object_id, detail)
SELECT id, at, 'forged', object_type, object_id, detail FROM audit_events"""


@pytest.mark.parametrize("verb", REWRITES)
def test_the_database_refuses_to_rewrite_the_journal(database, verb):
    with database.transaction() as db:
        note(db, NOW, "accounts.signed_in", ("user", 1))
    with pytest.raises(DatabaseError, match="append-only"), database.transaction() as db:
        db.execute(text(verb))


def test_sqlite_refuses_to_replace_a_line_of_the_journal(sqlite_template, tmp_path):
    database = fresh_database(sqlite_template, tmp_path)
    with database.transaction() as db:
        note(db, NOW, "accounts.signed_in", ("user", 1))
    with pytest.raises(DatabaseError, match="append-only"), database.transaction() as db:
        db.execute(text(REPLACED))
    database.close()


def test_a_database_file_is_its_owner_s_alone(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/new/portal.db")
    with database.transaction() as db:
        db.execute(text("CREATE TABLE a (b)"))
        modes = {file.name: file.stat().st_mode & 0o777 for file in (tmp_path / "new").iterdir()}
    database.close()
    assert modes
    assert set(modes.values()) == {0o600}


def test_an_error_of_the_database_does_not_tell_what_was_written(database):
    with pytest.raises(DatabaseError) as caught, database.transaction() as db:
        db.execute(text("SELECT * FROM nowhere WHERE a = :a"), {"a": "personne@tilleuls.example"})
    assert "personne" not in str(caught.value)
