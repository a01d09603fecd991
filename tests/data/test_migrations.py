"""Every released schema comes forward with its data, on both databases."""

import shutil
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import MetaData, Table, func, insert, inspect, make_url, select, text
from sqlalchemy.exc import DatabaseError

from core.database import Database
from core.errors import Conflict
from core.queue_models import QueueItem
from data.administration.subjects.models import SubjectRequest
from data.administration.subjects.types import RequestState
from data.exchange.hooks.models import HookDelivery
from data.exchange.mirror.actions.rounds import plan_rounds
from data.exchange.mirror.actions.sendings import plan_sending
from data.exchange.mirror.models import MirrorRound, MirrorSending
from data.identity.accounts.models import Organisation
from data.identity.audit.models import AuditEvent
from data.metering.consumption.actions import differing_months, differing_shares, roll_up
from data.metering.consumption.models import PeriodDay
from data.metering.consumption.types import PeriodKind
from data.migrations import changing_schema, is_current, revision_of, tables, upgrade
from data.migrations.completeness import complete_schema, find_altered, find_missing
from data.notifications.models import Notification
from data.notifications.types import MessageDelivery
from data.rights.models import RightLetterRow
from tests.conftest import say
from tests.factories import NOW, make_people

SEARCHED = "rights_search", "pces_search"  # each database has its own, without a model
RELEASED = ("0001", "0002", "0003", "0004")


_KEPT = {"sqlite": {}, "postgresql": {}}  # the name and server of a database at each revision


@pytest.fixture(params=["sqlite", "postgresql"])
def bare(request, tmp_path):
    """A database without any table."""
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


@pytest.fixture(scope="module", autouse=True)
def _kept_databases():
    yield
    for name, server in _KEPT["postgresql"].values():
        say(server, f"DROP DATABASE {name}")
    for known in _KEPT.values():
        known.clear()


def begin(bare, revision):
    """Bring an empty database to *revision*: from a copy of one that was there, or came near."""
    known = _KEPT[bare.url.get_backend_name()]
    near = max((one for one in known if one <= revision), default=None)
    if near is not None:
        copy_database(bare, known[near][0], bare.engine.url.database)
    if near != revision:
        upgrade(bare, revision)
        if bare.sqlite:
            name = str(Path(bare.engine.url.database).parents[1] / f"revision-{revision}.db")
        else:
            name = f"revision_{uuid.uuid4().hex[:12]}"
        copy_database(bare, bare.engine.url.database, name)
        known[revision] = name, bare.engine.url.set(database="postgres")


def copy_database(bare, source, target):
    """Make *target* a copy of *source*: files of SQLite, or databases on the server of *bare*."""
    bare.engine.dispose()
    if bare.sqlite:
        shutil.copy(source, target)
        return
    server = bare.engine.url.set(database="postgres")
    say(server, f"DROP DATABASE IF EXISTS {target}")
    say(server, f"CREATE DATABASE {target} TEMPLATE {source}")


def filled(database):
    """A row of an organisation, a person, a PCE and the journal, as the old schema has them."""
    with database.transaction() as db:
        old = MetaData()
        old.reflect(db.connection())
        for name, values in ROWS.items():
            db.execute(insert(Table(name, old)).values(values))


ROWS = {
    "organisations": {"id": 1, "name": "Tilleuls", "kind": "COMPANY", "created_at": NOW},
    "users": {
        "id": 1,
        "organisation_id": 1,
        "email": "alice@tilleuls.example",
        "name": "Alice",
        "role": "CLIENT",
        "password_hash": "!",
        "password_changed_at": NOW,
        "language": "fr",
        "theme": "light",
        "created_at": NOW,
    },
    "pces": {
        "id": 1,
        "number": "09999999910001",
        "alias": "Lycée",
        "search": "lycee",
        "holder_id": 1,
        "street": "",
        "postal_code": "",
        "city": "",
        "frequency": "1M",
        "tariff": "T3",
        "supplier": "",
        "profile": "",
        "meter_serial": "",
        "technical": {"pression_livraison": "0,300"},
        "contract": {},
    },
    "audit_events": {
        "id": 1,
        "at": NOW,
        "action": "accounts.signed_in",
        "object_type": "user",
        "object_id": "1",
        "detail": {},
    },
}


def kept(database):
    with database.reading() as db:
        return {
            name: [dict(row) for row in db.execute(select(tables()[name])).mappings()]
            for name in ROWS
        }


