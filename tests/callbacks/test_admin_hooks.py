"""Webhooks are added, changed and sent again from the screen."""

import json

import pytest
from dash import no_update
from dash._callback_context import context_value
from dash._utils import AttributeDict
from sqlalchemy import select, update

from callbacks import admin_hooks
from components.admin.hook_journal import detail, journal_card, journal_checksum
from components.admin.ids import delivery_button, hook_button
from core.access import OrganisationKind, Role, Viewer
from core.errors import Invalid, NotFound
from core.i18n import using_language
from data.exchange.hooks import actions, queries
from data.exchange.hooks.models import Hook, HookDelivery
from data.exchange.hooks.types import LONGEST_NAME, HookState, Topic, WantedHook
from data.identity.accounts.models import User
from data.notifications.types import MessageDelivery
from tests.callbacks.test_admin import words
from tests.conftest import TODAY
from tests.factories import NOW
from tests.web import request_of

URL = "https://hooks.thermia.example/espace?jeton=secret"
ALL_OF_THEM = ["rights", "controls", "readings"]


@pytest.fixture
def bob(web):
    with web.database.transaction() as db:
        db.execute(update(User).where(User.id == 2).values(role=Role.ADMINISTRATOR))
    kind = OrganisationKind.THIRD_PARTY
    return Viewer(2, 2, kind, Role.ADMINISTRATOR, TODAY, name="Bob", contracted=True)


def pressed(button, call):
    prop = json.dumps(button, sort_keys=True, separators=(",", ":")) + ".n_clicks"
    token = context_value.set(AttributeDict(triggered_inputs=[{"prop_id": prop}]))
    try:
        return call()
    finally:
        context_value.reset(token)


def adding(db, bob, name, url, topics=ALL_OF_THEM, kept=None):
    said = {"name": name, "url": url, "topics": topics, "kept": kept}
    return admin_hooks.add_hook(**said, request=request_of(db, bob))


def added(act, bob, name=" Supervision ", kept=None):
    with act() as db:
        answer = adding(db, bob, name, URL, kept=kept)
        return answer, queries.list_hooks(db, bob)[-1].id


def acting(db, bob, **said):
    seen = {"hears": [[], []], "kept": None} | said
    return admin_hooks.act_on_hook(**seen, request=request_of(db, bob))


def acted(act, bob, verb, hook, chosen=(), ids=(), kept=None):
    def call():
        with act() as db:
            return acting(db, bob, hears=[list(ids), list(chosen)], kept=kept)

    return pressed(hook_button(verb, hook), call)


def row_of(web, bob):
    with web.database.reading() as db:
        return queries.list_hooks(db, bob)[0]


def test_the_page_says_what_webhooks_are_for_and_how_to_check_a_signature(web, bob):
    browser = web.browser(bob.user_id)
    page = words(browser.open("/admin", "?part=hooks").text)
    assert "Aucun webhook" in page
    assert "from standardwebhooks import Webhook" in page
    assert "0 webhook en marche" in page
    assert "Webhooks" in words(browser.open("/admin", "?part=programs").text)


def test_who_is_no_administrator_finds_no_such_page(web):
    assert "Webhook" not in web.browser(1).open("/admin", "?part=hooks").text


