"""An empty database, or one of revision 0078, gets the schema of the models or keeps its own."""

import shutil
import subprocess
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import inspect, make_url, select

from core.database import Database
from core.errors import Conflict
from data.migrations import (
    INITIAL,
    LAST_NUMBERED,
    changing_schema,
    is_current,
    is_modelled,
    revision_of,
    tables,
    upgrade,
)
from data.migrations.completeness import complete_schema, find_altered, find_missing
from data.money.budgets.models import BudgetRow
from tests.conftest import say
from tests.data.schema_facts import schema_facts
from tests.factories import make_people
from tests.revision_0078 import drop_everything, load_revision_0078, read_rows

pytestmark = pytest.mark.dialect

# What only databases of revision 0078 have, nothing uses, and new ones lack: a serial default.
SEQUENCE = "signature_weather_station_id_seq"
SERIAL = {
    f"column signature_weather station_id integer True nextval('{SEQUENCE}'::regclass) p -",
    f"column {SEQUENCE} is_called boolean True None p -",
    f"column {SEQUENCE} last_value bigint True None p -",
    f"column {SEQUENCE} log_cnt bigint True None p -",
    f"sequence {SEQUENCE} integer 1 1 2147483647 False",
    f"table {SEQUENCE} S None p False",
}
NO_SERIAL = {"column signature_weather station_id integer True None p -"}
SITE_OF_OPERAT = """
INSERT INTO operat_sites (pce_id, organisation_id, efa, name, siren, siret, surface_dm2, category,
    version, changed_at)
SELECT pces.id, organisations.id, '', '', '', '', 125050, 'Enseignement', 1, '2026-01-01 00:00:00'
FROM pces, organisations LIMIT 1
"""
REMOVED_BUDGET = """
INSERT INTO budgets (organisation_id, tag, unit, amount, first_month, months, by_climate, by_past,
    by_days, version, changed_at, removed)
SELECT id, 'adopted', 'kwh', 12, '2026-01-01', '[]', 0, 0, 0, 2, '2026-02-03 04:05:06', TRUE
FROM organisations LIMIT 1
"""
KILLED = """
import os
import signal
import sys

from core.database import Database
from data.migrations import completeness, initial, upgrade

def die(*_args, **_kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

completeness.complete = die  # after the last migration of a database that is adopted
initial.fleet_sum_triggers = die  # between the tables of an empty one and their triggers
upgrade(Database(sys.argv[1]))
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def bare(request, tmp_path):
    """Provide a database without any table."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path}/portal.db")
        yield database
        database.close()
        return
    server = make_url(request.getfixturevalue("postgresql_url"))
    name = f"bare_{uuid.uuid4().hex[:12]}"
    say(server, f"CREATE DATABASE {name}")
    database = Database(server.set(database=name).render_as_string(hide_password=False))
    yield database
    database.close()
    say(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def whole(bare, sqlite_template, request):
    """Provide a database with the schema of this version."""
    if bare.sqlite:
        shutil.copy(sqlite_template, bare.url.database)
        return bare
    server = make_url(request.getfixturevalue("postgresql_url"))
    template = server.database.rpartition("_")[0]
    say(server, f"DROP DATABASE {bare.url.database}")
    say(server, f"CREATE DATABASE {bare.url.database} TEMPLATE {template}")
    return bare


@pytest.fixture
def numbered(bare):
    """Provide a database that the last version before `0001_initial` filled."""
    load_revision_0078(bare)
    return bare


def has_the_schema_of_the_models(database):
    with database.engine.connect() as connection:
        assert find_missing(connection) == []
        assert find_altered(connection) == []
        found = inspect(connection)
        names = set(filter(is_modelled, found.get_table_names()))
        assert names == {*tables(), "alembic_version"}


def read_facts(database):
    """Return what the database stores of its schema; not every server has pg_trgm."""
    with database.engine.connect() as connection:
        return {fact for fact in schema_facts(connection) if "trgm" not in fact}


def test_an_empty_database_gets_the_schema_of_the_models_once(bare):
    upgrade(bare)
    assert is_current(bare)
    has_the_schema_of_the_models(bare)
    facts = read_facts(bare)
    upgrade(bare)
    assert complete_schema(bare) == []
    assert read_facts(bare) == facts


def test_the_initial_migration_creates_the_schema_of_revision_0078(numbered):
    old = read_facts(numbered)
    drop_everything(numbered)
    upgrade(numbered, INITIAL)
    new = read_facts(numbered)
    expected = (set(), set()) if numbered.sqlite else (SERIAL, NO_SERIAL)
    assert (old - new, new - old) == expected


def test_a_database_of_revision_0078_is_adopted_without_changing_a_row(numbered):
    assert read_rows(numbered)["readings"]
    assert revision_of(numbered) == LAST_NUMBERED
    with numbered.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE pces SET street = '1 rue Élan', postal_code = ''")
        connection.exec_driver_sql(SITE_OF_OPERAT)
        connection.exec_driver_sql(REMOVED_BUDGET)
    rows = read_rows(numbered)
    upgrade(numbered)
    assert is_current(numbered)
    assert read_rows(numbered) == rows
    has_the_schema_of_the_models(numbered)
    with numbered.engine.connect() as connection:
        streets = connection.exec_driver_sql("SELECT DISTINCT street_search FROM pces")
        assert list(streets) == [("1 rue elan",)]
        surfaces = connection.exec_driver_sql("SELECT area_dm2, source, use, version FROM surfaces")
        assert list(surfaces) == [(125_050, "OPERAT", "teaching", 1)]
        removed = select(BudgetRow.tag).where(BudgetRow.removed_at == BudgetRow.changed_at)
        assert connection.scalars(removed).all() == ["adopted"]


@pytest.mark.parametrize(
    ("revision", "message"), [("0077", "trop ancienne"), ("0079", "que celle-ci ne connaît pas")]
)
def test_a_database_of_another_revision_is_refused_with_a_sentence(whole, revision, message):
    run(whole, f"UPDATE alembic_version SET version_num = '{revision}'")
    with pytest.raises(Conflict, match=message):
        upgrade(whole)
    assert revision_of(whole) == revision


def test_a_database_of_revision_0078_altered_by_hand_stays_as_it_is(numbered):
    on = "" if numbered.sqlite else " ON fleet_standings"
    run(numbered, f"DROP TRIGGER fleet_sums_added{on}", "DROP TABLE login_attempts")
    facts = read_facts(numbered)
    with pytest.raises(Conflict, match="fleet_sums_added"):
        upgrade(numbered)
    assert revision_of(numbered) == LAST_NUMBERED
    assert read_facts(numbered) == facts


@pytest.mark.parametrize("start", ["empty", "numbered"])
def test_portals_that_start_at_once_bring_the_schema_forward_in_turn(bare, start):
    if start == "numbered":
        load_revision_0078(bare)
    with ThreadPoolExecutor(3) as starts:
        list(starts.map(lambda _portal: upgrade(bare), range(3)))
    assert is_current(bare)
    has_the_schema_of_the_models(bare)


@pytest.mark.parametrize("start", ["empty", "numbered"])
@pytest.mark.sampled
def test_an_upgrade_that_is_killed_leaves_what_was_there(bare, start):
    if start == "numbered":
        load_revision_0078(bare)
    before = revision_of(bare), read_facts(bare)
    address = bare.engine.url.render_as_string(hide_password=False)
    killed = subprocess.run([sys.executable, "-c", KILLED, address], check=False)
    assert killed.returncode == -9
    assert (revision_of(bare), read_facts(bare)) == before
    upgrade(bare)
    has_the_schema_of_the_models(bare)


def run(database, *statements):
    with changing_schema(database) as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def test_what_edited_migrations_left_out_is_added_with_its_default(whole):
    """The two that portals of intermediate commits lack, an index on other columns, and a table."""
    run(
        whole,
        "DROP INDEX ix_signature_verdicts_until",
        "DROP INDEX uq_mirror_sendings",
        "ALTER TABLE mirror_sendings DROP COLUMN event_id",
        "CREATE UNIQUE INDEX uq_mirror_sendings ON mirror_sendings (right_id, verb, deposit_id)",
        "DROP TABLE login_attempts",
    )
    assert is_current(whole)
    added = complete_schema(whole)
    assert added[:2] == ["login_attempts", "mirror_sendings.event_id"]
    assert sorted(added[2:]) == ["ix_signature_verdicts_until", "uq_mirror_sendings"]
    with whole.engine.connect() as connection:
        assert find_missing(connection) == []
        columns = {one["name"]: one for one in inspect(connection).get_columns("mirror_sendings")}
        assert not columns["event_id"]["nullable"]


def test_what_cannot_be_added_is_a_sentence(whole):
    with whole.transaction() as db:
        make_people(db)
    run(whole, "ALTER TABLE organisations DROP COLUMN name")
    with pytest.raises(Conflict, match=r"organisations\.name"):
        complete_schema(whole)


ALTERED = (
    ("pces.number", {"postgresql": ("ALTER TABLE pces ALTER COLUMN number DROP NOT NULL",)}),
    ("uq_users_email", {"postgresql": ("ALTER TABLE users DROP CONSTRAINT uq_users_email",)}),
    ("users.name", {"postgresql": ("ALTER TABLE users ALTER COLUMN name TYPE integer USING 0",)}),
    (
        "fleet_sums_added",
        {
            "sqlite": ("DROP TRIGGER fleet_sums_added",),
            "postgresql": ("ALTER TABLE fleet_standings DISABLE TRIGGER fleet_sums_added",),
        },
    ),
    ("pces_search", {"sqlite": ("DROP TABLE pces_search",)}),
)


@pytest.mark.parametrize(("part", "statements"), ALTERED)
def test_what_was_altered_by_hand_stops_the_start_with_a_sentence(whole, part, statements):
    if whole.url.get_backend_name() not in statements:
        pytest.skip("not an alteration of this database")
    run(whole, *statements[whole.url.get_backend_name()])
    with pytest.raises(Conflict) as refusal:
        complete_schema(whole)
    assert part in refusal.value.params["names"]


def test_an_index_that_is_no_longer_unique_is_made_again(whole):
    run(
        whole,
        "DROP INDEX uq_contracts_active",
        "CREATE INDEX uq_contracts_active ON contracts (organisation_id)",
    )
    assert complete_schema(whole) == ["uq_contracts_active"]
    with whole.engine.connect() as connection:
        indexes = {one["name"]: one for one in inspect(connection).get_indexes("contracts")}
    assert indexes["uq_contracts_active"]["unique"]
