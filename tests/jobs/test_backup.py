"""Backups: there and back on both databases, and a damaged one found out."""

import io
import json
import shutil
import subprocess
import sys
import tarfile
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, inspect, select, update

from core.access import OrganisationKind
from core.database import Database
from core.errors import Conflict, Invalid
from data.controls.files.storage import Folder, storage_at
from data.exchange.hooks.models import Hook
from data.exchange.hooks.types import HookState
from data.identity.accounts.actions import create_organisation
from data.identity.accounts.models import SecondFactor
from data.migrations import (
    LAST_NUMBERED,
    is_current,
    revision_of,
    tables,
    upgrade,
)
from data.rights.models import AccessRight, RightEventRow
from jobs import backup as backups
from jobs.backup import KEPT, backup, newest, nightly, restore, verified
from jobs.database_fingerprint import weigh_postgresql, weigh_sqlite
from jobs.demo.plan import DemoPlan
from jobs.external_parts import ExternalParts, Policy
from jobs.key_backup import read_keys
from jobs.restore_drill import drill
from tests.conftest import TODAY, say
from tests.factories import make_people
from tests.jobs.demo_copies import load_copy
from tests.revision_0078 import drop_everything, load_revision_0078, read_rows

NOW = datetime(2026, 11, 24, 2, 40, tzinfo=UTC)
PLAN = DemoPlan(pces=6, years=1, seed=7, today=TODAY, password="lanterne velours cactus 83")


@pytest.fixture
def filled(database):
    load_copy(database, PLAN, NOW)
    return database


@pytest.fixture
def var(tmp_path):
    folder = tmp_path / "var"
    (folder / "uploads").mkdir(parents=True)
    (folder / "uploads" / "a1b2").write_bytes(b"deposited\x00file")
    (folder / "secret-key").write_text("secret")
    return folder


