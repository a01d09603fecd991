"""Proofs sent by program land in the control that asks for them."""

import io

import pytest
from sqlalchemy import func, select, update
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from api import uploads
from data.controls import actions
from data.controls.models import Control, Deposit, ProofPiece
from data.rights.models import AccessRight
from data.rights.types import ProofState, RightState
from tests.api.adict.program import BASE, program_of
from tests.data.controls.files.pieces import jpeg, pdf, png
from tests.data.controls.proofs import asked, make_rights, piece

SAID = "message_retour_traitement"
MANDATE = ("mandat.pdf", pdf())


@pytest.fixture
def rights(web):
    with web.database.transaction() as db:
        return make_rights(db)


@pytest.fixture
def controls(web, dora, rights):
    with web.database.transaction() as db:
        return asked(db, dora, rights)


def put(program, uid, *files, part="preuves"):
    parts = [FileStorage(io.BytesIO(content), name) for name, content in files]
    boundary, body = encode_multipart({part: parts} if parts else {"x": "1"})
    kind = f"multipart/form-data; boundary={boundary}"
    return program.call("PUT", f"/droit_acces/{uid}/preuves", data=body, content_type=kind)


def refused(answer):
    return answer.status_code, answer.json["code_statut_traitement"]


def count(web, model):
    with web.database.reading() as db:
        return db.scalar(select(func.count()).select_from(model))


def test_a_proof_lands_in_the_control(web, bobs, rights, controls):
    line, *_rest = bobs.lines("/droits_acces")
    assert line["statut_controle_preuve"] == "Preuve en attente"
    answer = put(bobs, rights[0], MANDATE, ("photo.png", png()), ("page.jpg", jpeg()))
    assert answer.status_code == 200, answer.text
    assert answer.json["code_statut_traitement"] == "0000000000"
    with web.database.reading() as db:
        control = db.scalars(select(Control).where(Control.uid == controls[0])).one()
        assert control.state is ProofState.UNDER_CHECK
        deposit = db.scalars(select(Deposit)).one()
        assert (deposit.organisation_id, deposit.created_by) == (2, -1)
        assert db.scalar(select(func.count(ProofPiece.id))) == 3
    told = {one["id_droit_acces"]: one for one in bobs.lines("/droits_acces")[:-1]}
    assert told[rights[0]]["statut_controle_preuve"] == "Preuve en cours de vérification"
    page = str(web.browser(2).open("/controles", f"?controle={controls[0]}").json)
    assert "mandat.pdf" in page
    assert "Supervision" in page


def test_another_proof_may_take_its_place(web, bobs, rights, controls):
    assert put(bobs, rights[0], MANDATE).status_code == 200
    assert put(bobs, rights[0], ("autre.pdf", pdf())).status_code == 200
    assert count(web, Deposit) == 2


def test_the_same_proof_again_is_kept_once(web, bobs, rights, controls):
    for _time in range(3):
        assert put(bobs, rights[0], MANDATE).status_code == 200
    assert count(web, Deposit) == 1
    assert count(web, ProofPiece) == 1
    assert put(bobs, rights[0], MANDATE, ("photo.png", png())).status_code == 200
    assert put(bobs, rights[0], MANDATE).status_code == 200
    assert count(web, Deposit) == 3


def test_a_program_sends_a_proof_while_a_draft_waits_on_screen(web, bobs, bob, rights, controls):
    with web.database.transaction() as db:
        draft = actions.stage(db, bob, controls[:1], [piece()], now=web.clock())
    assert put(bobs, rights[0], MANDATE).status_code == 200
    with web.database.transaction() as db:
        state = select(Control.state).where(Control.uid == controls[0])
        assert db.scalar(state) is ProofState.UNDER_CHECK
        waiting = select(Deposit.uid).where(Deposit.sent_at.is_(None))
        assert db.scalars(waiting).all() == [draft.uid]
        assert actions.send(db, bob, draft.uid, now=web.clock()) == (controls[0],)
    assert count(web, Deposit) == 2


def test_what_is_no_form_is_told_which_one_is_wanted(bobs, rights, controls):
    answer = bobs.call("PUT", f"/droit_acces/{rights[0]}/preuves", json={"preuves": "x"})
    assert answer.status_code == 415
    assert "multipart/form-data" in answer.json[SAID]
    assert "«\u202fpreuves\u202f»" in answer.json[SAID]


def test_a_right_that_is_not_under_control_takes_none(web, bobs, rights):
    assert refused(put(bobs, rights[0], MANDATE)) == (409, "2000000003")
    assert count(web, Deposit) == 0


@pytest.mark.parametrize("uid", ["x", "00000000-0000-0000-0000-000000000001", "%00"])
def test_an_unknown_right_is_told_so(bobs, controls, uid):
    assert refused(put(bobs, uid, MANDATE)) == (404, "1000000001")


def test_a_right_of_another_organisation_takes_none(web, rights, controls):
    charlies = program_of(web, 3)
    assert refused(put(charlies, rights[0], MANDATE)) == (404, "1000000001")
    assert count(web, Deposit) == 0


@pytest.mark.parametrize(
    ("files", "status", "code"),
    [
        ([], 409, "9000000409"),
        ([("a.pdf", pdf())] * 4, 409, "9000000409"),
        ([("a.docx", b"PK\x03\x04")], 409, "2000000002"),
        ([("a.pdf", png())], 409, "2000000002"),
        ([("a.pdf", b"")], 409, "2000000002"),
        ([("a.png", png() + b"\0" * 4_300_000)], 409, "2000000005"),
    ],
)
def test_a_file_that_may_not_be_a_proof_is_a_conflict(
    web, bobs, rights, controls, files, status, code
):
    answer = put(bobs, rights[0], *files)
    assert refused(answer) == (status, code), answer.text
    assert count(web, Deposit) == 0
    folder = web.var / "proofs"
    assert not folder.exists() or not list(folder.iterdir())


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{}", "application/json"),
        (b"junk", "multipart/form-data; boundary=x"),
        (b"junk", "multipart/form-data"),
    ],
)
def test_a_body_that_is_no_form_is_malformed(bobs, rights, controls, body, kind):
    answer = bobs.call("PUT", f"/droit_acces/{rights[0]}/preuves", data=body, content_type=kind)
    assert answer.status_code in {400, 415, 409}
    assert answer.json["code_statut_traitement"]


def test_a_file_under_another_name_is_no_proof(web, bobs, rights, controls):
    answer = put(bobs, rights[0], MANDATE, part="photo")
    assert answer.status_code == 400
    assert "preuves" in answer.json["message_retour_traitement"]
    assert count(web, Deposit) == 0


def test_a_body_that_is_too_long_is_refused_before_it_is_read(bobs, rights, controls):
    answer = bobs.client.put(
        f"{BASE}/droit_acces/{rights[0]}/preuves",
        headers={"Authorization": f"Bearer {bobs.token}"},
        data=b"x",
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": "99999999"},
    )
    assert refused(answer) == (409, "2000000005")


def test_a_right_that_ended_takes_none(web, bobs, rights, controls):
    with web.database.transaction() as db:
        db.execute(update(AccessRight).values(state=RightState.REVOKED))
    assert put(bobs, rights[0], MANDATE).status_code == 409


def test_what_the_organisation_may_keep_is_bounded(web, bobs, rights, controls, monkeypatch):
    monkeypatch.setattr(uploads, "_quota", lambda: 0)
    assert put(bobs, rights[0], MANDATE).status_code in {409, 400}
    assert count(web, Deposit) == 0
