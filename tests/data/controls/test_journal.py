"""The journal: closed to changes, one chain for all, whatever is forged is named."""

from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from data.controls import actions, queries
from data.controls.actions.journal import ControlAuthor, JournalEvent, append
from data.controls.files.anchors import NAME, Anchors
from data.controls.models import Control, JournalEntry, JournalHead
from data.controls.rules.chain import NOTHING, ChainEntry, hash_of
from data.controls.types import ChecklistPoint, Fact
from jobs import controls as job
from jobs.commands import console
from tests.data.controls.proofs import (
    AGAIN,
    REJECT,
    answered,
    asked,
    decided,
    facts,
    make_rights,
    piece,
    sent,
    verified,
)
from tests.factories import NOW, make_people

POINT = next(iter(ChecklistPoint))
VERBS = ["UPDATE control_entries SET fact = 'sent'", "DELETE FROM control_entries"]
REPLACED = """REPLACE INTO control_entries (seq, at, fact, side, detail, previous, hash)
SELECT seq, at, 'sent', side, detail, previous, hash FROM control_entries"""


MOVED = (  # of the control that was refused for good
    "uid = 'x'",
    "organisation_id = 1",
    "right_id = 1",
    "told_state = 'accepted'",
    "told_due_on = '2027-12-01'",
    "told_at = NULL",
    "told_motive = 'other'",
    "decided_at = NULL",
    "sent_at = NULL",
    "motive = 'other'",
    "closed_at = opened_at",
    "opened_at = '2020-01-01 00:00:00+00:00'",
)


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
    """What stops nobody who owns the database, and leaves its schema as it was."""
    triggers = {f"control_entries_no_{verb}": "" for verb in ("UPDATE", "DELETE")}
    with database.transaction() as db:
        if database.sqlite:
            for name in triggers:
                said = text("SELECT sql FROM sqlite_master WHERE name = :name")
                triggers[name] = db.scalar(said, {"name": name})
                db.execute(text(f"DROP TRIGGER {name}"))
        else:
            db.execute(text("SET LOCAL session_replication_role = replica"))
        yield db
        if database.sqlite:
            for sql in triggers.values():
                db.execute(text(sql))


def forge(database, *verbs):
    for db in opened(database):
        for verb in verbs:
            db.execute(text(verb))


def test_a_journal_holds_as_it_was_written(stage):
    found = verified(stage)
    assert (found.entries, found.broken) == (
        9,
        (),
    )  # campaign, 3 asked, 3 sent, 1 checked, 1 accepted
    with stage.reading() as db:
        last = db.scalars(select(JournalEntry.hash).order_by(JournalEntry.seq.desc())).first()
    assert found.last_hash == last


def test_an_empty_journal_holds(database):
    assert verified(database).entries == 0


@pytest.mark.parametrize("verb", VERBS)
def test_the_database_refuses_to_change_it(stage, verb):
    with pytest.raises(DatabaseError, match="append-only"), stage.transaction() as db:
        db.execute(text(verb))
    assert verified(stage).broken == ()


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
    chain = [one for one in verified(stage).broken if "tables" not in one.sentence]
    assert [one.seq for one in chain] == seqs


def test_the_command_says_so_and_fails(stage, monkeypatch, tmp_path):
    monkeypatch.setenv("PORTAL_DATABASE_URL", stage.url.render_as_string(hide_password=False))
    monkeypatch.setenv("PORTAL_VAR", str(tmp_path))
    told = CliRunner().invoke(console, ["verify-journal"])
    assert told.exit_code == 0
    assert "9 écritures vérifiées" in told.output
    forge(stage, "UPDATE control_entries SET fact = 'rejected' WHERE seq = 8")
    told = CliRunner().invoke(console, ["verify-journal"])
    assert told.exit_code == 1
    assert "L’écriture 8 a été modifiée." in told.output


def test_the_hash_of_what_is_read_is_that_of_what_was_written(db, people):
    """Whatever a detail holds comes back as it was: else the chain would break by itself."""
    detail = {"é": "« à »", "n": None, "list": [1, "a", {"b": True}], "big": 2**40, "": ""}
    append(db, [JournalEvent(Fact.SENT, 1, detail), JournalEvent(Fact.SENT)], ControlAuthor(NOW))
    append(db, [], ControlAuthor(NOW))
    db.expire_all()
    chained = [
        one for one in queries.find_journal_breaks(db).broken if "tables" not in one.sentence
    ]
    assert chained == []