@pytest.fixture
def empty(database, tmp_path, request):
    """Another database of the same kind, without a schema yet."""
    if database.sqlite:
        other = Database(f"sqlite:///{tmp_path / 'other.db'}")
        yield other
        other.close()
        return
    name = f"restored_{tmp_path.name[-12:].replace('-', '_').lower()}"
    server = database.engine.url
    say(server, f'DROP DATABASE IF EXISTS "{name}"')
    say(server, f'CREATE DATABASE "{name}"')
    other = Database(server.set(database=name).render_as_string(hide_password=False))
    yield other
    other.close()
    say(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def contents(database):
    with database.reading() as db:
        return {
            name: sorted(map(repr, db.execute(select(table)))) for name, table in tables().items()
        }


def test_a_backup_knows_each_table_whatever_else_is_imported(database):
    """The command imports little: a table that it did not know would be left out without a word."""
    said = [sys.executable, "-c", "from data.migrations import tables; print(*tables())"]
    names = subprocess.run(said, check=True, capture_output=True, text=True).stdout.split()
    there = {name for name in inspect(database.engine).get_table_names() if "search" not in name}
    assert there - {"alembic_version"} == set(names)


def listen(database):
    """A webhook of each organisation that has rights, which hears of one that moves."""
    with database.transaction() as db:
        for organisation in db.scalars(select(AccessRight.organisation_id).distinct()).all():
            said = {"name": "ERP", "target": "https://erp.example", "sealed_url": "x"}
            flags = {"rights": True, "controls": True, "readings": True, "state": HookState.ON}
            of = {"organisation_id": organisation, "sealed_secret": "y", "created_at": NOW}
            db.add(Hook(**said, **flags, **of))
        db.flush()
        event = db.scalars(select(RightEventRow).order_by(RightEventRow.id)).first()
        db.execute(insert(RightEventRow).values(_again(event)))


def _again(event):
    columns = RightEventRow.__table__.c
    return {column.name: getattr(event, column.name) for column in columns if column.name != "id"}


def test_everything_comes_back(filled, empty, var, tmp_path):
    listen(filled)
    assert contents(filled)["hook_marks"]
    backup(filled, var, tmp_path / "kept", NOW)
    restore(empty, tmp_path / "new", tmp_path / "kept")
    assert contents(empty) == contents(filled)
    assert len(contents(empty)["readings"]) > 1000
    assert revision_of(empty) == revision_of(filled)
    assert (tmp_path / "new" / "uploads" / "a1b2").read_bytes() == b"deposited\x00file"
    assert (tmp_path / "new" / "secret-key").read_text() == "secret"
    assert (tmp_path / "new" / "secret-key").stat().st_mode & 0o077 == 0


def test_a_backup_is_for_its_owner_alone_wherever_it_is_moved(filled, var, tmp_path):
    (var / "uploads" / "a1b2").chmod(0o644)
    backup(filled, var, tmp_path / "kept", NOW)
    kept = [path for path in (tmp_path / "kept").rglob("*") if path.is_file()]
    assert {"manifest.json", "a1b2"} < {path.name for path in kept}
    open_to_others = [path.name for path in kept if path.stat().st_mode & 0o077]
    assert open_to_others == []


class Killed(BaseException):
    pass


def killed(*_anything):
    raise Killed


@pytest.mark.parametrize("rows_are_in", [False, True])
def test_a_restore_killed_around_its_rows_is_done_again_or_whole(
    filled, empty, var, tmp_path, monkeypatch, rows_are_in
):
    backup(filled, var, tmp_path / "kept", NOW)
    name = "fill_sqlite" if filled.sqlite else "fill_postgresql"
    real = getattr(backups, name)
    with monkeypatch.context() as patch:
        patch.setattr(backups, name, lambda *given: killed(rows_are_in and real(*given)))
        with pytest.raises(Killed):
            restore(empty, tmp_path / "new", tmp_path / "kept")
    if not rows_are_in:
        restore(empty, tmp_path / "new", tmp_path / "kept")
    assert contents(empty) == contents(filled)
    assert (tmp_path / "new" / "uploads" / "a1b2").read_bytes() == b"deposited\x00file"


def test_a_file_that_goes_while_the_backup_runs_is_in_it_or_stops_nothing(filled, var, tmp_path):
    (var / "uploads" / "gone").symlink_to(tmp_path / "nowhere")

    def read_meanwhile(_name):
        (var / "uploads" / "a1b2").unlink(missing_ok=True)
        (var / "uploads" / "c3d4").write_bytes(b"deposited meanwhile")

    backup(filled, var, tmp_path / "kept", NOW, progress=read_meanwhile)
    kept = {path.name for path in (tmp_path / "kept" / "uploads").iterdir()}
    assert kept == {"a1b2", "c3d4"}
    verified(tmp_path / "kept")


def test_pieces_of_proof_come_back_under_their_keys(filled, empty, var, tmp_path):
    key = storage_at("", var).put_object(b"a mandate")
    backup(filled, var, tmp_path / "kept", NOW)
    assert f"proofs/{key}" in verified(tmp_path / "kept").files
    restore(empty, tmp_path / "new", tmp_path / "kept")
    back = storage_at("", tmp_path / "new")
    assert (list(back.names()), back.get(key)) == ([key], b"a mandate")


def test_a_backup_made_before_there_were_pieces_is_restored(filled, empty, var, tmp_path):
    backup(filled, var, tmp_path / "kept", NOW)
    (tmp_path / "kept" / "proofs").rmdir()
    restore(empty, tmp_path / "new", tmp_path / "kept")
    assert contents(empty) == contents(filled)


def test_new_rows_go_on_after_the_restored_ones(filled, empty, var, tmp_path):
    backup(filled, var, tmp_path / "kept", NOW)
    restore(empty, var, tmp_path / "kept")
    with empty.transaction() as db:
        new = create_organisation(db, "Après", OrganisationKind.COMPANY, NOW)
    with filled.reading() as db:
        last = max(db.scalars(select(tables()["organisations"].c.id)))
    assert new == last + 1


def test_a_backup_is_one_snapshot_while_others_write(filled, empty, var, tmp_path):
    def write(_name):
        with filled.transaction() as db:
            create_organisation(db, "Pendant", OrganisationKind.COMPANY, NOW)

    backup(filled, var, tmp_path / "kept", NOW, progress=write)
    restore(empty, var, tmp_path / "kept")
    readings = tables()["readings"]
    with empty.reading() as db:
        pces = set(db.scalars(select(tables()["pces"].c.id)))
        assert set(db.scalars(select(readings.c.pce_id).distinct())) <= pces


@pytest.mark.parametrize("damage", ["flip", "cut", "lose"])
def test_a_damaged_backup_is_refused_and_nothing_is_written(filled, empty, var, tmp_path, damage):
    backup(filled, var, tmp_path / "kept", NOW)
    victim = max(
        (path for path in (tmp_path / "kept").rglob("*") if path.is_file()),
        key=lambda path: path.stat().st_size,
    )
    content = bytearray(victim.read_bytes())
    content[len(content) // 2] ^= 1
    if damage == "lose":
        victim.unlink()
    else:
        victim.write_bytes(content if damage == "flip" else content[:-100])
    with pytest.raises(Invalid) as refused:
        restore(empty, tmp_path / "new", tmp_path / "kept")
    assert victim.name in str(refused.value)
    assert revision_of(empty) is None
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    "manifest",
    [
        "",
        "{}",
        "not json",
        '{"format": 9, "created_at": "", "kind": "", "revision": "", "files": {}}',
    ],
)
def test_a_damaged_manifest_is_refused(tmp_path, manifest):
    (tmp_path / "manifest.json").write_text(manifest)
    with pytest.raises(Invalid):
        verified(tmp_path)


def test_a_manifest_cannot_reach_outside_its_folder(filled, var, tmp_path):
    backup(filled, var, tmp_path / "kept", NOW)
    path = tmp_path / "kept" / "manifest.json"
    content = json.loads(path.read_text())
    content["files"]["../var/secret-key"] = "0"
    path.write_text(json.dumps(content))
    with pytest.raises(Invalid):
        verified(tmp_path / "kept")


def test_a_folder_that_is_no_backup_is_refused(tmp_path):
    with pytest.raises(Invalid):
        verified(tmp_path / "absent")


def test_a_backup_of_a_newer_portal_is_refused(filled, empty, var, tmp_path):
    backup(filled, var, tmp_path / "kept", NOW)
    path = tmp_path / "kept" / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"revision": "9999"}))
    with pytest.raises(Conflict, match="ne connaît pas"):
        restore(empty, var, tmp_path / "kept")


