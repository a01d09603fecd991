"""The security journal as it is read."""

from dataclasses import replace

from components.accounts_security import events_table, journal_page
from data.identity.accounts.types.security import EVENTS, SecurityEvent
from tests.callbacks.test_accounts import as_text
from tests.components.kit.trees import text_of
from tests.factories import NOW


def event(action="accounts.signed_in", number=7):
    return SecurityEvent(number, NOW, action, "Alice", "Anna", "Firefox · Linux", "192.0.2.7")


def test_each_event_has_its_words(alice):
    text = as_text(journal_page(alice, [event(action) for action in EVENTS], more=False))
    assert "accounts." not in text.replace("accounts.self", "")
    assert "Mot de passe incorrect à la connexion" in text
    assert "Firefox · Linux" in text


def test_what_goes_on_has_a_link_to_what_is_older(alice):
    assert "/compte/journal?avant=7" in as_text(journal_page(alice, [event()], more=True))
    assert "avant=" not in as_text(journal_page(alice, [event()], more=False))


def test_a_credential_is_said_by_its_name():
    made = replace(event("accounts.credential_created"), thing="Télérelève")
    assert "Accès API créé\u00a0: Télérelève" in text_of(events_table([made]))


def test_an_empty_one_says_so(alice):
    assert "Rien de plus ancien" in as_text(journal_page(alice, [], more=False))


def test_that_of_an_organisation_says_whose_account():
    assert "Anna" not in as_text(events_table([event()]))
    assert "Anna" in as_text(events_table([event()], people=True))


def test_a_page_asked_in_any_way_opens(web):
    browser = web.browser(1)
    for search in ("", "?avant=1", "?avant=-1", "?avant=x", "?avant=²", f"?avant={'9' * 40}"):
        answer = browser.open("/compte/journal", search)
        assert "exclamation-octagon" not in answer.text, search