def test_a_webhook_is_added_and_its_secret_shown_once(web, act, bob):
    (listed, journal, kept, name, url, *wrong), hook = added(act, bob)
    assert wrong == ["", "", "", False, False, "visually-hidden"]
    assert "Copier le secret de Supervision" in words(listed)
    assert kept[str(hook)] in words(listed)
    assert "data-fresh" in words(listed)
    assert (name, url) == ("", "")
    assert "ping" in words(journal)
    for shown in (listed, journal, kept):
        assert "jeton=secret" not in words(shown)
    assert kept[str(hook)] not in words(web.browser(bob.user_id).open("/admin", "?part=hooks").text)
    assert row_of(web, bob).id == hook


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    ("url", "topics", "at"),
    [
        (URL, [], {"topics"}),
        (URL, None, {"topics"}),
        (URL, ["nonsense"], {"topics"}),
        (URL, "rights", {"topics"}),
        ("https://10.0.0.8/essai", ALL_OF_THEM, {"url"}),
        (None, ALL_OF_THEM, {"url"}),
        ("https://exemple.fr/" + "a" * 3000, ALL_OF_THEM, {"url"}),
        ("http://thermia.example", [], {"url", "topics"}),
    ],
)
def test_what_is_wrong_is_said_at_its_own_field_and_nothing_typed_is_lost(
    web, act, bob, url, topics, at, language
):
    with act() as db, using_language(language):
        answer = adding(db, bob, "", url, topics)
        assert queries.list_hooks(db, bob) == ()
    *kept, name_said, url_said, topics_said, name_wrong, url_wrong, look = answer
    assert (name_said, name_wrong) == ("", False)
    assert set(kept) == {no_update}
    assert (bool(url_said), url_wrong) == ("url" in at, "url" in at)
    assert (bool(topics_said), "is-invalid" in look) == ("topics" in at, "topics" in at)
    if topics_said:
        assert (
            topics_said
            == {
                "fr": "Choisissez au moins un événement.",
                "en": "Choose at least one event.",
            }[language]
        )


def test_a_webhook_that_would_hear_of_nothing_says_so_at_its_own_choice(web, act, bob):
    _answer, hook = added(act, bob)
    ids = [{"type": "x", "hook": hook}]
    listed, journal, made, said = acted(act, bob, "topics", hook, [[]], ids, {str(hook): "whsec_1"})
    assert (journal, made, said) == (no_update, no_update, [])
    assert "whsec_1" in words(listed)  # it stays beside what is said
    assert "Choisissez au moins un événement." in words(listed)
    assert row_of(web, bob).topics == (Topic.RIGHTS, Topic.CONTROLS, Topic.READINGS)


def test_a_secret_stays_beside_its_webhook_until_it_is_another_or_gone(act, bob):
    (_listed, _journal, kept, *_rest), first = added(act, bob)
    (listed, _journal, both, *_rest), second = added(act, bob, "Alerte", kept)
    assert set(both) == {str(first), str(second)}
    assert all(secret in words(listed) for secret in both.values())
    assert words(listed).count("data-fresh") == 1
    listed, _journal, now, _said = acted(act, bob, "rotate", first, kept=both)
    assert now[str(first)] != both[str(first)]
    assert now[str(second)] == both[str(second)]
    listed, _journal, left, _said = acted(act, bob, "remove", first, kept=now)
    assert left == {str(second): both[str(second)]}
    assert now[str(first)] not in words(listed)


@pytest.mark.parametrize("kept", [None, [], "x", {"1": 3}, {"7": "never made"}, {"x": {}}])
def test_secrets_that_no_page_was_given_are_not_drawn(act, bob, kept):
    (listed, _journal, now, *_rest), hook = added(act, bob, kept=kept)
    assert set(now) == {str(hook)}
    assert "never made" not in words(listed)


def test_two_without_a_name_at_the_same_site_are_told_apart(act, bob):
    added(act, bob, "")
    with act() as db:
        *_rest, said, url, _topics, wrong, _url_wrong, _look = adding(db, bob, " ", f"{URL}&autre")
    assert "donnez un nom" in said
    assert (wrong, url) == (True, "")
    _answer, hook = added(act, bob, "Alerte")
    assert hook


def followed(db, bob, shown, hook):
    ids = [{"type": "x", "hook": hook}]
    return admin_hooks.follow_journal(shown=shown, ids=ids, request=request_of(db, bob))


def test_the_result_of_a_trial_comes_by_itself(web, act, bob):
    _answer, hook = added(act, bob)
    with web.database.reading() as db:
        before = {"stamp": journal_checksum(queries.get_journal(db, bob))}
        assert followed(db, bob, before, hook) == [no_update, [no_update]]
        assert "disabled=False" in words(admin_hooks.drawn(db, bob)[1])
    failing(web)
    with web.database.transaction() as db:
        db.execute(update(Hook).values(last_sent_at=NOW))
    with web.database.reading() as db:
        journal, (told,) = followed(db, bob, before, hook)
        assert "503" in words(journal)
        assert "Dernier envoi le" in words(told)
        assert followed(db, bob, None, hook)[0] is not no_update
        assert "disabled=True" in words(journal)


