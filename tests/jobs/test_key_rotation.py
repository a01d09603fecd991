"""A new secret key: what the former one sealed opens with the new one, wherever it was killed."""

from datetime import timedelta

import pytest
from click.testing import CliRunner
from cryptography.fernet import Fernet

from core.errors import Conflict
from core.settings import Settings
from data.controls.files.anchors import Anchors
from data.exchange.hooks.models import Hook
from data.exchange.hooks.types import HookState
from data.exchange.mirror.channels import credentials_seal
from data.exchange.mirror.models import MirrorConnection
from data.identity.accounts.actions import sealing_key
from data.identity.accounts.models import SecondFactor
from data.migrations import tables
from data.notifications.actions import channels
from jobs import key_rotation
from jobs.commands import portal_server
from jobs.commands.backups import backup
from jobs.commands.portal import CommandPortal
from jobs.commands.portal_server import serve
from jobs.commands.schedule import scheduler_command
from jobs.commands.worker import worker
from jobs.key_rotation import NEXT, SEALINGS, Rotation, require_rotated, rotate
from tests.factories import NOW, make_people

FORMER = "former secret key"
KEY = sealing_key(FORMER)


@pytest.fixture
def var(tmp_path):
    (tmp_path / "secret-key").write_text(FORMER)
    return tmp_path


@pytest.fixture
def sealed(database):
    """A second factor, a webhook whose address no key opens, and a connection."""
    with database.transaction() as db:
        make_people(db)
        factor = Fernet(KEY).encrypt(b"totp").decode()
        db.add(SecondFactor(user_id=1, sealed_secret=factor, created_at=NOW, last_step=0))
        secrets = {"sealed_url": "damaged", "sealed_secret": channels.sealed("whsec", KEY)}
        flags = {"rights": True, "controls": True, "readings": True, "state": HookState.ON}
        named = {"name": "ERP", "target": "https://erp.example", "created_at": NOW}
        db.add(Hook(organisation_id=1, **named, **flags, **secrets))
        secret = {"sealed_secret": credentials_seal.sealed("upstream", KEY)}
        named = {"client_id": "c", "parts": [], "state": "untried", "problem": []}
        values = named | {"sends": False, "created_at": NOW, "calls": 0}
        db.add(MirrorConnection(organisation_id=1, **values, **secret))
    return database


def opened(database, secret):
    """What the key drawn from *secret* opens."""
    key = sealing_key(secret)
    with database.reading() as db:
        hook, connection = db.query(Hook).one(), db.query(MirrorConnection).one()
        factor = db.get_one(SecondFactor, 1).sealed_secret
        return (
            key_rotation._opens(SEALINGS["second_factors"], factor, key),
            key_rotation._opens(SEALINGS["hooks"], hook.sealed_secret, key),
            credentials_seal.opened(connection.sealed_secret, key),
        )


def test_every_sealed_column_is_sealed_again():
    holding = {
        name
        for name, table in tables().items()
        if any(column.name.startswith("sealed_") for column in table.c)
    }
    assert holding == set(SEALINGS)


def test_a_rotation_seals_all_again_and_puts_the_new_key_in_use(sealed, var):
    assert rotate(sealed, var, FORMER, in_file=True) == Rotation(resealed=3, unreadable=1)
    new = (var / "secret-key").read_text()
    assert new != FORMER
    assert not (var / NEXT).exists()
    assert opened(sealed, new) == ("totp", "whsec", "upstream")
    assert opened(sealed, FORMER) == ("", "", "")


@pytest.mark.parametrize("step", ["reseal", "sign_again"])
def test_a_rotation_killed_at_a_step_ends_with_one_key(sealed, var, monkeypatch, step):
    def killed(*_args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(*((key_rotation, step) if step == "reseal" else (Anchors, step)), killed)
        with pytest.raises(KeyboardInterrupt):
            rotate(sealed, var, FORMER, in_file=True)
    assert (var / "secret-key").read_text() == FORMER
    rotate(sealed, var, FORMER, in_file=True)
    assert opened(sealed, (var / "secret-key").read_text()) == ("totp", "whsec", "upstream")


@pytest.mark.parametrize("command", [serve, scheduler_command, worker, backup])
def test_nothing_starts_or_is_saved_with_the_former_key_of_a_rotation(var, monkeypatch, command):
    """What is sealed would be unreadable, and its backup could not be restored."""
    (var / NEXT).write_text("new secret key")
    monkeypatch.setattr(portal_server.server, "refuse_taken", lambda _where: None)
    portal = CommandPortal(Settings(var=var, database_url="", secret_key=""), lambda: "")
    given = [str(var / "saved")] if command is backup else []
    try:
        refused = CliRunner().invoke(command, given, obj=portal)
    finally:
        portal.close()
    assert isinstance(refused.exception, Conflict)
    assert "relancez python -m jobs rotate-key" in str(refused.exception)


def test_a_rotation_that_is_over_stops_nothing(var):
    (var / NEXT).write_text(f"{FORMER}\n")  # still there after it was put in the environment
    require_rotated(var, FORMER)


def test_a_key_of_the_environment_waits_in_a_file_and_the_next_rotation_makes_another(sealed, var):
    rotate(sealed, var, FORMER, in_file=False)
    new = (var / NEXT).read_text()
    assert (var / "secret-key").read_text() == FORMER
    assert (var / NEXT).stat().st_mode & 0o077 == 0
    assert rotate(sealed, var, FORMER, in_file=False).resealed == 0  # begun again: the same key
    assert (var / NEXT).read_text() == new
    rotate(sealed, var, new, in_file=False)
    assert (var / NEXT).read_text() != new


def test_anchors_of_the_journal_are_signed_again_but_those_that_were_forged(sealed, var):
    Anchors(var, FORMER).add((1, "a" * 64), NOW)
    with (var / "journal-anchors").open("a") as file:
        file.write("2 forged 2026-11-24 0\n")
    Anchors(var, FORMER).add((3, "c" * 64), NOW + timedelta(days=1))
    rotate(sealed, var, FORMER, in_file=True)
    anchors = Anchors(var, (var / "secret-key").read_text())
    assert list(anchors.read()) == [(1, "a" * 64), None, (3, "c" * 64)]