@pytest.mark.dialect
@pytest.mark.parametrize("released", RELEASED)
def test_a_released_schema_comes_forward_with_its_data_to_that_of_the_models(bare, released):
    begin(bare, released)
    assert revision_of(bare) == released
    filled(bare)
    upgrade(bare)
    assert is_current(bare)
    found = kept(bare)
    for name, values in ROWS.items():
        (row,) = found[name]
        told = {key: row[key] for key in values}
        expected = values | {
            key: row[key] for key in ("kind", "role", "frequency") if key in values
        }
        assert told == expected
    has_the_schema_of_the_models(bare)


def has_the_schema_of_the_models(database):
    with database.engine.connect() as connection:
        assert find_altered(connection) == []
        found = inspect(connection)
        names = {name for name in found.get_table_names() if not name.startswith(SEARCHED)}
        assert names == {*tables(), "alembic_version"}
        for name, table in tables().items():
            columns = {column["name"]: column["nullable"] for column in found.get_columns(name)}
            assert columns == {column.name: column.nullable for column in table.c}
            assert {index["name"] for index in found.get_indexes(name) if index["name"]} >= {
                index.name for index in table.indexes
            }


def test_the_answer_of_a_holder_goes_to_its_event_which_stays_closed(bare):
    begin(bare, "0011")
    filled(bare)
    right = {"id": 1, "pce_id": 1, "organisation_id": 1, "answered_at": NOW, "renews_id": None}
    evidence = {"answered_from": "192.0.2.7", "answered_text": "2026-11"}
    told = {"right_id": 1, "user_id": None, "source": None}
    with bare.transaction() as db:
        old = MetaData()
        old.reflect(db.connection())
        add(db, old, "access_rights", right | evidence)
        before = {"id": 1, "at": NOW - timedelta(days=1), "actor": "third_party"}
        add(db, old, "right_events", told | before)
        add(db, old, "right_events", told | {"id": 2, "at": NOW, "actor": "holder"})
    upgrade(bare)
    query = "SELECT address, text_version FROM right_events ORDER BY id"
    with bare.reading() as db:
        found = [tuple(row) for row in db.execute(text(query))]
    assert found == [(None, None), ("192.0.2.7", "2026-11")]
    with pytest.raises(DatabaseError, match="append-only"), bare.transaction() as db:
        db.execute(text("UPDATE right_events SET address = 'x'"))


def test_each_letter_of_before_knows_its_mailbox(bare):
    begin(bare, "0012")
    filled(bare)
    with bare.transaction() as db:
        old = MetaData()
        old.reflect(db.connection())
        for number, address in enumerate(["Gaz+a@Site.example", "gaz@site.example", "x+y+z@b"], 1):
            facts = {"id": number, "organisation_id": 1, "message_id": f"<{number}>"}
            add(db, old, "right_letters", facts | {"email": address})
    upgrade(bare)
    with bare.reading() as db:
        found = db.scalars(text("SELECT mailbox FROM right_letters ORDER BY id")).all()
    assert found == ["gaz@site.example", "gaz@site.example", "x@b"]


def add(db, old, name, values):
    """A row of the old schema: what may not be empty and is not told is anything."""
    any_of = {str: "", int: 0, bool: False, date: NOW.date(), datetime: NOW}
    table = Table(name, old)
    needed = {c.name: any_of.get(c.type.python_type) for c in table.c if not c.nullable}
    db.execute(insert(table).values(needed | values))


@pytest.mark.dialect
def test_the_journal_is_closed_once_an_old_schema_is_brought_forward(bare):
    begin(bare, "0001")
    filled(bare)
    upgrade(bare)
    with bare.transaction() as db:  # the database lets go of what its own clock says is old
        event = {"action": "x", "object_type": "user", "object_id": "1", "detail": {}}
        db.add(AuditEvent(id=99, at=datetime.now(UTC), **event))
    verbs = ["UPDATE audit_events SET action = 'x'", "DELETE FROM audit_events"]
    for verb in [*verbs, *([] if bare.sqlite else ["TRUNCATE audit_events"])]:
        with pytest.raises(DatabaseError, match="append-only"), bare.transaction() as db:
            db.execute(text(verb))


@pytest.mark.dialect
def test_migrating_twice_changes_nothing(bare):
    upgrade(bare)
    filled(bare)
    before = kept(bare)
    upgrade(bare)
    assert kept(bare) == before


