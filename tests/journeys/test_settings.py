"""An administrator of the distributor changes a delay and a mail: the next request says both."""

import email
import time
from datetime import UTC, datetime, timedelta
from email import policy

import pytest
from playwright.sync_api import expect

from components.admin import Ids
from core.i18n import PARIS, long_day
from tests.journeys.test_rights import (
    ASKER,
    UNTIL_TOLD,
    address_of,
    declare,
    due_now,
    free_pce,
)
from tests.journeys.visitor import SCREENS

OPERATOR = "irene@reseau.example"
SAID = "Vos données vous appartiennent : prenez le temps de lire."
DAYS = 45
SITE = "Réglages"  # others ask for the same PCE


def letter_to(portal, address, *words):
    """The text of the mail to *address* that holds all *words*: others may leave as well."""
    until = time.monotonic() + UNTIL_TOLD
    while time.monotonic() < until:
        for path in (portal.var / "mail").glob("*.eml"):
            mail = email.message_from_bytes(path.read_bytes(), policy=policy.default)
            text = mail.get_body(("plain",)).get_content()
            if mail["To"] == address and all(word in text for word in words):
                return text
        time.sleep(0.5)
    raise AssertionError(f"no mail that says {words}")


@pytest.mark.slow
def test_a_delay_and_a_mail_are_changed_and_the_next_request_says_both(visit, portal):
    staff = visit(OPERATOR)
    page = staff.open("/admin?part=settings")
    days = page.locator(f"#{Ids.SET_ANSWER_DAYS}")
    days.fill("4000")
    page.locator(f"#{Ids.SAVE}").click()
    expect(page.locator(f"#{Ids.SET_ANSWER_DAYS}-error")).to_contain_text("de 1 à 365")
    expect(days).to_have_value("4000")
    expect(days).to_be_focused()
    expect(days).to_be_in_viewport()
    staff.settle()
    staff.has_no_axe_violation()
    days.fill(str(DAYS))
    page.locator(f"#{Ids.SAVE}").click()
    expect(page.locator(f"#{Ids.SETTINGS}")).to_contain_text("à l’origine : 30")
    staff.settle()
    staff.has_no_axe_violation()

    page.get_by_role("link", name="Courriels").click()  # saved: nothing is asked
    page.wait_for_url("**/admin?part=mails")
    staff.settle()
    page.get_by_role("link", name="Demande d’accord à un titulaire").click()
    page.wait_for_url("**mail=consent**")
    staff.settle()
    page.locator(f"#{Ids.TEXT}").fill(SAID)
    expect(page.locator(f"#{Ids.MAIL}")).to_contain_text(SAID)  # before anything is kept
    page.locator(f"#{Ids.KEEP}").click()
    expect(page.locator(f"#{Ids.RESTORE}")).to_be_visible()
    staff.settle()
    staff.has_no_axe_violation()

    number = free_pce(portal)
    declare(visit(ASKER), portal, number, SITE)
    due_now(portal)
    text = letter_to(portal, address_of(portal, number), SAID, SITE)
    due = datetime.now(UTC).astimezone(PARIS).date() + timedelta(days=DAYS)
    assert f"expire le {long_day(due)}" in text.replace("\n", " ")

    page.locator(f"#{Ids.RESTORE}").click()
    expect(page.locator(f"#{Ids.WORDING}")).to_contain_text("Texte du portail, remis par")
    expect(page.locator(f"#{Ids.MAIL}")).not_to_contain_text(SAID)
    page = staff.open("/admin?part=settings")
    page.get_by_role("button", name="Revenir à l’origine").click()
    expect(page.locator(f"#{Ids.SET_ANSWER_DAYS}")).to_have_value("30")


@pytest.mark.parametrize("screen", SCREENS)
def test_settings_and_mails_are_accessible(visit, screen):
    visitor = visit(OPERATOR, **screen)
    for path in ("/admin?part=settings", "/admin?part=mails&mail=proof_asked&in=en"):
        visitor.open(path)
        visitor.has_no_axe_violation()
        visitor.fits_the_screen()
