"""An organisation connects to its distributor, another portal: credentials, try, differences."""

from datetime import UTC, date, datetime

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select, update

from components.mirror import Ids
from components.mirror.ids import PARTS
from core.access import Role
from data.exchange.mirror.actions.connection import forget as forget_all
from data.exchange.mirror.models import MirrorConnection, MirrorDrift, MirrorSending
from data.exchange.mirror.types import ConnectionState, DriftKind, SendingState, SendingVerb
from data.identity.accounts.models import Organisation, User
from data.metering.consumption.actions import store
from data.metering.consumption.types import PceDelivery
from data.metering.pces.models import Pce
from data.provenance import FEED
from data.rights.actions.grants import keep_grants
from data.rights.models import AccessRight, RightEventRow
from data.rights.types import RightActor, RightRole, RightState, RightTrigger
from tests.conftest import _viewer
from tests.data.exchange.mirror.distributor import distributor_of
from tests.data.metering.consumption.test_injections import fed
from tests.factories import NOW, make_pce, make_people, make_right
from tests.journeys.portal import started
from tests.journeys.profiles import Profiles
from tests.journeys.visitor import SCREENS
from tests.web import Web, fresh_database

NADIA = "nadia@thermia.example"
HOSTILE = '<img src=x onerror="alert(1)"> ' + "très long " * 20


@pytest.fixture(scope="module")
def there(sqlite_template, tmp_path_factory):
    """The distributor, which this portal may ask."""
    folder = tmp_path_factory.mktemp("distributor")
    database = fresh_database(sqlite_template, folder)
    with database.transaction() as db:
        make_people(db)
    with distributor_of(Web(database, folder, alone=True, api_calls_a_minute=0)) as served:
        yield served
    database.close()


@pytest.fixture(scope="module")
def portal(tmp_path_factory, there):
    """A portal of its own, whose operator says where the distributor is; Nadia administers."""
    said = {
        "PORTAL_UPSTREAM_URL": there.address.base,
        "PORTAL_UPSTREAM_TOKEN_URL": there.address.token,
    }
    var = tmp_path_factory.mktemp("connections") / "var"
    with started(var, pces=4, years=1, **said) as running:
        with running.database.transaction() as db:
            hers = update(User).where(User.email == NADIA)
            db.execute(hers.values(role=Role.ADMINISTRATOR))
        yield running


@pytest.fixture(scope="module")
def profiles(browser, portal):
    return Profiles(browser, portal)


@pytest.fixture
def anew(portal):
    """Nobody is connected, and what was repaired is unknown here again."""
    yield portal
    with portal.database.transaction() as db:
        nadia = db.scalars(select(User).where(User.email == NADIA)).one()
        kind = db.get_one(Organisation, nadia.organisation_id).kind
        forget_all(db, _viewer(nadia.id, nadia.organisation_id, kind, Role.ADMINISTRATOR), NOW)


def tried(visitor, button):
    """The page comes back with what came of it."""
    with visitor.page.expect_navigation():
        button.click()
    visitor.settle()


def two_rights(there):
    """Two rights that no journey declares: the beginning of their PCE, which only they have."""
    with there.database.transaction() as db:
        known = db.scalar(select(func.count()).select_from(AccessRight))
        begins = f"GI9{700 + known}"
        for last in "12":
            make_right(db, make_pce(db, f"{begins}0{last}"), 2, company=HOSTILE)
    return begins


def looked_at(visitor):
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()


