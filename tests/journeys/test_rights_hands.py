"""What hands meet on the screens of rights: a press again, a refusal in view, lines and keys."""

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from components.rights import Ids
from core.i18n import PARIS
from tests.journeys.test_rights import ASKER, file_of, fill, free_pce, free_pces, postal_of
from tests.journeys.visitor import ERROR_EDGE, ERROR_EDGE_DARK

IN_VIEW = """element => {
    const { top, bottom } = element.getBoundingClientRect();
    return top >= 0 && bottom <= window.innerHeight;
}"""
SHORT = "PCE;Raison sociale;Code postal\r\n{number};Lycée des Tilleuls;99123"


def test_columns_said_at_the_second_press_lead_to_the_check(visit, portal):
    visitor = visit(ASKER)
    page = visitor.open("/droits/import")
    content = SHORT.format(number=free_pce(portal)).encode("cp1252")
    page.locator(f"#{Ids.FILE}-input").set_input_files(
        {"name": "court.csv", "mimeType": "text/csv", "buffer": content}
    )
    page.locator("[data-kit=files] [data-does=send]").click()
    page.wait_for_url("**step=columns")
    visitor.settle()
    page.locator(f"#{Ids.MAP}").click()
    page.wait_for_url("**step=check")
    visitor.settle()
    expect(page.get_by_text("Il manque 3 colonnes")).to_be_visible()
    for words, text in (
        ("Courriel du titulaire", "gaz@tilleuls.example"),
        ("Début du droit d’accès", "01/09/2026"),
        ("Fin du droit d’accès", "31/08/2028"),
    ):
        page.get_by_label(words, exact=True).fill(text)
    page.locator(f"#{Ids.MAP}").click()  # which leads to the address that is shown already
    expect(page.locator(f"#{Ids.CHECK_BODY}")).to_be_visible()


def test_a_day_typed_just_before_a_press_is_the_day_checked(visit, portal):
    page = visit(ASKER).open("/droits?new=1")
    fill(page, portal, free_pce(portal), "Résidence Pressée")
    soon = datetime.now(PARIS).date() + timedelta(days=300)
    page.locator(f"#{Ids.LAST}").fill(str(soon))
    page.locator(f"#{Ids.ENDS}").fill(str(soon))
    page.evaluate("id => document.getElementById(id).click()", Ids.CHECK)  # no field is left
    expect(page.locator(f"#{Ids.SUMMARY}")).to_contain_text(f"au {soon:%d/%m/%Y}")


@pytest.mark.daily
@pytest.mark.parametrize("phone", [False, True])
def test_what_stops_a_form_is_in_view_has_the_focus_and_marks_its_field(visit, portal, phone):
    visitor = visit(ASKER, phone=phone)
    page = visitor.open("/droits?new=1")
    number = free_pce(portal)
    fill(page, portal, number, "Résidence du Regard")
    page.locator(f"#{Ids.HOLDER}").fill("Personne")
    page.locator(f"#{Ids.POSTAL}").fill("00000")
    page.locator(f"#{Ids.CHECK}").click()
    note = page.locator(f"#{Ids.NOTE}")
    expect(note).to_contain_text("ne connaît pas le PCE")
    expect(note).to_be_focused()
    page.wait_for_function(IN_VIEW, arg=note.element_handle())
    expect(page.locator(f"#{Ids.PCE}")).to_have_attribute("aria-invalid", "true")
    expect(page.locator(f"#{Ids.PCE}")).to_have_css("border-top-color", ERROR_EDGE)
    page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
    expect(page.locator(f"#{Ids.PCE}")).to_have_css("border-top-color", ERROR_EDGE_DARK)
    page.evaluate("document.documentElement.dataset.bsTheme = 'light'")
    expect(page.locator(f"#{Ids.PCE_ERROR}")).to_contain_text("ne connaît pas le PCE")
    visitor.settle()
    visitor.has_no_axe_violation()
    page.locator(f"#{Ids.POSTAL}").fill(postal_of(portal, number))
    page.locator(f"#{Ids.CHECK}").click()
    expect(page.locator(f"#{Ids.SUMMARY}")).to_be_focused()
    expect(page.locator(f"#{Ids.SEND}")).to_be_in_viewport()


def test_a_send_that_is_refused_says_why_in_view(visit, portal):
    """The same PCE is declared elsewhere between the reading and the press."""
    number = free_pce(portal)
    late, first = visit(ASKER), visit(ASKER)
    for visitor, site in ((late, "Résidence Tardive"), (first, "Résidence Première")):
        page = visitor.open("/droits?new=1")
        fill(page, portal, number, site)
        page.locator(f"#{Ids.CHECK}").click()
        expect(page.locator(f"#{Ids.SEND}")).to_be_visible()
    first.page.locator(f"#{Ids.SEND}").click()
    first.page.wait_for_url("**/droits?open=*")
    late.page.locator(f"#{Ids.SEND}").click()
    note = late.page.locator(f"#{Ids.NOTE}")
    expect(note).to_contain_text("Non envoyé")
    expect(note).to_be_focused()
    late.page.wait_for_function(IN_VIEW, arg=note.element_handle())
    expect(late.page.locator(f"#{Ids.PCE}")).to_have_attribute("aria-invalid", "true")
    late.settle()
    late.has_no_axe_violation()


