"""The operator's commands: help, honest statuses, sentences on standard error."""

import re
import shutil
import sqlite3
import stat

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from core.database import Database
from core.heartbeat import read_beat
from core.settings import Settings
from data.migrations import is_current, tables
from data.provenance import DataSource
from data.rights.models import AccessRight
from data.rights.types import EndSource
from jobs.commands import COMMANDS, console
from jobs.commands.portal import CommandPortal
from jobs.commands.schedule import jobs_of
from tests.conftest import FILES
from tests.revision_0078 import load_revision_0078

SHEET = str(FILES / "Donnees_informatives_PCE_DAILY.xlsx")
LINE = "days=363 absent=3 m3=2100 kwh=23181 new=363 changed=0 same=0 ignored=0"
PCE = "09999999910001"
PASSWORD = "lanterne velours cactus 83"


@pytest.fixture
def run(sqlite_template, tmp_path, monkeypatch):
    """Call a command where the database is empty, its schema made: that takes a second."""
    place = tmp_path / "var" / "portal.db"
    if not place.exists():  # no demo
        place.parent.mkdir()
        shutil.copy(sqlite_template, place)
    monkeypatch.setenv("PORTAL_VAR", str(tmp_path / "var"))
    monkeypatch.delenv("PORTAL_DATABASE_URL", raising=False)

    def call(*arguments, **options):
        return CliRunner().invoke(console, [str(one) for one in arguments], **options)

    return call


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """What loading a demo said, and the folder that it made: each test has a copy."""
    var = tmp_path_factory.mktemp("demo") / "var"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PORTAL_VAR", str(var))
        patch.delenv("PORTAL_DATABASE_URL", raising=False)
        return CliRunner().invoke(console, ["demo", "--pces", "12", "--years", "1"]), var


@pytest.fixture
def loaded(demo, tmp_path):
    said, var = demo
    shutil.copytree(var, tmp_path / "var", dirs_exist_ok=True)
    return said


def users(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'var' / 'portal.db'}")
    with database.reading() as db:
        found = db.execute(select(tables()["users"])).all()
    database.close()
    return found


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_each_command_explains_itself(run, command):
    result = run(command, "--help")
    assert result.exit_code == 0
    assert len(result.output.splitlines()) > 4


def test_the_list_of_commands_is_printed(run):
    result = run("--help")
    assert all(command in result.output for command in COMMANDS)


def test_an_unknown_command_or_option_is_a_mistake_of_use(run):
    assert run("nothing").exit_code == 2
    assert run("migrate", "--nope").exit_code == 2
    assert run("import-readings").exit_code == 2
    assert run("demo", "--pces", "0").exit_code == 2


def test_import_migrates_an_empty_base_and_prints_one_line_a_file(run, tmp_path):
    (tmp_path / "var" / "portal.db").unlink()
    result = run("import-readings", SHEET, "--pce", PCE)
    assert result.exit_code == 0
    assert result.stdout == f"{SHEET} {LINE}\n"
    with sqlite3.connect(tmp_path / "var" / "portal.db") as connection:
        held = connection.execute("SELECT number, holder_id FROM pces").fetchall()
    connection.close()
    assert held == [(PCE, None)]


def test_import_goes_on_past_a_bad_file_and_says_so_in_its_status(run, tmp_path):
    bad = tmp_path / "bad.csv"
    bad.write_text("nothing to see")
    result = run("import-readings", bad, SHEET, tmp_path / "absent.xlsx", "--pce", PCE)
    assert result.exit_code == 1
    assert LINE in result.output
    assert len(result.output.strip().splitlines()) == 3


@pytest.mark.parametrize(
    ("layout", "kind"),
    [("table", "csv"), ("table", "xlsx"), ("table", "ndjson"), ("espace-client", "xlsx")],
)
def test_an_export_read_again_changes_nothing(run, tmp_path, layout, kind):
    run("import-readings", SHEET, "--pce", PCE)
    output = tmp_path / f"out.{kind}"
    options = ["--from", "2020-01-01", "--to", "2022-01-01", "--layout", layout]
    result = run("export-readings", "--pce", PCE, *options, "--format", kind, "--output", output)
    assert result.exit_code == 0, result.output
    assert "363" in result.output
    again = run("import-readings", output, "--pce", PCE)
    assert "days=363 absent=3 m3=2100 kwh=23181 new=0 changed=0 same=363 ignored=0" in again.output


@pytest.mark.parametrize(
    ("layout", "kind", "days"),
    [("table", "csv", 2), ("table", "ndjson", 1), ("espace-client", "xlsx", 1)],
)
def test_an_export_without_a_source_leaves_out_what_is_deposited(run, tmp_path, layout, kind, days):
    text = f"PCE;Journée gazière;Energie (kWh PCS)\n{PCE};2020-12-01;11\n{PCE};2020-12-02;12\n"
    (tmp_path / "two.csv").write_text(text, encoding="utf8")
    run("import-readings", tmp_path / "two.csv")
    with sqlite3.connect(tmp_path / "var" / "portal.db") as connection:
        deposited = f"UPDATE readings SET source = {DataSource.DEPOSIT:d}"
        connection.execute(f"{deposited} WHERE gas_day = '2020-12-02'")
    connection.close()
    asked = ["--from", "2020-12-01", "--to", "2020-12-31", "--output", tmp_path / "out"]
    result = run("export-readings", "--pce", PCE, *asked, "--layout", layout, "--format", kind)
    assert result.output.startswith(f"{days} jour"), result.output