@pytest.fixture
def lived(stage, bob, dora):
    """The same, with words, a decision that was undone, another that had its effects."""
    with stage.transaction() as db:
        first, second, third = (row.control_id for row in _asked(db))
        uids = {one.id: one.uid for one in db.scalars(select(Control))}
        actions.write_message(db, bob, uids[first], "Bonjour", pieces=[piece()], now=NOW)
        actions.write_note(db, dora, uids[first], "Entre nous", now=NOW)
        decided(db, dora, uids[second], AGAIN)
        actions.undo(db, dora, [uids[second]], now=NOW)
        decided(db, dora, uids[second], REJECT)
        job._apply(db, NOW + timedelta(hours=1))
        decided(db, dora, uids[third], AGAIN)
        sent(db, bob, [uids[third]])
    return stage


def _asked(db):
    asked_for = JournalEntry.fact == Fact.ASKED
    return db.scalars(select(JournalEntry).where(asked_for).order_by(JournalEntry.seq)).all()


def test_tables_that_nobody_rewrote_agree_with_the_journal(lived):
    assert verified(lived).broken == ()


@pytest.mark.parametrize(
    ("verb", "fact"),
    [
        ("UPDATE control_messages SET text = 'inventé' WHERE NOT internal", Fact.WRITTEN),
        ("UPDATE control_messages SET text = 'inventé' WHERE internal", Fact.NOTED),
        ("UPDATE control_messages SET author_id = 4 WHERE NOT internal", Fact.WRITTEN),
        ("UPDATE control_decisions SET text = 'x' WHERE verdict = 'reject'", Fact.REJECTED),
        ("UPDATE control_decisions SET motive = 'date' WHERE verdict = 'reject'", Fact.REJECTED),
        ("UPDATE control_decisions SET verdict = 'accept' WHERE verdict = 'reject'", Fact.REJECTED),
        ("UPDATE control_decisions SET undone_at = NULL WHERE undone_by = 4", Fact.UNDONE),
        ("UPDATE controls SET state = 'accepted' WHERE state = 'rejected'", Fact.REJECTED),
        ("UPDATE controls SET due_on = '2027-12-01' WHERE state = 'rejected'", Fact.REJECTED),
        ("UPDATE control_pieces SET sha256 = 'x' WHERE message_id IS NULL", Fact.SENT),
        ("UPDATE control_pieces SET sha256 = 'x' WHERE deposit_id IS NULL", Fact.WRITTEN),
        ("UPDATE control_pieces SET name = 'autre.pdf' WHERE message_id IS NULL", Fact.SENT),
        ("UPDATE control_pieces SET name = 'autre.pdf' WHERE deposit_id IS NULL", Fact.WRITTEN),
        ("UPDATE control_messages SET side = 'distributor' WHERE NOT internal", Fact.WRITTEN),
        ("UPDATE control_deposits SET organisation_id = 1", Fact.SENT),
        ("UPDATE deposited_controls SET sent_at = NULL WHERE control_id = 1", Fact.SENT),
        ("UPDATE control_decisions SET deposit_id = 2 WHERE control_id = 1", Fact.ACCEPTED),
        *((f"UPDATE controls SET {change} WHERE id = 2", Fact.REJECTED) for change in MOVED),
        ("UPDATE access_rights SET number = '09000000000000'", Fact.REJECTED),
        ("UPDATE access_rights SET organisation_id = 3", Fact.REJECTED),
        ("UPDATE control_campaigns SET seed = 8", Fact.OPENED),
        ("UPDATE control_campaigns SET rate = '10'", Fact.OPENED),
        ("UPDATE control_campaigns SET eligible = 8", Fact.OPENED),
    ],
)
@pytest.mark.sampled
def test_what_was_rewritten_in_the_tables_is_named(lived, verb, fact):
    with lived.transaction() as db:
        db.execute(text(verb))
    broken = [one.seq for one in verified(lived).broken]
    with lived.reading() as db:
        query = select(JournalEntry.seq).where(JournalEntry.fact == fact)
        assert set(broken) & set(db.scalars(query))


