"""All of a control, from the campaign to what becomes of its right, each side at its own screen."""

import email
import email.policy
import time
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select, update

from components.controls import Ids
from components.controls.staff_ids import Ids as Desk
from data.controls import queries
from data.controls.models import Control
from data.metering.pces.models import Pce
from data.rights.models import AccessRight
from data.rights.types import ProofState, RightState
from jobs import controls as job
from tests.data.controls.files.pieces import pdf
from tests.journeys.proofs import DELAYS, office

MANAGER, CLIENT = "martin@reseau.example", "lea@sobrielle.example"
UNTIL_TOLD = 90  # s: mails leave each 15 s
PATIENCE = 30_000  # ms: a piece is opened three times before it is shown
DRAWER = f"#{Ids.DRAWER}"


class Story:
    """Three rights of the client, controlled together, and who sees what of them."""

    def __init__(self, visit, portal, language):
        self.portal, self.here = portal, office(portal, MANAGER, CLIENT)
        self.began = datetime.now(UTC)
        self.numbers = self._freed()
        self.staff = visit(MANAGER, language=language)
        self.client = visit(CLIENT, language=language, phone=True)
        self.client.expect("status of 404")  # of data that is closed
        self.uids = {}

    def _freed(self):
        """PCE with data of the client whose control nobody decides any more: it is closed."""
        query = (
            select(Control.uid, AccessRight.number)
            .join(AccessRight, AccessRight.id == Control.right_id)
            .join(Pce, Pce.id == AccessRight.pce_id)
            .where(Control.organisation_id == self.here.third.organisation_id)
            .where(Control.state.in_((ProofState.AWAITED, ProofState.UNDER_CHECK)))
            .where(Control.closed_at.is_(None), AccessRight.state == RightState.ACTIVE)
            .where(Pce.data_until.is_not(None))
            .order_by(Control.id)
        )
        with self.portal.database.reading() as db:
            found = db.execute(query).all()[:3]
        assert len(found) == 3
        self.here.close([uid for uid, _number in found])
        return [number for _uid, number in found]

    def drawn(self):
        """The control just opened on each of the PCE."""
        query = (
            select(AccessRight.number, Control.uid)
            .join(Control, Control.right_id == AccessRight.id)
            .where(Control.closed_at.is_(None), AccessRight.number.in_(self.numbers))
            .where(Control.organisation_id == self.here.third.organisation_id)
            .where(Control.opened_at >= self.began)
        )
        with self.portal.database.reading() as db:
            self.uids = dict(db.execute(query).all())
        assert set(self.uids) == set(self.numbers)

    def proof(self, number):
        with self.portal.database.reading() as db:
            return db.scalar(select(Control.state).where(Control.uid == self.uids[number]))

    def right(self, number):
        query = select(AccessRight.state).join(Control, Control.right_id == AccessRight.id)
        with self.portal.database.reading() as db:
            return db.scalar(query.where(Control.uid == self.uids[number]))

    def mandate(self, number):
        """A paper that says all that the right does."""
        with self.portal.database.reading() as db:
            uid = self.uids[number]
            said = queries.load_expected_proofs(db, self.here.third, [uid])[uid]
        day = said.consented_on or said.declared_on
        return pdf(
            "Mandat de consultation de données de gaz",
            f"Le titulaire : {said.holder}",
            f"autorise {said.third_party} pour le PCE {number} :",
            "consommations publiées, données journalières, contractuelles et techniques,",
            "pendant trois ans.",
            f"Fait le {day:%d/%m/%Y}. Signature",
        )

    def decisions_take_effect(self):
        """Nobody waits here for the minutes in which a decision may be undone."""
        later = datetime.now(UTC) + timedelta(minutes=DELAYS.undo_minutes + 1)
        job.apply(self.portal.database, later)

    def mail(self, words):
        until = time.monotonic() + UNTIL_TOLD
        while time.monotonic() < until:
            for path in (self.portal.var / "mail").glob("*.eml"):
                one = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
                text = one.get_body(("plain",)).get_content()
                if one["To"] == CLIENT and words in text:
                    return text
            time.sleep(0.5)
        raise AssertionError(f"no mail about {words}")

    def at_phone(self, number):
        page = self.client.open(f"/controles?controle={self.uids[number]}")
        looks(self.client)
        return page

    def at_desk(self, number):
        page = self.staff.open(f"/controles?controle={self.uids[number]}")
        expect(page.locator(".desk-scroll")).to_have_attribute("data-uid", self.uids[number])
        looks(self.staff)
        return page

    def chart(self, number):
        """Whether the client still sees the consumption of a PCE."""
        page = self.client.open(f"/consommations?pce={number}")
        looks(self.client)
        return page.locator(".js-plotly-plot").count() > 0


def looks(visitor):
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()


def deposits(page, name, content):
    """Choose a file on the phone, see it, and only then send it."""
    field = page.locator(f"{DRAWER} [data-for^=controls-files]")
    field.locator("input[type=file]").first.set_input_files(
        {"name": name, "mimeType": "application/pdf", "buffer": content}
    )
    field.locator("[data-does=send]").click()
    expect(page.locator(f"{DRAWER} .controls-preview")).to_contain_text(name, timeout=PATIENCE)


def sends(story, page, number):
    page.locator("[data-controls=act][data-act=send]").click()
    expect(page.locator(f"{DRAWER} .controls-previews")).to_have_count(0)
    assert story.proof(number) is ProofState.UNDER_CHECK
    looks(story.client)


