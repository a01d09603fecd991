"""The operator's settings and the words of its mails, changed on the screen by who may."""

import json
import re
from dataclasses import replace

import pytest
from dash import no_update
from dash._callback_context import context_value
from dash._utils import AttributeDict
from sqlalchemy import select

from api.context import portal
from callbacks import admin_mails, admin_settings
from components.admin.ids import put_back_button
from components.admin.mails import MailPassage, chosen_mail
from core.access import OrganisationKind, Role, Viewer
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.i18n import set_language
from data.identity.audit.models import AuditEvent
from data.identity.settings.types import Name, OperatorSettings, Passage
from tests.conftest import TODAY
from tests.factories import make_setting, make_user
from tests.web import request_of

STAFF = OrganisationKind.DISTRIBUTOR
CONSENT = "mail.consent.fr"


@pytest.fixture
def irene(web):
    with web.database.transaction() as db:
        named = {"organisation_id": 4, "role": Role.ADMINISTRATOR}
        user = make_user(db, email="irene@reseau.example", name="Irène", **named)
    return Viewer(user.id, 4, STAFF, Role.ADMINISTRATOR, TODAY, name="Irène")


@pytest.fixture
def known(web):
    """What the fields were given, as the page of nobody's changes keeps it."""
    values = OperatorSettings.of_environment(web.settings)
    texts = {name.value: str(getattr(values, name)) for name in Name}
    texts["co2_factor"] = texts["co2_factor"].replace(".", ",")
    return {name: [text, 0] for name, text in texts.items()}


def words(part) -> str:
    return re.sub(r"[\u00a0\u202f]|\\xa0|\\u202f", " ", str(part))


def save(db, viewer, known, **typed):
    fields = {name: text for name, (text, _version) in known.items()} | typed
    return admin_settings.save(fields=fields, known=known, request=request_of(db, viewer))


def press(act, key, call):
    button = json.dumps(put_back_button(key), sort_keys=True, separators=(",", ":"))
    token = context_value.set(AttributeDict(triggered_inputs=[{"prop_id": f"{button}.n_clicks"}]))
    try:
        with act() as db:
            return call(db)
    finally:
        context_value.reset(token)


def test_only_who_runs_the_portal_is_shown_the_settings(web, irene):
    page = web.browser(irene.user_id).open("/admin", "?part=settings").text
    assert "Délai de réponse d’un titulaire" in page
    assert "gardent leur date" in page
    assert "Courriels" in page
    with web.database.transaction() as db:
        named = {"organisation_id": 1, "role": Role.ADMINISTRATOR}
        ada = make_user(db, email="ada@tilleuls.example", name="Ada", **named).id
    for user in (ada, 4):
        for part in ("settings", "mails"):
            page = web.browser(user).open("/admin", f"?part={part}").text
            assert "Délai de réponse" not in page
            assert "Texte du portail" not in page


def test_what_is_typed_is_kept_and_holds_for_the_next_request(web, act, irene, known):
    with act() as db:
        drawn, seen, said, toasts = save(db, irene, known, answer_days="45", operator="Gaz d’Ici")
    assert seen["answer_days"] == ["45", 1]
    assert seen["proof_days"] == ["20", 0]
    assert "Changé par Irène le 24/11/2026 à 9 h 00 ; à l’origine : 30" in words(drawn)
    assert (said, "Réglages enregistrés" in words(toasts)) == ("", True)
    with web.server.app_context():
        assert portal().delays.answer_days == 45
    page = web.browser(irene.user_id).open("/admin", "?part=settings").text
    assert "2 réglages n’ont pas leur valeur d’origine" in words(page)
    assert "Gaz d’Ici" in web.browser(1).get("/compte").text


def test_what_cannot_be_is_said_below_its_field_and_loses_nothing(web, act, irene, known):
    with act() as db:
        drawn, seen, said, toasts = save(
            db, irene, known, answer_days="400", proof_days="15", co2_basis="x"
        )
    assert "400 est hors des bornes : de 1 à 365." in words(drawn)
    assert "value='400'" in words(drawn)
    assert "value='15'" in words(drawn)
    assert "2 valeurs sont à corriger" in words(said)
    assert (toasts, seen["proof_days"]) == ([], ["20", 0])  # nothing stale stays beside it


def test_somebody_else_was_first(web, act, irene, known):
    with act() as db:
        make_setting(db, "answer_days", "45")
    with act() as db:
        drawn, seen, _said, _toasts = save(db, irene, known, answer_days="60", proof_days="15")
        assert "Dora a changé cette valeur" in words(drawn)
        assert "« 45 »" in words(drawn)
    with act() as db:
        save(db, irene, seen, answer_days="60", proof_days="15")
    with web.server.app_context():
        assert portal().delays.answer_days == 60


def test_what_one_did_not_touch_is_left_as_somebody_else_put_it(web, act, irene, known):
    with act() as db:
        make_setting(db, "answer_days", "45")
    with act() as db:
        _drawn, seen, said, _toasts = save(db, irene, known, proof_days="15")
    assert (seen["answer_days"], seen["proof_days"], said) == (["45", 1], ["15", 1], "")


def test_nothing_typed_is_nothing_changed(web, act, irene, known):
    with act() as db:
        assert "Rien n’a changé" in words(save(db, irene, known)[3])
        assert not db.scalars(select(AuditEvent).where(AuditEvent.object_type == "setting")).all()


