"""What an operator owes anybody: who publishes the portal, how accessible it is."""

from tests.web import Web

DESK = {"operator_email": "aide@reseau.example", "operator_phone": "01 99 00 00 00"}


def test_who_publishes_and_whom_to_write_to_come_from_the_settings(web):
    desk = Web(web.database, web.var, operator_name="Gaz du Levant", **DESK)
    page = desk.browser().get("/mentions-legales")
    assert page.status_code == 200
    for said in ("Gaz du Levant", "aide@reseau.example", "01 99 00 00 00", "GNU AGPL"):
        assert said in page.text
    assert "Par téléphone" not in web.browser().get("/mentions-legales").text


def test_how_accessible_it_is_is_told_without_a_claim(web):
    page = Web(web.database, web.var, **DESK).browser().get("/accessibilite").text
    assert "Aucun audit RGAA" in page
    assert "aide@reseau.example" in page
    browser = web.browser()
    browser.client.set_cookie("language", "en")
    assert "No third-party RGAA audit" in browser.get("/accessibilite").text


def test_both_are_at_the_foot_of_every_page(web, alice):
    door = web.browser().get("/connexion").text
    for path in ("/confidentialite", "/accessibilite", "/mentions-legales"):
        assert f'href="{path}"' in door
