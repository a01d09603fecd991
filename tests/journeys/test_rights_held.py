"""The holder: asks for no more letters; signed in, sees who reads, answers and withdraws."""

import email
import email.policy
import re
import time

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from components.rights import Ids
from data.identity.accounts.models import User
from data.metering.pces.models import Pce
from data.rights.models import AccessRight
from data.rights.types import RightState
from tests.journeys.test_rights import (
    ASKER,
    UNREAD,
    UNTIL_TOLD,
    declare,
    due_now,
    free_pces,
)
from tests.journeys.visitor import SCREENS

HOLDER, CITY, PATH = "louise@fournil.example", "camille@tilleuls.example", "/droits/lecteurs"


def asked_of(portal, who):
    """The PCE that the organisation of *who* is asked for, and waits for its answer."""
    query = (
        select(AccessRight.number)
        .join(Pce, Pce.id == AccessRight.pce_id)
        .join(User, User.organisation_id == Pce.holder_id)
        .where(User.email == who, AccessRight.state == RightState.PENDING)
    )
    with portal.database.reading() as db:
        return db.scalars(query.order_by(AccessRight.id)).first()


def stop_link(portal, address):
    """The link of a mail to *address* that stops them, as its header has it."""
    until = time.monotonic() + UNTIL_TOLD
    while time.monotonic() < until:
        for path in (portal.var / "mail").glob("*.eml"):
            mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            found = re.search(r"(/courriels/[^\s>]+)", mail["List-Unsubscribe"] or "")
            if mail["To"] == address and found:
                assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
                assert found[1] in mail.get_body(("plain",)).get_content()
                return found[1]
        time.sleep(0.5)
    raise AssertionError(f"no mail to {address}")


@pytest.mark.daily
@pytest.mark.slow
def test_a_holder_alone_accepts_sees_who_reads_and_withdraws(visit, portal):
    number = asked_of(portal, HOLDER)
    holder = visit(HOLDER)
    page = holder.open("/")
    expect(page.locator("main")).to_contain_text("demande à lire vos consommations")
    page = holder.open("/droits")
    holder.has_no_axe_violation()
    holder.moves(lambda: page.get_by_role("link", name="Qui lit vos données").click())
    expect(page.locator("main")).to_contain_text(number)
    holder.has_no_axe_violation()
    holder.moves(lambda: page.get_by_role("link", name="Répondre…").click())
    holder.has_no_axe_violation()
    holder.moves(lambda: page.get_by_role("button", name="J’accepte").click())
    expect(page.locator("main")).to_contain_text("Thermia Conseil lit vos données")
    holder.moves(page.go_back)
    expect(page.locator("main")).to_contain_text("Vous avez accepté le")
    holder.has_no_axe_violation()

    asker = visit(ASKER)
    read = asker.open(f"/consommations?pce={number}")
    expect(read.locator("#consumption-chart")).to_be_visible()
    page = holder.open(PATH)
    expect(page.locator("table")).to_contain_text("a lu les consommations")
    holder.has_no_axe_violation()

    holder.moves(lambda: page.get_by_role("link", name="Retirer l’accord…").click())
    expect(page.locator("main")).to_contain_text("Rien n’a encore changé")
    holder.has_no_axe_violation()
    holder.moves(lambda: page.get_by_role("button", name="Oui, retirer cet accord").click())
    expect(page.locator("main")).to_contain_text("Thermia Conseil ne lit plus")
    asker.expect("status of 404")
    read = asker.open(f"/consommations?pce={number}")
    expect(read.locator("main")).to_contain_text(UNREAD)


@pytest.mark.slow
def test_a_holder_wants_no_letter_and_the_asker_knows_it(visit, portal):
    (number,) = free_pces(portal, written_to=lambda address: address == CITY)
    asker = visit(ASKER)
    page = declare(asker, portal, number, "Site Sans Courriel")
    due_now(portal)
    link = stop_link(portal, CITY)

    holder = visit(language="fr", phone=True)
    holder.page.goto(f"{portal.url}{link}")
    holder.fits_the_screen()
    holder.has_no_axe_violation()
    holder.page.get_by_role("button", name="Ne plus m’écrire").click()
    expect(holder.page.locator("h1")).to_contain_text("Nous ne vous écrivons plus")
    holder.has_no_axe_violation()

    page = asker.open("/droits?q=Courriel")
    page.locator(f"#{Ids.GRID} .rights-open").first.click()
    expect(page.locator(f"#{Ids.DRAWER}")).to_contain_text("ne veut plus de courriel")
    expect(page.locator(f"#{Ids.DRAWER}")).to_contain_text("Recueillez son accord par écrit")
    asker.has_no_axe_violation()

    holder.page.get_by_role("button", name="Recevoir de nouveau").click()
    expect(holder.page.locator("h1")).to_contain_text("de nouveau")
    holder.has_no_axe_violation()
    page = asker.open("/droits?q=Courriel")
    page.locator(f"#{Ids.GRID} .rights-open").first.click()
    expect(page.locator(f"#{Ids.DRAWER}")).to_contain_text("Le titulaire doit répondre avant")


@pytest.mark.parametrize("screen", SCREENS)
def test_who_reads_a_citys_data_is_accessible(visit, portal, screen):
    visitor = visit(CITY, **screen)
    for path in (PATH, f"{PATH}?q=zzzz"):
        visitor.open(path)
        visitor.has_no_axe_violation()
        visitor.fits_the_screen()


def test_a_search_is_kept_in_the_address(visit, portal):
    visitor = visit(CITY)
    number = asked_of(portal, CITY)
    page = visitor.open(PATH)
    box = page.locator(f"#{Ids.HELD_SEARCH}")
    visitor.moves(lambda: box.fill(number))
    expect(page.locator(f"#{Ids.HELD_BODY}")).to_contain_text(number)
    assert page.url.endswith(f"{PATH}?q={number}")
    visitor.open(f"{PATH}?q={number}")
    expect(page.locator(f"#{Ids.HELD_SEARCH}")).to_have_value(number)
