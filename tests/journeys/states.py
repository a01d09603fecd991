"""List the states of each page, their blanks filled from the demo."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from playwright.sync_api import Browser, expect
from sqlalchemy import select

from components import exports
from components.runs import Ids
from data.contracts.models import Contract
from data.controls.models import Control
from data.exports.models import Export
from data.exports.types import ExportState
from data.identity.accounts.models import User
from data.metering.pces.models import Pce
from data.rights.models import AccessRight
from data.rights.types import RightRole, RightState
from data.runs.models import Run
from data.runs.types import RunKind, RunState
from data.thresholds.models import Episode, Threshold
from jobs.demo.cases import CASES
from pages.page import PageSpec
from tests.journeys.portal import Portal
from tests.journeys.visitor import DESKTOP, Visitor

FOUND = (
    "run",
    "draft",
    "export",
    "episode",
    "threshold",
    "right",
    "asked",
    "opened",
    "control",
    "colleague",
    "contract",
)  # a state without one is left out
READERS = {"admin": "aurore@tilleuls.example"}  # of the pages that a manager does not open
LONG_AGO = date(2020, 2, 1)
SEND = "[data-kit=files] [data-does=send]"


def states(portal: Portal, page: PageSpec, email: str) -> Iterator[str]:
    """Yield the addresses of *page* that *email* may open, with real ids for `{pce}`, `{run}`, …"""
    held = portal.held_by(email)
    eventful = next((case.number for case in CASES if case.number in held), "".join(held[:1]))
    known = defaultdict(
        str,
        pce=eventful,
        run=last_run(portal, email, RunState.DONE),
        draft=last_run(portal, email, RunState.DRAFT),
        export=last_export(portal, email),
        episode=last_episode(portal, email),
        threshold=first_threshold(portal, email),
        right=first_right(portal, email),
        asked=first_held(portal, email, RightState.PENDING),
        opened=first_held(portal, email, RightState.ACTIVE),
        control=first_control(portal, email),
        colleague=first_colleague(portal, email),
        contract=last_contract(portal, email),
    )
    for shot in page.shots:
        if any(f"{{{name}}}" in shot and not known[name] for name in FOUND):
            continue
        yield page.path + shot.format_map(known)


def last_run(portal: Portal, email: str, state: RunState) -> str:
    found = (
        select(Run.id)
        .join(User, User.organisation_id == Run.organisation_id)
        .where(User.email == email, Run.state == state, Run.kind == RunKind.READINGS)
        .order_by(Run.id.desc())
        .limit(1)
    )
    with portal.database.reading() as db:
        return str(db.scalar(found) or "")


def last_export(portal: Portal, email: str) -> str:
    """Return the latest export of *email* that may be downloaded."""
    found = (
        select(Export.id)
        .join(User, User.id == Export.user_id)
        .where(User.email == email, Export.state == ExportState.DONE)
        .order_by(Export.id.desc())
        .limit(1)
    )
    with portal.database.reading() as db:
        return str(db.scalar(found) or "")


def first_threshold(portal: Portal, email: str) -> str:
    """Return the first threshold of the organisation of *email*."""
    found = (
        select(Threshold.id)
        .join(User, User.organisation_id == Threshold.organisation_id)
        .where(User.email == email, Threshold.removed_at.is_(None))
        .order_by(Threshold.id)
        .limit(1)
    )
    with portal.database.reading() as db:
        return str(db.scalar(found) or "")


def first_right(portal: Portal, email: str) -> str:
    """Return an active right of the organisation of *email* that was answered."""
    found = (
        select(AccessRight.uid)
        .join(User, User.organisation_id == AccessRight.organisation_id)
        .where(User.email == email, AccessRight.answered_at.is_not(None))
        .order_by(AccessRight.state, AccessRight.id)
        .limit(1)
    )
    with portal.database.reading() as db:
        return str(db.scalar(found) or "")


def first_held(portal: Portal, email: str, state: RightState) -> str:
    """Return a right of others on a PCE that the organisation of *email* holds."""
    found = (
        select(AccessRight.uid)
        .join(Pce, Pce.id == AccessRight.pce_id)
        .join(User, User.organisation_id == Pce.holder_id)
        .where(User.email == email, AccessRight.state == state)
        .where(AccessRight.organisation_id != User.organisation_id)
        .where(AccessRight.role == RightRole.AUTHORISED_SUPPLY)
        .order_by(AccessRight.id)
        .limit(1)
    )
    with portal.database.reading() as db:
        return str(db.scalar(found) or "")


def first_control(portal: Portal, email: str) -> str:
    """Return the control that the organisation of *email* must answer first."""
    found = (
        select(Control.uid)
        .join(User, User.organisation_id == Control.organisation_id)
        .where(User.email == email)
        .order_by(Control.due_on, Control.id)
        .limit(1)
    )
    with portal.database.reading() as db:
        return str(db.scalar(found) or "")


def first_colleague(portal: Portal, email: str) -> str:
    """Return another person of the organisation of *email*."""
    home = select(User.organisation_id).where(User.email == email).scalar_subquery()
    found = select(User.id).where(User.organisation_id == home, User.email != email)
    with portal.database.reading() as db:
        return str(db.scalar(found.order_by(User.id).limit(1)) or "")


def last_contract(portal: Portal, email: str) -> str:
    """Return the latest contract of the organisation of *email*."""
    found = (
        select(Contract.uid)
        .join(User, User.organisation_id == Contract.organisation_id)
        .where(User.email == email)
        .order_by(Contract.id.desc())
        .limit(1)
    )
    with portal.database.reading() as db:
        return str(db.scalar(found) or "")


def last_episode(portal: Portal, email: str) -> str:
    """Return the latest exceedance of the organisation of *email*."""
    found = (
        select(Episode.id)
        .join(Threshold, Threshold.id == Episode.threshold_id)
        .join(User, User.organisation_id == Threshold.organisation_id)
        .where(User.email == email, Episode.exceeded_on.is_not(None))
        .order_by(Episode.exceeded_on.desc(), Episode.id.desc())
        .limit(1)
    )
    with portal.database.reading() as db:
        return str(db.scalar(found) or "")


def readings_csv(number: str, first: date = LONG_AGO, kwh: int = 100) -> bytes:
    """Return a month of readings in our own layout, of a year outside the demo."""
    lines = ["PCE;Journée gazière;Volume (m3);Énergie (kWh)"]
    for n in range(1, 30):
        day = first + timedelta(days=n - 1)
        lines.append(f"{number};{day:%d/%m/%Y};{9 + n % 3};{kwh + n}")
    return "\r\n".join(lines).encode("utf-8-sig")


def send(visitor: Visitor, name: str, content: bytes) -> None:
    """Deposit a file on `/operations`, as a person does."""
    page = visitor.open("/operations")
    file = {"name": name, "mimeType": "text/csv", "buffer": content}
    visitor.moves(lambda: page.locator(f"#{Ids.FILES}-input").set_input_files(file))
    expect(page.locator(f"#{Ids.CHECK_BODY}")).to_contain_text(name, timeout=20_000)


def store(visitor: Visitor, name: str, content: bytes) -> None:
    """Deposit a file, keep its odd values, confirm it, and wait until it is stored."""
    send(visitor, name, content)
    confirm(visitor)


def confirm(visitor: Visitor) -> None:
    """Confirm the check of a deposit once it is read, and wait until it is stored."""
    page = visitor.page
    expect(page.locator(f"#{Ids.CHECK_BODY} .definitions")).to_be_visible(timeout=40_000)
    visitor.settle()
    for keep in page.locator("[id*=runs-keep]").all():
        keep.click()
    page.locator(f"#{Ids.CONFIRM}").click()
    expect(page.locator(f"#{Ids.RECEIPT} .chip-ok")).to_be_visible(timeout=40_000)
    visitor.settle()


def deposit(browser: Browser, portal: Portal, email: str) -> None:
    """Deposit one file and wait for its receipt."""
    context = browser.new_context(**DESKTOP)
    visitor = Visitor(context, portal)
    portal.prefer(email, "fr", "light")
    visitor.arrive(email)
    store(visitor, "releves.csv", readings_csv(portal.held_by(email)[0]))
    send(visitor, "brouillon.csv", readings_csv(portal.held_by(email)[0], LONG_AGO))
    checked = visitor.page.locator(f"#{Ids.CHECK_BODY} .definitions")
    expect(checked).to_be_visible(timeout=40_000)
    take_away(visitor)
    context.close()


def take_away(visitor: Visitor) -> None:
    """Make one export and wait for its file."""
    page = visitor.open("/exports")
    page.locator(f"#{exports.Ids.ASK}").click()
    made = page.locator(f"#{exports.Ids.LIST}").get_by_text("Prêt").first
    expect(made).to_be_visible(timeout=40_000)
