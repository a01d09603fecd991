"""From a campaign to a proof sent from a phone: seen, warned of, ticked for many, then sent."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from components.controls import Ids
from core.access import Viewer
from core.i18n import PARIS
from data.controls import actions, queries
from data.controls.models import Control
from data.controls.types import ControlVerdict, Motive, Picked, ProofDelays, Ruling
from data.identity.accounts.models import Organisation, User
from data.rights.models import AccessRight
from data.rights.types import ProofState, RightState
from tests.data.controls.files.pieces import pdf
from tests.journeys.visitor import SCREENS

ASKER, STAFF = "nadia@thermia.example", "martin@reseau.example"
DELAYS = ProofDelays()
GONE = re.compile("Ce contrôle est introuvable|This control cannot be found")
LACKS = ("Mandat", "Le titulaire autorise THERMIA Conseil", "Fait le 2 septembre 2024. Signature")


def viewer_of(db, email):
    query = select(User, Organisation).join(Organisation).where(User.email == email)
    user, organisation = db.execute(query).one()
    today = datetime.now(PARIS).date()
    return Viewer(user.id, organisation.id, organisation.kind, user.role, today)


def campaign(portal, count):
    """Controls just opened on rights of the asker: (uid, PCE) of each."""
    mine = select(User.organisation_id).where(User.email == ASKER).scalar_subquery()
    busy = select(Control.right_id)
    query = (
        select(AccessRight.uid)
        .where(AccessRight.organisation_id == mine, AccessRight.state == RightState.ACTIVE)
        .where(AccessRight.id.not_in(busy))
        .order_by(AccessRight.id)
        .limit(count)
    )
    with portal.database.transaction() as db:
        staff, now = viewer_of(db, STAFF), datetime.now(UTC)
        draw = Picked(uids=tuple(db.scalars(query)))
        mark = actions.preview_campaign(db, staff, draw, delays=DELAYS).mark
        actions.open_campaign(db, staff, draw, mark=mark, delays=DELAYS, now=now)
        drawn = select(Control.uid, AccessRight.number).join(
            AccessRight, AccessRight.id == Control.right_id
        )
        drawn = drawn.where(AccessRight.uid.in_(draw.uids)).order_by(Control.id)
        found = [tuple(row) for row in db.execute(drawn)]
    assert len(found) == count
    return found


def state_of(portal, uid):
    with portal.database.reading() as db:
        return db.scalar(select(Control.state).where(Control.uid == uid))


def ask_again(portal, uid):
    with portal.database.transaction() as db:
        staff, now = viewer_of(db, STAFF), datetime.now(UTC)
        version = queries.get_control(db, staff, uid, now=now).row.version
        ruling = Ruling(ControlVerdict.AGAIN, Motive.SIGNATURE, "Le cachet manque en page 1.")
        at_once = replace(DELAYS, undo_minutes=0)
        actions.decide(db, staff, uid, ruling, version=version, delays=at_once, now=now)
        actions.apply(db, queries.list_final(db, now), now)
        actions.write_note(db, staff, uid, "Note entre collègues.", now=now)
        later = now + timedelta(seconds=1)
        actions.write_message(db, staff, uid, "Pouvez-vous joindre le cachet ?", now=later)


def choose(page, field, *files):
    page.locator(f"[id^={field}][type=file]").first.set_input_files(
        [
            {"name": name, "mimeType": "application/pdf", "buffer": content}
            for name, content in files
        ]
    )
    page.locator(f"[data-for^={field}] [data-does=send]").click()


def mandate(*numbers):
    named = [f"pour le PCE {number}" for number in numbers]
    return pdf(*LACKS, *named)


@pytest.mark.daily
@pytest.mark.slow
def test_deposited_from_a_phone_warned_of_and_sent_for_two(visit, portal):
    (first, one), (second, other) = campaign(portal, 2)
    visitor = visit(ASKER, phone=True)
    page = visitor.open(f"/controles?controle={first}")
    drawer = page.locator(f"#{Ids.DRAWER}")
    expect(drawer).to_contain_text("Envoyez la preuve jusqu’au")
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()

    visitor.expect("status of 422")
    choose(page, "controls-files", ("virus.pdf", b"MZ" + b"x" * 200))
    expect(drawer.locator(".file-error").first).to_contain_text("virus.pdf")
    drawer.locator("[data-does=remove]").click()

    choose(page, "controls-files", ("mandat.pdf", mandate(one, other)))
    expect(drawer).to_contain_text("Importée, pas encore envoyée")
    expect(drawer).to_contain_text("À vérifier avant d’envoyer")
    expect(drawer).to_contain_text("Cette pièce peut servir de preuve pour 2 contrôles")
    image = drawer.locator(".controls-preview img")
    expect(image).to_have_js_property("complete", value=True)
    assert image.evaluate("image => image.naturalWidth") > 100
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()
    assert state_of(portal, first) is ProofState.AWAITED

    page = visitor.open(f"/controles?controle={first}")
    drawer = page.locator(f"#{Ids.DRAWER}")
    expect(drawer).to_contain_text("À vérifier avant d’envoyer")
    expect(drawer).to_contain_text("Cette pièce peut servir de preuve pour 2 contrôles")
    badge = page.locator('[data-counts="/controles"]')
    waiting = int(badge.text_content())
    drawer.get_by_role("button", name="Envoyer au distributeur").click()
    expect(drawer).to_contain_text("Preuve envoyée : le distributeur la vérifie")
    expect(badge).to_have_text(str(waiting - 2) if waiting > 2 else "")
    assert {state_of(portal, uid) for uid in (first, second)} == {ProofState.UNDER_CHECK}
    visitor.has_no_axe_violation()

    ask_again(portal, first)
    page = visitor.open(f"/controles?controle={first}")
    drawer = page.locator(f"#{Ids.DRAWER}")
    expect(drawer).to_contain_text("Le distributeur demande une nouvelle pièce")
    expect(drawer).to_contain_text("Le cachet manque en page 1.")
    expect(drawer.locator(".controls-thread")).to_contain_text("Pouvez-vous joindre le cachet ?")
    expect(drawer).not_to_contain_text("Note entre collègues.")
    visitor.has_no_axe_violation()
    drawer.locator("textarea").fill("Le voici.")
    choose(page, "controls-joined", ("cachet.pdf", pdf("Cachet")))
    expect(drawer.locator(".controls-thread")).to_contain_text("Le voici.")
    expect(drawer.locator(".controls-thread")).to_contain_text("cachet.pdf")
    page = visitor.open(f"/controles?controle={first}")
    expect(page.locator(".controls-thread")).not_to_contain_text("Nouveau")


def test_the_lines_follow_what_is_done_in_the_drawer(visit, portal):
    ((uid, number),) = campaign(portal, 1)
    page = visit(ASKER).open(f"/controles?show=awaited&q={number}&controle={uid}")
    line = page.locator(f'.ag-row[row-id="{uid}"] .controls-open')
    expect(line).to_have_text("Importer")
    choose(page, "controls-files", ("mandat.pdf", mandate(number)))
    expect(line).to_have_text("Envoyer")
    page.get_by_role("button", name="Envoyer au distributeur").click()
    expect(line).to_have_count(0)
    expect(page.locator(f"#{Ids.NOTHING}")).to_be_visible()


@pytest.fixture(scope="module")
def asked(portal):
    """One that nobody answers."""
    return campaign(portal, 1)[0]


@pytest.mark.parametrize("screen", SCREENS)
def test_the_grid_its_filters_and_one_proof_for_the_ticked(visit, asked, screen):
    first, number = asked
    visitor = visit(ASKER, **screen)
    page = visitor.open(f"/controles?q={number}")
    grid = page.locator(f"#{Ids.GRID}")
    expect(grid.locator(".controls-open")).to_have_count(1)
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()
    grid.locator(".ag-selection-checkbox input").first.click()
    page.locator("[data-controls=many]").click()
    drawer = page.locator(f"#{Ids.DRAWER}")
    expect(drawer.locator(".file-field")).to_be_visible()
    visitor.has_no_axe_violation()
    page.keyboard.press("Escape")
    expect(drawer).to_be_empty()

    visitor.moves(grid.locator(".controls-open").first.click)
    assert f"controle={first}" in page.url
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()
    page.keyboard.press("Escape")

    page = visitor.open("/controles?show=all&q=zzzz")
    expect(page.locator(f"#{Ids.NOTHING}")).to_be_visible()
    visitor.has_no_axe_violation()
    page.locator(f"#{Ids.CLEAR}").click()
    expect(grid).to_be_visible()

    page = visitor.open("/controles?controle=absent")
    expect(page.locator(".notice-alert")).to_contain_text(GONE)
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()


@pytest.mark.usefixtures("asked")
def test_home_says_what_is_due_and_the_calendar_follows(visit, portal):
    visitor = visit(ASKER)
    page = visitor.open("/")
    expect(page.locator("main")).to_contain_text("à envoyer")
    expect(page.locator('[data-counts="/controles"]')).not_to_be_empty()
    page = visitor.open("/controles")
    page.locator(f"#{Ids.NEW_CALENDAR}").click()
    shown = page.locator(".kit-copied code")
    expect(shown).to_contain_text("/calendrier/")
    visitor.has_no_axe_violation()
    path = "/calendrier/" + shown.inner_text().rpartition("/")[2]
    fed = visit().context.request.get(f"{portal.url}{path}")
    assert fed.ok
    assert "BEGIN:VEVENT" in fed.text()
    page.locator("[data-controls=drop]").click()
    expect(page.locator(".controls-links")).to_have_count(0)
    assert visit().context.request.get(f"{portal.url}{path}").status == 404
