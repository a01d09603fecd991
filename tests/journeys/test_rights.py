"""From a declaration to a chart by the holder's yes; refusals, withdrawals; the grid by hand."""

import email
import email.policy
import itertools
import re
import time
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select, update

from components.rights import Ids
from core.queue_models import QueueItem
from data.identity.accounts.models import Organisation, User
from data.metering.consumption import files
from data.metering.consumption.actions import store
from data.metering.pces.models import Pce, PceGrant
from data.provenance import FEED
from data.rights.models import AccessRight, RightLetterRow
from data.rights.types import RightState
from tests.factories import make_pce
from tests.journeys.states import readings_csv
from tests.journeys.visitor import SCREENS

UNREAD = re.compile("introuvable|[Rr]ien n’est lisible")  # by whether one ever had a right there
ASKER, STAFF, ABSENT = "nadia@thermia.example", "martin@reseau.example", "titulaire@site.example"
NUMBERS = itertools.count(9999999990001)  # beyond those of the demo
UNTIL_TOLD = 60  # s: letters leave each 15 s


def _pces():
    """Those that a third party may declare here, by number."""
    query = select(Pce.number).where(Pce.holder_id.is_not(None), Pce.ended_on.is_(None))
    return query.where(Pce.tariff != "TB", Pce.number.like("0%")).order_by(Pce.number)


def _unasked(portal):
    """PCE that the asker may declare: none of its rights there waits, is open or was withdrawn."""
    closed = (RightState.REFUSED, RightState.OBSOLETE)
    mine = select(User.organisation_id).where(User.email == ASKER).scalar_subquery()
    with portal.database.reading() as db:
        rights = select(AccessRight.number).where(AccessRight.organisation_id == mine)
        asked = set(db.scalars(rights.where(AccessRight.state.not_in(closed))))
        granted = select(PceGrant.pce_id).where(PceGrant.organisation_id == mine)
        query = _pces().where(Pce.id.not_in(granted))
        there = [one for one in db.scalars(query) if one not in asked]
        read = set(db.scalars(select(Pce.number).where(Pce.data_until.is_not(None))))
    return sorted(there, key=lambda one: (one not in read, one))


def free_pces(portal, count=1, written_to=lambda _address: True):
    """So many PCE that the asker may declare, whose holder has an address that will do.

    Journeys share one demo: where they left too few, others are made.
    """
    there = [one for one in _unasked(portal) if written_to(address_of(portal, one))][:count]
    return there + [_another(portal, written_to) for _lacking in range(count - len(there))]


def free_pce(portal):
    (number,) = free_pces(portal)
    return number


def _another(portal, written_to):
    """A PCE beside one of such a holder, read until lately."""
    now, number = datetime.now(UTC), f"{next(NUMBERS):014}"
    first = now.date() - timedelta(days=30)
    (delivery,) = files.read("lus.csv", readings_csv(number, first)).deliveries
    with portal.database.reading() as db:
        numbers = list(db.scalars(_pces()))
    beside = next(one for one in numbers if written_to(address_of(portal, one)))
    with portal.database.transaction() as db:
        known = db.scalars(select(Pce).where(Pce.number == beside)).one()
        same = ("holder_id", "holder_name", "postal_code", "city", "tariff", "frequency")
        pce = make_pce(db, number, **{name: getattr(known, name) for name in same})
        store(db, pce.id, delivery, as_of=now.date(), now=now, provenance=FEED)
    return number


def holder_of(portal, number):
    query = select(Organisation.name).join(Pce, Pce.holder_id == Organisation.id)
    with portal.database.reading() as db:
        return db.scalar(query.where(Pce.number == number))


def address_of(portal, number):
    """That of an account of the holder: any other is checked by the distributor first."""
    query = select(User.email).join(Pce, Pce.holder_id == User.organisation_id)
    query = query.where(Pce.number == number, User.disabled_at.is_(None)).order_by(User.id)
    with portal.database.reading() as db:
        return db.scalars(query).first() or ABSENT