@pytest.mark.parametrize(
    "verb",
    [
        "DELETE FROM control_messages WHERE internal",
        "DELETE FROM deposited_controls WHERE control_id = 3",
        "UPDATE deposited_controls SET deposit_id = 2 WHERE deposit_id = 1 AND control_id = 1",
        "UPDATE controls SET organisation_id = 1; UPDATE access_rights SET organisation_id = 1",
        """INSERT INTO control_messages (uid, control_id, at, author_id, side, internal, text)
        SELECT 'x', control_id, at, author_id, side, internal, text FROM control_messages
        WHERE internal""",
    ],
)
def test_a_row_that_no_entry_knows_or_that_is_gone_is_named(lived, verb):
    with lived.transaction() as db:
        for one in verb.split(";"):
            db.execute(text(one))
    assert verified(lived).broken


def test_a_checklist_is_held_as_it_was_when_it_was_decided(stage, bob, dora):
    with stage.transaction() as db:
        uid = db.scalars(select(Control.uid).where(Control.id == 2)).one()
        answered(db, dora, uid, {POINT: True})
        decided(db, dora, uid)
        actions.undo(db, dora, [uid], now=NOW)
        answered(db, dora, uid, {POINT: False})
    assert verified(stage).broken == ()
    with stage.transaction() as db:
        decided(db, dora, uid, REJECT)
    assert verified(stage).broken == ()
    with stage.reading() as db:
        assert Fact.CHECKED not in facts(db, bob, uid)
    with stage.transaction() as db:
        db.execute(text("UPDATE control_checks SET fits = NOT fits"))
    assert verified(stage).broken


CUT = (
    "DELETE FROM control_entries WHERE seq > 7",
    """UPDATE control_journal_heads SET seq = 7,
    hash = (SELECT hash FROM control_entries WHERE seq = 7)""",
    "DELETE FROM control_decisions",
    "UPDATE controls SET state = 'under_check', decided_at = NULL",
)


def test_an_end_that_was_cut_with_its_head_is_missed_outside_the_database(stage, tmp_path):
    anchors = Anchors(tmp_path, "secret")
    assert job.verify(stage, anchors, NOW).broken == ()
    assert job.verify(stage, anchors, NOW).broken == ()
    assert len(list(anchors.read())) == 1
    assert (tmp_path / NAME).stat().st_mode & 0o777 == 0o600
    forge(stage, *CUT)
    assert verified(stage).broken == ()  # by itself the database says nothing
    assert [one.seq for one in job.verify(stage, anchors, NOW).broken] == [9]
    assert len(list(anchors.read())) == 1


def test_an_anchor_that_is_not_ours_is_named(stage, tmp_path):
    anchors = Anchors(tmp_path, "secret")
    job.verify(stage, anchors, NOW)
    line = (tmp_path / NAME).read_text()
    for odd in (line.replace("9 ", "7 ", 1), "x\n", "\n", "é é\n"):
        (tmp_path / NAME).write_text(odd)
        assert [one.seq for one in job.verify(stage, anchors, NOW).broken] == [0], odd
    (tmp_path / NAME).write_text(line)
    assert list(Anchors(tmp_path, "another").read()) == [None]


def test_the_same_thing_told_twice_has_two_hashes(db, people):
    """Each entry has its salt: what is not shown is not guessed from the hash that is."""
    append(db, [JournalEvent(Fact.ASSIGNED, 1, {"owner": 4})], ControlAuthor(NOW))
    entry = db.scalars(select(JournalEntry)).one()
    assert len(entry.salt) == 32
    guessed = ChainEntry(1, NOW, "assigned", 1, None, None, "system", {"owner": 4})
    assert hash_of(guessed, NOTHING) != entry.hash


def test_entries_written_before_salts_still_hold(stage):
    plain = ChainEntry(10, NOW, "noted", None, None, None, "system", {})
    with stage.transaction() as db:
        head = db.scalars(select(JournalHead)).one()
        kept = {"fact": Fact.CLOSED, "side": "system", "detail": {}, "at": NOW}
        found = hash_of(replace(plain, fact="closed"), head.hash)
        db.add(JournalEntry(seq=10, salt="", previous=head.hash, hash=found, **kept))
        head.seq, head.hash = 10, found
    assert verified(stage).broken == ()
