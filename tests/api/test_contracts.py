"""Contracts over HTTP: read, downloaded, proved, signed by a code, twice is once."""

import io
import shutil
import zipfile
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from cryptography.fernet import Fernet
from sqlalchemy import func, select

from api.context import menu_counts
from components.contracts.documents import documents
from core.errors import NotFound
from data.contracts import actions, queries
from data.contracts.files.evidence import check_evidence
from data.contracts.files.keys import KeySource, seal_key
from data.contracts.files.verification import check
from data.contracts.models import Contract, ContractSignature, SigningCode
from data.contracts.types import (
    Consent,
    ContractActor,
    ContractState,
    ContractTerms,
    ContractTrigger,
    DataUse,
    DossierStep,
    Party,
    SigningMethod,
)
from data.identity.accounts.models import SecondFactor
from data.identity.audit.models import AuditEvent
from data.notifications.models import Notification
from data.notifications.types import NotificationKind
from tests.data.contracts.making import Play, boss
from tests.data.controls.files.hostile import EICAR
from tests.data.controls.files.pieces import jpeg, pdf
from tests.factories import NOW

ALICE, BOB, CHARLIE, DORA = 1, 2, 3, 4
POWER = "/api/contrats/pouvoir"


@pytest.fixture(scope="session")
def sealing(tmp_path_factory):
    """A key for trying, made once: it is slow on purpose."""
    folder = tmp_path_factory.mktemp("sealing")
    seal_key(folder, "Réseau Gaz", KeySource(), now=NOW)
    return folder


@pytest.fixture
def papers(web, sealing):
    shutil.copytree(sealing, web.var / "seal")
    return web.server.extensions["portal"].papers


@pytest.fixture
def play(web, bob, dora):
    """bob's contract, by its moves, in a transaction of its own."""

    class Opened:
        def __call__(self, move):
            with web.database.transaction() as db:
                return move(Play(db, boss(bob), dora))

    return Opened()


def offer(played, papers):
    """The dossier filled, its text drawn, stored and offered."""
    played.fill()
    uid, today = played.begin(), played.client.today
    terms = ContractTerms(today, today + timedelta(days=400))
    given = {"operator": papers.operator, "clauses": papers.clauses()}
    paper = queries.get_contract_paper(played.db, played.client, uid, terms=terms, **given)
    actions.send(
        *(played.db, played.client, uid, paper, papers.drawn(paper)),
        **given,
        version=played.row(uid).version,
        now=NOW,
    )
    return uid


@pytest.fixture
def uid(play, papers):
    return play(lambda played: offer(played, papers))


def text_of(web, dora, uid):
    with web.database.reading() as db:
        return queries.find_contract(db, dora, uid).texts[0]


def ask(web, viewer, uid, party=Party.CLIENT):
    """A code asked for, as its mail says it, and what is on the screen."""
    key = web.server.extensions["portal"].sealing_key
    with web.database.transaction() as db:
        seen = queries.find_contract(db, viewer, uid).texts[0].sha256
        actions.ask_code(db, viewer, uid, party=party, seen=seen, key=key, now=NOW)
        mine = (
            Notification.user_id == viewer.user_id,
            Notification.kind == NotificationKind.SIGNING_CODE,
        )
        params = select(Notification.params).where(*mine).order_by(Notification.id.desc())
        return db.scalars(params.limit(1)).one()["code"], seen


def sign(browser, uid, code, seen, **more):
    body = {"code": code, "vu": seen, "consentement": "1"} | more
    return browser.post(f"/api/contrats/{uid}/signature", body, Accept="application/json")


def state(web, uid):
    with web.database.reading() as db:
        return db.scalar(select(Contract.state).where(Contract.uid == uid))


def signatures(web):
    with web.database.reading() as db:
        return db.scalar(select(func.count()).select_from(ContractSignature))


