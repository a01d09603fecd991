"""How connections are opened, kept and asked, and what they say of another that does not end."""

import fcntl
import subprocess
import sys

import psycopg
import pytest
from sqlalchemy import func, make_url, select, text
from sqlalchemy.exc import DatabaseError, DBAPIError

from core import engines
from core.database import Database, Prepared
from core.errors import Busy
from core.outages import is_outage
from data.metering.pces.models import Pce
from tests.factories import make_pce
from tests.web import fresh_database

pytestmark = pytest.mark.dialect


def test_a_database_file_is_its_owner_s_alone(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/new/portal.db")
    with database.transaction() as db:
        db.execute(text("CREATE TABLE a (b)"))
        modes = {file.name: file.stat().st_mode & 0o777 for file in (tmp_path / "new").iterdir()}
    database.close()
    assert modes
    assert set(modes.values()) == {0o600}


LOCKS = "import fcntl, sys; fcntl.lockf(open(sys.argv[1], 'r+'), fcntl.LOCK_EX | fcntl.LOCK_NB)"


def test_another_database_of_a_file_drops_no_lock_of_this_process_on_it(tmp_path):
    path = tmp_path / "portal.db"
    first = Database(f"sqlite:///{path}")
    (tmp_path / "link").symlink_to(path)
    with path.open("r+") as held:
        fcntl.lockf(held, fcntl.LOCK_EX)
        for again in (path, tmp_path / "link"):
            Database(f"sqlite:///{again}").close()
        asked = [sys.executable, "-c", LOCKS, path]
        other = subprocess.run(asked, check=False, capture_output=True)
    first.close()
    assert b"BlockingIOError" in other.stderr


def test_a_link_to_a_file_that_is_not_there_yet_makes_it_its_owner_s_alone(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "portal.db")
    Database(f"sqlite:///{tmp_path}/link").close()
    assert (tmp_path / "portal.db").stat().st_mode & 0o777 == 0o600


def test_an_error_of_the_database_does_not_tell_what_was_written(database):
    with pytest.raises(DatabaseError) as caught, database.transaction() as db:
        db.execute(text("SELECT * FROM nowhere WHERE a = :a"), {"a": "personne@tilleuls.example"})
    assert "personne" not in str(caught.value)


def test_a_writer_that_waited_long_enough_is_told_so(sqlite_template, tmp_path, monkeypatch):
    """No bug: nothing was done, and a moment later the same works."""
    monkeypatch.setattr("core.engines.PATIENCE", 0)
    database = fresh_database(sqlite_template, tmp_path)
    with database.transaction() as db:
        make_pce(db)
        with pytest.raises(Busy, match="occupé"), database.transaction():
            pass
    with database.transaction() as db:
        assert db.scalar(select(Pce)) is not None
    database.close()


def test_postgresql_says_the_same_of_a_lock(postgresql_url):
    database = Database(postgresql_url)
    with database.transaction() as db:
        db.execute(text("LOCK TABLE pces IN ACCESS EXCLUSIVE MODE"))
        with database.transaction() as other:
            other.execute(text("SET LOCAL lock_timeout = '50ms'"))
            with pytest.raises(Busy):
                other.scalar(select(func.count(Pce.id)))
    database.close()


def test_a_writer_waits_as_long_on_postgresql_unless_the_address_says_so(
    postgresql_url, monkeypatch
):
    def waits(url):
        database = Database(url)
        with database.reading() as db:
            found = db.scalar(text("SHOW lock_timeout"))
        database.close()
        return found

    assert waits(postgresql_url) == "20s"
    own = make_url(postgresql_url).update_query_dict({"options": "-c lock_timeout=3s"})
    assert waits(own.render_as_string(hide_password=False)) == "3s"
    monkeypatch.setattr("core.engines.PATIENCE", 1)
    database = Database(postgresql_url)
    with database.transaction() as db:
        db.execute(text("LOCK TABLE pces IN ACCESS EXCLUSIVE MODE"))
        with pytest.raises(Busy, match="occupé"), database.reading() as other:
            other.scalar(select(func.count(Pce.id)))
    database.close()


def test_a_statement_that_the_operator_cuts_short_is_no_bug(postgresql_url):
    database = Database(postgresql_url)
    with database.transaction() as db:
        db.execute(text("SET LOCAL statement_timeout = '50ms'"))
        with pytest.raises(Busy, match="occupé"):
            db.execute(text("SELECT pg_sleep(5)"))
    database.close()


def test_a_statement_compiled_once_says_the_same_of_a_lock(postgresql_url):
    database = Database(postgresql_url)
    with database.transaction() as db:
        db.execute(text("LOCK TABLE pces IN ACCESS EXCLUSIVE MODE"))
        with database.transaction() as other:
            other.execute(text("SET LOCAL lock_timeout = '50ms'"))
            with pytest.raises(Busy, match="occupé"):
                Prepared(select(Pce.alias)).rows(other, {})
    database.close()


@pytest.mark.parametrize("streams", [False, True])
def test_postgresql_refuses_to_write_in_a_reading(postgresql_url, streams):
    database = Database(postgresql_url)
    with (
        pytest.raises(DBAPIError, match="read-only"),
        database.reading(streams=streams) as db,
    ):
        make_pce(db)
    with database.engine.begin() as connection:
        assert connection.scalar(text("SHOW transaction_read_only")) == "off"
    database.close()


def test_rows_that_come_by_and_by_need_a_reading_that_streams(postgresql_url):
    database, slowly = Database(postgresql_url), select(Pce.id).execution_options(yield_per=1)
    with database.reading(streams=True) as db:
        assert db.scalars(slowly).all() == []
    with pytest.raises(DBAPIError, match="transaction block"), database.reading() as db:
        db.scalars(slowly)
    database.close()


@pytest.mark.parametrize("said", ["DEALLOCATE ALL", "ALTER TABLE pces ALTER alias TYPE text"])
@pytest.mark.parametrize("streams", [False, True])
def test_what_was_prepared_and_is_worth_nothing_fails_once_alone(postgresql_url, said, streams):
    """A migration under portals that run, or a pooler that gives another server."""
    database, asked = Database(postgresql_url), Prepared(select(Pce.alias))

    def read():
        with database.reading(streams=streams) as db:
            return asked.rows(db, {})

    for _warm in range(6):
        read()
    if said == "DEALLOCATE ALL":
        with database.engine.raw_connection().cursor() as cursor:
            cursor.connection.pgconn.exec_(said.encode())
    else:
        other = Database(postgresql_url)
        with other.transaction() as db:
            db.execute(text(said))
        other.close()
    with pytest.raises(psycopg.Error):
        read()
    assert [read() for _again in range(3)] == [[], [], []]
    with database.transaction() as db:
        db.execute(text("ALTER TABLE pces ALTER alias TYPE varchar"))
    database.close()


def test_an_address_may_ask_for_a_server_that_takes_writes(postgresql_url):
    """As it does where a standby takes over: libpq asks the server how its sessions begin."""
    url = make_url(postgresql_url).update_query_dict({"target_session_attrs": "read-write"})
    database = Database(url.render_as_string(hide_password=False))
    with database.transaction() as db:
        assert db.scalar(text("SHOW transaction_read_only")) == "off"
    database.close()


@pytest.fixture
def idle(postgresql_url, monkeypatch):
    """A database of one kept connection, and a clock to leave it unused by."""
    clock = [0.0]
    monkeypatch.setattr(engines, "monotonic", lambda: clock[0])
    database = Database(postgresql_url)
    _served_by(database)
    yield database, clock
    database.close()


def _served_by(database):
    """The server's process behind the connection that a reading is given."""
    with database.reading() as db:
        return db.scalar(text("SELECT pg_backend_pid()"))


def _end(url, pid):
    """What a restart of the server does to a connection, whichever it is."""
    other = Database(url)
    with other.transaction() as db:
        db.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    other.close()


def test_a_connection_just_used_is_not_asked_whether_it_is_there(idle, monkeypatch):
    database, clock = idle
    asked, dialect = [], database.engine.dialect
    monkeypatch.setattr(dialect, "do_ping", lambda connection: asked.append(connection) or True)
    first = _served_by(database)
    clock[0] += 0.9
    assert (_served_by(database), asked) == (first, [])
    clock[0] += 1.1
    assert (_served_by(database), len(asked)) == (first, 1)


def test_a_connection_that_the_server_ended_meanwhile_is_replaced(idle, postgresql_url):
    database, clock = idle
    gone = _served_by(database)
    _end(postgresql_url, gone)
    clock[0] += 60
    assert _served_by(database) != gone


def test_one_that_ended_at_once_fails_the_call_and_serves_no_other(idle, postgresql_url):
    """Even for a statement compiled once, whose errors SQLAlchemy does not see."""
    database, _clock = idle
    gone = _served_by(database)
    _end(postgresql_url, gone)
    with pytest.raises(psycopg.OperationalError) as caught, database.reading() as db:
        Prepared(select(Pce.alias)).rows(db, {})
    assert is_outage(caught.value)
    assert _served_by(database) != gone
