"""What hands meet on the screens of rights: a press again, a refusal in view, lines and keys."""

from playwright.sync_api import expect

from components.rights import Ids
from tests.journeys.test_rights import ASKER, unasked

SHORT = "PCE;Raison sociale;Code postal\r\n{number};Lycée des Tilleuls;99123"


def test_columns_said_at_the_second_press_lead_to_the_check(visit, portal):
    visitor = visit(ASKER)
    page = visitor.open("/droits/import")
    content = SHORT.format(number=unasked(portal)[0]).encode("cp1252")
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
