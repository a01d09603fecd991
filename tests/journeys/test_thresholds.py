"""From a proposal to "J’ai vu": a limit dragged, tried, saved, exceeded, told, acknowledged."""

import email
import email.policy
import json
import re
import time
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import delete, select, update

from components.sheets import Ids as Sheets
from components.thresholds import Ids
from core.i18n import PARIS
from data.identity.accounts.models import User
from data.thresholds.models import Episode, Threshold, ThresholdMember, ThresholdVersion
from data.thresholds.types import EpisodeState
from tests.journeys.states import store
from tests.journeys.visitor import ERROR_EDGE, ERROR_EDGE_DARK, SCREENS

WHO, READER, STAFF = "camille@tilleuls.example", "hugo@tilleuls.example", "martin@reseau.example"
HANDLE = ".thresholds-handle"
UNTIL_TOLD = 120  # s: an evaluation each minute, then deliveries each 15 s


def quiet_pce(portal):
    """A PCE that no threshold of the demo watches: the last by number is not among the first."""
    numbers = [one for one in portal.held_by(WHO) if not one.startswith("GI")]
    return numbers[-1]


def lead(page):
    return page.locator(f"#{Ids.LEAD}")


def dates_in(page):
    """How many dates the sentence tells."""
    found = re.search(r"(\d+) date", lead(page).inner_text())
    return int(found[1]) if found else 0


def drag(page, slot, pixels):
    """Hold a handle of the line and move it, as a hand does."""
    handle = page.locator(f"{HANDLE}[data-slot='{slot}']")
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + pixels, steps=6)
    page.mouse.up()


def choose(page, kind):
    option = page.locator(f"#{Ids.KIND} input[value='{kind}']")
    page.locator(f"#{Ids.KIND} label[for='{option.get_attribute('id')}']").click()


def readings(number, day, kwh):
    lines = ["PCE;Journée gazière;Volume (m3);Énergie (kWh)", f"{number};{day:%d/%m/%Y};999;{kwh}"]
    return "\r\n".join(lines).encode("utf-8-sig")


def begin_on(portal, name, day):
    """Have the threshold saved last under *name* hold from *day* on, not from today."""
    with portal.database.transaction() as db:
        named = select(Threshold.id).where(Threshold.name == name).order_by(Threshold.id.desc())
        one = db.scalars(named).first()
        of_it = ThresholdVersion.threshold_id == one
        db.execute(update(ThresholdVersion).where(of_it).values(first_day=day))
        db.execute(
            update(ThresholdMember).where(ThresholdMember.threshold_id == one).values(since=day)
        )


def letter_to(portal, address, words):
    """The mail kept for *address* that holds *words*, when it has come."""
    until = time.monotonic() + UNTIL_TOLD
    while time.monotonic() < until:
        for path in (portal.var / "mail").glob("*.eml"):
            mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            text = mail.get_body(("plain",)).get_content()
            if mail["To"] == address and words in f"{mail['Subject']} {text}":
                return mail["Subject"], text
        time.sleep(0.5)
    raise AssertionError(f"no mail to {address} about {words}")