def postal_of(portal, number):
    with portal.database.reading() as db:
        return db.scalar(select(Pce.postal_code).where(Pce.number == number))


def due_now(portal):
    """The quarter of an hour has come: nobody waits for it here."""
    with portal.database.transaction() as db:
        past = datetime.now(UTC) - timedelta(minutes=1)
        db.execute(update(RightLetterRow).values(next_attempt_at=past))
        db.execute(update(QueueItem).values(not_before=past))


def link_to(portal, address, words):
    """The link of the mail to *address* that holds *words*."""
    until = time.monotonic() + UNTIL_TOLD
    while time.monotonic() < until:
        for path in (portal.var / "mail").glob("*.eml"):
            mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            text = mail.get_body(("plain",)).get_content()
            if mail["To"] == address and words in text:
                return re.search(r"(/consentement/\S+)", text)[1]
        time.sleep(0.5)
    raise AssertionError(f"no mail about {words}")


def fill(page, portal, number, site):
    page.locator(f"#{Ids.PCE}").fill(number)
    page.locator(f"#{Ids.SITE}").fill(site)
    page.locator(f"#{Ids.HOLDER}").fill(holder_of(portal, number))
    page.locator(f"#{Ids.POSTAL}").fill(postal_of(portal, number))
    page.locator(f"#{Ids.EMAIL}").fill(address_of(portal, number))
    page.locator(f"#{Ids.KINDS} label").filter(has_text="Informatives").click()


def declare(visitor, portal, number, site):
    page = visitor.open("/droits?new=1")
    fill(page, portal, number, site)
    page.locator(f"#{Ids.CHECK}").click()
    send = page.locator(f"#{Ids.SEND}")
    expect(send).to_be_visible()
    visitor.has_no_axe_violation()
    send.click()
    page.wait_for_url("**/droits?open=*")
    visitor.settle()
    return page


# The words of what is drawn that go on on another line.
BROKEN = """root => {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT), broken = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    for (const word of node.data.matchAll(/[^\\s]+/g)) {
      const range = document.createRange();
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      if (range.getClientRects().length > 1) broken.push(word[0]);
    }
  }
  return broken;
}"""


@pytest.mark.daily
@pytest.mark.slow
def test_declared_accepted_by_link_read_then_withdrawn(visit, portal):
    number, site = free_pce(portal), "Résidence du Voyage"
    visitor = visit(ASKER)
    visitor.expect("status of 404")
    page = visitor.open(f"/consommations?pce={number}")
    expect(page.locator("main")).to_contain_text(UNREAD)

    page = declare(visitor, portal, number, site)
    drawer = page.locator(f"#{Ids.DRAWER}")
    expect(drawer).to_contain_text("Le titulaire doit répondre avant le")
    due_now(portal)
    link = link_to(portal, address_of(portal, number), site)

    holder = visit(language="fr")
    holder.page.goto(f"{portal.url}{link}")
    expect(holder.page.locator("h1")).to_contain_text("demande à lire vos données de gaz")
    holder.has_no_axe_violation()
    holder.page.get_by_role("button", name="J’accepte").click()
    expect(holder.page.locator("main")).to_contain_text("Votre accord est enregistré")
    holder.has_no_axe_violation()

    page = visitor.open(f"/consommations?pce={number}")
    expect(page.locator("#consumption-chart")).to_be_visible()
    expect(page.locator("main")).to_contain_text("kWh")

    holder.page.goto(f"{portal.url}{link}")
    expect(holder.page.locator("table")).to_contain_text("a lu les consommations")
    phone = visit(language="fr", phone=True)
    phone.page.goto(f"{portal.url}{link}")
    expect(phone.page.locator("table")).to_contain_text("a lu les consommations")
    phone.fits_the_screen()
    assert phone.page.locator("table").evaluate(BROKEN) == []
    phone.has_no_axe_violation()
    holder.page.get_by_role("button", name="Retirer mon accord").click()
    expect(holder.page.locator("h1")).to_contain_text("Retirer votre accord")
    holder.has_no_axe_violation()
    holder.page.get_by_role("button", name="Oui, retirer mon accord").click()
    expect(holder.page.locator("main")).to_contain_text("Votre accord est retiré")
    holder.page.go_back()  # not to a form that is to be sent again
    expect(holder.page.locator("main")).to_contain_text("Il n’y a plus rien à répondre")
    holder.problems.clear()  # the browser notes the 409 of that page

    page = visitor.open(f"/consommations?pce={number}")
    expect(page.locator("main")).to_contain_text(UNREAD)
    page = visitor.open("/droits?q=Voyage")
    expect(page.locator(f"#{Ids.GRID}")).to_contain_text("Révoquée")