def test_what_was_decided_before_is_what_the_third_party_was_told(bare):
    begin(bare, "0014")
    with bare.engine.begin() as connection:
        if bare.sqlite:
            for verb in ("COMMIT", "PRAGMA foreign_keys = OFF", "BEGIN"):  # what it names is absent
                connection.exec_driver_sql(verb)
        else:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        connection.exec_driver_sql(
            "INSERT INTO controls (id, uid, right_id, organisation_id, campaign_id, state, version,"
            " due_on, asked_on, opened_at, decided_at, motive) VALUES (1, 'c', 1, 1, 1, 'rejected',"
            " 3, '2026-12-22', '2026-11-24', '2026-11-24 08:00:00', '2026-11-25 08:00:00', 'date')"
        )
    upgrade(bare)
    with bare.engine.begin() as connection:
        row = connection.exec_driver_sql(
            "SELECT told_state, told_due_on = due_on, told_at = decided_at, told_motive"
            " FROM controls"
        ).one()
        assert tuple(row) == ("rejected", True, True, "date")
    with bare.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO control_entries (seq, at, fact, side, detail, previous, hash)"
            " VALUES (1, '2026-11-24 08:00:00', 'sent', 'system', '{}', '', '')"
        )
    with pytest.raises(DatabaseError, match="append-only"), bare.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM control_entries")


def test_who_is_there_at_the_upgrade_is_presumed_to_have_a_contract_for_a_year(bare):
    begin(bare, "0016")
    with bare.engine.begin() as connection:
        for id_, kind in ((1, "COMPANY"), (2, "DISTRIBUTOR"), (3, "THIRD_PARTY")):
            connection.exec_driver_sql(
                "INSERT INTO organisations (id, name, kind, created_at)"
                f" VALUES ({id_}, 'Tilleuls', '{kind}', '2026-11-24 08:00:00')"
            )
    upgrade(bare)
    days = select(Organisation.contracted_until).order_by(Organisation.id)
    with bare.reading() as db:
        company, distributor, third = db.scalars(days)
    assert distributor is None
    assert company == third
    assert 360 <= (company - datetime.now(UTC).date()).days <= 366


def test_the_roll_up_of_before_faces_the_year_before_it(bare):
    begin(bare, "0019")
    months = ["2024-02-01", "2025-02-01"]
    days = {"2024-02-10": 900, "2024-02-29": 700, "2025-02-10": 1000, "2025-02-11": 50}
    with bare.engine.begin() as connection:
        run = connection.exec_driver_sql
        run(
            "INSERT INTO pces (id, number, alias, search, holder_name, street, postal_code, city,"
            " frequency, tariff, supplier, profile, meter_serial, technical, contract) VALUES"
            " (1, '09999999910001', '', '', '', '', '', '', '1M', '', '', '', '', '{}', '{}')"
        )
        for day, energy in days.items():
            run(
                "INSERT INTO readings (pce_id, gas_day, energy_wh, quality, status, flags,"
                f" learnt_at) VALUES (1, '{day}', {energy}, 4, 2, 0, '2026-11-24 08:00:00')"
            )
        for month in months:
            run(
                "INSERT INTO monthly_consumption (pce_id, month, energy_wh, volume_dm3,"
                " days_measured, days_estimated, days_reconstructed, days_absent)"
                f" VALUES (1, '{month}', 1, 0, 2, 0, 0, 0)"
            )
    upgrade(bare)
    row = tables()["monthly_consumption"]
    query = select(row.c.days_shared, row.c.shared_wh, row.c.before_wh).order_by(row.c.month)
    with bare.reading() as db:
        assert [tuple(found) for found in db.execute(query)] == [(0, 0, 0), (1, 1000, 900)]


def test_periods_that_were_cut_otherwise_before_are_replaced(bare):
    begin(bare, "0048")
    told = [  # first day, last day, as of, learnt at
        ("2026-09-01", "2026-09-30", "2026-10-01", "2026-10-01 08:00:00"),
        ("2026-09-01", "2026-09-10", "2026-10-01", "2026-11-01 08:00:00"),
        ("2026-09-11", "2026-09-30", "2026-10-01", "2026-11-01 08:00:00"),
        ("2026-09-30", "2026-10-03", "2026-10-01", "2026-11-01 08:00:00"),  # of the same file
    ]
    row = "VALUES (1, '{}', '{}', 9, 4, 2, '{}', '{}'{})"
    columns = "pce_id, first_day, last_day, energy_wh, quality, status, as_of, learnt_at"
    with bare.engine.begin() as connection:
        run = connection.exec_driver_sql
        run(
            "INSERT INTO pces (id, number, alias, search, holder_name, street, postal_code, city,"
            " frequency, tariff, supplier, profile, meter_serial, technical, contract) VALUES"
            " (1, '09999999910001', '', '', '', '', '', '', '1M', '', '', '', '', '{}', '{}')"
        )
        for line in told:
            run(f"INSERT INTO injection_periods ({columns}) {row.format(*line, '')}")
            for kind in ("PUBLISHED", "MONTH"):
                given = row.format(*line, f", '{kind}'")
                run(f"INSERT INTO consumption_periods ({columns}, kind) {given}")
    upgrade(bare)
    with bare.reading() as db:
        for name, count in (("injection_periods", 1), ("consumption_periods", 1)):
            table = tables()[name]
            found = db.execute(select(table).where(table.c.replaced)).mappings().all()
            assert [row["last_day"].day for row in found] == [30] * count
            assert [row["first_day"].day for row in found] == [1]
            assert {row.get("kind", PeriodKind.PUBLISHED) for row in found} == {
                PeriodKind.PUBLISHED
            }