@pytest.mark.daily
@pytest.mark.slow
def test_from_a_proposal_to_an_acknowledged_exceedance(visit, portal):
    number = quiet_pce(portal)
    site = portal.name_of(number)
    visitor = visit(WHO)
    page = visitor.open(f"/seuils?new=1&pce={number}&kind=day")
    field = page.locator("#thresholds-value-0")
    proposed, before = field.input_value(), dates_in(page)

    drag(page, 0, 60)
    expect(field).not_to_have_value(proposed)
    expect(page.locator(f"#{Ids.TRIAL}")).to_contain_text("avec les valeurs proposées")
    assert dates_in(page) > before
    visitor.has_no_axe_violation()

    page.locator(f"#{Ids.NAME}").fill("Pointe du jour")
    page.locator(f"#{Ids.SAVE}").click()
    page.wait_for_url("**/seuils")
    expect(page.locator(f"#{Ids.GRID}")).to_contain_text("Pointe du jour")

    yesterday = datetime.now(PARIS).date() - timedelta(days=1)  # the last day that is over
    begin_on(portal, "Pointe du jour", yesterday)
    store(visitor, "hier.csv", readings(number, yesterday, 99_999))
    subject, text = letter_to(portal, WHO, "99\u202f999")
    assert site in f"{subject} {text}"
    link = re.search(r"(/avis/\S+)", text)[1]

    stranger = visit()
    stranger.page.goto(f"{portal.url}{link}")
    stranger.has_no_axe_violation()
    stranger.page.locator("form [type=submit]").first.click()
    expect(stranger.page.locator("h1")).to_contain_text("C’est fait")

    page = visitor.open("/seuils")
    line = page.locator(f"#{Ids.EPISODES} .item").filter(has_text="Pointe du jour")
    expect(line).to_contain_text("99\u202f999")
    expect(line).to_contain_text("vu par Camille Verdier")


def test_three_taps_save_one_threshold(visit, portal):
    """On a slow line: the taps are all there before the first is answered, and long after it."""
    visitor = visit(WHO, phone=True)
    page = visitor.open(f"/seuils?new=1&pce={quiet_pce(portal)}&kind=year")
    page.locator(f"#{Ids.NAME}").fill("Trois touchers")
    sent, held = [], []

    def hold(route):
        asked = json.loads(route.request.post_data).get("changedPropIds") or []
        if f"{Ids.SAVE}.n_clicks" not in asked:
            route.continue_()
            return
        sent.append(asked)
        held.append(route)

    page.route(re.compile("_dash-update-component"), hold)
    save = page.locator(f"#{Ids.SAVE}")
    save.tap()
    save.tap()
    page.wait_for_timeout(1300)  # longer than two presses are taken for one
    save.tap()
    save.press("Enter")
    page.wait_for_timeout(300)
    assert len(sent) == 1
    held[0].continue_()
    page.wait_for_url("**/seuils")
    assert len(sent) == 1
    page.unroute_all(behavior="wait")
    page = visitor.open("/seuils?q=Trois+touchers")
    expect(page.locator(f"#{Ids.COUNT}")).to_have_text("1 seuil")


def test_a_refused_value_is_shown_and_what_was_typed_is_not_lost(visit, portal):
    visitor = visit(WHO, phone=True)
    page = visitor.open(f"/seuils?new=1&pce={quiet_pce(portal)}")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    april = page.locator("#thresholds-value-3")
    april.fill("-5")
    save = page.locator(f"#{Ids.SAVE}")
    save.tap()
    toast = page.locator("[id^=toast-]")
    expect(toast).to_contain_text("Avril")
    expect(april).to_be_focused()
    expect(april).to_be_in_viewport()
    page.wait_for_timeout(300)  # it arrives in 160 ms
    box, bar = toast.bounding_box(), page.locator(".page-actions").bounding_box()
    assert box["y"] + box["height"] <= bar["y"]

    page.get_by_role("link", name="Annuler").tap()
    assert asked == ["confirm"]
    page.evaluate("setTimeout(() => location.reload())")
    page.wait_for_timeout(500)
    assert asked == ["confirm", "beforeunload"]
    expect(april).to_have_value("-5")
    page.wait_for_timeout(1000)
    april.fill("1234")
    save.tap()
    page.wait_for_url("**/seuils")
    visitor.settle()
    page.evaluate("setTimeout(() => location.reload())")
    page.wait_for_timeout(500)
    assert len(asked) == 2


