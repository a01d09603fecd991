"""Over HTTP: one's data asked for, fetched by oneself alone, an account erased or kept."""

import json
import re
from datetime import date, timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import select, update

import jobs.subjects as job
from core.access import Role
from core.i18n import set_language
from data.administration.subjects.models import SubjectRequest
from data.administration.subjects.rules.classes import RULES
from data.administration.subjects.types import Periods, RequestKind, RequestState
from data.identity.accounts import actions
from data.identity.accounts.models import Invitation, LoginSession, Organisation, User
from data.identity.audit.models import AuditEvent
from data.notifications.models import Notification
from data.notifications.types import NotificationKind
from data.rights.models import AccessRight
from data.rights.types import RightState
from tests.factories import NOW, make_pce, make_right, make_user
from tests.queue_work import drain
from tests.web import Web

ALICE, BOB, IRENE = 1, 2, 5
PASSWORD = "quatre mots tres ordinaires"
ASK, ERASE, MINE = "/compte/donnees/demande", "/compte/donnees/effacement", "/compte/donnees"
HOLDER = "titulaire@maison.example"


@pytest.fixture
def doors(web):
    """Alice and Irene, who runs the portal, have a password that is known here."""
    hashed = actions.hash_password(PASSWORD)
    with web.database.transaction() as db:
        named = {"organisation_id": 4, "role": Role.ADMINISTRATOR}
        make_user(db, email="irene@reseau.example", name="Irene", **named)
        db.execute(update(User).values(password_hash=hashed))
        right = make_right(db, make_pce(db), 2, email=HOLDER, person="Tia Tulaire")
        right.state, right.closed_at = RightState.REVOKED, NOW
    return web


def work(web, at=NOW):
    return drain(web.database, job.archive_handler(web.var, Periods), now=at)


def requests(web):
    with web.database.reading() as db:
        return db.scalars(select(SubjectRequest).order_by(SubjectRequest.id)).all()


def kinds_of_mail(web):
    with web.database.reading() as db:
        return list(db.scalars(select(Notification.kind).order_by(Notification.id)))


def actions_noted(web):
    with web.database.reading() as db:
        noted = select(AuditEvent.action).where(AuditEvent.action.startswith("subjects."))
        return list(db.scalars(noted.order_by(AuditEvent.id)))


def test_who_asks_types_their_password_then_fetches_their_archive_alone(doors):
    alice = doors.browser(ALICE)
    assert "Demander mes données" in str(alice.open(MINE).json)
    assert "current-password" in alice.get(ASK).text
    wrong = alice.post(ASK, {"current": "non"})
    assert wrong.status_code == 422
    assert requests(doors) == []
    assert alice.post(ASK, {"current": PASSWORD}).location == f"{MINE}?fait=demande"
    assert "Votre archive est demandée" in str(alice.open(MINE, "?fait=demande").json)
    assert alice.post(ASK, {"current": PASSWORD}).status_code == 409  # it waits already
    assert alice.get(f"{MINE}/1/archive").status_code == 404  # not made yet
    assert work(doors) == 1
    assert work(doors) == 0
    assert "/compte/donnees/1/archive" in str(alice.open(MINE).json)
    fetched = alice.get(f"{MINE}/1/archive")
    assert fetched.headers["Content-Type"] == "application/zip"
    assert "mes-donnees-2026-11-24.zip" in fetched.headers["Content-Disposition"]
    assert fetched.headers["Cache-Control"] == "no-store"
    with ZipFile(BytesIO(fetched.data)) as archive:
        account = json.loads(archive.read("account.json"))
        said = b"".join(archive.read(name) for name in archive.namelist())
    assert account[0]["email"] == "alice@tilleuls.example"
    assert b"bob@" not in said
    for other in (BOB, IRENE, None):
        answer = doors.browser(other).get(f"{MINE}/1/archive")
        assert answer.status_code == (302 if other is None else 404)
    assert kinds_of_mail(doors) == [NotificationKind.DATA_READY]
    assert actions_noted(doors) == [
        "subjects.export_asked", "subjects.export_made", "subjects.export_fetched",
    ]  # fmt: skip


def test_an_archive_is_kept_some_days(doors):
    alice = doors.browser(ALICE)
    alice.post(ASK, {"current": PASSWORD})
    work(doors)
    later = NOW + timedelta(days=7, minutes=1)
    job.purge(doors.database, doors.var, later)
    assert [one.state for one in requests(doors)] == [RequestState.OVER]
    assert list((doors.var / "subjects").iterdir()) == []
    assert alice.get(f"{MINE}/1/archive").status_code == 404


def test_an_archive_lost_from_the_disk_is_a_sentence(doors):
    alice = doors.browser(ALICE)
    alice.post(ASK, {"current": PASSWORD})
    work(doors)
    for file in (doors.var / "subjects").iterdir():
        file.unlink()
    assert alice.get(f"{MINE}/1/archive").status_code == 409