def test_a_line_opens_wherever_it_is_pressed_and_by_enter_in_any_cell(visit):
    visitor = visit(ASKER)
    page = visitor.open("/droits?state=active")
    grid, drawer = page.locator(f"#{Ids.GRID}"), page.locator(f"#{Ids.DRAWER}")
    names = page.locator(".rights-open")
    grid.locator(".ag-row[row-index='1'] .ag-cell[col-id=state]").click()
    expect(drawer.locator("h2")).to_have_text(names.nth(1).inner_text())
    page.keyboard.press("Escape")
    expect(drawer).to_be_empty()
    assert page.evaluate("document.activeElement.getAttribute('col-id')") == "state"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(drawer.locator("h2")).to_have_text(names.nth(2).inner_text())
    expect(page).to_have_url(re.compile("open="))
    page.keyboard.press("Escape")
    grid.locator(".ag-row[row-index='0'] .ag-selection-checkbox input").click()
    expect(page.locator(f"#{Ids.SELECTED}")).to_contain_text("1 droit choisi")
    expect(drawer).to_be_empty()
    box = names.first.bounding_box()
    assert box["height"] >= 24
    assert box["width"] >= 24


def test_enter_in_the_name_of_a_view_keeps_it(visit):
    visitor = visit(ASKER)
    page = visitor.open("/droits?state=active")
    expect(page.locator("#frame-toasts")).to_be_empty()
    page.get_by_role("button", name="Vues", exact=True).click()
    page.locator(f"#{Ids.VIEW_NAME}").fill("Par la touche")
    page.keyboard.press("Enter")
    expect(page.locator(f"#{Ids.VIEWS}")).to_contain_text("Par la touche")


def deposited(visitor, name, content):
    page = visitor.open("/droits/import")
    page.locator(f"#{Ids.FILE}-input").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": content}
    )
    page.locator("[data-kit=files] [data-does=send]").click()
    page.wait_for_url("**step=columns")
    return visitor.settle()


def test_each_step_on_a_phone_begins_with_what_it_says(visit, portal):
    """One pressed at the foot of a long page: the next step is read from its first message on."""
    visitor = visit(ASKER, phone=True)
    numbers = free_pces(portal, 2)
    content = SHORT.format(number=numbers[0]).encode("cp1252")
    page = deposited(visitor, "court.csv", content)
    page.locator(f"#{Ids.MAP}").click()
    first = page.locator(".notice-alert").first
    expect(first).to_contain_text("Il manque 3 colonnes")
    expect(first).to_be_focused()
    page.wait_for_function(IN_VIEW, arg=first.element_handle())
    page = deposited(visitor, "phone.csv", file_of(portal, numbers, spoilt=0, site="Quai"))
    visitor.fits_the_screen()
    box = page.locator(".column-mapping .table-scroll")
    assert box.evaluate("box => box.scrollWidth <= box.clientWidth")
    choices = page.locator(".column-mapping select")
    assert all(at["x"] >= 0 and at["x"] + at["width"] <= 390 for at in map(box_of, choices.all()))
    page.locator(f"#{Ids.MAP}").click()
    expect(page.locator(".lead")).to_be_focused()
    page.locator(f"#{Ids.CHECK_BODY} a.btn-primary").click()
    expect(page.locator(".notice-alert").first).to_be_focused()
    page.locator(f"#{Ids.CONFIRM_IMPORT}").click()
    expect(page.locator(".kit-steps [aria-current]")).to_be_focused()
    expect(page.locator(".kit-steps [aria-current]")).to_contain_text("Suivi")


def box_of(place):
    return place.bounding_box()


def test_a_form_on_a_phone_lists_what_is_missing_and_parts_its_presses(visit, portal):
    visitor = visit(ASKER, phone=True)
    page = visitor.open("/droits?new=1")
    page.locator(f"#{Ids.CHECK}").click()
    note = page.locator(f"#{Ids.NOTE}")
    expect(note.get_by_role("link", name="Indiquez le PCE.")).to_be_visible()
    # A bullet stands at the last line of what flows as one word.
    assert set(
        note.locator("a").evaluate_all("all => all.map(a => getComputedStyle(a).display)")
    ) == {"block"}
    visitor.has_no_axe_violation()
    fill(page, portal, free_pce(portal), "Résidence du Quai")
    page.locator(f"#{Ids.CHECK}").click()
    expect(page.locator(f"#{Ids.SUMMARY}")).to_be_focused()
    send, back = (box_of(page.locator(f"#{one}")) for one in (Ids.SEND, Ids.BACK))
    assert back["y"] - (send["y"] + send["height"]) >= 8
