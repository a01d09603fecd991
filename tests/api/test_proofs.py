"""Pieces sent for controls: kept only when they are what they say, and told what they lack."""

import io
import os
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from api import uploads
from core.access import Role
from core.errors import Invalid, Unavailable
from data.controls import actions, queries
from data.controls.actions import deposits
from data.controls.files.piece_check import checked
from data.controls.models import Deposit, ProofPiece
from data.rights.models import AccessRight
from data.rights.types import RightState
from data.runs.types import DepositLimits
from jobs import controls as job
from tests.data.controls.files.hostile import CASES, EICAR, chunk
from tests.data.controls.files.pieces import jpeg, pdf, png
from tests.data.controls.proofs import NUMBERS, asked, decided, make_rights, piece
from tests.factories import NOW, PCE, make_user

DEPOSIT = "/api/controles/preuves"
ALICE, BOB, CHARLIE, DORA = 1, 2, 3, 4
MANDATE = ("mandat.pdf", pdf())
# Paths of Windows: the reader of forms takes the backslashes out, or all before the last.
PATHS = ("name, windows", "name, up and back")
UNSEEN = ("name, arabic mark", "name, from right to left", "name, no width")  # kept without them
COMPLETE = (
    "Mandat : Lycée des Tilleuls autorise Organisation de bob",
    "pour les consommations publiées, journalières, contractuelles et techniques",
    f"pendant trois ans, du PCE {PCE} et du PCE {NUMBERS[2]}. Fait le 2 septembre 2024.",
)


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


def kept(web):
    folder = web.var / "proofs"
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


def count(web, model):
    with web.database.reading() as db:
        return db.scalar(select(func.count()).select_from(model))


def test_a_path_of_windows_is_refused_by_the_name_that_was_given():
    for name in ("C:\\a.pdf", "C:/a.pdf"):
        with pytest.raises(Invalid, match="sans dossier") as refused:
            checked(uploads._named(name), pdf())
        assert refused.value.params["name"] == name


def nothing_remains(web):
    return not kept(web) and not count(web, Deposit) and not count(web, ProofPiece)


def with_portal(web, **values):
    known = web.server.extensions["portal"]
    web.server.extensions["portal"] = replace(known, **values)


def test_pieces_are_kept_and_wait_to_be_sent(web, bob, bob_browser, controls):
    answer = post(bob_browser, controls[0], MANDATE, ("photo.JPG", jpeg()))
    assert answer.status_code == 201, answer.text
    pieces = answer.json["pieces"]
    assert [(one["name"], one["kind"]) for one in pieces] == [
        ("mandat.pdf", "pdf"),
        ("photo.JPG", "jpeg"),
    ]
    assert pieces[0]["size"] == len(MANDATE[1])
    with web.database.reading() as db:
        detail = queries.get_control(db, bob, controls[0], now=NOW)
    assert detail.staged.uid == answer.json["deposit"]
    assert [row.uid for row in detail.staged.pieces] == [one["uid"] for one in pieces]
    assert detail.row.staged
    assert not detail.deposits
    assert len(kept(web)) == 2


def act_request(web, deposit):
    """What the page posts when a deposit is taken away."""
    output = next(
        name
        for name, one in web.dash.callback_map.items()
        if [part["id"] for part in one["inputs"]] == ["controls-acted"]
    )
    states = [dict(part) for part in web.dash.callback_map[output]["state"]]
    outs = [part.rsplit(".", 1) for part in output.strip(".").split("...")]
    told = {"act": "unstage", "deposit": deposit}
    return {
        "output": output,
        "outputs": [{"id": id_, "property": prop} for id_, prop in outs],
        "inputs": [{"id": "controls-acted", "property": "data", "value": told}],
        "state": [part | {"value": None} for part in states],
        "changedPropIds": ["controls-acted.data"],
    }


def test_what_is_taken_away_leaves_nothing_on_the_disk(web, bob_browser, controls):
    """Else, sent and taken away in turn, it fills the disk whatever the quota."""
    other = post(bob_browser, controls[1], MANDATE)
    before = kept(web)
    for _ in range(2):
        deposit = post(bob_browser, controls[0], MANDATE).json["deposit"]
        assert len(kept(web)) == 2
        answer = bob_browser.dispatch(act_request(web, deposit))
        assert answer.status_code == 200, answer.text
        assert kept(web) == before
    assert other.status_code == 201


def test_what_is_still_referred_to_is_not_erased(web, bob_browser, controls, monkeypatch):
    deposit = post(bob_browser, controls[0], MANDATE).json["deposit"]
    monkeypatch.setattr(deposits, "_drop", lambda *_: None)
    bob_browser.dispatch(act_request(web, deposit))
    assert len(kept(web)) == 1


