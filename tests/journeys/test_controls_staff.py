"""An account manager opens the queue at nine, and works through it with the keyboard."""

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from components.controls.staff_ids import Ids
from data.controls.models import Control, Message
from data.rights.types import ProofState
from tests.data.controls.files.pieces import png
from tests.journeys.proofs import mandate, office
from tests.journeys.test_controls import GONE
from tests.journeys.visitor import SCREENS

MANAGER = "martin@reseau.example"
THIRD = "nadia@thermia.example"
QUEUE, PIECE, CHECK = f"#{Ids.QUEUE}", f"#{Ids.PIECE}", f"#{Ids.CHECK}"
FILES = (("mandat.pdf", mandate()), ("tampon.png", png()))


@pytest.fixture
def desk(portal):
    """Three more controls of one third party, a proof of two pieces sent for each."""
    here = office(portal, MANAGER, THIRD)
    uids = here.draw(3)
    for uid in uids:
        here.deposit(uid, *FILES)
    yield uids
    here.close(uids)


def state_of(portal, uid):
    with portal.database.reading() as db:
        return db.scalar(select(Control.state).where(Control.uid == uid))


def opened(page):
    return page.locator(f"{QUEUE} .desk-line:has([aria-current])")


def comes_to(visitor, uid):
    """The control *uid* is the one that is open, in the queue and in its columns."""
    page = visitor.page
    page.wait_for_function(
        "uid => document.querySelector('.desk-check .desk-scroll')?.dataset.uid === uid", arg=uid
    )
    expect(opened(page)).to_have_attribute("data-uid", uid)
    return visitor.settle()


@pytest.mark.daily
def test_the_queue_is_worked_through_by_keyboard(visit, portal, desk):
    first, second, third = desk
    visitor = visit(MANAGER)
    page = visitor.open(f"/controles?controle={first}")
    comes_to(visitor, first)
    page.keyboard.press("j")
    comes_to(visitor, second)
    page.keyboard.press("ArrowUp")
    comes_to(visitor, first)
    for figure in "12345":
        page.keyboard.press(figure)
    page.keyboard.press("6")
    page.keyboard.press("6")
    expect(page.locator(".desk-left")).to_have_text(re.compile("1 point ne convient pas.*6"))
    page.keyboard.press("d")
    dialog = page.locator("dialog[open]")
    expect(dialog.locator("select")).to_have_value("signature")
    page.keyboard.type("Le cachet manque : vdrz.")
    dialog.get_by_role("button", name="Demander la pièce").click()
    comes_to(visitor, second)
    assert state_of(portal, first) is ProofState.AWAITED
    page.keyboard.press("v")  # answers first: it leads to them
    expect(page.locator(".desk-left")).to_contain_text("répondre aux 6 points pour valider")
    expect(page.locator(".desk-answer").first).to_be_focused()
    assert state_of(portal, second) is ProofState.UNDER_CHECK
    for figure in "123456":
        page.keyboard.press(figure)
    page.keyboard.press("v")
    comes_to(visitor, third)
    assert state_of(portal, second) is ProofState.ACCEPTED
    page.keyboard.press("r")
    dialog.get_by_role("button", name="Refuser la preuve").click()
    expect(dialog).to_contain_text("Choisissez un motif")
    dialog.locator("select").select_option("holder")
    dialog.get_by_role("button", name="Refuser la preuve").click()
    expect(page.locator(f"{QUEUE} [data-uid='{third}']")).to_have_count(0)
    assert state_of(portal, third) is ProofState.REJECTED
    page.keyboard.press("z")
    comes_to(visitor, third)
    assert state_of(portal, third) is ProofState.UNDER_CHECK


def test_an_answer_is_of_the_piece_on_the_screen_and_another_one_is_shown_anew(visit, portal, desk):
    first, here = desk[0], office(portal, MANAGER, THIRD)
    visitor = visit(MANAGER)
    page = visitor.open(f"/controles?controle={first}")
    comes_to(visitor, first)
    pages = page.locator(f"#{Ids.PAGES} img")
    for figure in "12345":
        page.keyboard.press(figure)
    expect(page.locator(".desk-left")).to_contain_text("5 points sur 6")
    here.deposit(first, ("autre-chose.pdf", mandate(pages=3)))
    page.keyboard.press("6")
    expect(page.locator("#frame-toasts")).to_contain_text("Une autre pièce vient d’arriver")
    expect(pages.first).to_have_attribute("alt", "Page 1 sur 3 de autre-chose.pdf")
    expect(page.locator(".desk-answer[aria-pressed=true]")).to_have_count(0)
    page.keyboard.press("v")
    page.wait_for_timeout(1500)  # longer than an answer waits before it is sent again
    visitor.settle()
    expect(page.locator(".desk-left")).to_contain_text("répondre aux 6 points pour valider")
    assert state_of(portal, first) is ProofState.UNDER_CHECK
    here.deposit(first, ("encore.pdf", mandate(pages=1)))
    page.locator(".desk-text").fill("Merci.")
    page.get_by_role("button", name="Envoyer").click()
    expect(pages.first).to_have_attribute("alt", "Page 1 sur 1 de encore.pdf")


