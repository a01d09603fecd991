"""The download of an export: whole or from where it broke, to its organisation alone."""

import base64
import hashlib
from datetime import date

import pytest
from sqlalchemy import select, update

from data.exports import actions
from data.exports.files import folder_of
from data.exports.queries import get_shown, list_shown
from data.exports.types import Content, ExportLimits, ExportSpec, FileKind
from data.identity.audit.models import AuditEvent
from data.metering.pces.models import Pce, PceGrant
from tests.data.exports.made import grant, make_fleet
from tests.factories import NOW
from tests.queue_work import make_exports
from tests.web import Web

LIMITS = ExportLimits()
PATH = "/exports/1/fichier"


@pytest.fixture
def web(database, tmp_path):
    with database.transaction() as db:
        make_fleet(db)
    return Web(database, tmp_path)


def made(web, viewer):
    wanted = ExportSpec(
        Content.DAILY, FileKind.CSV, first=date(2026, 1, 1), last=date(2026, 12, 31)
    )
    with web.database.transaction() as db:
        actions.ask(db, viewer, wanted, limits=LIMITS, now=NOW)
    make_exports(web.database, web.var, NOW, LIMITS)


def downloads(web):
    with web.database.reading() as db:
        noted = select(AuditEvent).where(AuditEvent.action == "exports.downloaded")
        return len(db.scalars(noted).all())


def test_the_whole_file_with_its_digest(web, alice):
    made(web, alice)
    answer = web.browser(1).get(PATH)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "releves-quotidiens-2026-01-01-2026-12-31.csv" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Accept-Ranges"] == "bytes"
    digest = hashlib.sha256(answer.data)
    told = base64.b64encode(digest.digest()).decode()
    assert answer.headers["Repr-Digest"] == f"sha-256=:{told}:"
    assert answer.headers["ETag"] == f'"{digest.hexdigest()}"'
    assert downloads(web) == 1


def test_a_download_that_broke_goes_on_from_there(web, alice):
    made(web, alice)
    browser = web.browser(1)
    whole = browser.get(PATH).data
    etag = f'"{hashlib.sha256(whole).hexdigest()}"'
    rest = browser.get(PATH, Range="bytes=1000-", **{"If-Range": etag})
    assert rest.status_code == 206
    assert rest.headers["Content-Range"] == f"bytes 1000-{len(whole) - 1}/{len(whole)}"
    assert whole[:1000] + rest.data == whole
    other = browser.get(PATH, Range="bytes=1000-", **{"If-Range": '"another"'})
    assert (other.status_code, other.data) == (200, whole)
    beyond = browser.get(PATH, Range=f"bytes={len(whole)}-")
    assert beyond.status_code == 416
    assert downloads(web) == 1


def test_a_text_is_not_compressed_on_the_way_so_that_it_may_be_taken_up(web, alice):
    made(web, alice)
    browser = web.browser(1)
    whole = browser.get(PATH)
    answer = browser.get(PATH, **{"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in answer.headers
    assert answer.headers["ETag"] == whole.headers["ETag"]
    assert answer.data == whole.data
    weak = "W/" + whole.headers["ETag"]
    vague = browser.get(PATH, Range="bytes=1000-", **{"If-Range": weak})
    assert (vague.status_code, vague.data) == (200, whole.data)
    assert downloads(web) == 3


def test_colleagues_and_nobody_else(web, alice):
    made(web, alice)
    for user_id in (2, 3, 4):
        assert web.browser(user_id).get(PATH).status_code == 404
    assert web.browser().get(PATH).status_code == 302
    for path in ("/exports/2/fichier", f"/exports/{2**40}/fichier"):
        assert web.browser(1).get(path).status_code == 404


def test_not_ready_or_gone_is_a_sentence(web, alice):
    wanted = ExportSpec(Content.TECHNICAL, FileKind.CSV)
    with web.database.transaction() as db:
        actions.ask(db, alice, wanted, limits=LIMITS, now=NOW)
    browser = web.browser(1)
    answer = browser.get(PATH)
    assert answer.status_code == 409
    assert "pas disponible" in answer.text
    make_exports(web.database, web.var, NOW, LIMITS)
    for path in folder_of(web.var).iterdir():
        if path.is_file():
            path.unlink()
    answer = browser.get(PATH)
    assert answer.status_code == 409
    assert "plus sur le serveur" in answer.text


def test_a_right_taken_back_closes_the_file_at_once(web, bob):
    with web.database.transaction() as db:
        grant(db, db.scalars(select(Pce).order_by(Pce.id)).first())
    made(web, bob)
    browser = web.browser(2)
    assert browser.get(PATH).status_code == 200
    with web.database.transaction() as db:
        db.execute(update(PceGrant).values(valid_to=date(2026, 11, 23)))
    answer = browser.get(PATH)
    assert answer.status_code == 409
    assert "un droit a changé" in answer.text


def test_a_file_that_would_be_refused_is_not_offered(web, bob):
    with web.database.transaction() as db:
        grant(db, db.scalars(select(Pce).order_by(Pce.id)).first())
    made(web, bob)
    browser = web.browser(2)
    for search in ("", "?export=1"):
        shown = browser.open("/exports", search).text
        assert "Télécharger" in shown
        assert "Un droit a changé" not in shown
    with web.database.transaction() as db:
        db.execute(update(PceGrant).values(valid_to=date(2026, 11, 23)))
    for search in ("", "?export=1"):
        shown = browser.open("/exports", search).text
        assert "Télécharger" not in shown
        assert "Un droit a changé" in shown
        assert "Refaire" in shown


def test_a_click_on_a_file_closed_meanwhile_leads_to_its_page(web, bob):
    with web.database.transaction() as db:
        grant(db, db.scalars(select(Pce).order_by(Pce.id)).first())
    made(web, bob)
    with web.database.transaction() as db:
        db.execute(update(PceGrant).values(valid_to=date(2026, 11, 23)))
    clicked = web.browser(2).get(PATH, **{"Sec-Fetch-Mode": "navigate"})
    assert (clicked.status_code, clicked.location) == (303, "/exports?export=1")
    assert web.browser(2).get(PATH).status_code == 409
    assert downloads(web) == 0


def test_a_list_looks_at_so_many_pce_again_and_a_page_at_all(web, bob, monkeypatch):
    with web.database.transaction() as db:
        grant(db, db.scalars(select(Pce).order_by(Pce.id)).first())
    made(web, bob)
    made(web, bob)
    with web.database.transaction() as db:
        db.execute(update(PceGrant).values(valid_to=date(2026, 11, 23)))
        monkeypatch.setattr("data.exports.queries.closing.MOST_CHECKED", 1)
        assert [row.closed for row in list_shown(db, bob)] == [True, False]
        assert get_shown(db, bob, 1).closed


def test_the_pages_answer(web, alice):
    made(web, alice)
    browser = web.browser(1)
    for search in ("", "?export=1", "?tag=Écoles", "?q=zzz", "?pces=09999999910001,GI999001"):
        assert browser.open("/exports", search).status_code == 200
    shown = browser.open("/exports", "?export=1").text
    assert hashlib.sha256(browser.get(PATH).data).hexdigest() in shown
    assert "introuvable" in browser.open("/exports", "?export=2").text
    assert "introuvable" in web.browser(3).open("/exports", "?export=1").text
