"""A webhook is added, a right is revoked on screen, and what is told of it is sent again."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import delete, select, update
from standardwebhooks import Webhook

from components import frame
from components.admin import Ids
from components.rights.ids import Ids as Rights
from core.access import Role
from core.settings import Settings
from data.exchange.hooks.models import Hook, HookDelivery, HookMark
from data.exchange.hooks.types import LONGEST_NAME, Topic
from data.identity.accounts.actions import sealing_key
from data.identity.accounts.models import User
from data.notifications.rules import webhook_signature
from data.notifications.types import MessageDelivery
from jobs import hooks as job
from tests.journeys.test_programs import NADIA, an_active_right
from tests.journeys.visitor import SCREENS
from tests.queue_work import drain

PAGE = "/admin?part=hooks"
SECRET = f"#{Ids.HOOKS} .admin-hook-secret"
TELLS = re.compile("droit_acces.etat")


@pytest.fixture
def administered(portal):
    """Nadia administers her organisation, while the journey lasts."""
    hers = update(User).where(User.email == NADIA)
    with portal.database.transaction() as db:
        db.execute(hers.values(role=Role.ADMINISTRATOR))
    yield portal
    with portal.database.transaction() as db:
        for table in (HookDelivery, HookMark, Hook):
            db.execute(delete(table))
        db.execute(hers.values(role=Role.FACILITY_MANAGER))


def delivered(portal, taken):
    """Send what is due to a receiver that takes everything, whatever the portal tried before."""
    key = sealing_key(Settings(var=portal.var).signing_key())
    told = select(HookDelivery.id).where(
        HookDelivery.topic == Topic.RIGHTS, HookDelivery.state == MessageDelivery.SENT
    )
    now = datetime.now(UTC)
    for turn in range(1, 9):
        later = now + timedelta(minutes=11 * turn)
        job.tell(portal.database, later)
        handler = job.webhook_handler(key, lambda parcel, _at: taken.append(parcel))
        drain(portal.database, handler, now=later)
        with portal.database.reading() as db:
            if db.scalars(told).first():
                return
    pytest.fail("nothing was told")


def revoked(visitor, uid):
    """A right ended by the drawer of its screen."""
    page = visitor.open(f"/droits?open={uid}")
    drawer = page.locator(f"#{Rights.DRAWER}")
    drawer.locator("[data-act=revoke]").click()
    expect(drawer).to_contain_text(re.compile("définitivement|permanently"))
    drawer.locator("[data-act=revoke]").click()
    expect(drawer.locator("[data-act=revoke]")).to_have_count(0)
    return uid


def told(portal, uid, secret):
    """What the receiver was told of a right, once an independent reader has verified it."""
    taken = []
    delivered(portal, taken)
    (parcel,) = [one for one in taken if one.data["type"] == "droit_acces.etat"]
    (line,) = parcel.data["data"]["droits_acces"]
    assert (line["id_droit_acces"], line["etat_droit_acces"]) == (uid, "Révoquée")
    assert parcel.secret == secret
    body, stamp = json.dumps(parcel.data).encode(), int(datetime.now(UTC).timestamp())
    signed = webhook_signature(secret, parcel.id, stamp, body)
    head = {"webhook-id": parcel.id, "webhook-timestamp": str(stamp), "webhook-signature": signed}
    assert Webhook(secret).verify(body, head)
    return line


def named(portal, name):
    """A name that no line breaks by itself."""
    with portal.database.transaction() as db:
        db.execute(update(Hook).values(name=name))


def whole(visitor):
    """No line of the journal runs past the edge, on a phone either."""
    visitor.fits_the_screen()
    lines = visitor.page.locator(f"#{Ids.HOOK_JOURNAL} .table-scroll")
    assert lines.evaluate("box => box.scrollWidth - box.clientWidth") == 0


def refused(visitor, page):
    """What is wrong is said at its own field, the first of which takes the focus."""
    page.locator(f"#{Ids.HOOK_NAME}").fill("Supervision")
    url, topics = page.locator(f"#{Ids.HOOK_URL}"), page.locator(f"#{Ids.HOOK_TOPICS} input")
    url.fill("https://10.0.0.8/essai")
    for turn in range(topics.count()):
        topics.nth(turn).press("Space")
    page.locator(f"#{Ids.HOOK_ADD}").press("Enter")
    expect(page.locator(f"#{Ids.HOOK_URL_ERROR}")).to_have_text(re.compile("privé|private"))
    expect(page.locator(f"#{Ids.HOOK_TOPICS_ERROR}")).to_have_text(re.compile("moins|least"))
    expect(url).to_be_focused()
    expect(url).to_have_value("https://10.0.0.8/essai")
    expect(page.locator(f"#{frame.Ids.TOASTS} .notice-toast")).to_have_count(0)
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()
    url.fill("https://hooks.thermia.example/essai")
    url.press("Enter")
    expect(page.locator(f"#{Ids.HOOK_URL_ERROR}")).to_be_empty()
    expect(topics.first).to_be_focused()
    for turn in range(topics.count()):
        topics.nth(turn).press("Space")


def copied(visitor, page, secret):
    """By keyboard, said beside the button, and in the clipboard."""
    visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator(f"{SECRET} [data-copied]").press("Enter")
    expect(page.locator(f"{SECRET} .kit-copied-told")).to_have_text(re.compile("Copi"))
    assert page.evaluate("navigator.clipboard.readText()") == secret
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.locator(f"{SECRET} [data-copied]").press("Enter")
    expect(page.locator(f"{SECRET} .kit-copied-told")).not_to_be_empty()


def seen(page, secret):
    """A new secret has the focus, is on the screen, and nothing lies over its button."""
    expect(page.locator(SECRET)).to_be_focused()
    expect(secret).to_be_in_viewport(ratio=1)
    page.locator(f"{SECRET} [data-copied]").click(trial=True)
    expect(page.locator(f"#{frame.Ids.TOASTS} .notice-toast")).to_have_count(0)


@pytest.mark.parametrize("screen", SCREENS)
def test_a_program_is_told_of_a_revocation_and_told_again(visit, administered, screen):
    portal = administered
    visitor = visit(NADIA, **screen)
    page = visitor.open("/admin?part=programs")
    page.locator(f"a[href='{PAGE}']").first.click()
    expect(page.locator(".empty-title")).to_be_visible()
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()
    refused(visitor, page)
    page.locator(f"#{Ids.HOOK_URL}").press("Enter")
    shown = page.locator(f"{SECRET} code")
    expect(shown).to_contain_text("whsec_")
    seen(page, shown)
    secret = shown.inner_text()
    copied(visitor, page, secret)
    expect(page.locator(f"#{Ids.HOOKS}")).to_contain_text("https://hooks.thermia.example/…")
    trial = page.locator("[id*=admin-hook-act][id*=ping]")
    trial.press("Enter")
    toasts = page.locator(f"#{frame.Ids.TOASTS}")
    expect(toasts).to_contain_text(re.compile("essai part vers|test is on its way to"))
    expect(trial).to_be_focused()
    expect(shown).to_have_text(secret)  # it stays until another is made
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()

    uid = revoked(visitor, an_active_right(portal))
    line = told(portal, uid, secret)
    page = visitor.open(PAGE)
    row = page.locator(f"#{Ids.HOOK_JOURNAL} tbody tr").filter(has_text=TELLS)
    expect(row).to_contain_text(re.compile("Révoquée|Revoked"))
    expect(row).to_contain_text(line["id_pce"])
    whole(visitor)
    visitor.has_no_axe_violation()
    named(portal, "n" * LONGEST_NAME)
    page = visitor.open(PAGE)
    for asks in page.locator(f"#{Ids.HOOKS} summary").all():
        asks.click()
    visitor.fits_the_screen()
    page = visitor.open(PAGE)
    row.get_by_role("button").press("Enter")
    expect(row).to_contain_text(re.compile("renvoyé le|resent on", re.IGNORECASE))
    expect(page.locator(f"#{Ids.HOOK_JOURNAL} :focus")).to_have_count(1)
    asking = page.locator(f"#{Ids.HOOKS} details").filter(has=page.locator("[id*=rotate]"))
    asking.locator("summary").click()
    asking.get_by_role("button").click()
    expect(shown).to_contain_text("whsec_")
    seen(page, shown)
    page.locator("[id*=admin-hook-act][id*=off]").click()
    expect(page.locator("[id*=admin-hook-act][id*=ping]")).to_have_count(0)
    visitor.has_no_axe_violation()
    page.locator(f"#{Ids.HOOKS} summary").last.click()
    page.locator("[id*=admin-hook-act][id*=remove]").click()
    expect(page.locator(f"#{Ids.HOOKS} .empty-title")).to_be_visible()