def test_the_piece_is_read_and_the_lines_chosen_are_decided_by_keyboard(visit, portal, desk):
    visitor = visit(MANAGER)
    page = visitor.open(f"/controles?controle={desk[2]}")
    comes_to(visitor, desk[2])
    pages = page.locator(f"#{Ids.PAGES} img")
    expect(pages).to_have_count(2)
    page.wait_for_function(  # drawn, and more than the screen holds
        "id => { const one = document.getElementById(id);"
        " return one.scrollHeight > one.clientHeight; }",
        arg=Ids.PAGES,
    )
    visitor.settle()
    page.locator("h1").click()
    # Back to the top but for a pixel or two: each press turns a share of a height that is rounded.
    for key, further in (("PageDown", "top > 9"), ("PageUp", "top < 9")):
        page.keyboard.press(key)
        page.wait_for_function(
            f"id => {{ const top = document.getElementById(id).scrollTop; return {further}; }}",
            arg=Ids.PAGES,
        )
    page.keyboard.press("f")
    expect(pages.first).to_have_attribute("alt", "Image de tampon.png")
    page.keyboard.press("f")
    expect(pages.first).to_have_attribute("alt", "Page 1 sur 2 de mandat.pdf")
    told = page.locator('[data-counts="/controles"]')
    before = int(told.inner_text())
    for uid in desk[:2]:
        page.locator(f"{QUEUE} [data-uid='{uid}'] .desk-tick").click()
    dialog = page.locator("dialog[open]")
    page.keyboard.press("r")
    expect(dialog).to_contain_text("2 contrôles choisis")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.keyboard.press("v")
    expect(dialog).to_contain_text("2 contrôles choisis")
    dialog.get_by_role("button", name="Tout valider").click()
    expect(page.locator(".desk-last")).to_contain_text("2 contrôles décidés")
    expect(dialog).to_have_count(0)  # keys are left alone until then
    comes_to(visitor, desk[2])
    assert [state_of(portal, uid) for uid in desk] == [
        ProofState.ACCEPTED,
        ProofState.ACCEPTED,
        ProofState.UNDER_CHECK,
    ]
    expect(told).to_have_text(str(before - 2))
    for figure in "123456":
        page.keyboard.press(figure)
    expect(page.locator(".desk-left")).to_have_text("Les 6 points conviennent.")
    page.keyboard.press("v")
    expect(page.locator(f"{QUEUE} [data-uid='{desk[2]}']")).to_have_count(0)
    expect(told).to_have_text(re.compile(f"^{before - 3 or ''}$"))


def test_what_is_told_moves_nothing(visit, desk):
    visitor = visit(MANAGER)
    page = visitor.open(f"/controles?controle={desk[0]}")
    comes_to(visitor, desk[0])
    before = page.locator(f"#{Ids.DESK}").bounding_box()
    page.locator(".desk-check .desk-owner").select_option(label="Martin Roussel")
    expect(page.locator("#frame-toasts .notice-toast")).to_be_visible()
    assert page.locator(f"#{Ids.DESK}").bounding_box() == before
    expect(page.locator(".purpose")).to_be_visible()


def test_letters_are_left_alone_while_one_types_and_when_they_are_off(visit, portal, desk):
    first = desk[0]
    visitor = visit(MANAGER)
    page = visitor.open(f"/controles?controle={first}")
    page.locator(f"#{Ids.SEARCH}").press_sequentially("jvr")
    comes_to_search(visitor)
    page.locator(f"#{Ids.SEARCH}").fill("")
    visitor.settle()
    page.locator("h1").click()
    page.keyboard.press("?")
    dialog = page.locator("dialog[open]")
    visitor.has_no_axe_violation()
    dialog.get_by_role("switch").click()
    expect(dialog.get_by_role("switch")).to_have_attribute("aria-checked", "false")
    page.keyboard.press("Escape")
    page.keyboard.press("v")
    page.keyboard.press("1")
    visitor.settle()
    assert state_of(portal, first) is ProofState.UNDER_CHECK


