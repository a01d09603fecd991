"""People are listed, invited, given a role, cut and followed from the screen."""

import json
import re

import pytest
from dash import no_update
from dash._callback_context import context_value
from dash._utils import AttributeDict
from dash.exceptions import PreventUpdate
from sqlalchemy import select

from callbacks import admin, admin_organisations, admin_person
from components.admin.ids import invitation_button
from core.access import OrganisationKind, Role, Viewer
from core.errors import Conflict, Invalid, NotFound
from data.administration.people.types import Belongings
from data.identity.accounts.models import Invitation, User
from data.metering.pces.models import PceTag
from data.notifications.models import NoticeAddress
from data.rights.models import RightTry
from tests.callbacks.test_accounts import as_text
from tests.conftest import TODAY
from tests.factories import NOW, make_invitation, make_pce, make_user
from tests.test_isolation import asked
from tests.web import request_of

BLOCK = {"startRow": 0, "endRow": 100, "filterModel": {}, "sortModel": []}
FORM = {
    "name": "Zoé",
    "email": "zoe@nouveau.example",
    "role": "client",
    "language": "fr",
}
CHARLIE = 3


def invite(fields, place=1, *, tags=(), db, viewer):
    """« Inviter », with what stands in the form."""
    said = {"fields": fields, "tags": list(tags), "place": place}
    return admin.invite(**said, request=request_of(db, viewer))


@pytest.fixture
def ada(web):
    with web.database.transaction() as db:
        named = {"organisation_id": 1, "role": Role.ADMINISTRATOR}
        user = make_user(db, email="ada@tilleuls.example", name="Ada", **named)
    kind = OrganisationKind.COLLECTIVITY
    return Viewer(user.id, 1, kind, Role.ADMINISTRATOR, TODAY, name="Ada")


def words(part) -> str:
    return re.sub(r"[\u00a0\u202f]|\\xa0|\\u202f", " ", str(part))


def press(act, button, call):
    prop = json.dumps(button, sort_keys=True, separators=(",", ":")) + ".n_clicks"
    token = context_value.set(AttributeDict(triggered_inputs=[{"prop_id": prop}]))
    try:
        with act() as db:
            return call(db)
    finally:
        context_value.reset(token)


def test_the_page_shows_ones_people_and_nobody_elses(web, ada):
    page = web.browser(ada.user_id).open("/admin").text
    assert "Administration" in page
    assert "2 personnes actives" in page
    with web.database.reading() as db:
        answer = admin.show_people(BLOCK, 1, request=request_of(db, ada))
    assert [row["name"]["text"] for row in answer["rows"]["rowData"]] == ["Ada", "Alice"]
    assert answer["count"] == "2 personnes"


def test_filters_find_by_words_and_state(web, ada):
    with web.database.transaction() as db:
        db.get_one(User, 1).disabled_at = NOW
        for text, state, names in (
            ("ADA tilleuls", "all", ["Ada"]),
            ("", "disabled", ["Alice"]),
            ("%", "all", []),
        ):
            model, url = admin.filter_people(
                fields={"q": text, "etat": state}, place=1, request=request_of(db, ada)
            )
            answer = admin.show_people(
                BLOCK | {"filterModel": model}, 1, request=request_of(db, ada)
            )
            assert [row["name"]["text"] for row in answer["rows"]["rowData"]] == names
            assert url.startswith("?")


def test_an_invitation_is_sent_and_the_form_is_emptied(web, act, ada, tagged):
    with act() as db:
        shown, toasts, form = invite(FORM, tags=["Nord"], db=db, viewer=ada)
    assert "zoe@nouveau.example" in words(shown)
    assert "Invitation envoyée" in words(toasts)
    assert "Nord (" in words(form)
    assert "Zoé" not in words(form)
    assert "data-refused" not in words(form)
    assert "value=[]" in words(form)  # no tag is ticked for the next person


def test_what_stops_an_invitation_is_said_at_each_field_and_loses_nothing(web, act, ada):
    wrong = {"name": " ", "email": "zoé", "role": "account_manager"}
    with act() as db:
        shown, toasts, form = invite(FORM | wrong, tags=["Ailleurs"], db=db, viewer=ada)
        assert not db.scalars(select(Invitation)).all()
    assert (shown, toasts) == (no_update, [])  # nothing stale stays beside it
    assert "4 champs sont à corriger" in words(form)
    assert "data-refused" in words(form)  # it asks before it is left
    for said, place in (
        ("Indiquez un nom", "admin-name-error"),
        ("« zoé » n’est pas une adresse", "admin-email-error"),
        ("Ce rôle n’existe pas", "admin-role-error"),
        ("Aucun PCE n’a l’étiquette « Ailleurs »", "admin-tags-error"),
    ):
        assert re.search(rf"P\(children='{said}[^)]*id='{place}'", words(form)), place
    assert "value='zoé'" in words(form)
    assert "value=['Ailleurs']" in words(form)