def test_what_a_proof_lacks_is_told_of_each_control_and_does_not_stop_it(bob_browser, controls):
    answer = post(bob_browser, controls[:2], ("mandat.pdf", pdf(*COMPLETE)))
    assert answer.status_code == 201
    first, second = answer.json["checks"]
    assert (first["controle"], first["pce"]) == (controls[0], PCE)
    assert first["missing"] == []
    assert f"Le PCE {PCE} est cité." in first["found"]
    assert second["missing"] == [f"Le PCE {NUMBERS[1]} n’est pas cité."]


def test_a_picture_has_nothing_to_read_which_is_said(bob_browser, controls):
    answer = post(bob_browser, controls[0], ("photo.jpg", jpeg()))
    assert answer.status_code == 201
    (check,) = answer.json["checks"]
    assert check["missing"][0].startswith("Aucun texte à lire")
    assert answer.json["others"] == []


def test_other_controls_that_the_mandate_names_are_proposed(web, bob, bob_browser, controls):
    with web.database.transaction() as db:
        right = update(AccessRight).where(AccessRight.number == NUMBERS[2])
        db.execute(right.values(company="SCI des Érables", person=""))
    answer = post(bob_browser, controls[0], ("mandat.pdf", pdf(*COMPLETE)))
    (other,) = answer.json["others"]
    assert (other["controle"], other["pce"]) == (controls[2], NUMBERS[2])
    assert other["missing"] == ["Le titulaire, SCI des Érables, n’est pas cité."]
    assert f"Le PCE {NUMBERS[2]} est cité." in other["found"]
    with web.database.transaction() as db:
        actions.cover(db, bob, answer.json["deposit"], [controls[0], controls[2]])
    again = post(bob_browser, controls[1], ("mandat.pdf", pdf(*COMPLETE)))
    assert again.json["others"] == []  # each has its piece ready


@pytest.mark.slow
def test_hostile_pieces_are_refused_in_a_sentence_and_nothing_is_kept(web, bob_browser, controls):
    """Some of those that `test_checking` has refused one by one: all of them in `make proofs`."""
    sent = [case for case in sorted(CASES) if case not in PATHS + UNSEEN]
    for case in sent[:: 1 if "PORTAL_EXAMPLES" in os.environ else 5]:
        name, content, _word = CASES[case]
        answer = raw(bob_browser, controls[0], name, content)
        assert 400 <= answer.status_code < 500, (case, answer.status_code)
        assert len(answer.json["error"]) > 10, case
        assert nothing_remains(web), case


@pytest.fixture
def full(web):
    """One megabyte may be kept for an organisation."""
    with_portal(web, deposits=DepositLimits(quota_megabytes=1))


def picture(size):
    content = png()
    return content[:33] + chunk(b"teXt", bytes(size - len(content) - 12)) + content[33:]


def test_what_an_organisation_may_keep_is_bounded_before_its_body_is_read(
    full, web, bob_browser, controls
):
    answer = bob_browser.client.post(
        DEPOSIT,
        input_stream=Unread(),
        environ_overrides={"CONTENT_LENGTH": "1200000"},
        content_type="multipart/form-data; boundary=x",
        headers=bob_browser.head(),
    )
    assert answer.status_code == 409
    assert "0 Mo sur 1 Mo, il reste 1 Mo" in answer.json["error"]


def test_deposits_and_messages_count_together_and_what_is_taken_away_does_not(
    full, web, bob, bob_browser, controls
):
    def say(size):
        path = f"/api/controles/{controls[0]}/messages"
        return bob_browser.send(path, [("a.png", picture(size))], {"texte": "x"})

    staged = post(bob_browser, controls[0], ("a.png", picture(600_000)))
    assert staged.status_code == 201
    before = kept(web)
    refused = [say(450_000), post(bob_browser, controls[1], ("a.png", picture(450_000)))]
    assert [answer.status_code for answer in refused] == [409, 409]
    assert "1 Mo sur 1 Mo, il reste 0 Mo" in refused[0].json["error"]
    assert kept(web) == before
    assert say(350_000).status_code == 201
    with web.database.transaction() as db:
        assert queries.sum_stored_bytes(db, bob) == 950_000
        actions.send(db, bob, staged.json["deposit"], now=NOW)
        actions.send(db, bob, actions.stage(db, bob, controls[:1], [piece()], now=NOW).uid, now=NOW)
        assert queries.sum_stored_bytes(db, bob) == 951_200  # what was replaced too
    assert web.browser(DORA).send(
        f"/api/controles/{controls[0]}/messages", [("a.png", picture(1_050_000))], {"texte": "x"}
    ).status_code == 201  # fmt: skip
    with web.database.reading() as db:
        assert queries.sum_stored_bytes(db, bob) == 951_200


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("\u200emandat\u200b\u061c.pdf", "mandat.pdf"),
        ("Mandat : lycée.pdf", "Mandat - lycée.pdf"),
        ("con.pdf", "_con.pdf"),
        ("LPT1", ""),
    ],
)
def test_a_name_is_kept_as_any_machine_may_show_it(bob_browser, controls, name, shown):
    answer = raw(bob_browser, controls[0], name, MANDATE[1])
    assert [one["name"] for one in answer.json.get("pieces", [])] == [shown][: bool(shown)]