def test_an_export_refuses_what_it_cannot_do(run, tmp_path):
    output = tmp_path / "out.csv"
    asked = ["--from", "2021-01-02", "--to", "2021-01-01", "--output", output]
    assert run("export-readings", "--pce", PCE, *asked).exit_code == 2
    asked = ["--from", "2021-01-01", "--to", "2021-01-02", "--output", output]
    layout = ["--layout", "espace-client", "--format", "csv"]
    assert run("export-readings", "--pce", PCE, *asked, *layout).exit_code == 2
    absent = run("export-readings", "--pce", PCE, *asked)
    assert absent.exit_code == 1
    assert absent.stderr.startswith("Error: ")
    wrong = run("export-readings", "--pce", "9999999910001", *asked)
    assert wrong.exit_code == 1
    assert "13 chiffres" in wrong.stderr
    assert not output.exists()


def account(*more):
    return ["create-user", "--email", "Ada@Tilleuls.example", "--name", "Ada Tilleul", "--role",
            "administrator", "--organisation", "Réseau", *more]  # fmt: skip


def test_create_user_creates_the_organisation_when_told(run, tmp_path):
    refused = run(*account("--password-stdin"), input=f"{PASSWORD}\n")
    assert refused.exit_code == 1
    assert "--kind" in refused.stderr
    told = account("--kind", "distributor", "--password-stdin")
    assert run(*told, input=f"{PASSWORD}\n").exit_code == 0
    (user,) = users(tmp_path)
    assert user.email == "ada@tilleuls.example"
    assert user.password_hash.startswith("$argon2id$")
    assert run(*told, input=f"{PASSWORD}\n").exit_code == 1


def test_create_user_asks_for_the_password_without_showing_it(run, tmp_path):
    told = account("--kind", "company")
    result = run(*told, input=f"{PASSWORD}\n{PASSWORD}\n")
    assert result.exit_code == 0
    assert PASSWORD not in result.output
    assert len(users(tmp_path)) == 1


def test_create_user_without_a_terminal_names_the_way_to_give_a_password(run, tmp_path):
    result = run(*account("--kind", "company"), input="")
    assert result.exit_code == 1
    assert "--password-stdin" in result.stderr
    assert users(tmp_path) == []


def test_create_user_refuses_a_short_password(run, tmp_path):
    result = run(*account("--kind", "company", "--password-stdin"), input="court\n")
    assert result.exit_code == 1
    assert users(tmp_path) == []


def test_a_lost_telephone_is_taken_off_its_account(run, tmp_path):
    run(*account("--kind", "distributor", "--password-stdin"), input=f"{PASSWORD}\n")
    reset = ["reset-second-factor", "--email", "ADA@tilleuls.example"]
    refused = run(*reset)
    assert refused.exit_code == 1
    assert "double authentification" in refused.stderr
    at = "2026-11-24 08:00:00"
    with sqlite3.connect(tmp_path / "var" / "portal.db") as db:
        db.execute("INSERT INTO second_factors VALUES (1, 'sealed', ?, ?, 0)", (at, at))
    assert run(*reset).exit_code == 0
    with sqlite3.connect(tmp_path / "var" / "portal.db") as db:
        assert db.execute("SELECT count(*) FROM second_factors").fetchone() == (0,)
        assert db.execute("SELECT kind FROM notifications").fetchall() == [("SECOND_FACTOR_OFF",)]


@pytest.mark.usefixtures("loaded")
def test_a_contract_that_ends_closes_the_rights_of_its_third_party(run, tmp_path):
    (third,) = [row.organisation_id for row in users(tmp_path) if row.email.startswith("nadia@")]
    database = Database(f"sqlite:///{tmp_path / 'var' / 'portal.db'}")

    def states():
        with database.reading() as db:
            mine = AccessRight.organisation_id == third
            rows = db.execute(select(AccessRight.state, AccessRight.source).where(mine)).all()
        return [row.source for row in rows if not row.state.final], [
            row for row in rows if row.source is EndSource.CONTRACT
        ]

    ends = ("end-contract", "--organisation", third, "--by")
    for nobody in ("x@y.example", "nadia@thermia.example"):
        assert run(*ends, nobody, "--yes").exit_code == 1
    opened = states()[0]
    assert opened
    assert run(*ends, "martin@reseau.example", input="n\n").exit_code == 1
    assert states()[0] == opened
    result = run(*ends, "martin@reseau.example", "--yes")
    assert result.output.strip() == f"{len(opened)} droits clos."
    assert [len(found) for found in states()] == [0, len(opened)]
    database.close()