@pytest.mark.slow
def test_a_refusal_opens_nothing(visit, portal):
    number, site = free_pce(portal), "Résidence du Refus"
    visitor = visit(ASKER)
    visitor.expect("status of 404")
    declare(visitor, portal, number, site)
    due_now(portal)
    holder = visit(phone=True, theme="dark")
    holder.page.goto(f"{portal.url}{link_to(portal, address_of(portal, number), site)}")
    holder.has_no_axe_violation()
    holder.fits_the_screen()
    holder.page.get_by_role("button", name="Je refuse").click()
    expect(holder.page.locator("main")).to_contain_text("rien n’est transmis")
    page = visitor.open(f"/consommations?pce={number}")
    expect(page.locator("main")).to_contain_text(UNREAD)


def test_each_field_is_judged_where_it_stands(visit):
    visitor = visit(ASKER)
    page = visitor.open("/droits?new=1")
    page.locator(f"#{Ids.POSTAL}").fill("991")
    page.locator(f"#{Ids.POSTAL}").blur()
    expect(page.locator(f"#{Ids.POSTAL_ERROR}")).to_contain_text("5 chiffres")
    expect(page.locator(f"#{Ids.EMAIL_ERROR}")).to_be_empty()
    visitor.has_no_axe_violation()
    page.locator(f"#{Ids.AS_ROLE}").select_option("holder_supply")
    expect(page.locator(f"#{Ids.EMAIL}")).to_be_hidden()
    page.locator(f"#{Ids.AS_ROLE}").select_option("authorised_injection")
    expect(page.locator(f"#{Ids.EMAIL}")).to_be_visible()
    expect(page.locator(f"#{Ids.KINDS} label").filter(has_text="Informatives")).to_be_hidden()
    page.locator(f"#{Ids.CHECK}").click()
    expect(page.locator(f"#{Ids.NOTE}")).to_contain_text("points à corriger")
    visitor.has_no_axe_violation()


@pytest.mark.parametrize("screen", SCREENS[:2])
def test_the_drawer_is_opened_walked_and_left_by_the_keys(visit, screen):
    visitor = visit(ASKER, **screen)
    page = visitor.open("/droits?state=active")
    first = page.locator(".rights-open").first
    name = first.inner_text()
    first.focus()
    page.keyboard.press("Enter")
    drawer = page.locator(f"#{Ids.DRAWER}")
    expect(drawer.locator("h2")).to_have_text(name)
    expect(drawer).to_be_focused()
    expect(page).to_have_url(re.compile("state=active&open="))
    visitor.settle()
    visitor.has_no_axe_violation()
    drawer.locator("[data-drawer=next]").click()
    expect(drawer.locator("h2")).not_to_have_text(name)
    page.keyboard.press("Escape")
    expect(drawer).to_be_empty()
    expect(page.locator(".rights-open").first).to_be_visible()
    expect(page).to_have_url(re.compile("state=active$"))