@pytest.mark.parametrize("screen", SCREENS)
def test_credentials_a_try_a_round_and_its_differences(visit, anew, there, screen):
    begins = two_rights(there)
    visitor = visit(NADIA, **screen)
    page = visitor.open("/admin")
    page.locator("a[href='/admin?part=connections']").click()
    expect(page.locator(f"#{Ids.CLIENT}")).to_be_visible()
    looked_at(visitor)
    page.locator(f"#{Ids.CLIENT}").fill(there.client_id)
    page.locator(f"#{Ids.KEEP}").click()
    expect(page.locator(f"#{Ids.SECRET_ERROR}")).not_to_be_empty()
    looked_at(visitor)
    page.locator(f"#{Ids.SECRET}").fill("wrong-secret")
    page.locator(f"#{Ids.SECRET}").press("Enter")
    tries = page.locator("form[action='/admin/connexions/essai'] button")
    tried(visitor, tries)
    expect(page.locator(f"#{Ids.STATUS} .chip")).to_have_text(words(screen, "refused"))
    expect(page.locator(f"#{Ids.ASK}")).to_be_disabled()
    looked_at(visitor)
    page.locator(f"#{Ids.SECRET}").fill(there.secret)
    page.locator(f"#{Ids.KEEP}").click()
    expect(page.locator(f"#{Ids.STATUS} .chip")).to_have_text(words(screen, "untried"))
    expect(page.locator(f"#{Ids.SECRET}")).to_have_value("")
    tried(visitor, tries)
    expect(page.locator(f"#{Ids.STATUS} .chip")).to_have_text(words(screen, "working"))
    assert there.secret not in page.content()
    page.locator(f"#{Ids.ASK}").click()
    expect(page.get_by_role("progressbar", name="Synchronisation", exact=True)).to_be_visible()
    looked_at(visitor)
    ours = page.locator(f"#{Ids.DRIFTS} .mirror-item", has_text=begins)
    expect(ours).to_have_count(2, timeout=60_000)
    looked_at(visitor)
    expect(page.locator(f"#{Ids.ROUNDS} .item")).to_have_count(1)
    first = ours.filter(has_text=f"{begins}01")
    page.locator("[data-mirror=ticked]").first.click()
    expect(page.locator("#frame-toasts")).to_contain_text(words(screen, "none"))
    first.get_by_role("checkbox").click()
    expect(first.get_by_role("checkbox")).to_be_checked()
    page.locator("[data-mirror=ticked]").first.click()
    expect(ours).to_have_count(1)
    looked_at(visitor)
    with anew.database.transaction() as db:
        taken = db.scalars(select(AccessRight).where(AccessRight.number == f"{begins}01")).all()
        assert taken
        assert all(right.company.startswith("<img") for right in taken)


def connected(visitor, there):
    """The page, once credentials are entered that the other side knows."""
    page = visitor.open("/admin?part=connections")
    page.locator(f"#{Ids.CLIENT}").fill(there.client_id)
    page.locator(f"#{Ids.SECRET}").fill(there.secret)
    page.locator(f"#{Ids.KEEP}").click()
    expect(page.locator(f"#{Ids.STATUS} .chip")).to_be_visible()
    return page


@pytest.mark.parametrize("screen", SCREENS)
def test_that_all_leaves_from_now_on_is_asked_in_a_dialog(visit, anew, there, screen):
    visitor = visit(NADIA, **screen)
    page = connected(visitor, there)
    sends, dialog = page.locator(f"#{Ids.SENDS}"), page.get_by_role("dialog")
    for leave in ("Escape", "Enter"):
        sends.check()
        page.locator(f"#{Ids.CHOOSE}").click()
        expect(dialog).to_be_visible()
        looked_at(visitor)
        if leave == "Enter":
            dialog.locator("[data-mirror=keeps]").focus()
        page.keyboard.press(leave)
        expect(dialog).to_have_count(0)
        expect(sends).not_to_be_checked()
    sends.check()
    page.locator(f"#{Ids.CHOOSE}").click()
    dialog.locator("[data-mirror=sends]").click()
    expect(dialog).to_have_count(0)
    expect(page.locator(f"#{Ids.SENDINGS} .empty-title")).to_have_text(words(screen, "sends"))
    with anew.database.reading() as db:
        assert db.scalar(select(func.count()).where(Organisation.sends_upstream)) == 1


@pytest.mark.parametrize("screen", SCREENS)
def test_what_stopping_cancels_is_asked_and_sending_stays_on_for_who_leaves(
    visit, anew, there, screen
):
    visitor = visit(NADIA, **screen)
    page = connected(visitor, there)
    sends, dialog = page.locator(f"#{Ids.SENDS}"), page.get_by_role("dialog")
    sends.check()
    page.locator(f"#{Ids.CHOOSE}").click()
    dialog.locator("[data-mirror=sends]").click()
    expect(dialog).to_have_count(0)
    with anew.database.transaction() as db:
        # Refused, so that nothing leaves meanwhile.
        db.execute(update(MirrorConnection).values(state=ConnectionState.REFUSED))
        mine = db.scalar(select(User.organisation_id).where(User.email == NADIA))
        number = f"GI9{db.scalar(select(func.count(Pce.id))):05}"
        pce = make_pce(db, number=number)
        right = make_right(db, pce, mine, state=RightState.PENDING, relayed=True)
        event = {
            "after": right.state,
            "trigger": RightTrigger.RELAYED,
            "actor": RightActor.THIRD_PARTY,
        }
        db.add(RightEventRow(right_id=right.id, at=NOW, **event))
    for leave in ("Escape", "Enter"):
        sends.uncheck()
        page.locator(f"#{Ids.CHOOSE}").click()
        expect(dialog).to_be_visible()
        looked_at(visitor)
        if leave == "Enter":
            dialog.locator("[data-mirror=keeps]").focus()
        page.keyboard.press(leave)
        expect(dialog).to_have_count(0)
        expect(sends).to_be_checked()
    sends.uncheck()
    page.locator(f"#{Ids.CHOOSE}").click()
    dialog.locator("[data-mirror=sends]").click()
    expect(dialog).to_have_count(0)
    with anew.database.reading() as db:
        assert db.scalar(select(func.count()).where(Organisation.sends_upstream)) == 0
        states = select(AccessRight.state).where(AccessRight.number == number)
        assert db.scalar(states) is not RightState.PENDING


