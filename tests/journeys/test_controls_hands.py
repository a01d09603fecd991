"""What careless hands meet on controls: a press too early, a second tab, a network lost."""

import re
from datetime import UTC, datetime
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import expect

from components import frame
from components.controls import Ids
from components.controls.staff_ids import Ids as Desk
from data.controls import actions, queries
from data.controls.types import ControlVerdict, Ruling
from data.rights.types import ProofState
from tests.data.controls.files.pieces import pdf, png
from tests.journeys.proofs import DELAYS, mandate, office
from tests.journeys.test_controls_staff import state_of

THIRD, MANAGER = "nadia@thermia.example", "martin@reseau.example"
DRAWER = f"#{Ids.DRAWER}"
FIELD, TALK = "[data-for^=controls-files]", "[data-for^=controls-joined]"
SEND, LIST = "[data-does=send]", "[data-part=list] li"
TOAST = f"#{frame.Ids.TOASTS} .notice-toast"
ON_TOP = """element => {
    const box = element.getBoundingClientRect();
    return element.contains(document.elementFromPoint(box.left + 30, box.top + box.height / 2));
}"""


@pytest.fixture
def asked(portal):
    """One control of the third party, nothing deposited for it."""
    here = office(portal, MANAGER, THIRD)
    (uid,) = here.draw(1)
    yield uid
    here.close([uid])


@pytest.fixture
def desk(portal):
    here = office(portal, MANAGER, THIRD)
    (uid,) = here.draw(1)
    here.deposit(uid, ("mandat.pdf", mandate()))
    yield uid, here
    here.close([uid])


def a_pdf(name="mandat.pdf", *, octets=0):
    return {"name": name, "mimeType": "application/pdf", "buffer": pdf("Mandat") + b" " * octets}


def a_photo(name="IMG_0042.jpg"):
    held = BytesIO()
    Image.effect_noise((3000, 2400), 70).convert("RGB").save(held, "JPEG", quality=95)
    return {"name": name, "mimeType": "image/jpeg", "buffer": held.getvalue()}


def choose(page, *files, field=FIELD):
    page.locator(f"{DRAWER} {field} input[type=file]").first.set_input_files(list(files))


def is_on_top(page, toast):
    expect(toast.first).to_be_visible()
    page.wait_for_function(ON_TOP, arg=toast.first.element_handle())


def asks_before(page, gesture):
    """Whether the browser asks before *gesture* leaves the page."""
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    gesture()
    return asked == ["beforeunload"]


def test_what_is_said_is_over_the_drawer_of_a_phone(visit, portal, asked):
    visitor = visit(THIRD, phone=True)
    page = visitor.open(f"/controles?controle={asked}")
    choose(page, a_pdf())
    page.locator(f"{FIELD} {SEND}").click()
    expect(page.locator(DRAWER)).to_contain_text("Importée, pas encore envoyée")
    visitor.settle()
    other = visitor.context.new_page()
    other.goto(f"{portal.url}/controles?controle={asked}")
    second = other.get_by_role("button", name="Envoyer au distributeur")
    second.wait_for()

    visitor.expect("ERR_INTERNET_DISCONNECTED", "Failed to fetch", "server did not respond")
    visitor.context.set_offline(True)
    page.get_by_role("button", name="Envoyer au distributeur").click()
    is_on_top(page, page.locator("#trouble"))
    visitor.context.set_offline(False)
    page.locator("#trouble [data-does]").last.click()
    send = page.get_by_role("button", name="Envoyer au distributeur")
    expect(send).to_be_enabled()
    send.click()
    expect(page.locator(DRAWER)).to_contain_text("Preuve envoyée\u00a0: le distributeur la vérifie")
    is_on_top(page, page.locator(TOAST, has_text="Preuve envoyée"))

    second.click()
    is_on_top(other, other.locator(TOAST, has_text="déjà envoyé"))
    expect(other.locator(DRAWER)).to_contain_text(
        "Preuve envoyée\u00a0: le distributeur la vérifie"
    )
    expect(second).to_have_count(0)