def test_filters_sort_views_and_the_whole_view_are_in_the_address(visit):
    visitor = visit(ASKER)
    page = visitor.open("/droits")
    page.locator(f"#{Ids.STATE} label").filter(has_text="À valider").click()
    expect(page).to_have_url(re.compile(r"state=pending"))
    expect(page.locator(f"#{Ids.GRID} .ag-cell[col-id=state]").first).to_contain_text("À valider")
    page.locator(f"#{Ids.GRID} .ag-header-cell[col-id=site]").click()
    expect(page).to_have_url(re.compile("sort=site"))
    page.locator(f"#{Ids.FULL}").click()
    expect(page).to_have_url(re.compile("view=full"))
    expect(page.locator(f"#{Ids.GRID} .ag-header-cell[col-id=role]")).to_be_attached()
    page.get_by_role("button", name="Vues", exact=True).click()
    page.locator(f"#{Ids.VIEW_NAME}").fill("En attente")
    visitor.has_no_axe_violation()
    page.locator(f"#{Ids.KEEP_VIEW}").click()
    expect(page.locator(f"#{Ids.VIEWS}")).to_contain_text("En attente")
    page = visitor.open("/droits")
    page.get_by_role("button", name="Vues", exact=True).click()
    page.get_by_role("link", name="En attente").click()
    expect(page).to_have_url(re.compile("state=pending&sort=site&view=full"))
    visitor.settle()
    expect(page.locator(f"#{Ids.GRID} .ag-header-cell[col-id=role]")).to_be_attached()
    page.locator(f"#{Ids.SEARCH}").fill("zzzz")
    expect(page.locator(f"#{Ids.NOTHING}")).to_contain_text("À valider")
    page.locator(f"#{Ids.CLEAR}").click()
    expect(page.locator(f"#{Ids.NOTHING}")).to_be_hidden()


def test_many_are_chosen_across_pages_and_the_loss_is_said_before_it_is_done(visit, portal):
    visitor = visit(ASKER)
    page = visitor.open("/droits?state=active")
    page.locator(f"#{Ids.EVERY}").click()
    expect(page.locator(f"#{Ids.SELECTED}")).to_contain_text(
        "correspondant à ces filtres sont choisis"
    )
    page.locator(f"#{Ids.BAR} [data-act=revoke]").click()
    drawer = page.locator(f"#{Ids.DRAWER}")
    expect(drawer).to_contain_text("ne sont plus lisibles du tout")
    visitor.has_no_axe_violation()
    drawer.get_by_role("button", name="Ne rien changer").click()
    expect(drawer).to_be_empty()
    page.locator(f"#{Ids.EVERY}").click()
    boxes = page.locator(f"#{Ids.GRID} .ag-selection-checkbox input")
    for place in (0, 1):
        boxes.nth(place).click()
    expect(page.locator(f"#{Ids.SELECTED}")).to_contain_text("2 droits choisis")
    page.locator(f"#{Ids.BAR} [data-act=renew]").click()
    expect(drawer).to_contain_text("doit accepter")
    visitor.has_no_axe_violation()
    drawer.locator("[data-act=renew]").click()
    expect(drawer).to_contain_text("2 droits renouvelés, 0 ignoré")
    visitor.has_no_axe_violation()
    drawer.get_by_role("link", name="Voir le reçu").click()
    expect(page.locator(f"#{Ids.ACT}")).to_contain_text("2 droits renouvelés, 0 ignoré")


ANSWERS = ("C’est la même personne", "Ce n’est pas le titulaire")


def box_of(part):
    """Where it stands, px."""
    return part.bounding_box()