@pytest.mark.daily
def test_the_line_is_moved_by_keys_and_follows_what_is_typed(visit, portal):
    visitor = visit(WHO)
    page = visitor.open(f"/seuils?new=1&pce={quiet_pce(portal)}")
    january = page.locator(f"{HANDLE}[data-slot='0']")
    field = page.locator("#thresholds-value-0")
    start = float(january.get_attribute("aria-valuenow"))
    january.focus()
    for key in ("ArrowUp", "PageUp", "ArrowDown"):
        page.keyboard.press(key)
    moved = float(january.get_attribute("aria-valuenow"))
    assert moved > start
    page.keyboard.press("Home")
    expect(field).to_have_value("0")
    expect(lead(page)).to_contain_text("alerté à")
    field.fill("12 345")
    expect(january).to_have_attribute("aria-valuenow", "12345")
    field.fill("beaucoup")
    errors = page.locator(f"#{Ids.VALUES_ERRORS}")
    expect(errors).to_have_text(
        "Janvier\u00a0: ce n’est pas un nombre de kWh, écrivez-le en chiffres."
    )
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile("Janvier"))
    visitor.has_no_axe_violation()
    now = page.locator("#thresholds-value-10")  # the month under way has an edge of its own
    now.fill("abc")
    expect(now).to_have_attribute("aria-invalid", "true")
    now.blur()
    expect(now).to_have_css("border-top-color", ERROR_EDGE)
    page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
    expect(now).to_have_css("border-top-color", ERROR_EDGE_DARK)
    page.evaluate("document.documentElement.dataset.bsTheme = 'light'")
    now.fill("14 000")
    expect(now).not_to_have_attribute("aria-invalid", "true")
    field.fill("-5")
    expect(errors).to_contain_text("négative")
    field.fill("1.234")
    expect(errors).to_contain_text("est ambigu")
    expect(january).to_be_hidden()
    field.blur()
    expect(field).to_have_value("1.234")
    field.fill("1 234,5")
    expect(errors).to_be_empty()
    expect(january).to_have_attribute("aria-valuenow", "1234.5")
    field.fill("-5")
    expect(errors).to_contain_text("négative")
    page.locator("[data-thresholds=take]").click()
    expect(errors).to_be_empty()
    expect(field).not_to_have_attribute("aria-invalid", "true")


@pytest.mark.parametrize("screen", SCREENS)
def test_each_kind_is_accessible_and_fits(visit, portal, screen):
    visitor = visit(WHO, **screen)
    page = visitor.open(f"/seuils?new=1&pce={quiet_pce(portal)}")
    for kind in ("day", "year", "relative", "low", "missing", "month"):
        choose(page, kind)
        expect(page.locator(f"#{Ids.FORM}")).to_have_class(re.compile(f"thresholds-is-{kind}"))
        visitor.settle()
        visitor.has_no_axe_violation()
        visitor.fits_the_screen()


def test_somebody_is_told_each_week_from_now_on(visit, portal):
    visitor = visit(WHO)
    page = visitor.open(f"/seuils?new=1&pce={quiet_pce(portal)}")
    page.locator(f"#{Ids.TOLD_LIST} [data-thresholds=tell][data-who='']").click()
    aurore = page.locator(f"#{Ids.WHO} option").filter(has_text="Aurore")
    page.locator(f"#{Ids.WHO}").select_option(aurore.get_attribute("value"))
    page.locator(f"#{Ids.OFTEN}").select_option("weekly")
    page.locator(f"#{Ids.AFTER}").select_option("24")
    visitor.has_no_axe_violation()
    page.locator(f"#{Ids.TELL}").click()
    expect(page.locator(f"#{Ids.TOLD_LIST}")).to_contain_text("Aurore Belmont")
    expect(page.locator(f"#{Ids.TOLD_LIST}")).to_contain_text("n’a répondu après 24 heures")
    expect(page.locator(f"#{Ids.TELL_PANEL}")).to_be_hidden()