def test_an_end_of_line_in_a_name_is_refused_as_browsers_write_it(web, bob_browser, controls):
    answer = raw(bob_browser, controls[0], "mandat%0D%0A.pdf", MANDATE[1])
    assert (answer.status_code, answer.json["code"]) == (422, "2000000002")
    assert "n’est pas valable" in answer.json["error"]
    assert nothing_remains(web)


@pytest.mark.parametrize("case", PATHS)
def test_of_a_path_no_folder_is_kept(bob_browser, controls, case):
    name, content, _word = CASES[case]
    (piece,) = raw(bob_browser, controls[0], name, content).json["pieces"]
    assert piece["name"].endswith("mandat.pdf")
    assert not {"/", "\\"} & set(piece["name"])


@pytest.mark.parametrize("case", UNSEEN)
def test_marks_that_are_not_seen_are_taken_out_of_a_name(bob_browser, controls, case):
    name, content, _word = CASES[case]
    (piece,) = raw(bob_browser, controls[0], name, content).json["pieces"]
    assert piece["name"].isascii()
    assert piece["name"].isprintable()


def raw(browser, uid, name, content):
    """The request as a program writes it: no library would write such names."""
    shown = name.replace('"', '\\"').encode("utf8", "surrogatepass")
    body = (
        b'--x\r\nContent-Disposition: form-data; name="controle"\r\n\r\n%s\r\n'
        b'--x\r\nContent-Disposition: form-data; name="preuves"; filename="%s"\r\n\r\n%s\r\n'
        b"--x--\r\n" % (uid.encode(), shown, content)
    )
    kind = "multipart/form-data; boundary=x"
    return browser.client.post(DEPOSIT, data=body, content_type=kind, headers=browser.head())


def test_one_bad_piece_keeps_the_others_out(web, bob_browser, controls):
    answer = post(bob_browser, controls[0], MANDATE, ("virus.pdf", EICAR))
    assert answer.status_code == 422
    assert answer.json["code"] == "2000000002"
    assert "virus.pdf" in answer.json["error"]
    assert nothing_remains(web)


def test_every_bad_piece_is_named(web, bob_browser, controls):
    files = (("virus.pdf", EICAR), MANDATE, ("note.pdf", b"Bonjour"))
    answer = post(bob_browser, controls[0], *files)
    assert (answer.status_code, answer.json["code"]) == (422, "2000000002")
    said = answer.json["error"]
    assert "virus.pdf" in said
    assert "note.pdf\u00a0» n’est ni un PDF" in said
    assert "mandat.pdf" not in said
    assert nothing_remains(web)


def test_a_piece_too_large_has_its_own_code(web, bob_browser, controls):
    answer = post(bob_browser, controls[0], ("mandat.pdf", MANDATE[1] + bytes(4 * 1024 * 1024)))
    assert (answer.status_code, answer.json["code"]) == (413, "2000000005")
    assert nothing_remains(web)


class Unread(io.BytesIO):
    """A body that nobody may read."""

    def readinto(self, _buffer):
        raise AssertionError("the body was read")

    read = readinto


@pytest.mark.parametrize(
    ("length", "kind", "status"),
    [
        ("13000000", "multipart/form-data; boundary=x", 413),
        ("", "multipart/form-data; boundary=x", 422),
        ("100", "application/json", 415),
    ],
)
def test_what_the_head_refuses_is_not_read(length, kind, status, bob_browser, controls):
    answer = bob_browser.client.post(
        DEPOSIT,
        input_stream=Unread(),
        environ_overrides={"CONTENT_LENGTH": length},
        content_type=kind,
        headers=bob_browser.head(),
    )
    assert answer.status_code == status
    assert answer.json["error"]


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"--x\r\nContent-Disposition: form-data; name=", 422), (b"nothing of it", 422)],
)
def test_a_body_that_is_cut_is_refused(body, status, web, bob_browser, controls):
    answer = bob_browser.client.post(
        DEPOSIT,
        data=body,
        content_type="multipart/form-data; boundary=x",
        headers=bob_browser.head(),
    )
    assert answer.status_code == status
    assert nothing_remains(web)


def test_too_many_parts_are_refused(web, bob_browser, controls):
    many = {f"f{place}": "x" for place in range(uploads.FIELDS + 5)}
    answer = bob_browser.send(DEPOSIT, [MANDATE], many)
    assert answer.status_code == 422
    assert nothing_remains(web)