def test_the_distributor_checks_a_holder(visit):
    visitor = visit(STAFF)
    page = visitor.open("/droits?state=recheck")
    page.locator(".rights-open").first.click()
    drawer = page.locator(f"#{Ids.DRAWER}")
    expect(drawer).to_contain_text("Titulaire du contrat")
    visitor.settle()
    visitor.has_no_axe_violation()
    yes, no = (box_of(drawer.get_by_role("button", name=words)) for words in ANSWERS)
    assert no["x"] >= yes["x"] + yes["width"] + 8 or no["y"] >= yes["y"] + yes["height"] + 8
    told, facts = (
        box_of(drawer.locator(f".drawer-part:has(.rights-acts) {part}").first)
        for part in (".notice-alert", ".definitions")
    )
    assert facts["y"] >= told["y"] + told["height"] + 8
    drawer.get_by_role("button", name="C’est la même personne").click()
    expect(drawer).to_contain_text("le titulaire est sollicité")
    expect(page.locator("#frame-toasts")).to_contain_text("Identité confirmée")


def file_of(portal, numbers, *, spoilt, site="Site", days=0):
    """Declarations: the first *spoilt* lost their zero, the last is of no PCE; *days* of data."""
    head = "Numéro PCE;Site;Raison sociale;CP;Email;Début du droit;Fin du droit;Début conso;"
    head += "Fin conso;Contractuelles;Techniques;Informatives;Publiées"
    today = datetime.now(UTC).date()
    ends = today + timedelta(days=700)
    first = today - timedelta(days=days)
    span = f"{today:%d/%m/%Y};{ends:%d/%m/%Y};{first:%d/%m/%Y};{ends:%d/%m/%Y}"
    lines = [head]
    for place, number in enumerate(numbers):
        written = number.lstrip("0") if place < spoilt else number
        known = f"{holder_of(portal, number)};{postal_of(portal, number)}"
        known += f";{address_of(portal, number)}"
        lines.append(f"{written};{site} {place};{known};{span};OUI;OUI;OUI;OUI")
    lines.append(f"09999999999999;Absent;Personne;99000;{ABSENT};{span};OUI;OUI;OUI;OUI")
    return "\r\n".join(lines).encode("cp1252")


@pytest.mark.daily
@pytest.mark.slow
@pytest.mark.parametrize("screen", SCREENS[:2])
def test_a_file_is_mended_imported_then_undone(visit, portal, screen):
    numbers = free_pces(portal, 3)
    visitor = visit(ASKER, **screen)
    page = visitor.open("/droits/import")
    visitor.has_no_axe_violation()
    page.locator(f"#{Ids.FILE}-input").set_input_files(
        {"name": "droits.csv", "mimeType": "text/csv", "buffer": file_of(portal, numbers, spoilt=1)}
    )
    page.locator("[data-kit=files] [data-does=send]").click()
    page.wait_for_url("**step=columns")
    visitor.settle()
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()
    page.locator(f"#{Ids.MAP}").click()
    page.wait_for_url("**step=check")
    visitor.settle()
    body = page.locator(f"#{Ids.CHECK_BODY}")
    for summary in page.locator(".rights-group summary").all():
        summary.click()
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()
    body.locator("[data-rights=mend]").first.click()
    expect(body.locator("[data-rights=mend][data-on='']")).to_be_visible()
    body.locator("a.btn-primary").click()
    page.wait_for_url("**step=confirm")
    visitor.settle()
    visitor.has_no_axe_violation()
    page.locator(f"#{Ids.CONFIRM_IMPORT}").click()
    page.wait_for_url(lambda url: "step=" not in url)
    receipt = page.locator(f"#{Ids.RECEIPT}")
    undo = receipt.locator(".rights-undo summary")
    expect(undo).to_be_visible(timeout=30_000)
    expect(receipt.locator(".kpi-value").first).to_have_text(str(len(numbers)))
    with page.expect_download() as download:
        receipt.locator("a[href*='rejets'][href*='format=csv']").click()
    assert "09999999999999" in download.value.path().read_text("utf-8-sig")
    undo.click()
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()
    receipt.locator("[data-rights=undo]").click()
    expect(receipt.locator(".rights-undo")).to_have_count(0)