def test_a_backup_goes_only_into_its_own_kind_of_database(database, filled, var, tmp_path):
    backup(filled, var, tmp_path / "kept", NOW)
    path = tmp_path / "kept" / "manifest.json"
    other = "postgresql" if database.sqlite else "sqlite"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"kind": other}))
    with pytest.raises(Invalid):
        restore(filled, var, tmp_path / "kept")


def test_a_base_that_holds_something_is_never_overwritten(filled, var, tmp_path):
    backup(filled, var, tmp_path / "kept", NOW)
    before = contents(filled)
    with pytest.raises(Conflict):
        restore(filled, var, tmp_path / "kept")
    assert contents(filled) == before


@pytest.mark.slow
def test_a_migrated_but_empty_base_takes_a_backup(filled, empty, var, tmp_path):
    backup(filled, var, tmp_path / "kept", NOW)
    upgrade(empty)
    restore(empty, var, tmp_path / "kept")
    assert contents(empty) == contents(filled)


def test_a_backup_never_replaces_another(filled, var, tmp_path):
    backup(filled, var, tmp_path / "kept", NOW)
    with pytest.raises(Conflict):
        backup(filled, var, tmp_path / "kept", NOW)


def test_an_interrupted_backup_does_not_look_like_one(filled, var, tmp_path):
    class Killed(BaseException):
        pass

    def kill(_name):
        raise Killed

    with pytest.raises(Killed):
        backup(filled, var, tmp_path / "kept", NOW, progress=kill)
    assert not (tmp_path / "kept").exists()
    backup(filled, var, tmp_path / "kept", NOW)
    verified(tmp_path / "kept")


def test_seven_nights_are_kept(database, var):
    folder = var / "backups"
    (folder / "mine").mkdir(parents=True)
    for day in range(1, KEPT + 4):
        nightly(database, var, datetime(2026, 11, day, 2, 40, tzinfo=UTC))
    names = sorted(path.name for path in folder.iterdir())
    assert names == [*(f"202611{day:02d}T024000Z" for day in range(4, 11)), "mine"]


def test_the_audit_trail_comes_back_and_stays_append_only(filled, empty, var, tmp_path):
    backup(filled, var, tmp_path / "kept", NOW)
    restore(empty, var, tmp_path / "kept")
    events = tables()["audit_events"]
    values = {"action": "demo.noted", "object_type": "demo", "object_id": "1", "detail": {}}
    with empty.transaction() as db:  # the database lets go of what its own clock says is old
        db.execute(insert(events).values(at=datetime.now(UTC), **values))
    with pytest.raises(Exception, match="append-only"), empty.transaction() as db:
        db.execute(events.delete())
    shutil.rmtree(tmp_path / "kept")