@pytest.mark.parametrize("phone", [False, True])
def test_a_sheet_is_checked_then_confirmed_and_its_refused_lines_come_back(visit, portal, phone):
    visitor = visit(WHO, phone=phone)
    page = visitor.open("/seuils?sheet=1")
    number = quiet_pce(portal)
    lines = [
        "PCE;Nom;Type;Période;Valeur (kWh)",
        f"{number};Feuille {phone};Fixe;An;1200000",
        "0123;Faux;Fixe;Jour;1",
    ]
    content = "\r\n".join(lines).encode("utf-8-sig")
    page.locator(f"#{Sheets.FILE}-input").set_input_files(
        {"name": "seuils.csv", "mimeType": "text/csv", "buffer": content}
    )
    page.locator("[data-kit=files] [data-does=send]").click()
    expect(page.locator(f"#{Sheets.PREVIEW}")).to_contain_text("1 problème")
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()
    with page.expect_download() as download:
        page.locator(f"#{Sheets.REJECTS}").click()
    assert "0123" in download.value.path().read_text("utf-8-sig")
    page.locator(f"#{Sheets.CONFIRM}").click()
    expect(page.locator(f"#{Sheets.PREVIEW}")).to_contain_text("est enregistré")
    visitor.has_no_axe_violation()


def test_many_pces_are_ticked_and_each_takes_its_own_proposal(visit):
    visitor = visit(WHO)
    page = visitor.open("/seuils?many=1")
    boxes = page.locator(f"#{Ids.MANY_GRID} .ag-selection-checkbox input")
    for place in (0, 1):
        boxes.nth(place).click()
    expect(page.locator(f"#{Ids.MANY_COUNT}")).to_contain_text("2 PCE cochés")
    visitor.has_no_axe_violation()
    page.locator(f"#{Ids.MANY_KIND}").select_option("year")
    page.locator(f"#{Ids.MANY_PROPOSED}").click()
    preview = page.locator(f"#{Ids.MANY_PREVIEW}")
    expect(preview).to_contain_text("2 seuils à poser")
    expect(preview).to_contain_text("Essai sur 3 ans")
    visitor.settle()
    visitor.has_no_axe_violation()
    page.locator(f"#{Ids.MANY_CANCEL}").click()
    expect(preview).to_be_empty()
    page.locator(f"#{Ids.MANY_PROPOSED}").click()
    page.locator(f"#{Ids.MANY_CONFIRM}").click()
    page.wait_for_url("**/seuils")
    expect(page.locator("#frame-toasts")).to_contain_text("2 seuils posés")


def test_a_preview_goes_with_its_file(visit, portal):
    visitor = visit(WHO)
    visitor.expect("422")
    page = visitor.open("/seuils?sheet=1")
    lines = f"PCE;Nom;Valeur (kWh)\r\n{quiet_pce(portal)};D’une feuille;90000".encode()
    entry, problems = page.locator(f"#{Sheets.FILE}-input"), page.locator(f"#{Sheets.FILE}-error")
    check = page.locator("[data-kit=files] [data-does=send]")
    preview, confirm = page.locator(f"#{Sheets.PREVIEW}"), page.locator(f"#{Sheets.CONFIRM}")
    others = [
        ("vide.csv", b"", "vide.csv"),
        ("photo.png", b"\x89PNG", "image"),
        ("tete.csv", lines[:20], "aucune ligne"),
    ]
    for name, content, said in others:
        entry.set_input_files({"name": "bon.csv", "mimeType": "text/csv", "buffer": lines})
        check.click()
        expect(preview).to_contain_text("Tout est correct")
        expect(confirm).to_be_visible()
        entry.set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})
        expect(preview).to_be_empty()
        expect(confirm).to_be_hidden()
        check.click()
        expect(problems).to_contain_text(said)
        expect(preview).to_be_empty()
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()


def test_ticked_thresholds_are_paused_and_resumed(visit):
    visitor = visit(WHO)
    page = visitor.open("/seuils")
    page.locator(f"#{Ids.GRID} .ag-selection-checkbox input").first.click()
    expect(page.locator(f"#{Ids.SELECTED}")).to_contain_text("1 seuil coché")
    for press, said in ((Ids.PAUSE, "Suspendu"), (Ids.RESUME, "Repris")):
        page.locator(f"#{Ids.GRID} .ag-selection-checkbox input").first.check()
        page.locator(f"#{press}").click()
        expect(page.locator("#frame-toasts")).to_contain_text(said)
        visitor.settle()
        visitor.has_no_axe_violation()