def test_a_value_of_origin_comes_back_at_a_press(web, act, irene, known):
    with act() as db:
        make_setting(db, "answer_days", "45")
    seen = known | {"answer_days": ["45", 1]}
    typed = {name: text for name, (text, _version) in seen.items()} | {"proof_days": "15"}
    way = {"fields": typed, "known": seen}
    drawn, seen, said, toasts = press(
        act,
        "answer_days",
        lambda db: admin_settings.put_back(request=request_of(db, irene), **way),
    )
    assert "Valeur d’origine, remise par Irène" in words(drawn)
    assert "value='15'" in words(drawn)  # typed, and not saved yet: it is not lost
    assert (seen["answer_days"], seen["proof_days"], said) == (["30", 2], ["20", 0], "")
    assert "Valeur d’origine rétablie" in words(toasts)


def test_a_press_that_names_nothing_changes_nothing(web, act, irene, known):
    for pressed in (None, {}, {"key": 1}):
        with pytest.raises(Invalid):
            admin_settings.key_in(pressed)
    for wrong in (None, {}, {"x": 1}, {"x": ["30"]}, {"x": ["30", -1]}, {"x": [30, 1]}):
        with pytest.raises(Invalid):
            admin_settings.seen_in(wrong, "x")
    with act() as db, pytest.raises(NotFound):
        save(db, irene, known | {"colour": ["", 0]}, colour="red")


def test_others_are_refused_by_each_callback(web, irene, known):
    dora = web.browser(4)
    outputs = [name for name in web.dash.callback_map if "admin-settings" in name]
    outputs += [name for name in web.dash.callback_map if "admin-wording" in name]
    assert len(outputs) == 4
    with web.database.reading() as db:
        for other in (
            replace(irene, role=Role.ACCOUNT_MANAGER),
            replace(irene, kind=OrganisationKind.COLLECTIVITY),
        ):
            with web.server.app_context(), pytest.raises(Forbidden):
                save(db, other, known, answer_days="45")
            with web.server.app_context(), pytest.raises(Forbidden):
                keep(db, other, "Madame")
    assert "Gaz d’Ici" not in dora.get("/compte").text


def keep(db, viewer, text, version=0, key=CONSENT):
    known = {"key": key, "text": "", "version": version}
    return admin_mails.keep(text, known, request=request_of(db, viewer))


def test_words_are_looked_at_in_the_mail_before_they_are_kept(web, act, irene):
    known = {"key": CONSENT, "text": "", "version": 0}
    with act() as db:
        shown = admin_mails.show_mail("Madame, Monsieur,", known, request=request_of(db, irene))
        assert "Bonjour,\\n\\nMadame, Monsieur,\\n\\n" in words(shown)
        far = admin_mails.show_mail("www.ailleurs.example", known, request=request_of(db, irene))
        assert "contient un lien vers un autre site" in words(far)
        unfit = admin_mails.show_mail("<b>Madame</b>", known, request=request_of(db, irene))
        assert unfit is no_update
    assert "Madame" not in web.browser(irene.user_id).open("/admin", "?part=mails").text


def test_words_are_kept_then_given_back_to_the_portal(web, act, irene):
    with act() as db:
        edited, mail, toasts = keep(db, irene, "Madame, Monsieur,")
        assert "Changé par Irène le 24/11/2026" in words(edited)
        assert "Madame, Monsieur," in words(mail)
        assert "Texte enregistré" in words(toasts)
    page = web.browser(irene.user_id).open("/admin", "?part=mails&mail=consent&in=fr").text
    assert "Madame, Monsieur," in page
    assert "Changé" in page
    with act() as db:
        known = {"key": CONSENT, "text": "Madame, Monsieur,", "version": 1}
        edited, mail, _toasts = admin_mails.restore(known, request=request_of(db, irene))
        assert "Texte du portail, remis par Irène" in words(edited)
        assert "Madame, Monsieur," not in words(mail)
        with pytest.raises(Conflict):
            admin_mails.restore(known, request=request_of(db, irene))


def test_unfit_words_stay_in_the_field_with_what_to_do(web, act, irene):
    with act() as db:
        edited, mail, toasts = keep(db, irene, "<b>Madame</b>")
    assert "Pas de balise HTML" in words(edited)
    assert "<b>Madame</b>" in words(edited)
    assert (mail, toasts) == (no_update, [])  # nothing stale stays beside it


@pytest.mark.parametrize("key", [None, 1, "answer_days", "mail.consent.de", "mail.x.fr"])
def test_only_a_passage_is_written_as_one(web, act, irene, key):
    with act() as db, pytest.raises(Invalid):
        keep(db, irene, "Madame", key=key)


def test_an_address_names_a_mail_and_a_language_or_the_signature():
    assert chosen_mail("consent", "en") == MailPassage(Passage.CONSENT, "en")
    assert chosen_mail("consent", "de") == MailPassage(Passage.CONSENT, "fr")
    assert chosen_mail("x", "en") == MailPassage(Passage.SIGNATURE, "fr")
    set_language("en")
    assert chosen_mail("", "") == MailPassage(Passage.SIGNATURE, "en")


@pytest.mark.parametrize("passage", Passage)
def test_every_mail_has_its_screen(web, irene, passage):
    page = web.browser(irene.user_id).open("/admin", f"?part=mails&mail={passage}&in=en").text
    assert "Le courriel, tel qu’il sera lu" in page
    assert "Réseau Gaz, customer portal" in words(page).replace("Customer", "customer")