@pytest.mark.dialect
def test_periods_of_before_stand_for_days(bare):
    """As they do once they are stored: the nightly check finds nothing else."""
    begin(bare, "0068")
    told = [  # PCE, kind, first day, last day, energy
        (1, "PUBLISHED", "2026-03-01", "2026-08-31", 18_400),
        (1, "PUBLISHED", "2025-03-01", "2026-02-28", 36_500),
        (2, "MONTH", "2026-10-01", "2026-10-31", 3_100),
        (2, "WEEK", "2026-10-05", "2026-10-11", 400),
        (2, "WEEK", "2026-09-28", "2026-10-04", 999),  # over two months, of which one has a line
        (2, "PUBLISHED", "2026-08-01", "2026-08-31", 5),
        (3, "PUBLISHED", "2026-10-01", "2026-10-31", 3_100),
    ]
    with bare.engine.begin() as connection:
        run = connection.exec_driver_sql
        for pce in (1, 2, 3):
            run(
                "INSERT INTO pces (id, number, alias, search, holder_name, street, postal_code,"
                " city, frequency, tariff, supplier, profile, meter_serial, technical, contract)"
                f" VALUES ({pce}, '0999999991000{pce}', '', '', '', '', '', '', '1M', '', '', '',"
                " '', '{}', '{}')"
            )
        for pce, day in ((2, "2026-10-20"), (3, "2026-10-20")):
            run(
                "INSERT INTO readings (pce_id, gas_day, energy_wh, quality, status, flags,"
                f" learnt_at) VALUES ({pce}, '{day}', 300, 4, 2, 0, '2026-11-01 08:00:00')"
            )
        for pce, kind, first, last, energy in told:
            run(
                "INSERT INTO consumption_periods (pce_id, kind, first_day, last_day, energy_wh,"
                f" quality, status, as_of, learnt_at, source) VALUES ({pce}, '{kind}', '{first}',"
                f" '{last}', {energy}, 4, 2, '2026-11-01', '2026-11-01 08:00:00',"
                f" {4 if kind == 'WEEK' else 1})"
            )
    upgrade(bare)
    with bare.transaction() as db:
        roll_up(db, 3, date(2026, 10, 1), date(2026, 10, 31))  # which this one writes not
        assert differing_shares(db, 0, 3) == []
        assert differing_months(db, 0, 3) == []
        query = select(func.sum(PeriodDay.energy_wh)).group_by(PeriodDay.pce_id)
        assert sorted(db.scalars(query)) == [2_800, 54_900]


def test_a_round_of_before_that_another_one_followed_was_not_done(bare):
    begin(bare, "0054")
    told = {"DONE": "[]", "CUT": '["Le distributeur ne répond pas.", {}]'}
    with bare.engine.begin() as connection:
        run = connection.exec_driver_sql
        run(
            "INSERT INTO organisations (id, name, kind, created_at, sends_upstream)"
            " VALUES (1, 'Thermia', 'THIRD_PARTY', '2026-11-24 08:00:00', false)"
        )
        for problem in told.values():
            run(
                "INSERT INTO mirror_rounds (organisation_id, way, state, turn, created_at, counts,"
                " problem) VALUES (1, 'night', 'done', 1, '2026-11-24 08:00:00', '{}',"
                f" '{problem}')"
            )
    upgrade(bare)
    with bare.reading() as db:
        states = select(MirrorRound.state).order_by(MirrorRound.id)
        assert [state.name for state in db.scalars(states)] == list(told)