@pytest.mark.slow
def test_keys_are_sealed_by_a_passphrase_and_come_back_by_it_alone(filled, empty, var, tmp_path):
    (var / "seal").mkdir()
    (var / "seal" / "operator.p12").write_bytes(b"certificate")
    kept, new = tmp_path / "kept", tmp_path / "new"
    backup(filled, var, kept, NOW, passphrase="tuile marée sillon")
    assert not any(b"certificate" in path.read_bytes() for path in kept.rglob("*.sealed"))
    assert not (kept / "keys.tar").exists()
    for wrong in ("", "tuile marée sillons"):
        with pytest.raises(Invalid, match="phrase secrète"):
            restore(empty, new, kept, passphrase=wrong)
        assert not new.exists()
        assert revision_of(empty) is None
    restore(empty, new, kept, passphrase="tuile marée sillon")
    assert (new / "seal" / "operator.p12").read_bytes() == b"certificate"


def test_a_key_that_is_there_is_never_replaced(filled, empty, var, tmp_path):
    backup(filled, var, tmp_path / "kept", NOW)
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "secret-key").write_text("another")
    with pytest.raises(Conflict, match="secret-key"):
        restore(empty, tmp_path / "new", tmp_path / "kept")
    assert (tmp_path / "new" / "secret-key").read_text() == "another"
    assert revision_of(empty) is None


def test_keys_of_a_crafted_backup_stay_in_their_place(tmp_path):
    with tarfile.open(tmp_path / "keys.tar", "w") as archive:
        for name in ("../outside", "seal/../../outside", "/outside", "other", "seal/kept"):
            member = tarfile.TarInfo(name)
            member.size = 1
            archive.addfile(member, io.BytesIO(b"x"))
        link = tarfile.TarInfo("secret-key")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    assert read_keys(tmp_path, "") == {"seal/kept": b"x"}


def put_in_environment(var, policy):
    """A portal whose key, certificate and proofs are all outside its folder."""
    (var / "secret-key").unlink()
    (var.parent / "operator.p12").write_bytes(b"certificate")
    return ExternalParts("k" * 40, var.parent / "operator.p12", "s3://host/bucket", policy)


@pytest.fixture
def bucket(tmp_path, monkeypatch):
    """A folder that stands for the bucket."""
    place = Folder(tmp_path / "bucket")
    monkeypatch.setattr("jobs.external_parts.storage_at", lambda *_args: place)
    return place


def test_what_a_backup_cannot_hold_is_said_or_stops_it(database, empty, var, tmp_path, bucket):
    outside = put_in_environment(var, Policy.REPORT)
    made = backup(database, var, tmp_path / "kept", NOW, external=outside)
    assert made.missing == ["secret-key", "seal", "pieces"]
    with pytest.raises(Invalid, match=r"PORTAL_SECRET_KEY.*PORTAL_SEAL_P12.*PORTAL_PROOFS_URL"):
        backup(database, var, tmp_path / "no", NOW, external=replace(outside, policy=Policy.REFUSE))
    assert not (tmp_path / "no").exists()
    for external, said in (
        (ExternalParts(), "ne contient pas la clé"),
        (ExternalParts("x"), "pas celle"),
    ):
        with pytest.raises(Invalid, match=said):
            restore(empty, tmp_path / "new", tmp_path / "kept", external=external)
    assert revision_of(empty) is None
    restore(empty, tmp_path / "new", tmp_path / "kept", without_key=True)
    assert revision_of(empty) == revision_of(database)


def test_a_key_that_is_nowhere_is_said_to_be_missing_where_it_seals_rows(
    database, empty, var, tmp_path
):
    """The command was run without the environment that holds the key."""
    (var / "secret-key").unlink()
    assert backup(database, var, tmp_path / "none", NOW).missing == []
    with database.transaction() as db:
        make_people(db)
        db.add(SecondFactor(user_id=1, sealed_secret="x", created_at=NOW, last_step=0))
    for policy in (Policy.REPORT, Policy.INCLUDE):
        made = backup(database, var, tmp_path / policy, NOW, external=ExternalParts(policy=policy))
        assert made.missing == ["secret-key"]
    with pytest.raises(Invalid, match="PORTAL_SECRET_KEY"):
        backup(database, var, tmp_path / "no", NOW, external=ExternalParts(policy=Policy.REFUSE))
    with pytest.raises(Invalid, match="ne contient pas la clé"):
        restore(empty, tmp_path / "new", tmp_path / "report")