def test_a_contract_is_signed_by_both_and_its_seals_hold(web, papers, uid, bob, dora):
    client, staff = web.browser(BOB), web.browser(DORA)
    answer = sign(client, uid, *ask(web, boss(bob), uid))
    assert (answer.status_code, state(web, uid)) == (201, ContractState.CLIENT_SIGNED)
    assert sign(staff, uid, *ask(web, dora, uid, Party.OPERATOR)).status_code == 201
    assert state(web, uid) is ContractState.ACTIVE
    text = text_of(web, dora, uid)
    content = client.get(f"/contrats/textes/{text.uid}/pdf")
    assert content.headers["Content-Disposition"].endswith(f"{text.paper.number}.pdf")
    checked = check(content.data, papers.key().anchors)
    assert checked.valid
    assert [one.party for one in checked.seals] == [Party.CLIENT, Party.OPERATOR]
    assert checked.sha256 == text.sha256


def test_a_second_press_signs_nothing_more(web, uid, bob):
    browser, code = web.browser(BOB), ask(web, boss(bob), uid)
    first = sign(browser, uid, *code)
    assert [first.status_code, sign(browser, uid, *code).status_code] == [201, 201]
    assert signatures(web) == 1


def test_a_wrong_code_is_said_at_its_field_and_counted(web, uid, bob):
    code, seen = ask(web, boss(bob), uid)
    wrong = "000000" if code != "000000" else "000001"
    answer = sign(web.browser(BOB), uid, wrong, seen)
    assert (answer.status_code, answer.json["field"]) == (422, "code")
    assert answer.json["dead"] is False
    assert "Essais restants : 4" in answer.json["error"].replace("\u00a0", " ")
    with web.database.reading() as db:
        assert db.scalar(select(SigningCode.tries)) == 1  # kept, though nothing was signed
    assert state(web, uid) is ContractState.SENT


def test_who_has_an_application_gives_both_codes(web, papers, uid, bob, dora):
    """An error says at which of the two fields it is; neither code alone signs."""
    key, secret = web.server.extensions["portal"].sealing_key, pyotp.random_base32()
    sealed = Fernet(key).encrypt(secret.encode()).decode()
    with web.database.transaction() as db:
        known = {"created_at": NOW, "confirmed_at": NOW, "last_step": 0}
        db.add(SecondFactor(user_id=BOB, sealed_secret=sealed, **known))
    browser, (code, seen) = web.browser(BOB), ask(web, boss(bob), uid)
    right = pyotp.TOTP(secret).at(web.clock())
    wrong = "000000" if right != "000000" else "000001"
    for typed, app, field in ((code, "", "app"), (code, wrong, "app"), (wrong, right, "code")):
        answer = sign(browser, uid, typed, seen, code_application=app)
        assert (answer.status_code, answer.json["field"]) == (422, field), (typed, app)
        assert not signatures(web)
    assert sign(browser, uid, code, seen, code_application=right).status_code == 201
    assert text_of(web, dora, uid).signatures[0].method is SigningMethod.CODE_TOTP


def test_nothing_is_signed_without_the_sentence_nor_by_somebody_else(web, uid, bob):
    code = ask(web, boss(bob), uid)
    assert sign(web.browser(BOB), uid, *code, consentement="").status_code == 422
    assert sign(web.browser(CHARLIE), uid, *code).status_code == 404
    assert sign(web.browser(DORA), uid, *code).status_code == 409  # not her turn
    assert sign(web.browser(), uid, *code).status_code == 401
    assert (signatures(web), state(web, uid)) == (0, ContractState.SENT)


def test_a_text_that_changed_since_it_was_shown_is_not_signed(web, uid, bob):
    code, _seen = ask(web, boss(bob), uid)
    answer = sign(web.browser(BOB), uid, code, "0" * 64)
    assert answer.status_code == 422
    assert "changé" in answer.json["error"]
    assert not signatures(web)


def test_pages_are_drawn_and_counted(web, uid, dora):
    text = text_of(web, dora, uid)
    browser = web.browser(BOB)
    first = browser.get(f"/contrats/textes/{text.uid}/pages/1.png")
    assert first.data.startswith(b"\x89PNG")
    pages = int(first.headers["X-Pages"])
    assert pages > 1
    assert browser.get(f"/contrats/textes/{text.uid}/pages/{pages}.png").status_code == 200
    assert browser.get(f"/contrats/textes/{text.uid}/pages/{pages + 1}.png").status_code == 404