def drift_many(portal, count, first=0):
    """So many rights that the distributor does not know, and one that is dated otherwise."""
    with portal.database.transaction() as db:
        mine = db.scalar(select(User.organisation_id).where(User.email == NADIA))
        for n in range(first, first + count):
            kind = DriftKind.UNKNOWN_THERE if n else DriftKind.DATES
            fields = [[f"autre_{field}", "a", None] for field in range(8)]
            number = f"GI8{n:05}"
            db.add(
                MirrorDrift(
                    organisation_id=mine, round_id=1, kind=kind, number=number,
                    right_uid=number, fields=fields, found_at=NOW,
                )
            )  # fmt: skip


BLOCKED_MS = 1500  # the browser may not answer for so long after a press; it was 10 to 40 s


def blocked(page, press):
    """The longest that scripts held up the page, in ms, and how often the server was asked."""
    page.evaluate(
        "() => { window.held = 0; new PerformanceObserver((all) => all.getEntries().forEach("
        "(one) => { window.held = Math.max(window.held, one.duration); }))"
        ".observe({ type: 'longtask' }); }"
    )
    asked = []
    page.on("request", lambda one: asked.append(one) if "_dash-update" in one.url else None)
    press()
    page.wait_for_timeout(1500)
    return page.evaluate("window.held"), len(asked)


@pytest.mark.parametrize("screen", SCREENS)
def test_many_differences_hold_up_no_press(visit, anew, there, screen):
    visitor = visit(NADIA, **screen)
    page = connected(visitor, there)
    drift_many(anew, 41)
    page = visitor.open("/admin?part=connections")
    rows = page.locator(f"#{Ids.DRIFTS} .mirror-item")
    expect(rows).to_have_count(20)
    looked_at(visitor)
    held, asked = blocked(page, page.locator(f"#{Ids.CHOOSE}").click)
    print("held", held, "ms,", asked, "requests")
    assert held < BLOCKED_MS
    assert asked == 1
    page.locator(".list-pages a").last.click()
    expect(rows.first).to_contain_text("GI800020")
    rows.first.locator("[data-mirror=one]").click()
    sure = page.locator("[data-mirror=sure]")
    expect(sure).to_be_focused()
    looked_at(visitor)
    page.locator("[data-mirror=no]").click()
    expect(sure).to_have_count(0)
    rows.first.locator("[data-mirror=one]").press("Enter")
    expect(sure).to_be_focused()
    page.keyboard.press("Enter")
    expect(rows.first).to_contain_text("GI800021")
    expect(rows.first.locator("[data-mirror=one]")).to_be_focused()
    page.evaluate("window.scrollTo(0, 0)")
    page.locator(f"#{Ids.LEAD} a").click()
    assert shows_list(page)
    page.locator("a[href*='ecart=dates']").click()
    expect(rows).to_have_count(1)
    assert shows_list(page)
    page.locator("[data-mirror=every]").first.click()
    expect(sure).to_have_count(1)
    looked_at(visitor)
    page.locator(f"#{Ids.DRIFTS} .mirror-tabs a").first.click()
    expect(rows).to_have_count(20)
    page.locator("[data-mirror=every]").first.click()
    expect(sure).to_contain_text("40")
    drift_many(anew, 1, first=41)  # after the list was drawn
    sure.click()
    expect(page.locator("#frame-toasts")).to_contain_text(words(screen, "since"))
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("GI800041")
    expect(page.locator(f"#{Ids.DRIFTS} :focus")).to_have_count(1)


def shows_list(page):
    """Whether the differences are what one sees, once the page has drawn itself."""
    page.wait_for_load_state("networkidle")
    top = page.locator(f"#{Ids.DRIFTS}").bounding_box()["y"]
    return abs(top) < page.viewport_size["height"] / 3


def look_again(page, turn):
    """As the clock of the page does, without its wait."""
    with page.expect_response(lambda one: "_dash-update" in one.url):
        page.evaluate(
            "(n) => window.dash_clientside.set_props('mirror-poll', { n_intervals: n })",
            1000 + turn,
        )