def test_an_exceedance_is_dealt_with(visit, portal):
    last_first = Episode.first_day.desc()
    with portal.database.transaction() as db:  # at the start of a month the demo has none
        watched = (
            select(Episode)
            .join(Threshold)
            .join(User, User.organisation_id == Threshold.organisation_id)
        )
        one = db.scalars(watched.where(User.email == WHO).order_by(last_first)).first()
        one.state, one.ended_on, one.ending = EpisodeState.EXCEEDED, None, None
    visitor = visit(WHO)
    page = visitor.open("/seuils")
    page.locator(f"#{Ids.EPISODES} .item a").first.click()
    page.wait_for_url("**episode=*")
    visitor.settle()
    facts = page.locator(f"#{Ids.EPISODE_FACTS}")
    page.locator(f"#{Ids.COMMENT}").fill("Vanne à revoir")
    page.locator(f"#{Ids.ACKNOWLEDGE}").click()
    expect(facts).to_contain_text("Vanne à revoir")
    page.locator(f"#{Ids.ASSIGNEE}").select_option(label="Hugo Lavigne")
    page.locator(f"#{Ids.ASSIGN}").click()
    expect(facts).to_contain_text("Confié àHugo Lavigne")
    later = datetime.now(PARIS).date() + timedelta(days=7)
    page.locator(f"#{Ids.UNTIL}").fill(later.isoformat())
    page.locator(f"#{Ids.SNOOZE}").click()
    expect(facts).to_contain_text(f"{later:%d/%m/%Y}")
    visitor.has_no_axe_violation()


@pytest.mark.parametrize("screen", SCREENS[:2])
@pytest.mark.parametrize("who", [READER, STAFF, "victor@novembre.example"])
def test_others_read_accessible_pages(visit, portal, who, screen):
    visitor = visit(who, **screen)
    page = visitor.open("/seuils")
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()
    link = page.locator(f"#{Ids.GRID} a").first
    if page.locator(f"#{Ids.GRID}").count():
        link.click()
        page.wait_for_url("**edit=*")
        visitor.settle()
        assert not page.locator(f"#{Ids.SAVE}").count()
        visitor.has_no_axe_violation()
        visitor.fits_the_screen()


def test_a_saved_threshold_keeps_its_kind_and_once_removed_may_be_restored(visit, portal):
    visitor = visit(WHO)
    page = visitor.open(f"/seuils?new=1&pce={quiet_pce(portal)}&kind=day")
    page.locator(f"#{Ids.NAME}").fill("Pour un jour")
    page.locator(f"#{Ids.SAVE}").click()
    page.wait_for_url("**/seuils")
    page = visitor.open("/seuils?q=Pour un jour")
    page.locator(f"#{Ids.GRID} a").first.click()
    page.wait_for_url("**edit=*")
    visitor.settle()
    expect(page.locator("main")).to_contain_text("posez un autre seuil")
    assert not page.locator(f"#{Ids.KIND} input[value='missing']").count()
    visitor.has_no_axe_violation()

    page = visitor.open("/seuils?q=Pour un jour")
    page.locator(f"#{Ids.GRID} .ag-selection-checkbox input").first.check()
    page.locator(f"#{Ids.REMOVE}").click()
    expect(page.locator("#frame-toasts")).to_contain_text("Retiré")
    expect(page.locator(f"#{Ids.NOTHING}")).to_be_visible()
    page.locator("#frame-toasts a", has_text="retirés").click()
    page.wait_for_url("**show=removed")
    line = page.locator(f"#{Ids.GRID} .ag-row", has_text="Pour un jour").first
    row = line.get_attribute("row-id")
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()
    boxes = f"#{Ids.GRID} .ag-row[row-id='{row}'] .ag-selection-checkbox input"
    page.locator(boxes).first.check()
    page.locator(f"#{Ids.RESTORE}").click()
    expect(page.locator("#frame-toasts")).to_contain_text("Rétabli")
    expect(page.locator(boxes)).to_have_count(0)
    page = visitor.open("/seuils?q=Pour un jour")
    expect(page.locator(f"#{Ids.GRID}")).to_contain_text("Pour un jour")