def test_what_waited_for_one_that_was_stopped_or_removed_says_which(web, act, bob):
    _answer, hook = added(act, bob)
    acted(act, bob, "off", hook)
    with web.database.reading() as db:
        assert "Ce webhook a été arrêté" in words(admin_hooks.drawn(db, bob)[1])
    acted(act, bob, "remove", hook)
    with web.database.reading() as db:
        assert "Ce webhook est supprimé" in words(admin_hooks.drawn(db, bob)[1])


def test_what_is_tried_again_is_counted_at_the_head(web, act, bob):
    added(act, bob)
    with act() as db:
        assert "attend" not in words(
            admin_hooks.count_again(None, None, request=request_of(db, bob))
        )
        db.execute(update(HookDelivery).values(attempts=2))
        said = words(admin_hooks.count_again(None, None, request=request_of(db, bob)))
        assert "1 envoi attend un nouvel essai, rien à renvoyer" in said


def test_each_button_does_what_it_says(web, act, bob):
    _answer, hook = added(act, bob)
    ids = [{"type": "x", "hook": hook}]
    acted(act, bob, "topics", hook, [["controls"]], ids)
    assert row_of(web, bob).topics == (Topic.CONTROLS,)
    *_rest, said = acted(act, bob, "ping", hook)
    assert "Un essai part vers Supervision" in words(said)
    listed, *_rest = acted(act, bob, "off", hook)
    assert "Remettre en marche" in words(listed)
    assert row_of(web, bob).state is HookState.OFF
    acted(act, bob, "on", hook)
    assert row_of(web, bob).state is HookState.ON
    listed, _journal, kept, said = acted(act, bob, "rotate", hook)
    assert kept[str(hook)] in words(listed)
    assert said == []  # no toast covers it
    assert "le secret précédent signe" in words(listed)
    acted(act, bob, "remove", hook)
    with web.database.reading() as db:
        assert queries.list_hooks(db, bob) == ()


@pytest.mark.parametrize(
    "button",
    [
        hook_button("nonsense", 1),
        hook_button("ping", "x"),
        hook_button("ping", 12_345),
        hook_button(["ping"], 1),
        {"type": "x"},
    ],
)
def test_a_button_that_names_nothing_is_refused(act, bob, button):
    added(act, bob)

    def call():
        with act() as db:
            acting(db, bob)

    with pytest.raises(NotFound):
        pressed(button, call)


def test_values_that_no_page_sends_are_refused(act, bob):
    _answer, hook = added(act, bob)
    with pytest.raises(Invalid):
        acted(act, bob, "topics", hook, [["rights"]], [])
    with pytest.raises(Invalid, match="événement"):
        acted(act, bob, "topics", hook, [["rights"]], [{"hook": hook + 1}])


def test_of_a_webhook_that_is_not_there_nothing_is_said_but_that(act, bob):
    _answer, hook = added(act, bob)
    with pytest.raises(NotFound):
        acted(act, bob, "topics", hook + 1, [[]], [{"hook": hook + 1}])


def failing(web):
    with web.database.transaction() as db:
        db.execute(update(HookDelivery).values(state=MessageDelivery.FAILED, error="http 503"))
        return db.scalars(select(HookDelivery.id)).first()


def test_a_failure_is_sent_again_alone_or_with_the_others(web, act, bob):
    added(act, bob)
    delivery = failing(web)
    with web.database.reading() as db:
        assert queries.get_journal(db, bob).failed == 1

    def call():
        with act() as db:
            return admin_hooks.resend(request=request_of(db, bob))

    journal, said = pressed(delivery_button(delivery), call)
    assert "L’envoi repart" in words(said)
    assert "renvoyé le" in words(journal).lower()
    failing(web)
    with act() as db:
        journal, said = admin_hooks.resend_failed(request=request_of(db, bob))
    assert "1 envoi repart" in words(said)
    with pytest.raises(NotFound):
        pressed({"type": "x", "delivery": "1"}, call)


