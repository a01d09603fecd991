"""Pieces sent for controls: kept only when they are what they say, and told what they lack."""

import pytest
from sqlalchemy import func, select

from data.controls import queries
from data.controls.models import Deposit, Piece
from tests.data.controls.files.pieces import jpeg, pdf
from tests.data.controls.proofs import asked, make_rights
from tests.factories import NOW

DEPOSIT = "/api/controles/preuves"
ALICE, BOB, CHARLIE, DORA = 1, 2, 3, 4
MANDATE = ("mandat.pdf", pdf())


@pytest.fixture
def controls(web, dora):
    """A control on each of three rights of bob's."""
    with web.database.transaction() as db:
        return asked(db, dora, make_rights(db))


@pytest.fixture
def bob_browser(web):
    return web.browser(BOB)


def post(browser, uids, *files, **headers):
    return browser.send(DEPOSIT, files, {"controle": uids}, **headers)


def say(browser, uid, text, *files, **fields):
    return browser.send(f"/api/controles/{uid}/messages", files, {"texte": text} | fields)


def keys(web):
    folder = web.var / "proofs"
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


def count(web, model):
    with web.database.reading() as db:
        return db.scalar(select(func.count()).select_from(model))


def nothing_remains(web):
    return not keys(web) and not count(web, Deposit) and not count(web, Piece)


def test_pieces_are_kept_and_wait_to_be_sent(web, bob, bob_browser, controls):
    answer = post(bob_browser, controls[0], MANDATE, ("photo.JPG", jpeg()))
    assert answer.status_code == 201, answer.text
    assert [(one["name"], one["kind"]) for one in answer.json["pieces"]] == [
        ("mandat.pdf", "pdf"),
        ("photo.JPG", "jpeg"),
    ]
    assert answer.json["pieces"][0]["size"] == len(MANDATE[1])
    with web.database.reading() as db:
        detail = queries.get_control(db, bob, controls[0], now=NOW)
    assert detail.staged.uid == answer.json["deposit"]
    assert [row.uid for row in detail.staged.pieces] == [
        one["uid"] for one in answer.json["pieces"]
    ]
    assert detail.row.staged
    assert not detail.deposits
    assert len(keys(web)) == 2