def test_webhooks_of_before_that_were_called_alike_are_told_apart(bare):
    begin(bare, "0055")
    alike = "https://hooks.example/…"
    told = [(1, alike), (1, alike), (2, alike), (1, f"{alike} (2)"), (1, alike), (1, "Autre")]
    with bare.transaction() as db:
        old = MetaData()
        old.reflect(db.connection())
        for organisation in (1, 2):
            add(db, old, "organisations", {"id": organisation, "kind": "THIRD_PARTY"})
        for number, (organisation, name) in enumerate(told, 1):
            facts = {"id": number, "organisation_id": organisation, "state": "on"}
            add(db, old, "hooks", facts | {"name": name})
        add(db, old, "hooks", {"id": 9, "organisation_id": 1, "name": alike, "removed_at": NOW})
    upgrade(bare)
    with bare.reading() as db:
        names = db.scalars(text("SELECT name FROM hooks ORDER BY id")).all()
    numbers = ["", " (2)", "", " (2) (2)", " (3)"]
    assert names == [*(alike + number for number in numbers), "Autre", alike]


@pytest.mark.dialect
def test_portals_that_start_at_once_bring_the_schema_forward_in_turn(bare):
    begin(bare, "0050")
    with ThreadPoolExecutor(3) as starts:
        list(starts.map(lambda _portal: upgrade(bare), range(3)))
    assert is_current(bare)


def test_a_deposit_of_before_no_longer_overrides_the_distributor(bare):
    begin(bare, "0057")
    filled(bare)
    at = {name: NOW + timedelta(minutes=n) for n, name in enumerate(["feed", "run", "staff"])}
    with bare.transaction() as db:
        old = MetaData()
        old.reflect(db.connection())
        add(db, old, "organisations", {"id": 2, "name": "Réseau", "kind": "DISTRIBUTOR"})
        for run, (who, when) in enumerate([(1, "run"), (2, "staff")], 1):
            around = {"started_at": at[when], "finished_at": at[when] + timedelta(seconds=9)}
            told = {"id": run, "organisation_id": who, "user_id": 1, "kind": "READINGS", "done": 1}
            add(db, old, "runs", told | around | {"state": "DONE", "counts": {"temperatures": 1}})
        db.execute(text("UPDATE runs SET pce = '09999999910001' WHERE id = 1"))
        for table, day, energy, when in (
            ("readings", 1, 9_000, "run"),
            ("reading_revisions", 1, 5_204_000, "feed"),
            ("reading_revisions", 1, 9_000, "run"),
            ("readings", 2, 70, "run"),  # the distributor said nothing of it
            ("readings", 3, 80, "staff"),
            ("readings", 4, 90, "feed"),
        ):
            said = {"pce_id": 1, "gas_day": date(2026, 10, day), "energy_wh": energy, "quality": 4}
            said |= {"learnt_at": at[when] + timedelta(seconds=1), "as_of": date(2026, 11, 1)}
            add(db, old, table, said | ({"digest": energy} if "_" in table else {}))
        month = {"pce_id": 1, "month": date(2026, 10, 1), "energy_wh": 9_240, "days_measured": 4}
        add(db, old, "monthly_consumption", month)
        later = {"month": date(2027, 10, 1), "energy_wh": 5, "days_measured": 1, "days_shared": 1}
        add(db, old, "monthly_consumption", month | later | {"shared_wh": 5, "before_wh": 9_000})
        future = {"pce_id": 1, "gas_day": date(2027, 10, 1), "energy_wh": 5, "quality": 4}
        add(db, old, "readings", future | {"learnt_at": NOW - timedelta(days=1)})
        add(db, old, "weather_own_days", {"pce_id": 1, "day": date(2026, 10, 1), "mean_c100": 5})
        period = {"pce_id": 1, "first_day": date(2026, 9, 1), "last_day": date(2026, 9, 30)}
        for table, kind in (("consumption_periods", {"kind": "MONTH"}), ("injection_periods", {})):
            add(db, old, table, period | kind | {"learnt_at": at["run"]})
    upgrade(bare)
    columns = "energy_wh, source, run_id"
    with bare.reading() as db:
        days = db.execute(text(f"SELECT {columns} FROM readings ORDER BY gas_day")).all()
        months = "SELECT energy_wh, days_deposited, before_wh FROM monthly_consumption ORDER BY 1"
        sums = db.execute(text(months)).all()
        others = [
            db.execute(text(f"SELECT source, run_id FROM {table}")).all()
            for table in ("weather_own_days", "consumption_periods", "injection_periods")
        ]
        marks = db.execute(text("SELECT pce_id, first_day FROM reading_marks")).all()
    assert days == [(5_204_000, 1, 0), (70, 4, 1), (80, 2, 2), (90, 1, 0), (5, 1, 0)]
    assert sums == [(5, 0, 5_204_000), (5_204_240, 1, 0)]
    assert others == [[(4, 1)]] * 3
    assert [(pce, str(day)) for pce, day in marks] == [(1, "2026-10-01")]
    with bare.reading() as db:
        assert differing_months(db, 0, 1) == []


