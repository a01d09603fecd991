"""The journal: closed to changes, one chain for all, whatever is forged is named."""

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from data.controls import queries
from data.controls.actions.journal import By, Told, append
from data.controls.models import JournalEntry
from data.controls.types import Fact
from jobs import controls as job
from jobs.commands import console
from tests.data.controls.proofs import asked, decided, make_rights, sent
from tests.factories import NOW, make_people

VERBS = ["UPDATE control_entries SET fact = 'sent'", "DELETE FROM control_entries"]
REPLACED = """REPLACE INTO control_entries (seq, at, fact, side, detail, previous, hash)
SELECT seq, at, 'sent', side, detail, previous, hash FROM control_entries"""


@pytest.fixture
def stage(database, bob, dora):
    """Some entries, committed."""
    with database.transaction() as db:
        make_people(db)
        controls = asked(db, dora, make_rights(db))
        sent(db, bob, controls)
        decided(db, dora, controls[0])
    return database


def opened(database):
    """What stops nobody who owns the database."""
    with database.transaction() as db:
        if database.sqlite:
            for verb in ("UPDATE", "DELETE"):
                db.execute(text(f"DROP TRIGGER control_entries_no_{verb}"))
        else:
            db.execute(text("SET LOCAL session_replication_role = replica"))
        yield db


def forge(database, *verbs):
    for db in opened(database):
        for verb in verbs:
            db.execute(text(verb))


def test_a_journal_holds_as_it_was_written(stage):
    found = job.verify(stage)
    assert (found.entries, found.broken) == (8, ())  # campaign, 3 asked, 3 sent, 1 accepted
    with stage.reading() as db:
        last = db.scalars(select(JournalEntry.hash).order_by(JournalEntry.seq.desc())).first()
    assert found.last_hash == last


def test_an_empty_journal_holds(database):
    assert job.verify(database).entries == 0


@pytest.mark.parametrize("verb", VERBS)
def test_the_database_refuses_to_change_it(stage, verb):
    with pytest.raises(DatabaseError, match="append-only"), stage.transaction() as db:
        db.execute(text(verb))
    assert job.verify(stage).broken == ()


def test_it_refuses_the_verb_of_its_own_that_changes_all(stage):
    verb = REPLACED if stage.sqlite else "TRUNCATE control_entries"
    with pytest.raises(DatabaseError, match="append-only"), stage.transaction() as db:
        db.execute(text(verb))


@pytest.mark.parametrize(
    ("verb", "seqs"),
    [
        ("UPDATE control_entries SET fact = 'rejected' WHERE seq = 8", [8]),
        ("UPDATE control_entries SET actor_id = 3 WHERE seq = 2", [2]),
        ("UPDATE control_entries SET detail = '{}' WHERE seq = 3", [3]),
        ("DELETE FROM control_entries WHERE seq = 8", [8]),
        ("DELETE FROM control_entries WHERE seq = 1", [1]),
        ("DELETE FROM control_entries", [1]),
        ("UPDATE control_entries SET hash = previous WHERE seq = 4", [4, 5]),
    ],
)
def test_what_was_forged_is_named(stage, verb, seqs):
    forge(stage, verb)
    assert [one.seq for one in job.verify(stage).broken] == seqs


def test_the_command_says_so_and_fails(stage, monkeypatch, tmp_path):
    monkeypatch.setenv("PORTAL_DATABASE_URL", stage.url.render_as_string(hide_password=False))
    monkeypatch.setenv("PORTAL_VAR", str(tmp_path))
    told = CliRunner().invoke(console, ["verify-journal"])
    assert told.exit_code == 0
    assert "8 écritures vérifiées" in told.output
    forge(stage, "UPDATE control_entries SET fact = 'rejected' WHERE seq = 8")
    told = CliRunner().invoke(console, ["verify-journal"])
    assert told.exit_code == 1
    assert "L’écriture 8 a été modifiée." in told.output


def test_the_hash_of_what_is_read_is_that_of_what_was_written(db, people):
    """Whatever a detail holds comes back as it was: else the chain would break by itself."""
    detail = {"é": "« à »", "n": None, "list": [1, "a", {"b": True}], "big": 2**40, "": ""}
    append(db, [Told(Fact.SENT, 1, detail), Told(Fact.SENT)], By(NOW))
    append(db, [], By(NOW))
    db.expire_all()
    assert queries.verify_journal(db).broken == ()