def test_who_is_invited_already_is_said_at_the_address(web, act, ada):
    with act() as db:
        email = make_invitation(db, organisation_id=1, invited_by=ada.user_id).email
        _shown, _toasts, form = invite(FORM | {"email": email}, db=db, viewer=ada)
    assert "a déjà une invitation en attente" in words(form)
    assert "1 champ est à corriger" in words(form)


def test_the_form_asks_before_what_is_typed_in_it_is_lost(web, ada):
    page = web.browser(ada.user_id).open("/admin", "?part=invite").text
    assert "data-unsaved" in page


@pytest.mark.parametrize("odd", [{"a": 1}, 1.5, True, ["x", 1], 7])
def test_what_is_no_word_where_the_form_holds_one_is_refused_and_no_bug(web, ada, odd):
    """The browser is the person's own: anything may come in the place of what was typed."""
    output = next(one for one in web.dash.callback_map if "admin-inviting.children" in one)
    declared = web.dash.callback_map[output]
    for name in (*FORM, "tags"):
        typed = FORM | {"tags": []} | {name: odd}
        body = asked(output, declared, {"n_clicks": 1}, None).body
        for field in body["state"]:
            field["value"] = typed.get(field["id"].removeprefix("admin-"), 1)
        answer = web.browser(ada.user_id).dispatch(body)
        assert "Cette demande est mal formée" in json.dumps(answer.json, ensure_ascii=False), name


def test_a_wrong_role_or_place_is_refused(web, act, ada):
    for fields, place, error in (
        (FORM | {"role": "roi"}, 1, Invalid),
        (FORM | {"role": None}, 1, Invalid),
        (FORM, 3, NotFound),
    ):
        with act() as db, pytest.raises(error):
            invite(fields, place, db=db, viewer=ada)


def test_an_invitation_is_withdrawn_from_its_line(web, act, ada):
    with act() as db:
        made = make_invitation(db, organisation_id=1, invited_by=ada.user_id).id
    shown, said = press(
        act,
        invitation_button("withdraw", made),
        lambda db: admin.answer_invitation(1, request=request_of(db, ada)),
    )
    assert "Aucune invitation" in words(shown)
    assert "Invitation retirée" in words(said)


@pytest.mark.parametrize("pressed", [None, {}, {"invitation": 1, "verb": "x"}, "x"])
def test_a_button_that_names_nothing_does_nothing(web, act, ada, pressed):
    with act() as db, pytest.raises(NotFound):
        admin.act_on(pressed, request_of(db, ada))


def shown_of(user, **owned):
    return {"user": user, "owned": Belongings(**owned).counts}


def test_a_person_is_given_a_role_then_cut_then_let_in(web, act, ada):
    with act() as db:
        parts, _said = admin_person.give_role(1, "client", shown_of(1), request=request_of(db, ada))
        assert "Consulte, exporte et déclare" in words(parts)
        _parts, said = admin_person.give_role(1, "client", shown_of(1), request=request_of(db, ada))
        assert "Rien n’a changé" in words(said)
        _parts, said = admin_person.limit(1, [], shown_of(1), request=request_of(db, ada))
        assert "Rien n’a changé" in words(said)
        parts, _said = admin_person.disable(1, shown_of(1), request=request_of(db, ada))
        assert "Désactivé le 24/11/2026" in words(parts)
        parts, _said = admin_person.enable(1, shown_of(1), request=request_of(db, ada))
        assert "Désactivé le" not in words(parts)


def test_what_one_leaves_goes_to_another(web, act, ada, alice):
    from data.rights import actions as rights

    with act() as db:
        rights.keep_view(db, alice, "Vue", "?q=a", now=NOW)
        with pytest.raises(Conflict):
            admin_person.hand_over(1, str(ada.user_id), shown_of(1), request=request_of(db, ada))
        seen = shown_of(1, views=1)
        parts, said = admin_person.hand_over(1, str(ada.user_id), seen, request=request_of(db, ada))
    assert "1 vue enregistrée" in words(said)
    assert "Cette personne n’est responsable de rien" in words(parts)