@pytest.fixture
def whole(bare, sqlite_template):
    """A database with the schema of this version."""
    if bare.sqlite:
        shutil.copy(sqlite_template, bare.url.database)
    else:
        begin(bare, "head")
    return bare


def run(database, *statements):
    with changing_schema(database) as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


@pytest.mark.dialect
def test_nothing_is_missing_after_the_migrations(whole):
    with whole.engine.connect() as connection:
        assert find_missing(connection) == []
        assert find_altered(connection) == []
    assert complete_schema(whole) == []


@pytest.mark.dialect
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


@pytest.mark.dialect
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


@pytest.mark.dialect
@pytest.mark.parametrize(("part", "statements"), ALTERED)
def test_what_was_altered_by_hand_stops_the_start_with_a_sentence(whole, part, statements):
    if whole.url.get_backend_name() not in statements:
        pytest.skip("not an alteration of this database")
    run(whole, *statements[whole.url.get_backend_name()])
    with pytest.raises(Conflict) as refusal:
        complete_schema(whole)
    assert part in refusal.value.params["names"]


@pytest.mark.dialect
def test_the_database_of_a_newer_version_is_refused_with_a_sentence(whole):
    run(whole, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Conflict, match="autre version"):
        upgrade(whole)


@pytest.mark.dialect
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


@pytest.mark.dialect
def test_archives_that_were_being_made_are_in_the_queue(bare):
    begin(bare, "0066")
    common = {"kind": "export", "user_id": None, "email": "", "language": "fr", "reference": "",
              "created_at": NOW, "due_at": NOW, "turn": 0, "stored_name": "", "file_size": 0,
              "sha256": "", "counts": {}, "problem": ""}  # fmt: skip
    with bare.transaction() as db:
        old = MetaData()
        old.reflect(db.connection())
        for number, state in enumerate(("working", "waiting", "ready"), start=1):
            db.execute(
                insert(Table("subject_requests", old)).values(
                    common | {"id": number, "state": state}
                )
            )
    upgrade(bare)
    with bare.reading() as db:
        items = db.execute(
            select(QueueItem.key, QueueItem.payload, QueueItem.owner, QueueItem.state).order_by(
                QueueItem.id
            )
        )
        assert [tuple(item) for item in items] == [
            ("1", {"request": 1}, 0, "waiting"), ("2", {"request": 2}, 0, "waiting"),
        ]  # fmt: skip
        states = db.scalars(select(SubjectRequest.state).order_by(SubjectRequest.id))
        assert list(states) == [RequestState.WAITING, RequestState.WAITING, RequestState.READY]


@pytest.mark.dialect
def test_exports_that_were_being_made_are_in_the_queue(bare):
    begin(bare, "0067")
    export = {"organisation_id": 1, "user_id": 1, "content": "PERIOD", "file": "CSV", "choice": {},
              "apart": False, "tell": False, "expected_octets": 1, "created_at": NOW, "turn": 0,
              "done": 0, "total": 0, "pces": 1, "rows": 0, "stored_name": "", "file_name": "",
              "file_size": 0, "sha256": "", "beat_at": NOW}  # fmt: skip
    with bare.transaction() as db:
        old = MetaData()
        old.reflect(db.connection())
        for name in ("organisations", "users", "pces"):
            db.execute(insert(Table(name, old)).values(ROWS[name]))
        for number, state in enumerate(("WORKING", "WAITING", "DONE"), start=1):
            what = {"id": number, "state": state, "expected_rows": 3 - number}
            db.execute(insert(Table("exports", old)).values(export | what))
        add(db, old, "exported_pces", {"pce_id": 1, "export_id": 3, "holes": ""})
    upgrade(bare)
    with bare.reading() as db:
        assert db.scalars(text("SELECT export_id FROM exported_pces")).all() == [3]
        columns = QueueItem.kind, QueueItem.key, QueueItem.payload, QueueItem.owner
        assert [tuple(row) for row in db.execute(select(*columns).order_by(QueueItem.id))] == [
            ("make_export", "2", {"export": 2}, 1), ("make_export", "1", {"export": 1}, 1),
        ]  # fmt: skip


