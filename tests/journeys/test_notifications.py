"""Told of an exceedance: the bell, the inbox, the chart at its place, and how one is told."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select, update

from components import frame
from components.consumption import Ids as Chart
from components.notifications import Ids
from core.access import Viewer
from core.i18n import PARIS
from data.identity.accounts.models import Organisation, User
from data.metering.consumption.models import Reading
from data.metering.pces.models import Pce
from data.notifications.types import ChannelKind, Grouping, Recipient, Severity
from data.thresholds import actions
from data.thresholds.models import Episode
from data.thresholds.types import (
    EpisodeState,
    ThresholdDraft,
    ThresholdKind,
    ThresholdPeriod,
    ThresholdScope,
)
from jobs.thresholds import evaluate
from tests.journeys.screen import choose
from tests.journeys.visitor import SCREENS

EXTREMES = SCREENS[:2]
WHO = "camille@tilleuls.example"
INBOX = frozenset({ChannelKind.INBOX})


@pytest.fixture(scope="module")
def told(portal):
    """Thresholds that Camille set a year ago, judged today: (PCE, an open episode of a month)."""
    number = next(one for one in portal.held_by(WHO) if not one.startswith("GI"))
    then = datetime.now(UTC) - timedelta(days=400)
    with portal.database.transaction() as db:
        viewer = viewer_on(db, then)
        for draft in drafts(db, viewer, number):
            actions.create(db, viewer, draft, now=then)
    evaluate(portal.database, datetime.now(UTC))
    with portal.database.reading() as db:
        query = select(Episode.id).where(
            Episode.state == EpisodeState.EXCEEDED, Episode.period == ThresholdPeriod.MONTH
        )
        episode = db.scalars(query.order_by(Episode.id.desc())).first()
    assert episode
    return number, episode


def viewer_on(db, then):
    user, place = db.execute(
        select(User, Organisation)
        .join(Organisation, Organisation.id == User.organisation_id)
        .where(User.email == WHO)
    ).one()
    return Viewer(user.id, place.id, place.kind, user.role, then.astimezone(PARIS).date())


def drafts(db, viewer, number):
    """By month so low that its first day exceeds, by day a little under the coldest days."""
    highest = db.scalar(
        select(Reading.energy_wh)
        .join(Pce, Pce.id == Reading.pce_id)
        .where(Pce.number == number, Reading.energy_wh.is_not(None))
        .order_by(Reading.energy_wh.desc())
        .offset(40)
        .limit(1)
    )
    me = (Recipient(viewer.user_id, None, INBOX, Grouping.IMMEDIATE),)
    common = {"scope": ThresholdScope((number,)), "recipients": me}
    fixed = ThresholdKind.FIXED
    yield ThresholdDraft("Mois", fixed, ThresholdPeriod.MONTH, (highest // 100,) * 12, **common)
    yield ThresholdDraft(
        "Pointe", fixed, ThresholdPeriod.DAY, (highest,), severity=Severity.URGENT, **common
    )


def bell(page):
    return page.locator(f"#{frame.Ids.BELL}")


@pytest.mark.parametrize("screen", EXTREMES)
def test_every_part_with_notices_is_accessible(visit, told, screen):
    visitor = visit(WHO, **screen)
    for query in ("", "?tab=others", "?tab=settings", "?tab=channels", "?tab=journal"):
        visitor.open(f"/notifications{query}")
        visitor.has_no_axe_violation()
        visitor.fits_the_screen()


@pytest.mark.parametrize("screen", EXTREMES)
def test_a_chart_with_its_thresholds_is_accessible(visit, told, screen):
    number, episode = told
    visitor = visit(WHO, **screen)
    for query in ("", "&unit=m3", "&period=30d", "&step=week", f"&step=month&episode={episode}"):
        page = visitor.open(f"/consommations?pce={number}{query}")
        visitor.has_no_axe_violation()
        visitor.fits_the_screen()
    expect(page.locator(f"#{Chart.EPISODE_SEEN}")).to_be_visible()


def test_nothing_sticks_out_of_320_px(visit, told):
    number, episode = told
    visitor = visit(WHO, phone=True)
    visitor.page.set_viewport_size({"width": 320, "height": 640})
    for path in (
        "/",
        "/notifications",
        "/notifications?tab=channels",
        f"/consommations?pce={number}&step=month&episode={episode}",
    ):
        visitor.open(path)
        visitor.fits_the_screen()


@pytest.mark.daily
def test_the_bell_opens_a_panel_from_the_keyboard(visit, told):
    visitor = visit(WHO)
    page = visitor.open("/")
    expect(bell(page)).to_contain_text("en cours")
    opener = page.locator(f"#{frame.Ids.BELL_OPENER}")
    opener.focus()
    page.keyboard.press("Enter")
    panel = page.locator(f"#{frame.Ids.BELL_PANEL}")
    expect(panel).to_contain_text("Mois")
    visitor.has_no_axe_violation()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(opener).to_be_focused()


@pytest.mark.daily
def test_an_alert_leads_to_its_place_on_the_chart(visit, told):
    visitor = visit(WHO)
    page = visitor.open("/notifications")
    visitor.moves(page.locator(f"#{Ids.LIST} .alert-what a").first.click)
    assert "episode=" in page.url
    expect(page.locator(f"#{Chart.EPISODE}")).to_contain_text("Épisode")


def test_a_search_is_in_the_address(visit, told):
    visitor = visit(WHO)
    page = visitor.open("/notifications")
    page.locator(f"#{Ids.SITE}").fill("zzzz")
    visitor.sees("Aucune alerte pour")
    visitor.has_no_axe_violation()
    page.get_by_role("link", name="Effacer la recherche").click()
    page.wait_for_url("**/notifications")
    expect(page.locator(f"#{Ids.LIST} .alert-line").nth(1)).to_be_visible()


def test_what_is_seen_leaves_the_list_and_the_focus_goes_on(visit, told):
    visitor = visit(WHO)
    page = visitor.open("/notifications")
    lines = page.locator(f"#{Ids.LIST} .alert-line")
    before = lines.count()
    lines.last.get_by_role("button", name="Vu").press("Enter")
    expect(lines).to_have_count(before - 1)
    visitor.settle()
    assert page.evaluate("document.activeElement.closest('#notifications-list') !== null")


def test_seen_from_the_chart_with_a_comment(visit, told):
    number, episode = told
    visitor = visit(WHO)
    page = visitor.open(f"/consommations?pce={number}&step=month&episode={episode}")
    assert page.locator(".consumption-limit").count() == 1
    page.locator(f"#{Chart.EPISODE_COMMENT}").fill("Chaudière réglée")
    page.locator(f"#{Chart.EPISODE_SEEN}").click()
    visitor.sees("Noté comme vu")
    expect(page.locator(f"#{Chart.EPISODE}")).to_contain_text("Chaudière réglée")
    page.locator(f"#{Chart.EPISODE_LATER}").click()
    visitor.sees("Ne plus reporter")
    visitor.settle()
    visitor.has_no_axe_violation()
    page.locator(f"#{Chart.EPISODE_LATER}").click()
    visitor.sees("L’épisode n’est plus reporté")


@pytest.mark.daily
def test_a_gesture_closes_the_episode_and_keeps_its_line(visit, told):
    number, episode = told
    visitor = visit(WHO)
    page = visitor.open(f"/consommations?pce={number}&step=month&episode={episode}")
    choose(visitor, Chart.STEP, "day")
    assert "episode" not in page.url
    expect(page.locator(f"#{Chart.EPISODE_SEEN}")).to_have_count(0)
    assert page.locator(".consumption-span").count() > 0


def test_home_begins_with_what_is_open(portal, visit, told):
    _number, episode = told
    with portal.database.transaction() as db:  # another story has seen it, maybe the only one
        db.execute(update(Episode).where(Episode.id == episode).values(acknowledged_at=None))
    visitor = visit(WHO)
    page = visitor.open("/")
    first = page.locator(".home-tasks .item").first
    expect(first.locator(".item-bad")).to_be_visible()
    first.get_by_role("button", name="Ignorer").click()
    expect(first).to_be_hidden()
    page.locator(".home-asides").get_by_role("button", name="Rétablir").click()
    expect(first).to_be_visible()
    visitor.moves(first.get_by_role("link", name="Voir", exact=True).click)
    assert "episode=" in page.url or "open=1" in page.url


def test_preferences_stay(visit):
    visitor = visit("aurore@tilleuls.example")  # others are told at once
    page = visitor.open("/notifications?tab=settings")
    page.locator(f"#{Ids.GROUPING}").select_option("daily")
    page.locator(f"#{Ids.QUIET_FROM}").fill("22:00")
    page.locator(f"#{Ids.QUIET_TO}").fill("06:30")
    page.locator(f"#{Ids.SAVE}").click()
    visitor.sees("Préférences enregistrées")
    page = visitor.open("/notifications?tab=settings")
    expect(page.locator(f"#{Ids.GROUPING}")).to_have_value("daily")
    expect(page.locator(f"#{Ids.QUIET_TO}")).to_have_value("06:30")


def test_a_kind_is_stopped_and_taken_up_again(visit, told):
    visitor = visit(WHO)
    page = visitor.open("/notifications?tab=settings&stop=threshold_normal")
    expect(page.locator(f"#{Ids.STOP_KIND}")).to_have_value("threshold_normal")
    page.locator(f"#{Ids.STOP}").click()
    expect(page.locator(f"#{Ids.MUTES}")).to_contain_text("Retour sous le seuil")
    visitor.has_no_axe_violation()
    page.locator(f"#{Ids.MUTES} button").click()
    expect(page.locator(f"#{Ids.MUTES}")).to_contain_text("tous les types")


@pytest.mark.parametrize("phone", [False, True])
def test_the_secret_of_a_webhook_is_shown_once(visit, told, phone):
    visitor = visit(WHO, phone=phone)
    page = visitor.open("/notifications?tab=channels")
    page.locator(f"#{Ids.NEW_NAME}").fill(f"Supervision {phone}")
    page.locator(f"#{Ids.NEW_URL}").fill("https://hooks.example/a")
    page.locator(f"#{Ids.ADD_CHANNEL}").click()
    expect(page.locator(f"#{Ids.ADDED} code")).to_contain_text("whsec_")
    visitor.settle()
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()
    page = visitor.open("/notifications?tab=channels")
    assert page.locator("code").count() == 0
    row = page.locator(f"#{Ids.CHANNELS} .item", has_text=f"Supervision {phone}")
    row.get_by_role("button", name="Supprimer").click()
    expect(row).to_have_count(0)


def test_an_administrator_is_told_that_mails_stay_here(visit):
    visitor = visit("irene@reseau.example")
    visitor.open("/notifications?tab=settings")
    visitor.sees("Aucun serveur d’envoi n’est configuré")
    visitor.has_no_axe_violation()


@pytest.mark.parametrize("screen", EXTREMES)
def test_an_empty_inbox_is_accessible(visit, screen):
    visitor = visit("victor@novembre.example", **screen)
    visitor.open("/notifications")
    assert visitor.page.locator(".empty").count() == 1
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()