@pytest.mark.parametrize(
    "shown", [None, {}, {"user": "1"}, {"user": 1}, {"user": 1, "owned": {"views": 1}}]
)
def test_a_made_up_page_moves_nothing(web, act, ada, shown):
    with act() as db, pytest.raises(Invalid):
        admin_person.hand_over(1, str(ada.user_id), shown, request=request_of(db, ada))


@pytest.mark.parametrize("heir", [None, "", "x"])
def test_without_an_heir_nothing_moves(web, act, ada, heir):
    with act() as db, pytest.raises(Invalid):
        admin_person.hand_over(1, heir, shown_of(1), request=request_of(db, ada))


def test_a_person_of_others_cannot_be_found(web, act, ada):
    assert "Introuvable" in web.browser(ada.user_id).open("/admin", f"?user={CHARLIE}").text
    assert "Introuvable" in web.browser(ada.user_id).open("/admin", "?organisation=3").text
    for call in (admin_person.disable, admin_person.enable):
        with act() as db, pytest.raises(NotFound):
            call(1, shown_of(CHARLIE), request=request_of(db, ada))


def test_who_does_not_administer_is_refused(web, ada):
    assert "Accès refusé" in web.browser(1).open("/admin").text


@pytest.mark.parametrize("search", ["", "?part=invite", "?part=import", "?user=1"])
def test_each_part_of_the_page_is_drawn(web, ada, search):
    text = web.browser(ada.user_id).open("/admin", search).text
    assert "Administration" in text
    assert "Une erreur" not in text


def test_a_person_shows_their_lines_of_the_journal_to_their_administrator(web, ada):
    browser = web.browser(ada.user_id)
    before = browser.open("/admin", "?user=1").text
    web.browser(1)  # alice comes in
    after = browser.open("/admin", "?user=1").text
    assert "Journal de s" in before
    assert "Connexion" not in before
    assert "Connexion" in after


@pytest.fixture
def irene(web):
    with web.database.transaction() as db:
        named = {"organisation_id": 4, "role": Role.ADMINISTRATOR}
        user = make_user(db, email="irene@reseau.example", name="Irene", **named)
    return Viewer(user.id, 4, OrganisationKind.DISTRIBUTOR, Role.ADMINISTRATOR, TODAY)


@pytest.mark.parametrize(
    ("search", "said"),
    [
        ("", "4 organisations"),
        ("?part=people", "6 personnes actives"),
        ("?part=new", "Premier administrateur"),
        ("?organisation=3", "Organisation de charlie"),
        ("?organisation=3&part=invite", "Organisation de charlie"),
        ("?user=3", "charlie@usine.example"),
    ],
)
def test_who_runs_the_portal_sees_every_organisation(web, irene, ada, search, said):
    assert said in web.browser(irene.user_id).open("/admin", search).text.replace("\\u202f", " ")
    told = web.browser(ada.user_id).open("/admin", search).text
    assert "Organisation de charlie" not in told
    assert "charlie@" not in told
    assert "Premier administrateur" not in told


def test_who_runs_the_portal_does_not_read_the_journal_of_others(web, irene):
    web.browser(CHARLIE)
    text = web.browser(irene.user_id).open("/admin", f"?user={CHARLIE}").text
    assert "charlie@usine.example" in text
    assert "Journal de s" not in text


def test_organisations_are_listed_and_filtered(web, irene):
    with web.database.reading() as db:
        for text, kind, count in (("", "all", 4), ("bob", "all", 1), ("", "distributor", 1)):
            model, _url = admin_organisations.filter_organisations(
                fields={"q": text, "nature": kind}
            )
            answer = admin_organisations.show_organisations(
                BLOCK | {"filterModel": model}, request=request_of(db, irene)
            )
            rows = answer["rows"]
            assert len(rows["rowData"]) == rows["rowCount"] == count
            assert words(answer["count"]).startswith(str(count))
            assert answer["nothing"]


NEW = {
    "organisation": "Mairie",
    "kind": "collectivity",
    "siren": "",
    "name": "Zoé",
    "email": "zoe@nouveau.example",
    "language": "fr",
}


def test_an_organisation_is_created_and_opened(web, act, irene):
    with act() as db:
        answer = admin_organisations.create(fields=NEW, request=request_of(db, irene))
    href, said, form = answer
    assert form is no_update
    assert href == "/admin?organisation=5"
    assert "zoe@nouveau.example" in words(said)
    with act() as db, pytest.raises(Invalid):
        admin_organisations.create(fields=NEW | {"kind": "x"}, request=request_of(db, irene))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"siren": "123456789"}, ["SIREN"]),
        ({"name": None, "email": "", "organisation": " "}, ["Indiquez un nom", "adresse"]),
    ],
)
def test_what_is_wrong_of_a_new_organisation_is_said_at_its_field(web, act, irene, change, said):
    with act() as db:
        answer = admin_organisations.create(fields=NEW | change, request=request_of(db, irene))
    href, toasts, form = answer
    assert (href, toasts) == (no_update, no_update)
    drawn = as_text(form)
    assert drawn.count('"invalid": true') == len(change)
    assert all(one in drawn for one in said)


