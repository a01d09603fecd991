from datetime import UTC, date, datetime

import pytest
from sqlalchemy import bindparam, func, select, text
from sqlalchemy.exc import DatabaseError

from core.database import KEPT, Database, Prepared, cached, run_before_commit
from data.identity.accounts.models import Organisation
from data.identity.audit.actions import note
from data.identity.audit.models import AuditEvent
from data.metering.pces.models import Pce
from data.metering.pces.types import Frequency
from data.migrations import upgrade
from tests.conftest import empty
from tests.factories import NOW, make_organisation, make_pce
from tests.web import fresh_database

pytestmark = pytest.mark.dialect


def test_a_failed_transaction_leaves_nothing(database):
    def fail_half_way():
        with database.transaction() as db:
            make_pce(db)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    with database.reading() as db:
        assert db.scalar(select(Pce)) is None


@pytest.mark.parametrize("rolled_back", [False, True])
def test_what_awaits_the_commit_is_run_unless_it_was_rolled_back(database, rolled_back):
    count = Prepared(select(func.count()).select_from(Pce))
    done = []
    with database.transaction() as db:
        count.rows(db, {})  # not through the session
        run_before_commit(db, lambda: done.append("run"))
        if rolled_back:
            db.execute(select(Pce))
            db.rollback()
    assert done == ([] if rolled_back else ["run"])


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
    with database.transaction() as db:  # the database lets go of what its own clock says is old
        note(db, datetime.now(UTC), "accounts.signed_in", ("user", 1))
    with pytest.raises(DatabaseError, match="append-only"), database.transaction() as db:
        db.execute(text(verb))


def test_sqlite_refuses_to_replace_a_line_of_the_journal(sqlite_template, tmp_path):
    database = fresh_database(sqlite_template, tmp_path)
    with database.transaction() as db:
        note(db, NOW, "accounts.signed_in", ("user", 1))
    with pytest.raises(DatabaseError, match="append-only"), database.transaction() as db:
        db.execute(text(REPLACED))
    database.close()


def test_postgresql_refuses_to_empty_the_journal(postgresql_url):
    database = Database(postgresql_url)
    with database.transaction() as db:
        note(db, NOW, "accounts.signed_in", ("user", 1))
    for table in ("audit_events", "users, audit_events"):
        with pytest.raises(DatabaseError, match="append-only"), database.transaction() as db:
            db.execute(text(f"TRUNCATE {table} CASCADE"))
    with database.reading() as db:
        assert db.scalar(select(AuditEvent)).action == "accounts.signed_in"
    empty(database)
    database.close()


def test_a_prepared_statement_answers_what_the_session_answers(database):
    wanted = (
        select(Pce.id, Pce.frequency, Pce.ended_on, Organisation.created_at)
        .join(Organisation, Organisation.id == Pce.holder_id)
        .where(Pce.ended_on == bindparam("day"), Organisation.created_at <= bindparam("now"))
        .where(Pce.frequency == Frequency.DAILY, Pce.number != "x")
        .order_by(Pce.id)
    )
    prepared, given = Prepared(wanted), {"now": NOW, "day": NOW.date()}
    with database.transaction() as db:
        holder = make_organisation(db)
        for number in ("09999999910001", "09999999910002"):
            make_pce(
                db,
                number=number,
                holder_id=holder.id,
                ended_on=NOW.date(),
                frequency=Frequency.DAILY,
            )
    with database.reading() as db:
        for _turn in range(2):
            assert prepared.rows(db, given) == [tuple(row) for row in db.execute(wanted, given)]
        assert len(prepared.rows(db, given)) == 2
        assert prepared.rows(db, given | {"day": date(2000, 1, 1)}) == []


def test_a_prepared_statement_sees_what_the_session_has_not_sent_yet(db):
    pce = make_pce(db)
    pce.alias = "Écluse"
    assert Prepared(select(Pce.alias)).rows(db, {}) == [("Écluse",)]