def comes_to_search(visitor):
    expect(visitor.page.locator(QUEUE)).to_contain_text("Aucun contrôle ne correspond")
    return visitor.settle()


def test_pieces_are_read_in_the_page(visit, desk):
    visitor = visit(MANAGER)
    page = visitor.open(f"/controles?controle={desk[0]}")
    pages = page.locator(f"#{Ids.PAGES} img")
    expect(pages).to_have_count(2)
    expect(pages.first).to_have_attribute("alt", "Page 1 sur 2 de mandat.pdf")
    assert pages.first.evaluate("image => image.naturalWidth") > 500
    assert page.locator(f"#{Ids.PAGES}").bounding_box()["y"] < 425  # of a screen of 900
    last, foot = page.locator(".desk-point").last, page.locator(".desk-foot")
    assert last.bounding_box()["y"] + 40 < foot.bounding_box()["y"]
    narrow = pages.first.evaluate("image => image.clientWidth")
    page.get_by_role("button", name=re.compile("^150")).click()
    expect(pages).to_have_count(2)
    page.wait_for_function(
        "narrow => document.querySelector('.desk-pages img').clientWidth > narrow * 1.3",
        arg=narrow,
    )
    page.get_by_role("button", name="tampon.png").click()
    expect(pages).to_have_count(1)
    expect(pages.first).to_have_attribute("alt", "Image de tampon.png")
    with page.expect_download() as kept:
        page.get_by_role("link", name="Télécharger la pièce").click()
    assert kept.value.suggested_filename == "tampon.png"
    with page.expect_download() as pack:
        page.get_by_role("link", name="Dossier de preuve").click()
    assert pack.value.suggested_filename.endswith(".zip")


def test_a_message_goes_to_the_client_and_a_note_stays(visit, portal, desk):
    visitor = visit(MANAGER)
    page = visitor.open(f"/controles?controle={desk[0]}")
    text = page.locator(".desk-text")
    drawn = page.locator(f"#{Ids.PAGES} img").first
    expect(drawn).to_be_visible()
    drawn.evaluate("image => { image.dataset.mine = 'yes'; }")
    text.fill("Pouvez-vous renvoyer la page 2 ?")
    page.locator(".desk-attach input").set_input_files(
        {"name": "exemple.pdf", "mimeType": "application/pdf", "buffer": FILES[0][1]}
    )
    page.get_by_role("button", name="Envoyer", exact=True).click()
    expect(page.locator(".controls-thread")).to_contain_text("renvoyer la page 2")
    expect(page.locator(".controls-thread")).to_contain_text("exemple.pdf")
    expect(text).to_have_value("")
    expect(page.locator(".controls-thread li").last).to_be_in_viewport(ratio=0.5)
    expect(drawn).to_have_attribute("data-mine", "yes")  # the piece was not drawn again
    page.get_by_role("button", name="Note interne").click()
    text.fill("Même tiers refusé en mars.")
    visitor.has_no_axe_violation()
    page.get_by_role("button", name="Envoyer", exact=True).click()
    expect(page.locator(".controls-note")).to_contain_text("invisible du client")
    with portal.database.reading() as db:
        query = select(Message.internal).join(Control, Control.id == Message.control_id)
        assert list(db.scalars(query.where(Control.uid == desk[0]))) == [False, True]
    client = visit(THIRD)
    seen = client.open(f"/controles?controle={desk[0]}")
    expect(seen.locator("body")).to_contain_text("renvoyer la page 2")
    expect(seen.locator("body")).not_to_contain_text("refusé en mars")


def test_a_draft_stays_with_its_control(visit, desk):
    visitor = visit(MANAGER)
    page = visitor.open(f"/controles?controle={desk[0]}")
    page.locator(".desk-text").fill("À finir")
    page.locator(f"{QUEUE} [data-uid='{desk[1]}'] .desk-open").click()
    comes_to(visitor, desk[1])
    expect(page.locator(".desk-text")).to_have_value("")
    page.locator(f"{QUEUE} [data-uid='{desk[0]}'] .desk-open").click()
    comes_to(visitor, desk[0])
    expect(page.locator(".desk-text")).to_have_value("À finir")