def test_a_new_organisation_says_who_is_awaited_and_speaks_of_no_filter(web, act, irene):
    with act() as db:
        admin_organisations.create(fields=NEW, request=request_of(db, irene))
    page = words(web.browser(irene.user_id).open("/admin", "?organisation=5").json)
    assert "Personne n’a encore de compte ici" in page
    assert "Réponse attendue" in page
    assert "correspond à ces filtres" not in page


@pytest.fixture
def tagged(web):
    with web.database.transaction() as db:
        pce = make_pce(db, holder_id=1)
        make_pce(db, "21500000000042", holder_id=1)
        db.add(PceTag(pce_id=pce.id, organisation_id=1, tag="Nord"))


def test_what_tags_leave_is_said_before_anything_is_kept(web, tagged, ada):
    with web.database.reading() as db:
        assert admin.count_reach(["Nord"], 1, request=request_of(db, ada)) == "Voit 1 PCE sur 2"
        assert "tous les PCE, 2" in admin.count_reach([], 1, request=request_of(db, ada))
        for ticked in (None, "Nord", [1], [None], ["x"] * 1001):
            with pytest.raises(Invalid):
                admin.count_reach(ticked, 1, request=request_of(db, ada))
        with pytest.raises(NotFound):
            admin.count_reach(["Nord"], 3, request=request_of(db, ada))


def test_a_person_is_limited_from_their_page(web, act, tagged, ada):
    shown = {"user": 1}
    with act() as db:
        parts, said = admin_person.limit(1, ["Nord"], shown, request=request_of(db, ada))
    assert "Voit 1 PCE sur 2" in words(said)
    assert "Voit 1 PCE sur 2" in words(parts)
    with act() as db, pytest.raises(Invalid):
        admin_person.limit(1, ["Inconnue"], shown, request=request_of(db, ada))


def test_the_limit_names_the_addresses_that_are_told_within_it(web, act, tagged, ada):
    with act() as db:
        for email, who, stopped in (
            ("gardien@b.example", 1, None),
            ("parti@b.example", 1, NOW),
            ("autre@b.example", ada.user_id, None),
        ):
            row = {"organisation_id": 1, "email": email, "added_by": who, "created_at": NOW}
            db.add(NoticeAddress(**row, stopped_at=stopped))
        db.flush()
        parts, _said = admin_person.limit(1, ["Nord"], {"user": 1}, request=request_of(db, ada))
    assert "gardien@b.example" in words(parts)
    assert "parti@b.example" not in words(parts)
    assert "autre@b.example" not in words(parts)


def test_an_invitation_says_what_it_is_limited_to(web, act, tagged, ada):
    with act() as db:
        shown, *_rest = invite(FORM, tags=["Nord"], db=db, viewer=ada)
    assert "limité à Nord" in words(shown)


def test_a_name_is_corrected_from_the_page_of_the_person(web, act, ada):
    with act() as db:
        shown, said = admin_person.rename(
            1, "Alice Martin", shown_of(1), request=request_of(db, ada)
        )
    assert "Alice Martin" in words(shown)
    assert "Nom enregistré" in words(said)
    with act() as db, pytest.raises(Invalid):
        admin_person.rename(1, None, shown_of(1), request=request_of(db, ada))


def test_the_limit_on_vain_tries_is_lifted_on_the_page_of_the_organisation(web, act, irene):
    browser = web.browser(irene.user_id)
    assert "déclarations de droits en échec" not in browser.open("/admin", "?organisation=1").text
    with web.database.transaction() as db:
        for at in range(31):
            db.add(RightTry(user_id=1, digest=f"{at}", at=NOW, weight=1))
    shown = words(browser.open("/admin", "?organisation=1").text)
    assert "31 déclarations de droits en échec" in shown
    assert "Lever la limite" in shown
    with act() as db:
        left, toasts = admin_organisations.lift_limit(1, request=request_of(db, irene))
    assert left == []
    assert "Limite levée" in words(toasts)
    with act() as db, pytest.raises(PreventUpdate):
        admin_organisations.lift_limit(None, request=request_of(db, irene))