def test_evidence_proves_itself_and_is_there_only_once_signed(web, papers, uid, bob, dora):
    text, browser = text_of(web, dora, uid), web.browser(BOB)
    address = f"/contrats/textes/{text.uid}/preuve?partie=client"
    assert browser.get(address).status_code == 404
    sign(browser, uid, *ask(web, boss(bob), uid))
    answer = browser.get(address)
    assert answer.status_code == 200
    assert check_evidence(answer.data, papers.key().anchors) == ()
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        assert "signature.json" in packed.namelist()
    assert browser.get(address.replace("client", "distributeur")).status_code == 404
    assert browser.get(address.replace("client", "")).status_code == 404


def downloads(web, dora, uid):
    """The downloads in the life of a contract, the latest first: what, by whom, of which side."""
    taken = {ContractTrigger.TEXT_DOWNLOADED, ContractTrigger.PROOF_DOWNLOADED}
    with web.database.reading() as db:
        found = queries.list_contract_events(db, dora, uid)
        journal = select(AuditEvent.action, AuditEvent.actor_id, AuditEvent.organisation_id)
        lines = journal.where(AuditEvent.action.like("%downloaded")).order_by(AuditEvent.id)
        return (
            [(one.trigger, one.who, one.actor) for one in found if one.trigger in taken],
            [tuple(row) for row in db.execute(lines)],
        )


def test_downloads_are_kept_each_in_the_journal_once_a_day_in_the_life(web, uid, bob, dora):
    client = web.browser(BOB)
    sign(client, uid, *ask(web, boss(bob), uid))
    address = f"/contrats/textes/{text_of(web, dora, uid).uid}"
    first = client.get(f"{address}/pdf")
    client.get(f"{address}/pdf")
    assert (
        client.get(f"{address}/pdf", **{"If-None-Match": first.headers["ETag"]}).status_code == 304
    )
    assert client.client.head(f"{address}/pdf").status_code == 200
    client.get(f"{address}/preuve?partie=client")
    client.get(f"{address}/preuve?partie=distributeur")  # there is none
    client.get(f"{address}/pages/1.png")  # read in the page
    web.browser(CHARLIE).get(f"{address}/pdf")
    web.browser(DORA).get(f"{address}/pdf")
    life, journal = downloads(web, dora, uid)
    assert life == [
        (ContractTrigger.TEXT_DOWNLOADED, "Dora", ContractActor.OPERATOR),
        (ContractTrigger.PROOF_DOWNLOADED, "Bob", ContractActor.CLIENT),
        (ContractTrigger.TEXT_DOWNLOADED, "Bob", ContractActor.CLIENT),
    ]
    text, proof = "contracts.text_downloaded", "contracts.proof_downloaded"
    assert journal == [(text, BOB, 2), (text, BOB, 2), (proof, BOB, 2), (text, DORA, 4)]
    web.clock.now += timedelta(days=1)
    assert web.browser(BOB).get(f"{address}/pdf").status_code == 200
    assert len(downloads(web, dora, uid)[0]) == 4


def test_who_looks_as_somebody_else_is_offered_no_evidence_file(web, uid, bob, dora):
    sign(web.browser(BOB), uid, *ask(web, boss(bob), uid))
    with web.database.reading() as db:
        detail = queries.find_contract(db, dora, uid)
    evidence = f"/contrats/textes/{detail.texts[0].uid}/preuve"
    with web.server.app_context():
        assert evidence in str(documents(bob, detail).to_plotly_json())
        offered = str(documents(replace(bob, behind=DORA), detail).to_plotly_json())
    assert evidence not in offered
    assert "/pdf" in offered  # it is read


def test_who_looks_as_somebody_else_downloads_under_their_own_name(web, uid, bob, dora):
    looked = replace(bob, behind=DORA)
    with web.database.transaction() as db:
        text = queries.find_contract(db, dora, uid).texts[0].uid
        actions.note_download(db, looked, text, ContractTrigger.TEXT_DOWNLOADED, now=NOW)
    life, journal = downloads(web, dora, uid)
    assert life == [(ContractTrigger.TEXT_DOWNLOADED, "Dora", ContractActor.OPERATOR)]
    assert journal == [("contracts.text_downloaded", DORA, 2)]


