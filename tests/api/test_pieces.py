"""Pieces as they are read: by who may read them alone, in the page, page by page, in a pack."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import date, timedelta

import pytest
from PIL import Image
from sqlalchemy import select

from api import proof_pieces
from core.access import Role
from core.errors import Forbidden, Unavailable
from data.controls import actions, queries
from data.controls.actions.journal import ControlAuthor
from data.controls.files.archive import seal_of
from data.controls.files.pack_verifier import flaws_in
from data.controls.files.page_renderer import ZOOMS
from data.controls.files.storage import digest_of
from data.controls.types import Fact, NewPiece, PieceKind
from data.identity.accounts.models import User
from data.identity.audit.models import AuditEvent
from jobs import controls as job
from tests.data.controls.files.pieces import jpeg, pdf, png
from tests.data.controls.proofs import AGAIN, asked, decided, facts, make_rights
from tests.factories import NOW, make_user

ALICE, BOB, CHARLIE, DORA = 1, 2, 3, 4
MANDATE, PHOTO, SCAN = pdf(), jpeg(), png()
NOTE = "Ceci ne regarde que nous"
UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def storage(web):
    return web.server.extensions["portal"].storage


@pytest.fixture
def controls(web, dora):
    with web.database.transaction() as db:
        return asked(db, dora, make_rights(db))


@pytest.fixture
def uids(web, storage, bob, dora, controls):
    """The pieces: of a deposit that is sent, of one that is not, of a message, of a note."""

    def kept(name, kind, content):
        return NewPiece(name, kind, len(content), digest_of(content), storage.put_object(content))

    with web.database.transaction() as db:
        pieces = [
            kept("Mandat « été ».pdf", PieceKind.PDF, MANDATE),
            kept("photo.jpg", PieceKind.JPEG, PHOTO),
        ]
        sent = actions.stage(db, bob, controls[:1], pieces, now=NOW)
        actions.send(db, bob, sent.uid, now=NOW)
        scan = [kept("scan.png", PieceKind.PNG, SCAN)]
        actions.stage(db, bob, controls[:1], scan, now=NOW)
        words = [kept("annexe.pdf", PieceKind.PDF, pdf("Une annexe"))]
        actions.write_message(db, bob, controls[0], "Voici l’annexe", pieces=words, now=NOW)
        secret = [kept("secret.pdf", PieceKind.PDF, pdf("Un secret"))]
        actions.write_note(db, dora, controls[0], NOTE, pieces=secret, now=NOW)
        detail = queries.get_control(db, bob, controls[0], now=NOW)
        thread = queries.list_messages(db, dora, controls[0])
    return {
        "pdf": detail.deposits[0].pieces[0].uid,
        "jpeg": detail.deposits[0].pieces[1].uid,
        "staged": detail.staged.pieces[0].uid,
        "message": thread[0].pieces[0].uid,
        "note": thread[1].pieces[0].uid,
    }


def path(uid):
    return f"/controles/pieces/{uid}"


def test_a_piece_opens_in_a_frame_of_ours_alone(web, uids):
    answer = web.browser(BOB).get(path(uids["pdf"]))
    assert (answer.status_code, answer.data) == (200, MANDATE)
    head = answer.headers
    assert head["Content-Type"] == "application/pdf"
    assert head["Content-Disposition"].startswith("inline")
    assert head["X-Content-Type-Options"] == "nosniff"
    assert head["X-Frame-Options"] == "SAMEORIGIN"
    assert head["Cache-Control"] == "no-store"
    policy = head["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "script" not in policy
    assert "sandbox" not in policy  # browsers show no PDF there


def test_a_picture_is_shown_in_an_origin_of_nobody(web, uids):
    answer = web.browser(BOB).get(path(uids["jpeg"]))
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Content-Security-Policy"].endswith("sandbox")
    page = web.browser(BOB).get("/compte")
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY"


def test_it_may_be_kept_under_its_name(web, uids):
    answer = web.browser(BOB).get(path(uids["pdf"]) + "?telecharger=1")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "%C3%A9t%C3%A9" in answer.headers["Content-Disposition"]


def test_a_part_may_be_asked_for_and_nothing_when_it_is_known(web, uids):
    browser = web.browser(BOB)
    part = browser.client.get(path(uids["pdf"]), headers={"Range": "bytes=0-7"})
    assert (part.status_code, part.data) == (206, MANDATE[:8])
    known = {"If-None-Match": part.headers["ETag"]}
    assert browser.client.get(path(uids["pdf"]), headers=known).status_code == 304
    beyond = {"Range": "bytes=99999999-"}
    assert browser.client.get(path(uids["pdf"]), headers=beyond).status_code == 416


@pytest.mark.parametrize(
    ("user", "seen"),
    [
        (BOB, {"pdf", "jpeg", "staged", "message"}),
        (DORA, {"pdf", "jpeg", "message", "note"}),
        (ALICE, set()),
        (CHARLIE, set()),
    ],
)
def test_each_piece_opens_to_its_readers_and_is_absent_for_others(web, uids, user, seen):
    browser = web.browser(user).client
    absent = browser.get(path(UNKNOWN))
    assert absent.status_code == 404
    for what, uid in uids.items():
        for end in ("", "?telecharger=1", "/pages/1.png"):
            answer = browser.get(path(uid) + end)
            if what not in seen:
                assert (answer.status_code, answer.data) == (404, absent.data), (what, end)
            elif end != "/pages/1.png" or what in {"pdf", "message", "note"}:
                assert answer.status_code == 200, (what, end)


def test_nobody_opens_anything_unsigned(web, uids):
    for uid in uids.values():
        answer = web.browser().client.get(path(uid))
        assert answer.status_code == 401


@pytest.mark.parametrize("odd", ["x", "..%2f..%2fportal.db", "%00", UNKNOWN + "%00", "1"])
def test_an_address_that_is_none_is_absent(web, odd):
    assert web.browser(BOB).get(path(odd)).status_code == 404


def test_a_page_is_a_picture_at_the_size_asked_for(web, uids):
    browser = web.browser(DORA)
    widths = []
    for zoom in ("", *map(str, ZOOMS), "999"):
        answer = browser.get(path(uids["pdf"]) + f"/pages/1.png?zoom={zoom}")
        assert answer.headers["Content-Type"] == "image/png"
        assert answer.headers["X-Pages"] == "1"
        assert answer.headers["Cache-Control"] == "no-store"
        with Image.open(io.BytesIO(answer.data)) as picture:
            widths.append(picture.width)
            assert picture.convert("L").getextrema()[0] < 128  # something is written there
    assert widths == [widths[0], widths[0], *sorted(set(widths[2:4])), widths[0]]
    assert widths[3] == pytest.approx(2 * widths[0], abs=2)


@pytest.mark.parametrize("page", ["0", "2", "99999999999", "9" * 31])
def test_a_page_that_is_not_there_is_absent(web, uids, page):
    answer = web.browser(DORA).get(path(uids["pdf"]) + f"/pages/{page}.png")
    assert answer.status_code == 404


def test_a_page_that_cannot_be_drawn_is_tried_once(web, uids, monkeypatch):
    tries = []
    monkeypatch.setattr(
        "data.controls.files.page_renderer.drawn_in", lambda *asked: tries.append(asked)
    )
    answers = [web.browser(DORA).client.get(path(uids["pdf"]) + "/pages/1.png") for _ in "abc"]
    assert {answer.status_code for answer in answers} == {422}
    assert {answer.json["error"] for answer in answers} == {answers[0].json["error"]}
    assert "télécharge" not in answers[0].json["error"]
    assert len(tries) == 1


def test_a_page_that_the_machine_had_no_time_for_is_tried_again(web, uids, monkeypatch):
    def is_slow(*_asked):
        raise Unavailable("réessayez")

    with monkeypatch.context() as slow:
        slow.setattr("data.controls.files.page_renderer.drawn_in", is_slow)
        late = web.browser(DORA).get(path(uids["pdf"]) + "/pages/1.png")
        assert (late.status_code, late.headers["Retry-After"]) == (503, "60")
    assert web.browser(DORA).get(path(uids["pdf"]) + "/pages/1.png").status_code == 200


def test_a_picture_has_no_pages(web, uids):
    assert web.browser(DORA).get(path(uids["jpeg"]) + "/pages/1.png").status_code == 404


def test_a_piece_that_was_changed_or_lost_is_not_shown(web, uids, storage):
    for kept in (web.var / "proofs").iterdir():
        kept.write_bytes(kept.read_bytes()[:-1] + b"x")
    changed = web.browser(DORA).client.get(path(uids["pdf"]))
    assert (changed.status_code, "abîmée" in changed.json["error"]) == (422, True)
    assert web.browser(DORA).get(path(uids["pdf"]) + "/pages/1.png").status_code == 422
    for key in list(storage.names()):
        storage.delete(key)
    assert web.browser(DORA).get(path(uids["pdf"])).status_code == 422


def packed(browser, uid, method="GET"):
    return browser.client.open(f"/controles/{uid}/preuves.zip", method=method)


@pytest.mark.parametrize("user", [BOB, DORA])
def test_a_pack_proves_itself_and_says_nothing_internal(web, dora, uids, controls, user):
    with web.database.transaction() as db:
        actions.assign(db, dora, controls[:1], dora.user_id, now=NOW)
    browser = web.browser(user)
    before = packed(browser, controls[0]).data
    with web.database.transaction() as db:
        decided(db, dora, controls[0], AGAIN)
    assert packed(browser, controls[0]).data == before  # it may be undone: nothing is told
    job.apply(web.database, NOW + timedelta(hours=1))
    answer = packed(browser, controls[0])
    assert answer.status_code == 200
    assert flaws_in(answer.data) == ()
    flipped = bytearray(answer.data)
    flipped[len(flipped) // 2] ^= 1
    assert flaws_in(bytes(flipped))
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    everything = b"".join(members.values()).decode("utf8", "replace")
    assert NOTE not in everything
    assert "Un secret" not in everything
    assert {MANDATE, PHOTO} <= set(members.values())
    assert SCAN not in set(members.values())  # it was not sent
    index = json.loads(members["index.json"])
    states = [step["state"] for step in index["steps"]]
    assert states == ["Preuve demandée", "Preuve envoyée", "Message écrit", *states[-2:]]
    assert index["steps"][-2]["motive"]
    assert index["steps"][-2]["text"] == AGAIN.text
    said = [json.loads(entry["text"])["fact"] for entry in index["journal"]]
    assert not {"noted", "assigned"} & set(said)
    for entry in index["journal"]:  # our own numbers are not in it
        told = json.loads(entry["text"])
        assert set(told) == {"at", "fact", "side", "detail", "previous", "numbers"}


def test_the_journal_keeps_the_seal_of_each_pack(web, dora, uids, controls):
    browser = web.browser(DORA)
    assert packed(browser, controls[0], "HEAD").status_code == 200
    with web.database.reading() as db:
        assert Fact.PACKED not in facts(db, dora, controls[0])
    first = packed(browser, controls[0])
    name = first.headers["Content-Disposition"]
    with web.database.reading(streams=True) as db:
        entry = queries.list_control_events(db, dora, controls[0])[-1]
        assert not queries.find_journal_breaks(db).broken
    assert (entry.fact, entry.by) == (Fact.PACKED, "Dora")
    assert entry.detail["sha256"][:16] in name
    again = packed(browser, controls[0])
    assert again.data == first.data
    with web.database.reading() as db:  # asking again writes nothing
        assert facts(db, dora, controls[0]).count(Fact.PACKED) == 1
        assert queries.is_packed(db, seal_of(first.data))
        assert not queries.is_packed(db, "0" * 64)
    packed(web.browser(BOB), controls[0])
    with web.database.reading() as db:
        assert facts(db, dora, controls[0]).count(Fact.PACKED) == 2


def test_a_pack_is_for_who_sees_the_control(web, uids, controls):
    for user in (ALICE, CHARLIE):
        assert packed(web.browser(user), controls[0]).status_code == 404
    assert packed(web.browser(DORA), UNKNOWN).status_code == 404


def test_no_pack_is_made_of_what_is_damaged(web, dora, uids, controls):
    next((web.var / "proofs").iterdir()).write_bytes(b"x")
    for kept in (web.var / "proofs").iterdir():
        kept.write_bytes(b"x")
    assert packed(web.browser(DORA), controls[0]).status_code == 422
    with web.database.reading() as db:
        assert Fact.PACKED not in facts(db, dora, controls[0])


def test_a_pack_too_heavy_is_said_so(web, uids, controls, monkeypatch):
    monkeypatch.setattr("api.proof_pieces.MOST_PACKED", 100)
    assert packed(web.browser(DORA), controls[0]).status_code == 413


def say(browser, uid, text, *files, **fields):
    return browser.send(f"/api/controles/{uid}/messages", files, {"texte": text} | fields)


def test_a_message_goes_to_the_other_side_with_its_pieces(web, bob, dora, controls):
    answer = say(web.browser(DORA), controls[0], "Voyez \0 ceci", ("a.pdf", MANDATE))
    assert answer.status_code == 201, answer.text
    with web.database.reading() as db:
        (message,) = queries.list_messages(db, bob, controls[0])
    assert message.uid == answer.json["message"]
    assert (message.text, message.unread) == ("Voyez \ufffd ceci", True)
    read = web.browser(BOB).get(path(message.pieces[0].uid))
    assert read.data == MANDATE


def test_a_note_stays_with_the_distributor(web, bob, dora, controls):
    answer = say(web.browser(DORA), controls[0], NOTE, ("a.pdf", MANDATE), note="1")
    assert answer.status_code == 201
    with web.database.reading() as db:
        (note,) = queries.list_messages(db, dora, controls[0])
        assert queries.list_messages(db, bob, controls[0]) == ()
    assert note.internal
    assert web.browser(BOB).get(path(note.pieces[0].uid)).status_code == 404
    refused = say(web.browser(BOB), controls[0], "x", note="1")
    assert refused.status_code == 403


@pytest.mark.parametrize(("text", "status"), [("", 422), ("x" * 4001, 422)])
def test_a_message_that_is_none_leaves_no_piece(web, controls, text, status):
    answer = say(web.browser(BOB), controls[0], text, ("a.pdf", MANDATE))
    assert answer.status_code == status
    assert not list((web.var / "proofs").iterdir())


def test_nobody_writes_where_they_do_not_read(web, controls):
    for user in (ALICE, CHARLIE):
        assert say(web.browser(user), controls[0], "x", ("a.pdf", MANDATE)).status_code == 404
    assert say(web.browser(BOB), UNKNOWN, "x").status_code == 404
    assert say(web.browser(), controls[0], "x").status_code == 401
    assert not (web.var / "proofs").exists()


def test_marks_are_for_who_reads_the_control_and_its_piece(web, uids, controls):
    def ask(user, what, control=controls[0]):
        return web.browser(user).client.get(f"/controles/{control}/pieces/{uids[what]}/reperes")

    told = ask(DORA, "pdf")
    assert told.status_code == 200
    assert told.json["read"]
    by_point = {mark["point"]: mark for mark in told.json["marks"]}
    assert {"third_party", "date"} & set(by_point) or "signature" in by_point
    assert all(0 <= mark[side] <= 1 for mark in told.json["marks"] for side in "xywh")
    assert told.json["lacks"] == ["period"]
    assert told.json["dated"]["words"].startswith("02/09/2024, ")
    photo = ask(DORA, "jpeg").json
    assert (photo["read"], photo["marks"], photo["dated"]) == (False, [], None)
    for user, what, control in (
        (BOB, "note", controls[0]),
        (CHARLIE, "pdf", controls[0]),
        (ALICE, "pdf", controls[0]),
        (DORA, "staged", controls[0]),
        (DORA, "pdf", UNKNOWN),
    ):
        assert ask(user, what, control).status_code == 404, (user, what)


@pytest.mark.parametrize(
    ("signed", "words", "late"),
    [
        (date(2026, 7, 29), "29/07/2026, le jour du droit", False),
        (date(2026, 7, 28), "28/07/2026, 1 jour avant le droit", False),
        (date(2026, 11, 2), "02/11/2026, 96 jours après le droit", True),
    ],
)
def test_how_far_a_signature_is_from_the_right_is_said(web, signed, words, late):
    with web.server.test_request_context():
        found = proof_pieces._dated(signed, date(2026, 7, 29))
    assert found == {"words": words, "late": late}


@pytest.fixture
def looking(web):
    """Irene of the distributor, who sees the portal as Bob does."""
    with web.database.transaction() as db:
        named = {"organisation_id": 4, "role": Role.ADMINISTRATOR}
        irene = make_user(db, email="irene@reseau.example", name="Irene", **named).id
    browser = web.browser(irene)
    browser.post(f"/vue/{BOB}", {"reason": "ticket 12"})
    return browser


def looked(web):
    with web.database.reading() as db:
        query = select(AuditEvent.detail, AuditEvent.actor_id)
        rows = db.execute(query.where(AuditEvent.action == "people.looked")).all()
        (irene,) = db.scalars(select(User.id).where(User.name == "Irene"))
    assert {row.actor_id for row in rows} == {irene}
    return [row.detail["path"] for row in rows]


def test_who_looks_as_somebody_takes_no_pack_in_their_name(web, bob, uids, controls, looking):
    for method in ("GET", "HEAD"):
        assert packed(looking, controls[0], method).status_code == 403
    assert "aucun export" in packed(looking, controls[0]).json["error"]
    assert looking.client.get("/controles/export?format=xlsx").status_code == 403
    with web.database.transaction() as db:
        assert Fact.PACKED not in facts(db, bob, controls[0])
        with pytest.raises(Forbidden):
            actions.note_pack(db, replace(bob, behind=DORA), controls[0], "0" * 64, now=NOW)
        with pytest.raises(Forbidden):
            ControlAuthor(NOW, replace(bob, behind=DORA))


def test_each_document_that_who_looks_reads_is_written(web, uids, looking):
    page = path(uids["pdf"]) + "/pages/1.png"
    for asked_for in (path(uids["jpeg"]), path(uids["pdf"]) + "?telecharger=1", page):
        assert looking.get(asked_for).status_code == 200
        assert looked(web)[-1] == asked_for.partition("?")[0]
    before = len(looked(web))
    assert looking.get(path(uids["pdf"]), Range="bytes=0-7").status_code == 206
    assert len(looked(web)) == before + 1
    assert looking.get("/assets/login.js").status_code == 200
    assert not [one for one in looked(web) if one.startswith("/assets")]