@pytest.mark.dialect
def test_deliveries_of_webhooks_that_were_on_their_way_are_in_the_queue(bare):
    begin(bare, "0068")
    hook = {"name": "Supervision", "target": "", "sealed_url": "", "sealed_secret": "",
            "sealed_old": "", "rights": True, "controls": True, "readings": True, "state": "on",
            "off_reason": "", "created_at": NOW, "organisation_id": 1}  # fmt: skip
    delivery = {"topic": "ping", "body": {}, "number": "", "said": "", "count": 0, "attempts": 1,
                "created_at": NOW, "error": ""}  # fmt: skip
    with bare.transaction() as db:
        old = MetaData()
        old.reflect(db.connection())
        db.execute(insert(Table("organisations", old)).values(ROWS["organisations"]))
        for id_ in (1, 2):
            db.execute(insert(Table("hooks", old)).values(hook | {"id": id_}))
        waits = ((1, "sending", 2), (1, "queued", 1), (2, "sent", 0))
        for number, (id_, state, hours) in enumerate(waits):
            at = NOW + timedelta(hours=hours)
            what = {"hook_id": id_, "event_id": str(number), "state": state, "next_attempt_at": at}
            db.execute(insert(Table("hook_deliveries", old)).values(delivery | what))
    upgrade(bare)
    with bare.reading() as db:
        columns = QueueItem.kind, QueueItem.payload, QueueItem.owner, QueueItem.not_before
        assert [tuple(row) for row in db.execute(select(*columns))] == [
            ("send_webhooks", {"hook": 1}, 1, NOW + timedelta(hours=1)),
        ]  # fmt: skip
        states = db.scalars(select(HookDelivery.state).order_by(HookDelivery.id))
        assert list(states) == [
            MessageDelivery.QUEUED,
            MessageDelivery.QUEUED,
            MessageDelivery.SENT,
        ]


@pytest.mark.dialect
def test_letters_that_were_on_their_way_are_in_the_queue(bare):
    begin(bare, "0069")
    letter = {"organisation_id": 1, "kind": "consent", "email": "a@b.example", "language": "fr",
              "mailbox": "a@b.example", "token": "t", "created_at": NOW, "attempts": 1,
              "error": ""}  # fmt: skip
    with bare.transaction() as db:
        old = MetaData()
        old.reflect(db.connection())
        db.execute(insert(Table("organisations", old)).values(ROWS["organisations"]))
        for number, state in enumerate(("sending", "queued", "sent")):
            at = NOW + timedelta(hours=2 - number)
            named = {"message_id": f"<{number}@b.example>", "token_hash": str(number)}
            what = {"state": state, "next_attempt_at": at}
            db.execute(insert(Table("right_letters", old)).values(letter | named | what))
    upgrade(bare)
    with bare.reading() as db:
        columns = QueueItem.kind, QueueItem.payload, QueueItem.owner, QueueItem.not_before
        assert [tuple(row) for row in db.execute(select(*columns))] == [
            ("send_right_letters", {"organisation": 1}, 1, NOW + timedelta(hours=1)),
        ]  # fmt: skip
        states = db.scalars(select(RightLetterRow.state).order_by(RightLetterRow.id))
        assert list(states) == [
            MessageDelivery.QUEUED,
            MessageDelivery.QUEUED,
            MessageDelivery.SENT,
        ]


@pytest.mark.dialect
def test_messages_that_were_on_their_way_are_in_the_queue(bare):
    begin(bare, "0072")
    message = {"user_id": 1, "kind": "NOTICES", "params": {}, "site": "", "count": 1,
               "created_at": NOW, "attempts": 1, "error": ""}  # fmt: skip
    channel = {"id": 7, "user_id": 1, "kind": "WEBHOOK", "name": "", "target": "", "sealed_url": "",
               "sealed_secret": "", "state": "ON", "off_reason": "", "created_at": NOW}  # fmt: skip
    with bare.transaction() as db:
        old = MetaData()
        old.reflect(db.connection())
        for name in ("organisations", "users"):
            db.execute(insert(Table(name, old)).values(ROWS[name]))
        db.execute(insert(Table("notice_channels", old)).values(channel))
        waits = (("SENDING", None), ("QUEUED", None), ("SENT", None), ("QUEUED", 7))
        for number, (state, channel_id) in enumerate(waits):
            at = NOW + timedelta(hours=4 - number)
            way = {"channel": "WEBHOOK" if channel_id else "EMAIL", "channel_id": channel_id}
            what = {"message_id": str(number), "state": state, "next_attempt_at": at}
            db.execute(insert(Table("notifications", old)).values(message | way | what))
    upgrade(bare)
    with bare.reading() as db:
        columns = QueueItem.kind, QueueItem.payload, QueueItem.owner, QueueItem.not_before
        assert [tuple(row) for row in db.execute(select(*columns).order_by(QueueItem.id))] == [
            ("send_notifications", {"organisation": 1}, 1, NOW + timedelta(hours=3)),
            ("send_to_channel", {"channel": 7}, 1, NOW + timedelta(hours=1)),
        ]  # fmt: skip
        columns = Notification.state, Notification.organisation_id
        messages = db.execute(select(*columns).order_by(Notification.id))
        queued, sent = (MessageDelivery.QUEUED, 1), (MessageDelivery.SENT, 1)
        assert [tuple(row) for row in messages] == [queued, queued, sent, queued]