def test_a_photo_still_being_made_smaller_goes_with_the_others(visit, asked):
    visitor = visit(THIRD, phone=True)
    page = visitor.open(f"/controles?controle={asked}")
    page.evaluate(
        """() => {
            const made = window.createImageBitmap;
            window.createImageBitmap = async file => {
                await new Promise(done => { window.let_go = done; });
                return made(file);
            };
        }"""
    )
    field = page.locator(f"{DRAWER} {FIELD}")
    choose(page, a_pdf("page1.pdf"))
    choose(page, a_photo())
    expect(field.locator(LIST)).to_have_count(2)
    expect(field.locator(LIST).last).to_contain_text("Photo en préparation…")
    field.locator(SEND).click()
    expect(field.locator(SEND)).to_be_disabled()
    visitor.has_no_axe_violation()
    page.evaluate("window.let_go()")
    shown = page.locator(".controls-preview figcaption")
    expect(shown).to_have_count(2, timeout=60_000)
    expect(shown.last).to_contain_text("IMG_0042.jpg")


def test_a_file_that_cannot_be_taken_is_told_at_once_and_how_to_mend_it(visit, asked):
    visitor = visit(THIRD, phone=True)
    page = visitor.open(f"/controles?controle={asked}")
    field = page.locator(f"{DRAWER} {FIELD}")
    problems = field.locator("[data-part=error]")
    choose(page, {"name": "note.docx", "mimeType": "application/zip", "buffer": b"PK" * 99})
    expect(problems).to_contain_text(
        "«\u00a0note.docx\u00a0» n’est ni un PDF, ni un JPEG, ni un PNG"
    )
    expect(problems).to_contain_text("exportez-le en PDF")
    choose(page, a_pdf("gros.pdf", octets=5_000_000))
    expect(problems).to_contain_text("«\u00a0gros.pdf\u00a0» fait 5,0 Mo")
    expect(problems).to_contain_text("compressez-le")
    expect(field.locator(LIST)).to_have_count(0)
    choose(page, *[a_pdf(f"p{rank}.pdf") for rank in range(4)])
    expect(problems).to_have_text(
        "3 fichiers au plus\u00a0: «\u00a0p3.pdf\u00a0» n’est pas ajouté."
    )
    expect(field.locator(LIST)).to_have_count(3)
    for _rank in range(3):
        field.locator("[data-does=remove]").first.click()
    visitor.expect("status of 422")
    choose(page, {"name": "scan.pdf", "mimeType": "application/pdf", "buffer": b"MZ" * 99})
    field.locator(SEND).click()
    expect(problems).to_contain_text("scan.pdf")
    expect(field.locator("[data-part=first]")).to_be_visible()
    expect(field.locator("[data-part=again]")).to_be_hidden()  # it would be refused again


def test_a_message_without_a_file_is_sent_seen_and_never_lost(visit, asked):
    visitor = visit(THIRD, phone=True)
    page = visitor.open(f"/controles?controle={asked}")
    text = page.locator(f"{DRAWER} textarea")
    field = page.locator(f"{DRAWER} {TALK}")
    text.fill("é😀" * 2000)
    expect(page.locator(".field-count")).to_have_text(re.compile("4.000 signes sur 4.000$"))
    text.fill("é😀" * 2000 + "fin")
    expect(page.locator(".field-count")).to_contain_text("3 de trop")
    assert text.input_value().endswith("fin")
    visitor.expect("status of 422", "ERR_INTERNET_DISCONNECTED")
    field.locator(SEND).click()
    expect(field.locator("[data-part=error]")).to_contain_text("trop long")
    assert text.input_value().endswith("fin")
    text.fill("La page 2 arrive demain.")
    expect(page.locator(".field-count")).to_be_empty()
    visitor.context.set_offline(True)
    field.locator(SEND).click()
    expect(field.locator("[data-part=error]")).to_contain_text("votre message est toujours ici")
    expect(field.locator("[data-part=error]")).not_to_contain_text("fichier")
    visitor.context.set_offline(False)
    field.locator(SEND).click()
    said = page.locator(".controls-message", has_text="La page 2 arrive demain.")
    expect(said).to_be_in_viewport()
    expect(said).to_be_focused()
    assert not asks_before(page, page.reload)


def test_what_was_typed_or_chosen_is_not_lost_by_a_reload_without_a_word(visit, asked, desk):
    visitor = visit(THIRD, phone=True)
    page = visitor.open(f"/controles?controle={asked}")
    assert not asks_before(page, page.reload)
    visitor.settle()
    page.locator(f"{DRAWER} textarea").fill("En cours")
    assert asks_before(page, page.reload)
    visitor.settle()
    choose(page, a_pdf())
    expect(page.locator(f"{FIELD} {LIST}")).to_have_count(1)
    assert asks_before(page, page.reload)
    staff = visit(MANAGER)
    page = staff.open(f"/controles?controle={desk[0]}")
    page.locator(".desk-text").fill("Brouillon")
    assert asks_before(page, page.reload)
    staff.settle()
    assert not asks_before(page, page.reload)