def one_leaves(portal, turn=0):
    """A declaration that waits to leave, after the others."""
    with portal.database.transaction() as db:
        mine = db.scalar(select(User.organisation_id).where(User.email == NADIA))
        right = db.scalar(select(AccessRight.id).where(AccessRight.organisation_id == mine))
        db.add(
            MirrorSending(
                organisation_id=mine, right_id=right, verb=SendingVerb.REVOKE, created_at=NOW,
                event_id=turn, state=SendingState.QUEUED,
                next_attempt_at=datetime(2036, 1, 1, tzinfo=UTC),
            )
        )  # fmt: skip


@pytest.mark.parametrize("screen", SCREENS)
def test_lists_follow_what_happens_and_nothing_moves_under_a_hand(visit, anew, there, screen):
    visitor = visit(NADIA, **screen)
    page = connected(visitor, there)
    rows = page.locator(f"#{Ids.DRIFTS} .mirror-item")
    drift_many(anew, 2)
    look_again(page, 1)
    expect(rows).to_have_count(2)
    box = rows.first.get_by_role("checkbox")
    box.click()
    drift_many(anew, 1, first=2)
    look_again(page, 2)
    again = page.locator("[data-mirror=reread]")
    expect(again).to_be_visible()
    expect(box).to_be_checked()
    expect(rows).to_have_count(2)
    looked_at(visitor)
    again.click()
    expect(rows).to_have_count(3)
    expect(again).to_have_count(0)
    looked_at(visitor)

    one_leaves(anew)
    look_again(page, 3)
    leaves = page.locator(f"#{Ids.SENDINGS} [data-mirror=leaves][data-do=drop]")
    expect(leaves).to_have_count(1)
    leaves.focus()
    held = leaves.get_attribute("data-id")
    one_leaves(anew, 1)
    look_again(page, 4)
    expect(leaves).to_have_count(2)
    expect(page.locator(f"#{Ids.SENDINGS} [data-do=drop][data-id='{held}']")).to_be_focused()
    looked_at(visitor)


FEEDS = "GI960001"


def feed(there):
    """A site there that fed gas in for two months, by a right of injection."""
    # Over before the day that it is there, whose clock stands: days to come are not asked for.
    days = {"injection_first": date(2026, 1, 1), "injection_last": date(2026, 11, 1)}
    supply = dict.fromkeys(("supply_first", "supply_last")) | {"ends_on": date(2028, 1, 1)}
    months = ((date(2026, 6, 1), date(2026, 6, 30)), (date(2026, 7, 1), date(2026, 7, 31)))
    with there.database.transaction() as db:
        if db.scalar(select(Pce.id).where(Pce.number == FEEDS)) is not None:
            return
        pce = make_pce(db, FEEDS, tariff="TB")
        make_right(db, pce, 2, role=RightRole.AUTHORISED_INJECTION, **days, **supply)
        keep_grants(db, {(pce.id, 2)})
        told = PceDelivery(FEEDS, (), (), injections=tuple(fed(*month) for month in months))
        store(db, pce.id, told, as_of=NOW.date(), now=NOW, provenance=FEED)


@pytest.mark.parametrize("screen", SCREENS)
def test_injected_gas_alone_is_chosen_and_its_round_says_how_much_was_read(
    visit, anew, there, screen
):
    feed(there)
    visitor = visit(NADIA, **screen)
    page = connected(visitor, there)
    chosen = page.locator(f"#{Ids.PART_INJECTED}")
    expect(chosen).to_be_checked()
    looked_at(visitor)
    for id_ in PARTS.values():
        page.locator(f"#{id_}").set_checked(id_ is Ids.PART_INJECTED)
    page.locator(f"#{Ids.CHOOSE}").click()
    expect(page.locator("#frame-toasts")).to_contain_text(words(screen, "chosen"))
    page.locator(f"#{Ids.ASK}").click()
    rounds = page.locator(f"#{Ids.ROUNDS} .item").first
    expect(rounds).to_contain_text(words(screen, "fed"), timeout=60_000)
    looked_at(visitor)
    page = visitor.open("/admin?part=connections")
    expect(chosen).to_be_checked()
    expect(page.locator(f"#{Ids.PART_PUBLISHED}")).not_to_be_checked()


WORDS = {
    "since": ("1 nouvel écart est apparu depuis", "1 new difference has appeared since"),
    "chosen": ("Choix enregistrés", "Choices saved"),
    "fed": ("2 périodes de gaz injecté lues", "2 periods of injected gas read"),
    "none": ("Cochez d’abord un écart", "Tick at least one difference"),
    "refused": ("Identifiants refusés", "Credentials refused"),
    "untried": ("Non essayée", "Not tested"),
    "sends": ("Rien à envoyer", "Nothing to send"),
    "working": ("En marche", "Running"),
}


def words(screen, word):
    return WORDS[word][screen["language"] == "en"]