@pytest.fixture
def two_pages_of_alerts(portal):
    """Twenty alerts of earlier years beside those of the demo, gone afterwards."""
    dated = ("first_day", "last_day", "peak_on", "ended_on")
    with portal.database.transaction() as db:
        ended = select(Episode).where(Episode.ended_on.is_not(None)).order_by(Episode.id)
        one = db.scalars(ended).first()
        same = {c.name: getattr(one, c.name) for c in Episode.__table__.c if c.name != "id"}
        made = [
            Episode(**same | {name: same[name] - timedelta(days=400 + back) for name in dated})
            for back in range(20)
        ]
        db.add_all(made)
        db.flush()
        ids = [episode.id for episode in made]
    yield
    with portal.database.transaction() as db:
        db.execute(delete(Episode).where(Episode.id.in_(ids)))


@pytest.mark.parametrize("screen", SCREENS[::2])
def test_every_alert_is_reached_by_keyboard_and_has_its_address(visit, two_pages_of_alerts, screen):
    visitor = visit(STAFF, **screen)
    page = visitor.open("/seuils?q=a")
    assert "Aucune alerte en cours" not in page.locator("main").inner_text()
    shown, pages = page.locator(f"#{Ids.EPISODES}"), page.locator(f"#{Ids.EPISODE_PAGES}")
    visitor.moves(lambda: page.get_by_text("Avec les passés").click())
    expect(pages).to_contain_text("Alertes 1 à 20 sur")
    first = shown.inner_text()
    page.get_by_role("link", name="Voir les suivantes").focus()
    visitor.moves(lambda: page.keyboard.press("Enter"))
    assert page.url.endswith("/seuils?q=a&past=1&page=2")
    expect(pages).to_contain_text("Alertes 21 à")
    assert shown.inner_text() != first
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()
    page.reload()
    visitor.settle()
    expect(pages).to_contain_text("Alertes 21 à")
    visitor.moves(lambda: page.get_by_role("link", name="Voir les précédentes").click())
    expect(shown).to_have_text(first, use_inner_text=True)


def test_a_phone_has_the_last_twelve_months_and_their_handles_in_view(visit, portal):
    visitor = visit(WHO, phone=True)
    page = visitor.open(f"/seuils?new=1&pce={quiet_pce(portal)}")
    handles = page.locator(".thresholds-handle")
    expect(handles).to_have_count(12)
    expect(page.locator(f"#{Ids.CHART_TITLE}")).to_contain_text("12 derniers mois")
    expect(page.locator(f"#{Ids.CHART_TITLE} .thresholds-long")).to_be_hidden()
    box = page.locator(".thresholds-scroll").bounding_box()
    places = [handles.nth(rank).bounding_box() for rank in range(12)]
    assert all(box["x"] <= one["x"] + one["width"] / 2 <= box["x"] + box["width"] for one in places)
    visitor.has_no_axe_violation()
    button = page.locator("[data-thresholds=years]")
    expect(button).to_have_text("3 ans", use_inner_text=True)
    button.click()
    expect(button).to_have_text("12 mois", use_inner_text=True)
    expect(page.locator(f"#{Ids.CHART_TITLE} .thresholds-long")).to_be_visible()
    assert page.locator(".thresholds-scroll").evaluate("one => one.scrollLeft") == 0
    expect(handles.first).not_to_be_in_viewport()
    button.click()
    expect(handles.first).to_be_in_viewport()


def test_a_wide_screen_has_three_years_at_once(visit, portal):
    page = visit(WHO).open(f"/seuils?new=1&pce={quiet_pce(portal)}")
    expect(page.locator(".thresholds-handle")).to_have_count(12)
    expect(page.locator("[data-thresholds=years]")).to_be_hidden()
    expect(page.locator(f"#{Ids.CHART_TITLE} .thresholds-short")).to_be_hidden()
    expect(page.locator(f"#{Ids.CHART_TITLE} .thresholds-long")).to_be_visible()