def rules(page, letter, motive, text):
    """Decide by the keyboard, with a motive."""
    page.locator("h1").click()
    page.keyboard.press(letter)
    dialog = page.locator("dialog[open]")
    dialog.locator("select").select_option(motive)
    dialog.locator("textarea").fill(text)
    dialog.locator("[data-desk=confirm]").click()
    expect(page.locator(".desk-last .desk-undo")).to_be_visible()


def draws(story):
    page = story.staff.open("/controles?draw=1")
    page.locator(f"#{Desk.WAY} label").nth(1).click()
    page.locator(f"#{Desk.LISTED}").fill("\n".join(story.numbers))
    page.locator(f"#{Desk.LISTED}").blur()
    page.locator(f"#{Desk.PREVIEW}").click()
    expect(page.locator(f"#{Desk.OPEN}")).to_be_visible()
    looks(story.staff)
    page.locator(f"#{Desk.OPEN}").click()
    page.wait_for_url("**view=figures")
    looks(story.staff)
    story.drawn()


def is_asked_again(story, number):
    """A first paper lacks what the phone says; the manager asks for another, and says why."""
    page = story.at_phone(number)
    deposits(page, "mandat.pdf", pdf("Le titulaire donne son accord à Sobrielle. Signature"))
    expect(page.locator(f"{DRAWER} .rights-lines")).to_contain_text(number)
    looks(story.client)
    sends(story, page, number)
    page = story.at_desk(number)
    rules(page, "d", "number", "Le numéro manque.")
    assert story.proof(number) is ProofState.AWAITED
    page = story.at_desk(number)
    page.locator(".desk-text").fill("Pouvez-vous écrire le PCE ?")
    page.locator("[data-desk=send]").click()
    expect(page.locator(".controls-thread")).to_contain_text("écrire le PCE")
    story.decisions_take_effect()


def is_accepted(story, number):
    page = story.at_phone(number)
    expect(page.locator(DRAWER)).to_contain_text("Le numéro manque.")
    expect(page.locator(f"{DRAWER} .controls-thread")).to_contain_text("écrire le PCE")
    page.locator(f"{DRAWER} .controls-write textarea").fill("Le voici.")
    page.locator("[data-for^=controls-joined] [data-does=send]").click()
    expect(page.locator(f"{DRAWER} .controls-thread")).to_contain_text("Le voici.")
    deposits(page, "mandat-corrigé.pdf", story.mandate(number))
    looks(story.client)
    sends(story, page, number)
    page = story.at_desk(number)
    expect(page.locator(".controls-thread")).to_contain_text("Le voici.")
    is_marked(page, number)
    page.locator("h1").click()
    for figure in "123456":
        page.keyboard.press(figure)
    page.keyboard.press("v")
    expect(page.locator(".desk-last .desk-undo")).to_be_visible()
    assert story.proof(number) is ProofState.ACCEPTED
    story.decisions_take_effect()
    story.at_phone(number)
    assert story.right(number) is RightState.ACTIVE
    assert story.chart(number)


def is_marked(page, number):
    """The piece carries the numbers of the checklist, and the checklist leads to them."""
    marks = page.locator(".desk-mark")
    expect(marks.and_(page.locator("[data-point=signature]"))).to_be_visible(timeout=PATIENCE)
    points = [mark.get_attribute("data-point") for mark in marks.all() if mark.is_visible()]
    assert set(points) == {"holder", "number", "third_party", "perimeter", "date", "signature"}
    expect(page.locator(".desk-mark[data-point=perimeter] span")).to_have_count(1)
    expect(page.locator(".desk-point[data-point=perimeter] .desk-partly")).to_have_count(0)
    mark = page.locator(".desk-mark[data-point=number]")
    expect(mark).to_have_text("2")
    over = mark.bounding_box()
    sheet = page.locator(".desk-page img").first.bounding_box()
    assert sheet["x"] < over["x"]
    assert over["x"] + over["width"] < sheet["x"] + sheet["width"]
    entry = page.locator(".desk-point[data-point=number] .desk-point-words")
    expect(entry).to_contain_text(number)
    entry.click()
    expect(mark).to_have_class("desk-mark desk-mark-on")
    expect(mark).to_be_in_viewport()


def is_refused(story, number):
    story.here.deposit(story.uids[number], ("ancien.pdf", pdf("Un mandat de quelqu’un d’autre")))
    assert story.chart(number)
    page = story.at_desk(number)
    rules(page, "r", "holder", "Le contrat a changé de main.")
    assert story.right(number) is RightState.ACTIVE  # until it may be undone no more
    story.decisions_take_effect()
    assert story.right(number) is RightState.OBSOLETE
    page = story.at_phone(number)
    expect(page.locator(DRAWER)).to_contain_text("Le contrat a changé de main.")
    assert not story.chart(number)


def is_overdue(story, number):
    assert story.chart(number)
    long_ago = datetime.now(UTC).date() - timedelta(days=60)
    with story.portal.database.transaction() as db:
        late = update(Control).where(Control.uid == story.uids[number])
        db.execute(late.values(due_on=long_ago, asked_on=long_ago - timedelta(days=30)))
    story.at_phone(number)
    done = job.settle(story.portal.database, datetime.now(UTC), DELAYS)
    assert done["late"] >= 1
    assert (story.proof(number), story.right(number)) == (
        ProofState.REJECTED,
        RightState.OBSOLETE,
    )
    story.at_phone(number)
    assert not story.chart(number)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["fr", "en"])
def test_from_the_campaign_to_what_becomes_of_each_right(visit, portal, language):
    story = Story(visit, portal, language)
    first, second, third = story.numbers
    draws(story)
    told = story.mail(second)
    assert "/controles" in told
    is_asked_again(story, first)
    is_accepted(story, first)
    is_refused(story, second)
    is_overdue(story, third)