@pytest.mark.parametrize(
    ("files", "uids", "status"),
    [
        ([MANDATE] * 4, 1, 409),
        ([], 1, 409),
        ([MANDATE], 0, 422),
    ],
)
def test_one_to_three_pieces_for_one_control_at_least(
    files, uids, status, web, bob_browser, controls
):
    answer = post(bob_browser, controls[:uids], *files)
    assert answer.status_code == status
    assert answer.json["error"]
    assert nothing_remains(web)


def test_a_deposit_that_is_refused_after_all_leaves_nothing(web, bob_browser, controls):
    assert post(bob_browser, controls[0], MANDATE).status_code == 201
    before = kept(web)
    answer = post(bob_browser, controls[:2], MANDATE)
    assert answer.status_code == 409
    assert answer.json["error"].startswith("Une pièce est déjà prête")
    assert kept(web) == before


def test_a_decided_control_takes_nothing(web, bob, dora, bob_browser, controls):
    answer = post(bob_browser, controls[0], MANDATE)
    with web.database.transaction() as db:
        actions.send(db, bob, answer.json["deposit"], now=NOW)
        decided(db, dora, controls[0])
    job.apply(web.database, NOW + timedelta(hours=1))
    before = kept(web)
    assert post(bob_browser, controls[0], MANDATE).status_code == 409
    assert kept(web) == before


@pytest.mark.parametrize("user", [ALICE, CHARLIE])
def test_who_does_not_see_a_control_hears_that_there_is_none(user, web, controls):
    browser = web.browser(user)
    unknown = "00000000-0000-4000-8000-000000000000"
    answers = [post(browser, uid, MANDATE) for uid in (controls[0], unknown, "\0", "x" * 500)]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.json["error"] for answer in answers}) == 1
    mixed = post(web.browser(BOB), [controls[0], unknown], MANDATE)
    assert mixed.status_code == 404
    assert nothing_remains(web)


def test_only_the_third_party_deposits_and_not_who_only_reads(web, controls):
    with web.database.transaction() as db:
        reader = make_user(db, organisation_id=2, email="r@t.example", role=Role.CLIENT).id
    for user in (DORA, reader):
        assert post(web.browser(user), controls[0], MANDATE).status_code == 403
    assert nothing_remains(web)


def test_without_a_session_or_its_token_or_from_elsewhere_nothing_is_taken(web, controls):
    browser = web.browser(BOB)
    assert web.browser().send(DEPOSIT, [MANDATE]).status_code == 401
    assert post(browser, controls[0], MANDATE, **{"X-CSRFToken": None}).status_code == 400
    assert post(browser, controls[0], MANDATE, Origin="https://evil.example").status_code == 403
    assert nothing_remains(web)


def test_a_refusal_is_json_whatever_is_accepted(bob_browser, controls):
    answer = post(bob_browser, controls[0], ("a.pdf", b""), Accept="text/html")
    assert answer.status_code == 422
    assert answer.json["code"] == "2000000002"


def test_the_antivirus_has_its_say_and_its_silence_refuses(web, bob_browser, controls):
    def refuses(name, _content):
        raise Invalid("« {name} » contient un virus.", name=name, code="2000000002")

    def is_silent(_name, _content):
        raise Unavailable("L’antivirus ne répond pas.")

    with_portal(web, screen=refuses)
    assert post(bob_browser, controls[0], MANDATE).status_code == 422
    with_portal(web, screen=is_silent)
    answer = post(bob_browser, controls[0], MANDATE)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert nothing_remains(web)


def test_a_storage_that_fails_half_way_leaves_nothing(web, bob_browser, controls):
    storage = web.server.extensions["portal"].storage

    class Failing:
        def __init__(self):
            self.left = 1

        def put_object(self, content):
            if not self.left:
                raise Unavailable("Le stockage ne répond pas.")
            self.left -= 1
            return storage.put_object(content)

        def delete(self, key):
            storage.delete(key)

    with_portal(web, storage=Failing())
    assert post(bob_browser, controls[0], MANDATE, MANDATE).status_code == 503
    assert nothing_remains(web)


def test_a_right_that_ended_is_said_before_any_file_is_looked_at(
    web, bob_browser, controls, monkeypatch
):
    monkeypatch.setattr(uploads, "checked", lambda *_args: pytest.fail("a file was read"))
    with web.database.transaction() as db:
        ended = update(AccessRight).where(AccessRight.number.in_(NUMBERS[:2]))
        db.execute(ended.values(state=RightState.REVOKED))
    answer = post(bob_browser, controls, MANDATE)
    assert answer.status_code == 409
    assert all(number in answer.json["error"] for number in NUMBERS[:2])
    assert NUMBERS[2] not in answer.json["error"]
    assert nothing_remains(web)