def test_lines_that_are_alike_are_given_and_decided_together(visit, portal, desk):
    visitor = visit(MANAGER)
    page = visitor.open("/controles")
    for uid in desk[:2]:
        page.locator(f"{QUEUE} [data-uid='{uid}'] .desk-tick").click()
    bar = page.locator(".desk-many")
    expect(bar).to_contain_text("2 contrôles choisis")
    visitor.has_no_axe_violation()
    bar.locator("select").select_option(label="Martin Roussel")
    expect(page.locator(f"{QUEUE} [data-uid='{desk[0]}']")).to_contain_text("Martin Roussel")
    expect(bar).to_contain_text("2 contrôles choisis")
    bar.get_by_role("button", name="Valider").click()
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("mandat.pdf, tampon.png\u00a0: 1 contrôle")
    expect(dialog).to_contain_text("seront considérés comme vérifiés")
    visitor.has_no_axe_violation()
    dialog.get_by_role("button", name="Tout valider").click()
    expect(page.locator(".desk-last")).to_contain_text("2 contrôles décidés")
    assert [state_of(portal, uid) for uid in desk[:2]] == [ProofState.ACCEPTED] * 2
    page.locator(".desk-last").get_by_role("button", name="Annuler").click()
    comes_to(visitor, desk[0])
    assert [state_of(portal, uid) for uid in desk[:2]] == [ProofState.UNDER_CHECK] * 2


def test_one_press_chooses_what_a_proof_covers(visit, portal):
    here = office(portal, MANAGER, THIRD)
    uids = here.draw(3)
    here.deposit(uids[0], FILES[0], also=uids[1:])
    visitor = visit(MANAGER)
    page = visitor.open(f"/controles?controle={uids[0]}")
    page.get_by_role("button", name="Choisir les 3 contrôles de cette pièce").click()
    bar = page.locator(".desk-many")
    expect(bar).to_contain_text("3 contrôles choisis")
    page.locator(f"#{Ids.SEARCH}").fill("zzzz")  # what is not listed stays chosen
    comes_to_search(visitor)
    page.locator(f"#{Ids.SEARCH}").fill("")
    visitor.settle()
    expect(bar).to_contain_text("3 contrôles choisis")
    before = page.locator(f"#{Ids.DESK}").bounding_box()["y"]
    bar.get_by_role("button", name="Valider").click()
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("mandat.pdf\u00a0: 3 contrôles")
    dialog.get_by_role("button", name="Tout valider").click()
    expect(page.locator(".desk-last")).to_contain_text("3 contrôles décidés")
    assert page.locator(f"#{Ids.DESK}").bounding_box()["y"] == before  # nothing moved
    expect(page.locator("#frame-toasts .notice-toast")).to_have_count(0)
    assert {state_of(portal, uid) for uid in uids} == {ProofState.ACCEPTED}
    here.close(uids)


def test_a_campaign_is_drawn_previewed_and_opened(visit, portal, desk):
    visitor = visit(MANAGER)
    page = visitor.open("/controles")
    page.get_by_role("link", name="Tirer un échantillon").first.click()
    page.wait_for_url("**draw=1")
    visitor.settle()
    page.locator(f"#{Ids.RATE}").fill("1")
    page.locator(f"#{Ids.SEED}").fill("42")
    page.locator(f"#{Ids.SEED}").blur()
    page.locator(f"#{Ids.PREVIEW}").click()
    expect(page.locator(f"#{Ids.PREVIEWED}")).to_contain_text("Demander 1 preuve")
    visitor.has_no_axe_violation()
    page.locator(f"#{Ids.OPEN}").click()
    page.wait_for_url("**view=figures")
    visitor.settle()
    expect(page.locator("main")).to_contain_text("échantillon 1")
    expect(page.locator("main")).to_contain_text("42")


@pytest.mark.parametrize("screen", SCREENS)
def test_every_state_is_accessible_and_fits(visit, desk, screen):
    visitor = visit(MANAGER, **screen)
    page = visitor.open(f"/controles?controle={desk[0]}")
    looks(visitor)
    if screen["phone"]:
        for step in ("piece", "check"):
            page.locator(f".desk-step[data-step={step}]").click()
            looks(visitor)
    page.locator("[data-desk=decide][data-verdict=reject]").click()
    looks(visitor)
    for address in ("?q=zzzz", "?state=awaited", "?draw=1", "?view=figures"):
        visitor.open(f"/controles{address}")
        looks(visitor)
    page = visitor.open("/controles?controle=absent")
    expect(page.locator(".notice-alert")).to_contain_text(GONE)
    looks(visitor)


def looks(visitor):
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()