def test_what_is_outside_is_saved_and_comes_back_when_asked(database, empty, var, tmp_path, bucket):
    key = bucket.put_object(b"a mandate")
    outside = put_in_environment(var, Policy.INCLUDE)
    made = backup(database, var, tmp_path / "kept", NOW, external=outside)
    assert made.missing == []
    bucket.delete(key)
    new = tmp_path / "new"
    restore(empty, new, tmp_path / "kept", external=ExternalParts(proofs_url="s3://host/bucket"))
    assert bucket.get(key) == b"a mandate"
    assert (new / "secret-key").read_text() == "k" * 40
    assert (new / "seal" / "operator.p12").read_bytes() == b"certificate"


def test_a_nightly_backup_that_fills_the_disk_leaves_nothing_of_itself(
    filled, tmp_path, monkeypatch
):
    def refuse(*_given):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("jobs.backup._write", refuse)
    with pytest.raises(OSError, match="space"):
        nightly(filled, tmp_path / "var", NOW)
    assert list((tmp_path / "var" / "backups").iterdir()) == []


def test_a_night_is_drilled_and_leaves_nothing_behind(filled, var):
    nothing = drill(filled, var, NOW)
    assert str(nothing) == "Il n’y a aucune sauvegarde à restaurer\u00a0: rien n’a été vérifié."
    assert json.loads((var / "restore-drill.json").read_text())["problem"]
    nightly(filled, var, NOW)
    before = contents(filled)
    done = drill(filled, var, NOW)
    assert done.problem == ""
    assert f"Sauvegarde {done.backup} restaurée à part" in str(done)
    assert done.tables == len(tables())
    assert done.rows == sum(len(rows) for rows in before.values())
    assert json.loads((var / "restore-drill.json").read_text()) == asdict(done)
    assert contents(filled) == before
    assert not (var / "portal_drill").exists()
    assert drill(filled, var, NOW) == done


def test_a_night_that_would_not_come_back_is_told(filled, var, monkeypatch):
    nightly(filled, var, NOW)
    manifest = newest(var) / "manifest.json"
    noted = json.loads(manifest.read_text())
    noted["weights"]["readings"][1] += 1
    noted["weights"]["users"][0] += 1
    manifest.write_text(json.dumps(noted))
    assert drill(filled, var, NOW).problem == "readings, users"
    path = next(newest(var).rglob("a1b2"))
    path.write_bytes(b"another")
    assert "a1b2" in drill(filled, var, NOW).problem
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(1, 1, 0))
    assert "Place" in drill(filled, var, NOW).problem


def test_a_drill_killed_half_way_is_cleared_by_the_next(filled, var, monkeypatch):
    nightly(filled, var, NOW)
    with monkeypatch.context() as patched:
        patched.setattr("jobs.restore_drill._difference", killed)
        patched.setattr("jobs.restore_drill.shutil.rmtree", lambda *_args, **_more: None)
        with pytest.raises(Killed):
            drill(filled, var, NOW)
    assert drill(filled, var, NOW).problem == ""


def test_a_sum_tells_a_value_that_changed_and_not_the_order(filled, tmp_path):
    def weigh():
        with filled.engine.connect() as connection:
            if filled.sqlite:
                return weigh_sqlite(Path(filled.url.database))
            return weigh_postgresql(connection)

    before = weigh()
    assert before["readings"][0] > 1000
    with filled.transaction() as db:
        db.execute(
            update(tables()["users"]).where(tables()["users"].c.id == 1).values(name="Autre")
        )
    after = weigh()
    assert {name for name in after if after[name] != before[name]} == {"users"}


def test_a_backup_of_the_last_numbered_revision_comes_back_adopted(empty, var, tmp_path):
    load_revision_0078(empty)
    rows = read_rows(empty)
    made = backup(empty, var, tmp_path / "kept", NOW)
    assert made.revision == LAST_NUMBERED
    drop_everything(empty)
    restore(empty, tmp_path / "new", tmp_path / "kept")
    assert is_current(empty)
    assert read_rows(empty) == rows


def test_a_backup_of_an_older_revision_is_refused_with_a_sentence(empty, var, tmp_path):
    upgrade(empty)
    backup(empty, var, tmp_path / "kept", NOW)
    latest = str(revision_of(empty))
    drop_everything(empty)
    manifest = tmp_path / "kept" / "manifest.json"
    manifest.write_text(manifest.read_text().replace(latest, "0042"))
    with pytest.raises(Conflict, match="trop ancienne"):
        restore(empty, tmp_path / "new", tmp_path / "kept")
    assert revision_of(empty) is None