def test_no_download_of_another_organisation_is_kept(web, uid, charlie, dora):
    text = text_of(web, dora, uid).uid
    with web.database.transaction() as db, pytest.raises(NotFound):
        actions.note_download(db, charlie, text, ContractTrigger.TEXT_DOWNLOADED, now=NOW)


@pytest.mark.parametrize("path", ["pdf", "pages/1.png", "preuve?partie=client"])
def test_no_other_organisation_reads_a_text(web, uid, bob, dora, path):
    sign(web.browser(BOB), uid, *ask(web, boss(bob), uid))
    address = f"/contrats/textes/{text_of(web, dora, uid).uid}/{path}"
    assert web.browser(CHARLIE).get(address).status_code == 404
    assert web.browser(ALICE).get(address).status_code == 404
    assert web.browser(DORA).get(address).status_code == 200


def give(browser, *files, known=""):
    return browser.send(POWER, files, {"known": known})


def test_a_proof_of_power_is_kept_shown_and_begins_the_contract(web):
    browser = web.browser(BOB)
    answer = give(browser, ("delegation.pdf", pdf()))
    assert (answer.status_code, answer.json["version"]) == (201, 1)
    with web.database.reading() as db:
        assert db.scalar(select(Contract.state)) is ContractState.DRAFT
    shown = browser.get("/contrats/pouvoirs/2")
    assert shown.data == pdf()
    assert "sandbox" not in shown.headers["Content-Security-Policy"]
    assert browser.get("/contrats/pouvoirs/2/pages/1.png").headers["X-Pages"] == "1"
    assert web.browser(DORA).get("/contrats/pouvoirs/2").data == pdf()
    assert web.browser(CHARLIE).get("/contrats/pouvoirs/2").status_code == 404


def test_a_picture_is_its_own_page(web):
    browser = web.browser(BOB)
    assert give(browser, ("delegation.jpg", jpeg())).status_code == 201
    shown = browser.get("/contrats/pouvoirs/2/pages/1.png")
    assert (shown.data, shown.mimetype) == (jpeg(), "image/jpeg")
    assert "sandbox" in shown.headers["Content-Security-Policy"]


def test_what_is_no_piece_is_refused_and_leaves_nothing(web):
    browser = web.browser(BOB)
    refused = [
        give(browser, ("virus.pdf", EICAR)),
        give(browser, ("texte.pdf", b"rien")),
        give(browser),
        give(browser, ("a.pdf", pdf()), ("b.pdf", pdf())),
    ]
    assert {answer.status_code for answer in refused} <= {409, 422}
    folder = web.var / "contracts"
    assert not folder.exists() or not list(folder.iterdir())
    assert browser.get("/contrats/pouvoirs/2").status_code == 404


def test_another_step_kept_meanwhile_is_no_hindrance_to_a_proof(web, bob):
    """The page was drawn before: what it showed of this step still stands."""
    with web.database.transaction() as db:
        uses = (Consent(DataUse.FOLLOW, 12),)
        actions.keep_step(db, boss(bob), DossierStep.USES, uses, version=0, now=NOW)
    answer = give(web.browser(BOB), ("delegation.pdf", pdf()))
    assert (answer.status_code, answer.json["version"]) == (201, 2)


def test_a_proof_kept_meanwhile_is_named_and_replaced_by_sending_again(web):
    browser = web.browser(BOB)
    give(browser, ("delegation.pdf", pdf()))
    stale = give(browser, ("kbis.pdf", pdf()))
    assert stale.status_code == 409
    assert "delegation.pdf" in stale.json["error"]
    assert "de nouveau" in stale.json["error"]
    again = give(browser, ("kbis.pdf", pdf()), **stale.json["again"])
    assert (again.status_code, again.json["version"]) == (201, 2)


def test_no_piece_where_none_was_given(web):
    assert web.browser(BOB).get("/contrats/pouvoirs/2").status_code == 404
    assert web.browser(DORA).get("/contrats/pouvoirs/4").status_code == 404
    assert web.browser(DORA).get("/contrats/pouvoirs/99").status_code == 404


def test_the_menu_counts_the_contracts_that_wait(web, uid, bob, charlie, dora):
    with web.server.app_context():
        counted = [menu_counts(who).get("/contrats") for who in (boss(bob), charlie, dora)]
    assert counted == [1, 0, 0]