def test_who_is_alone_reads_first_what_they_leave_to_nobody(doors):
    alice = doors.browser(ALICE)
    with doors.database.transaction() as db:
        db.get_one(Organisation, 1).contracted_until = NOW.date() - timedelta(days=1)
    assert "Vous êtes seul dans" in alice.get(ERASE).text
    assert "contrat reste en vigueur" not in alice.get(ERASE).text
    with doors.database.transaction() as db:
        db.get_one(Organisation, 1).contracted_until = date(2027, 3, 1)
        for number, ends in enumerate((NOW + timedelta(days=1), NOW)):
            mail = f"z{number}@n.example"
            values = {"email": mail, "name": "Z", "role": Role.CLIENT, "language": "fr", "tags": []}
            sent = {"token_hash": mail, "created_at": NOW, "sent_at": NOW, "expires_at": ends}
            db.add(Invitation(organisation_id=1, invited_by=ALICE, **values, **sent))
    page = alice.get(ERASE).text
    assert "en vigueur jusqu’au 1er mars 2027" in page
    assert "1 invitation est en attente" in page
    assert "confier à un collègue" not in page  # there is none
    with doors.database.transaction() as db:
        make_user(db, organisation_id=1, email="ana@tilleuls.example")
    page = alice.get(ERASE).text
    assert "Vous êtes seul" not in page
    assert "confier à un collègue" in page


def test_nothing_is_said_both_to_go_and_to_stay(doors):
    with doors.database.transaction() as db:
        words = {"name": "", "role": Role.CLIENT, "tags": [], "created_at": NOW, "sent_at": NOW}
        for mail, by in (("alice@tilleuls.example", BOB), ("z@n.example", ALICE)):
            sent = {"email": mail, "token_hash": mail, "expires_at": NOW}
            db.add(Invitation(organisation_id=1, invited_by=by, **words, **sent))
    page = doors.browser(ALICE).get(ERASE).text
    gone, stays = page.split("Ce qui reste, et pourquoi")
    assert "personne invitée (votre part)" in gone
    assert "personne invitée (la part de" in stays
    said = [set(re.findall("<li>(.*?)(?: : contrat.*)?</li>", part)) for part in (gone, stays)]
    assert not said[0] & said[1]


def test_an_account_is_erased_some_days_after_it_is_asked(doors):
    alice, other = doors.browser(ALICE), doors.browser(ALICE)
    assert "Fermer et effacer" in str(alice.open(MINE).json)
    page = alice.get(ERASE).text
    assert "Ce qui reste, et pourquoi" in page
    assert "7 jours" in page
    assert alice.post(ERASE, {"current": PASSWORD, "word": "oui"}).status_code == 422
    assert alice.post(ERASE, {"current": "non", "word": "EFFACER"}).status_code == 422
    asked = alice.post(ERASE, {"current": PASSWORD, "word": "EFFACER"})
    assert asked.location == f"{MINE}?fait=effacement"
    assert alice.get(ERASE).location == MINE  # it is asked once
    assert other.get("/compte").status_code == 302  # the other sessions ended
    assert "Votre compte va être effacé" in str(alice.open(MINE).json)
    assert kinds_of_mail(doors) == [NotificationKind.ERASURE_ASKED]
    assert job.erase_due(doors.database, doors.var, NOW + timedelta(days=6)) == 0
    assert job.erase_due(doors.database, doors.var, NOW + timedelta(days=7)) == 1
    with doors.database.reading() as db:
        assert db.get(User, ALICE).name == "Compte effacé"
        assert db.scalar(select(LoginSession.id).where(LoginSession.user_id == ALICE)) is None
    assert alice.get("/compte").status_code == 302


def test_signed_in_again_they_change_their_mind(doors):
    alice = doors.browser(ALICE)
    alice.post(ERASE, {"current": PASSWORD, "word": "EFFACER"})
    assert doors.browser(BOB).post(f"{MINE}/1/annulation").status_code == 404
    assert doors.browser(IRENE).post(f"{MINE}/1/annulation").status_code == 404
    again = doors.browser(ALICE)
    assert "Annuler et garder mon compte" in str(again.open(MINE).json)
    assert again.post(f"{MINE}/1/annulation").location == f"{MINE}?fait=annulation"
    assert "Votre compte reste ouvert." in str(again.open(MINE, "?fait=annulation").json)
    assert again.post(f"{MINE}/1/annulation").status_code == 404
    assert job.erase_due(doors.database, doors.var, NOW + timedelta(days=30)) == 0
    assert [one.state for one in requests(doors)] == [RequestState.CANCELLED]


def test_the_last_administrator_hands_over_first(doors):
    answer = doors.browser(IRENE).post(ERASE, {"current": PASSWORD, "word": "EFFACER"})
    assert answer.status_code == 409
    page = doors.browser(IRENE).get(ERASE).text  # before anything is typed
    for said in (answer.text, page):
        assert "Vous êtes le dernier administrateur de" in said
        assert "/admin?organisation=4" in said
        assert 'name="word"' not in said
    assert 'name="word"' in doors.browser(ALICE).get(ERASE).text