@pytest.mark.dialect
def test_deposits_that_were_being_stored_are_in_the_queue(bare):
    begin(bare, "0073")
    run = {"organisation_id": 1, "user_id": 1, "kind": "READINGS", "file_name": "", "file_size": 1,
           "stored_name": "", "sha256": "", "created_at": NOW, "done": 0, "total": 0, "counts": {},
           "beat_at": NOW, "served_at": NOW}  # fmt: skip
    with bare.transaction() as db:
        old = MetaData()
        old.reflect(db.connection())
        for name in ("organisations", "users"):
            db.execute(insert(Table(name, old)).values(ROWS[name]))
        for number, state in enumerate(("DRAFT", "WORKING", "RECEIVED", "DONE"), start=1):
            db.execute(insert(Table("runs", old)).values(run | {"id": number, "state": state}))
            add(db, old, "run_deliveries", {"run_id": number, "pce": "09999999910001"})
    upgrade(bare)
    with bare.reading() as db:
        parts = db.scalars(text("SELECT run_id FROM run_deliveries ORDER BY run_id")).all()
        assert parts == [1, 2, 3, 4]  # the table that they refer to was made again
        columns = QueueItem.kind, QueueItem.key, QueueItem.payload, QueueItem.owner
        assert [tuple(row) for row in db.execute(select(*columns).order_by(QueueItem.id))] == [
            ("store_deposit", "2", {"run": 2}, 1), ("store_deposit", "3", {"run": 3}, 1),
        ]  # fmt: skip


@pytest.mark.dialect
def test_operations_on_rights_that_were_being_done_are_in_the_queue(bare):
    upgrade(bare, "0074")
    act = {"organisation_id": 1, "user_id": 1, "act": "cancel", "chosen": 60, "created_at": NOW,
           "beat_at": NOW}  # fmt: skip
    with bare.transaction() as db:
        old = MetaData()
        old.reflect(db.connection())
        for name in ("organisations", "users"):
            db.execute(insert(Table(name, old)).values(ROWS[name]))
        for number, state in enumerate(("received", "working", "undoing", "done"), start=1):
            what = act | {"id": number, "state": state}
            db.execute(insert(Table("right_acts", old)).values(what))
    upgrade(bare)
    with bare.reading() as db:
        columns = QueueItem.kind, QueueItem.key, QueueItem.payload, QueueItem.owner
        assert [tuple(row) for row in db.execute(select(*columns).order_by(QueueItem.id))] == [
            ("act_on_rights", str(number), {"act": number}, 1) for number in (1, 2, 3)
        ]


@pytest.mark.dialect
def test_what_was_in_hand_of_the_mirror_is_enqueued_by_the_clock(bare):
    begin(bare, "0075")
    mine = {"id": 1, "organisation_id": 1}
    with bare.transaction() as db:
        old = MetaData()
        old.reflect(db.connection())
        home = {"id": 1, "kind": "THIRD_PARTY", "contracted_until": NOW.date()}
        add(db, old, "organisations", home)
        add(db, old, "pces", {"id": 1, "frequency": "1M"})
        right = {"pce_id": 1, "role": "holder_supply", "state": "pending"}
        add(db, old, "access_rights", mine | right)
        sending = {"right_id": 1, "verb": "declare", "state": "sending", "left_at": NOW}
        add(db, old, "mirror_sendings", mine | sending | {"claimed_at": NOW})
        going = {"way": "night", "state": "running", "beat_at": NOW, "turn": 1}
        add(db, old, "mirror_rounds", mine | going)
    upgrade(bare)
    with bare.transaction() as db:
        assert (plan_sending(db, [1], NOW), plan_rounds(db, NOW)) == (1, 1)
        assert db.scalars(select(MirrorSending.left_at)).all() == [NOW]