def test_a_decision_that_does_not_get_through_keeps_its_motive_and_its_words(visit, portal, desk):
    uid, _here = desk
    visitor = visit(MANAGER)
    visitor.expect("ERR_INTERNET_DISCONNECTED", "Failed to fetch", "server did not respond")
    page = visitor.open(f"/controles?controle={uid}")
    again = page.locator(".desk-foot [data-verdict=again]")
    again.click()
    dialog = page.locator("dialog[open]")
    dialog.locator("select").select_option("signature")
    dialog.locator("textarea").fill("Le cachet manque.")
    confirm = dialog.get_by_role("button", name="Demander la pièce")
    visitor.context.set_offline(True)
    confirm.click()
    expect(dialog.locator(".desk-problem")).to_contain_text("Connexion interrompue")
    expect(dialog.locator("textarea")).to_have_value("Le cachet manque.")
    visitor.has_no_axe_violation()
    page.keyboard.press("Escape")
    again.click()
    expect(dialog.locator("textarea")).to_have_value("Le cachet manque.")
    expect(dialog.locator("select")).to_have_value("signature")
    visitor.context.set_offline(False)
    confirm.click()
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator(f"#{Desk.LAST}")).to_contain_text("Nouvelle pièce demandée")
    assert state_of(portal, uid) is ProofState.AWAITED


def test_when_somebody_was_first_the_words_stay_and_the_control_is_drawn_again(visit, portal, desk):
    uid, here = desk
    visitor = visit(MANAGER)
    page = visitor.open(f"/controles?controle={uid}")
    page.locator(".desk-foot [data-verdict=reject]").click()
    dialog = page.locator("dialog[open]")
    dialog.locator("select").select_option("holder")
    dialog.locator("textarea").fill("Écrit avec soin.")
    accepted(portal, here, uid)
    confirm = dialog.get_by_role("button", name="Refuser la preuve")
    confirm.click()
    expect(dialog.locator(".desk-problem")).to_contain_text("Martin Roussel a déjà validé")
    expect(dialog.locator("textarea")).to_have_value("Écrit avec soin.")
    expect(confirm).to_be_disabled()
    dialog.get_by_role("button", name="Renoncer").click()
    check = page.locator(f"#{Desk.CHECK}")
    expect(check.locator(".desk-decisions")).to_contain_text("Martin Roussel")
    expect(check.locator(".desk-foot [data-desk=decide]")).to_have_count(0)
    expect(page.locator(f"#{Desk.QUEUE} [data-uid='{uid}']")).to_have_count(0)
    assert state_of(portal, uid) is ProofState.ACCEPTED


def accepted(portal, here, uid):
    with portal.database.transaction() as db:
        now = datetime.now(UTC)
        version = queries.get_control(db, here.staff, uid, now=now).row.version
        ruling = Ruling(ControlVerdict.ACCEPT, verified=True)
        actions.decide(db, here.staff, uid, ruling, version=version, delays=DELAYS, now=now)


def test_of_too_many_files_beside_a_message_the_one_left_out_is_named(visit, desk):
    visitor = visit(MANAGER)
    page = visitor.open(f"/controles?controle={desk[0]}")
    entry = page.locator(".desk-attach input")
    entry.set_input_files([a_pdf(f"x{rank}.pdf") for rank in range(4)])
    writing = page.locator(".desk-writing")
    expect(writing.locator(".desk-joined li")).to_have_count(3)
    said = writing.locator(".desk-problem")
    expect(said).to_have_text("3 fichiers au plus\u00a0: «\u00a0x3.pdf\u00a0» n’est pas ajouté.")
    writing.locator("[data-desk=unjoin]").first.click()
    expect(said).to_be_empty()
    entry.set_input_files({"name": "tampon.png", "mimeType": "image/png", "buffer": png()})
    expect(writing.locator(".desk-joined li")).to_have_count(3)
    page.locator(".desk-text").fill("Voici.")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator(".controls-thread")).to_contain_text("tampon.png")