def form(**values):
    return {
        "email": HOLDER, "kind": "export", "check": "called", "reference": "appel du 24",
        "current": PASSWORD,
    } | values  # fmt: skip


def test_who_runs_the_portal_asks_for_a_holder_without_account(doors):
    irene = doors.browser(IRENE)
    assert "Demande d’une personne sans compte" in irene.get("/admin/donnees").text
    assert irene.post("/admin/donnees", form()).status_code == 303
    work(doors)
    answer = irene.get(f"{MINE}/1/archive")
    with ZipFile(BytesIO(answer.data)) as archive:
        assert json.loads(archive.read("rights_over.json"))[0]["person"] == "Tia Tulaire"
    assert doors.browser(ALICE).get(f"{MINE}/1/archive").status_code == 404
    assert irene.post("/admin/donnees", form(kind="erasure")).status_code == 303
    assert "h" in str(irene.open("/admin", "?part=data").json)
    assert job.erase_due(doors.database, doors.var, NOW + timedelta(days=7)) == 1
    with doors.database.reading() as db:
        right = db.scalars(select(AccessRight)).one()
        assert (right.person, right.email) == ("", "")
    assert {one.email for one in requests(doors)} == {""}
    assert irene.get(f"{MINE}/1/archive").status_code == 404  # it goes with the rest


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"email": "alice@tilleuls.example"}, 409),  # has an account
        ({"email": "personne@maison.example"}, 404),
        ({"email": "non"}, 422),
        ({"check": ""}, 422),
        ({"reference": " "}, 422),
        ({"kind": "tout"}, 422),
        ({"current": "non"}, 422),
    ],
)
def test_a_request_for_somebody_is_refused_with_a_sentence(doors, values, status):
    answer = doors.browser(IRENE).post("/admin/donnees", form(**values))
    assert answer.status_code == status
    assert 'role="alert"' in answer.text
    assert requests(doors) == []


def test_a_holder_whose_right_stands_withdraws_it_first(doors):
    with doors.database.transaction() as db:
        db.execute(update(AccessRight).values(state=RightState.ACTIVE))
    answer = doors.browser(IRENE).post("/admin/donnees", form(kind="erasure"))
    assert answer.status_code == 409
    assert doors.browser(IRENE).post("/admin/donnees", form()).status_code == 303


@pytest.mark.parametrize("user", [ALICE, BOB])
def test_nobody_else_asks_for_somebody(doors, user):
    browser = doors.browser(user)
    assert browser.get("/admin/donnees").status_code == 403
    assert browser.post("/admin/donnees", form()).status_code == 403
    assert requests(doors) == []


def test_an_erasure_asked_for_a_holder_is_cancelled_by_who_runs_the_portal(doors):
    irene = doors.browser(IRENE)
    irene.post("/admin/donnees", form(kind="erasure"))
    assert [one.kind for one in requests(doors)] == [RequestKind.ERASURE]
    answer = irene.post(f"{MINE}/1/annulation", {"back": "admin"})
    assert answer.location == "/admin?part=data&fait=annulation"


def test_the_privacy_page_says_the_periods_in_force_to_anybody(sqlite_template, web):
    page = web.browser().get("/confidentialite")
    assert page.status_code == 200
    assert "5 ans après la fin du droit" in page.text
    assert "12 rue du Réseau" in page.text
    set_language("fr")
    for rule in RULES:
        assert rule.what.replace("’", "&#39;") in page.text or rule.what in page.text
    assert "/confidentialite" in web.browser().get("/connexion").text
    others = {"keep_rights_years": 8, "privacy_contact": "Déléguée, 1 rue X", "erasure_days": 3}
    page = Web(web.database, web.var, **others).browser().get("/confidentialite").text
    assert "8 ans après la fin du droit" in page
    assert "Déléguée, 1 rue X" in page
    assert "3 jours" in page


@pytest.mark.parametrize(
    ("officer", "email", "contact"),
    [
        ("Déléguée, 1 rue X", "accueil@reseau.example", "Déléguée, 1 rue X"),
        ("", "accueil@reseau.example", "accueil@reseau.example"),
        ("", "", "envois@reseau.example"),
    ],
)
def test_a_telephone_stands_beside_the_address_never_instead(web, officer, email, contact):
    named = {"privacy_contact": officer, "mail_from": "envois@reseau.example"}
    desk = {"operator_email": email, "operator_phone": "01 02 03 04 05"}
    page = Web(web.database, web.var, **named, **desk).browser().get("/confidentialite").text
    assert f"Pour toute question sur vos données : {contact}<br>" in page.replace("\u00a0", " ")
    assert "01 02 03 04 05" in page


def test_the_privacy_page_speaks_english(web):
    browser = web.browser()
    browser.client.set_cookie("language", "en")
    page = browser.get("/confidentialite").text
    assert "5 years after the end of the right" in page
    assert "Who is responsible" in page