def test_a_reading_is_one_snapshot_and_keeps_nothing(database):
    with database.reading() as db:
        assert db.scalar(select(Pce.id)) is None
        with database.transaction() as other:
            make_pce(other)
        if database.sqlite:
            assert Prepared(select(Pce.id)).rows(db, {}) == []
            assert db.scalar(select(Pce.id)) is None
    with database.reading() as db:
        assert len(Prepared(select(Pce.id)).rows(db, {})) == 1


def test_postgresql_plans_a_statement_of_every_request_once(postgresql_url):
    database = Database(postgresql_url)
    for _request in range(6):  # psycopg prepares what it ran five times
        with database.reading() as db:
            Prepared(select(Pce.alias)).rows(db, {})
    with database.reading() as db:
        prepared = db.scalar(text("SELECT count(*) FROM pg_prepared_statements"))
    database.close()
    assert prepared == 1


def counted(database, key, reads, kind="count"):
    """What `cached` gives in a reading of its own; each real reading is noted in *reads*."""
    with database.reading() as db:
        return cached(
            db, kind, key, lambda: reads.append(key) or db.scalar(select(func.count(Pce.id)))
        )


def test_what_is_kept_is_read_again_once_anybody_has_written(sqlite_template, tmp_path):
    here, reads = fresh_database(sqlite_template, tmp_path), []
    elsewhere = Database(str(here.url))  # as another process
    assert [counted(here, "a", reads) for _turn in range(3)] == [0, 0, 0]
    assert reads == ["a"]
    with elsewhere.transaction() as db:
        make_pce(db)
    assert [counted(here, "a", reads) for _turn in range(3)] == [1, 1, 1]
    assert reads == ["a"] * 2
    with here.transaction() as db:  # on the very connection that keeps
        make_pce(db, number="09999999910002")
    assert counted(here, "a", reads) == 2
    for database in (here, elsewhere):
        database.close()


def test_a_kind_of_results_evicts_no_other(sqlite_template, tmp_path):
    here, reads = fresh_database(sqlite_template, tmp_path), []
    counted(here, "dear", reads, "budgets")
    for number in range(KEPT + 1):
        counted(here, number, reads, "days")
    counted(here, "dear", reads, "budgets")
    counted(here, 0, reads, "days")
    assert reads == ["dear", *range(KEPT + 1), 0]
    here.close()


def test_a_reading_that_began_before_a_write_keeps_what_it_sees(sqlite_template, tmp_path):
    here = fresh_database(sqlite_template, tmp_path)
    elsewhere = Database(str(here.url))
    count = select(func.count(Pce.id))
    with here.reading() as db:
        assert db.scalar(count) == 0
        with elsewhere.transaction() as other:
            make_pce(other)
        assert cached(db, "count", "a", lambda: db.scalar(count)) == 0
    assert counted(here, "a", []) == 1
    for database in (here, elsewhere):
        database.close()


def test_nothing_is_kept_where_one_writes_nor_on_postgresql(database):
    reads = []
    with database.transaction() as db:
        for _turn in range(2):
            cached(db, "count", "a", lambda: reads.append(1))
            make_pce(db, number=f"0999999991000{len(reads)}")
    assert len(reads) == 2
    for _turn in range(2):
        counted(database, "a", reads)
    assert len(reads) == (3 if database.sqlite else 4)


def test_few_answers_are_kept_the_last_ones(sqlite_template, tmp_path):
    database, reads = fresh_database(sqlite_template, tmp_path), []
    for key in [*range(KEPT + 1), KEPT, 0]:
        counted(database, key, reads)
    assert reads == [*range(KEPT + 1), 0]
    database.close()


def test_the_schema_comes_forward_however_long_it_waits(postgresql_url, monkeypatch):
    seen = []

    def upgraded(config, _revision):
        seen.append(config.attributes["connection"].scalar(text("SHOW lock_timeout")))

    monkeypatch.setattr("data.migrations.command.upgrade", upgraded)
    database = Database(postgresql_url)
    upgrade(database)
    assert seen == ["0"]
    database.close()
