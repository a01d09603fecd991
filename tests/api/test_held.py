"""Pages while somebody else writes without end, and on a disk that is full."""

import errno
import sqlite3
import time
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from data.identity.accounts.models import LoginAttempt, LoginSession
from data.identity.audit.models import AuditEvent
from data.identity.programs.models import ProgramUse
from data.runs.models import Run
from tests.api.adict.program import program_of
from tests.data.exports.made import fill
from tests.factories import PCE, make_grant, make_pce

FULL = "Le disque du portail est plein"
SOON = 2.0  # seconds: the lock itself is waited for during twenty


@pytest.fixture
def granted(web):
    with web.database.transaction() as db:
        pce = make_pce(db, holder_id=1)
        fill(db, pce)
        make_grant(db, pce, 2)


def reads(web):
    with web.database.reading() as db:
        query = select(AuditEvent.actor_id).where(AuditEvent.object_type == "pce_data")
        return db.scalars(query).all()


@contextmanager
def held(web):
    """The writer held by somebody else; all that is done meanwhile takes little time."""
    begun = time.monotonic()
    with web.database.transaction():
        yield
        assert time.monotonic() - begun < SOON


@pytest.mark.parametrize("path", ["/", "/pces", "/compte"])
def test_a_page_waits_for_nobody_to_renew_a_sign_of_life(web, path):
    browser = web.browser(1)
    web.clock.now += timedelta(minutes=5)
    with held(web):
        assert browser.get(path).status_code == 200
    browser.get("/")
    with web.database.reading() as db:
        assert db.scalar(select(LoginSession.last_seen_at)) == web.clock.now


def test_what_is_read_while_somebody_writes_is_written_with_a_next_answer(web, granted):
    browser = web.browser(2)
    with held(web):
        browser.open("/consommations", f"?pce={PCE}")
    assert reads(web) == []
    browser.open("/consommations", f"?pce={PCE}")
    assert reads(web) == [2]


def test_a_program_reads_while_somebody_writes_and_its_call_counts_later(web, granted):
    program = program_of(web)
    assert program.get("/droits_acces").status_code == 200
    with held(web):
        assert program.get("/droits_acces").status_code == 200
    assert calls(web) == 1
    assert program.get("/droits_acces").status_code == 200
    assert program.get("/droits_acces").status_code == 200
    assert calls(web) == 4


def test_a_program_whose_credential_is_over_is_let_in_by_no_lock(web):
    program = program_of(web, revoked_at=None)
    program.get("/droits_acces")
    web.clock.now += timedelta(days=800)
    with held(web):
        assert program.get("/droits_acces").status_code == 401


def calls(web):
    with web.database.reading() as db:
        return db.scalar(select(ProgramUse.calls))


@pytest.fixture
def full(web):
    """What fills the disk: every write then fails as SQLite says it."""

    def refuse(_cursor, statement, _parameters, _context):
        if statement.split()[0] in {"INSERT", "UPDATE", "DELETE"}:
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error

    @contextmanager
    def filled():
        event.listen(web.database.engine, "do_execute", refuse)
        try:
            yield
        finally:
            event.remove(web.database.engine, "do_execute", refuse)

    return filled


def test_a_full_disk_is_a_sentence_where_one_signs_in(web, full):
    browser = web.browser()
    browser.get("/connexion")
    with full():
        answer = browser.post("/connexion", {"email": "a@tilleuls.example", "password": "non"})
        assert browser.get("/connexion").status_code == 200
    assert answer.status_code == 507
    assert FULL in answer.text
    assert "Référence" not in answer.text
    with web.database.reading() as db:
        assert not db.scalar(select(func.count(LoginAttempt.id)))


def test_pages_are_read_and_preferences_refused_in_a_sentence_on_a_full_disk(web, full):
    browser = web.browser(1)
    web.clock.now += timedelta(minutes=5)
    with full():
        assert browser.get("/pces").status_code == 200
        answer = browser.post("/preferences", {"theme": "dark", "next": "/"})
    assert answer.status_code == 507
    assert FULL in answer.text
    assert browser.post("/preferences", {"theme": "dark", "next": "/"}).status_code == 303


@pytest.mark.parametrize("place", ["database", "write", "fsync"])
def test_a_deposit_on_a_full_disk_is_a_sentence_and_leaves_nothing(web, full, monkeypatch, place):
    browser = web.browser(1)

    def refuse(*_given):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        if place == "write":
            patch.setattr("data.runs.files.storage.Incoming.write", refuse)
        if place == "fsync":
            patch.setattr("os.fsync", refuse)
        if place == "database":
            with full():
                answer = browser.send("/operations/depot", [("a.csv", b"PCE;1")])
        else:
            answer = browser.send("/operations/depot", [("a.csv", b"PCE;1")])
    assert answer.status_code == 507
    assert FULL in answer.json["error"]
    assert not [path for path in (web.var / "uploads").glob("*") if path.is_file()]
    with web.database.reading() as db:
        assert not db.scalar(select(func.count(Run.id)))
    assert browser.send("/operations/depot", [("a.csv", b"PCE;1")]).status_code < 300


def test_what_ends_an_answer_says_a_full_disk_in_a_sentence_too(web, granted, monkeypatch):
    def refuse(*_given):
        raise OSError(errno.ENOSPC, "No space left on device")

    browser = web.browser(2)
    monkeypatch.setattr("api.access_log.write_waiting", refuse)
    answer = browser.open("/consommations", f"?pce={PCE}")
    assert (answer.status_code, answer.headers["Retry-After"]) == (507, "60")
    assert FULL in answer.json["error"]