def test_demo_loads_once_and_keeps_its_password_private(run, tmp_path, loaded):
    assert loaded.exit_code == 0, loaded.output
    kept = tmp_path / "var" / "demo-password"
    assert kept.read_text() in loaded.output
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    again = run("demo", "--pces", "3", "--years", "1")
    assert again.exit_code == 1
    assert "--more" in again.stderr


def test_run_does_one_job_at_an_instant(run, tmp_path):
    assert run("run", "heartbeat", "--at", "2026-11-24T03:20").exit_code == 0
    assert read_beat(tmp_path / "var" / "heartbeat").at.isoformat() == "2026-11-24T02:20:00+00:00"
    for job in ("check_rollup", "gather_notices",
                "purge_sessions", "purge_files"):  # fmt: skip
        assert run("run", job).exit_code == 0
    assert run("run", "nothing").exit_code == 1
    for job in ("hear_upstream", "mirror", "send_upstream"):
        without = run("run", job)
        assert without.exit_code == 1
        assert "PORTAL_UPSTREAM_URL" in without.stderr
    assert run("run", "heartbeat", "--at", "yesterday").exit_code == 1


def test_the_help_of_run_names_every_job(run, tmp_path):
    settings = Settings(
        var=tmp_path / "var",
        upstream_url="https://adict.example/adict/v2",
        upstream_token_url="https://adict.example/token",
        weather_provider="open-meteo",
        weather_address="https://weather.example/v1/archive",
    )
    portal = CommandPortal(settings, str)
    listed = re.search(r"JOB est (.*?)\.", run("run", "--help").output, re.DOTALL).group(1)
    try:
        assert re.findall(r"\w+_?\w*", listed.replace(" ou", "")) == sorted(jobs_of(portal))
    finally:
        portal.close()


def test_backup_and_restore_by_command(run, tmp_path, monkeypatch):
    run("import-readings", SHEET, "--pce", PCE)
    assert run("backup", tmp_path / "kept").exit_code == 0
    assert run("backup", tmp_path / "kept").exit_code == 1
    monkeypatch.setenv("PORTAL_VAR", str(tmp_path / "elsewhere"))
    assert run("restore", tmp_path / "kept").exit_code == 0
    assert run("restore", tmp_path / "kept").exit_code == 1
    assert "same=363" in run("import-readings", SHEET, "--pce", PCE).output
    damaged = tmp_path / "kept" / "portal.db"
    damaged.write_bytes(damaged.read_bytes()[:-1])
    monkeypatch.setenv("PORTAL_VAR", str(tmp_path / "third"))
    result = run("restore", tmp_path / "kept")
    assert result.exit_code == 1
    assert "portal.db" in result.stderr


def test_adopt_brings_a_database_of_the_last_numbered_revision_across_once(run, tmp_path):
    assert "déjà reprise" in run("adopt").output
    (tmp_path / "var" / "portal.db").unlink()
    empty = run("adopt")
    assert (empty.exit_code, "vide" in empty.stderr) == (1, True)
    old = Database(f"sqlite:///{tmp_path / 'var' / 'portal.db'}")
    load_revision_0078(old)
    adopted = run("adopt")
    assert adopted.exit_code == 0
    assert "0078" in adopted.output
    assert "0001_initial" in adopted.output
    assert is_current(old)
    with old.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0042'")
    old.close()
    refused = run("adopt")
    assert refused.exit_code == 1
    assert "trop ancienne" in refused.stderr
    assert "Traceback" not in refused.output


def test_a_database_that_does_not_answer_is_a_sentence(run, monkeypatch):
    monkeypatch.setenv("PORTAL_DATABASE_URL", "postgresql://127.0.0.1:1/nothing")
    result = run("migrate")
    assert result.exit_code == 1
    assert "base de données" in result.stderr
    assert "Traceback" not in result.output


def test_a_bug_is_a_reference_and_not_a_trace(run, monkeypatch):
    def break_(*_args):
        raise ZeroDivisionError

    monkeypatch.setattr("jobs.consumption.import_readings", break_)
    result = run("import-readings", SHEET)
    assert result.exit_code == 1
    assert "référence" in result.stderr.splitlines()[-1]


def test_a_full_disk_is_a_sentence(run, tmp_path):
    run("import-readings", SHEET, "--pce", PCE)
    asked = ["--from", "2021-01-01", "--to", "2021-01-02", "--output", tmp_path / "no" / "out.csv"]
    result = run("export-readings", "--pce", PCE, *asked)
    assert result.exit_code == 1
    assert "out.csv\u00a0: impossible d’écrire là" in result.stderr
    assert "n’existe pas" in result.stderr


@pytest.mark.parametrize(("name", "value"), [("PORTAL_PORT", "abc"), ("PORTAL_DATABASE_URL", "x")])
def test_a_wrong_setting_is_named(run, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    result = run("run", "heartbeat")
    assert result.exit_code == 1
    assert name in result.stderr
    assert "Traceback" not in result.output


def test_a_missing_path_and_a_missing_pce_say_what_to_do_in_french(run, tmp_path):
    assert "n’existe pas" in run("import-readings", tmp_path / "none.csv").output
    assert "c’est un dossier" in run("import-readings", tmp_path).output
    assert "ajoutez --pce" in run("import-readings", SHEET).output