def test_what_is_kept_for_a_webhook_that_is_off_is_said_to_wait_for_it(web, act, bob):
    _answer, hook = added(act, bob)
    failing(web)
    lead = {}
    for verb in ("off", "on"):
        acted(act, bob, verb, hook)
        with act() as db:
            lead[verb] = words(admin_hooks.count_again(None, None, request=request_of(db, bob)))
    once = "1 envoi à renvoyer une fois son webhook remis en marche"
    assert (once in lead["off"], "rien à renvoyer" in lead["off"]) == (True, False)
    assert (once in lead["on"], "1 envoi à renvoyer" in lead["on"]) == (False, True)


def test_the_journal_says_why_and_when_it_is_tried_again(web, act, bob):
    _answer, hook = added(act, bob)
    with web.database.transaction() as db:
        (line,) = queries.get_journal(db, bob).rows
        assert detail(line) == "–"
        db.execute(update(HookDelivery).values(attempts=2, error="http 503", count=3, number="9"))
        db.execute(update(Hook).values(state=HookState.OFF, off_reason="http 410"))
    browser = web.browser(bob.user_id)
    page = words(browser.open("/admin", "?part=hooks").text)
    assert "2 essais" in page
    assert "nouvel essai le" in page
    assert "Envoyer maintenant" not in page  # it is off
    assert "et 2 autres" in page
    assert "Corrigez-le, puis remettez-le en marche" in page
    with web.database.transaction() as db:
        db.execute(update(Hook).values(state=HookState.ON, last_sent_at=NOW))
        assert "Envoyer maintenant" in words(journal_card(queries.get_journal(db, bob)))
        for _ in range(60):
            told = actions.events.HookEvent(Topic.PING, ())
            actions.events.queue(db, [hook], told, NOW)
    page = words(browser.open("/admin", "?part=hooks").text)
    assert "Dernier envoi le" in page
    assert "before=" in page
    rest = words(browser.open("/admin", "?part=hooks&before=12").text)
    assert "Plus récents" in rest


@pytest.mark.parametrize(
    ("said", "french", "english"),
    [
        ("A valider", "À valider", "To approve"),
        ("Preuve Vérifiée KO", "Preuve refusée", "Proof rejected"),
        ("2026-11-23", "23/11/2026", "23 Nov 2026"),
    ],
)
def test_a_state_is_said_in_the_words_of_the_portal(web, act, bob, said, french, english):
    added(act, bob)
    with web.database.transaction() as db:
        db.execute(update(HookDelivery).values(said=said, number="GI700001", topic=Topic.RIGHTS))
    for language, expected in (("fr", french), ("en", english)):
        with web.database.reading() as db, using_language(language):
            drawn = words(admin_hooks.drawn(db, bob)[1])
            assert expected in drawn
            assert "droit_acces.etat" in drawn


def test_another_organisation_s_are_not_shown(web, act, bob):
    with web.database.transaction() as db:
        kind = OrganisationKind.COMPANY
        charlie = Viewer(3, 3, kind, Role.ADMINISTRATOR, TODAY, contracted=True)
        wanted = WantedHook("Secret", URL, (Topic.RIGHTS,))
        actions.add_hook(db, charlie, wanted, key=b"k" * 32, now=NOW)
    page = words(web.browser(bob.user_id).open("/admin", "?part=hooks").text)
    assert "Secret" not in page.replace("Nouveau secret", "")
    assert "0 webhook en marche" in page


def test_it_is_said_in_english_too(web, act, bob):
    with using_language("en"):
        (listed, *_rest), _hook = added(act, bob)
        assert "Test" in words(listed)
        assert "Turn" not in words(listed)


def test_the_opening_sentence_follows_what_is_added_and_stopped(act, bob):
    def told():
        with act() as db:
            return words(admin_hooks.count_again(None, None, request=request_of(db, bob)))

    assert "0 webhook en marche" in told()
    (listed, *_rest), hook = added(act, bob)
    assert "1 webhook en marche" in told()
    assert "rien n’a encore été envoyé" in words(listed)  # true of what was tried and failed too
    acted(act, bob, "off", hook)
    assert "0 webhook en marche" in told()


def test_a_name_is_typed_no_longer_than_it_is_kept(web, bob):
    page = web.browser(bob.user_id).open("/admin", "?part=hooks").text
    assert f'"maxLength": {LONGEST_NAME}' in page or f'"maxLength":{LONGEST_NAME}' in page
