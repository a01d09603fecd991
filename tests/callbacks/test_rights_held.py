"""The screen of who reads what one holds: what it says, whom it lets answer, what that does."""

import contextlib
from dataclasses import replace
from datetime import timedelta

import pytest
from dash.exceptions import PreventUpdate
from sqlalchemy import update

from callbacks import rights_readers
from components.rights.readers_query import PATH
from core.access import OrganisationKind, Role, Viewer
from core.errors import Forbidden, NotFound
from core.i18n import clock
from data.identity.accounts.models import User
from data.metering.pces.models import Pce
from data.rights.actions import cancel, note_read
from data.rights.models import AccessRight
from data.rights.types import RightRole, RightState
from pages.home import PAGE as HOME
from pages.rights import PAGE as RIGHTS
from pages.rights_held import PAGE
from tests.components.kit.trees import every, text_of
from tests.data.rights.conftest import accepted, asking, right_of
from tests.data.rights.declarations import GOOD
from tests.factories import NOW, PCE, make_pce, make_people, make_right
from tests.web import Web, request_of

OTHER = "09999999910002"


@pytest.fixture
def web(database, tmp_path):
    with database.transaction() as db:
        make_people(db)
        make_pce(db, holder_id=1, holder_name="LYCEE DES TILLEULS")
        make_pce(db, OTHER, holder_id=1, holder_name="LYCEE DES TILLEULS", alias="Gymnase")
    return Web(database, tmp_path)


@pytest.fixture
def act(web):
    @contextlib.contextmanager
    def opened():
        request = web.server.test_request_context(environ_base={"REMOTE_ADDR": "192.0.2.9"})
        with request, web.database.transaction() as db:
            yield db

    return opened


@pytest.fixture
def bob(bob):
    return replace(bob, organisation="Organisation de bob")


@pytest.fixture
def held(act, bob):
    """bob reads one PCE of alice's and asks for another."""
    with act() as db:
        one = accepted(db, bob)
        other = asking(db, bob, replace(GOOD, id_pce=OTHER, date_consentement="2026-10-01")).uid
        note_read(db, bob, [PCE], "consumption.read", now=NOW)
    return one, other


def page(db, viewer, **query):
    return PAGE.layout(request_of(db, viewer), **query)


def hrefs(drawn):
    return [part.href for part in every(drawn) if getattr(part, "href", None)]


def pressed(drawn, act):
    (button,) = [p for p in every(drawn) if getattr(p, "data-act", None) == act]
    return {"act": act, "uids": getattr(button, "data-uids"), "n": 1}


def press(db, viewer, act, uids):
    return rights_readers.answer({"act": act, "uids": uids}, None, request=request_of(db, viewer))


def test_it_says_who_what_why_until_when_and_who_read_what(act, held, alice):
    with act() as db:
        words = text_of(page(db, alice)).replace("\u202f", " ")
    for said in (
        "1 demande attend votre réponse ; 1 accès ouvert.",
        "Organisation de bob demande à lire vos données",
        "Organisation de bob lit vos données",
        "les consommations facturées",
        "déclare avoir votre accord du 1er oct. 2026",
        "Jusqu’au 31 août 2028.",
        "Sans réponse avant le 24 déc. 2026",
        "Dernière lecture le",
        "a lu les consommations",
        f"PCE {PCE}",
    ):
        assert said in words


def test_it_leads_to_one_answer_at_a_time(act, held, alice):
    with act() as db:
        ways = [way for way in hrefs(page(db, alice)) if "act=" in way]
    assert ways == [f"{PATH}?act=answer&right={held[1]}", f"{PATH}?act=withdraw&right={held[0]}"]


def test_a_request_is_accepted_once_read_again(act, held, alice):
    with act() as db:
        drawn = page(db, alice, act="answer", right=held[1])
        assert "Répondre à Organisation de bob" in text_of(drawn)
        where, toast = rights_readers.answer(
            pressed(drawn, "accept"), "", request=request_of(db, alice)
        )
        assert where == PATH
        assert "Accord enregistré" in text_of(toast)
        assert right_of(db, held[1]).state is RightState.ACTIVE
    with act() as db:  # as when one goes back to it in the browser
        words = text_of(page(db, alice, act="answer", right=held[1]))
    assert "Vous avez déjà répondu" in words
    assert f"Vous avez accepté le {clock(NOW)}" in words
    assert "J’accepte" not in words


@pytest.mark.parametrize(
    ("act_of", "said", "words"),
    [
        ("answer", "refuse", "Vous avez refusé le"),
        ("withdraw", "withdraw", "retiré votre accord le"),
    ],
)
def test_going_back_to_an_answer_says_what_it_was_and_when(act, held, alice, act_of, said, words):
    uid = held[1] if said == "refuse" else held[0]
    with act() as db:
        press(db, alice, said, uid)
        for way in ({"right": uid}, {"who": "2"} if said == "withdraw" else {"right": uid}):
            drawn = page(db, alice, act=act_of, q="gym", **way)
            assert f"{words} {clock(NOW)}" in text_of(drawn)
            assert f"{PATH}?q=gym" in hrefs(drawn)


def test_what_somebody_else_closed_is_not_said_to_be_one_s_answer(act, held, alice, bob):
    with act() as db:
        cancel(db, bob, [held[1]], now=NOW)
        words = text_of(page(db, alice, act="answer", right=held[1]))
    assert "Cette demande a changé" in words
    assert f"Déclaration annulée, le {clock(NOW)}" in words
    assert "Vous avez" not in words


def test_a_withdrawal_is_asked_twice_and_says_that_it_is_for_good(act, held, alice):
    with act() as db:
        drawn = page(db, alice, act="withdraw", right=held[0])
        assert right_of(db, held[0]).state is RightState.ACTIVE
        words = text_of(drawn)
        assert "C’est définitif" in words
        assert "Rien n’a encore changé" in words
        _where, toast = rights_readers.answer(
            pressed(drawn, "withdraw"), None, request=request_of(db, alice)
        )
        assert "plus rien n’est lisible" in text_of(toast)
    with act() as db:
        assert right_of(db, held[0]).state is RightState.REVOKED
        assert "Retiré ou révoqué" in text_of(page(db, alice))


def test_all_of_one_asker_are_answered_at_once(act, held, alice):
    with act() as db:
        db.execute(update(AccessRight).values(state=RightState.PENDING))
    with act() as db:
        assert f"{PATH}?act=answer&who=2" in hrefs(page(db, alice))
        drawn = page(db, alice, act="answer", who="2")
        assert text_of(drawn).count("PCE 0999") == 2
        rights_readers.answer(pressed(drawn, "refuse"), None, request=request_of(db, alice))
    with act() as db:
        assert {right_of(db, uid).state for uid in held} == {RightState.REFUSED}


def test_many_of_one_asker_are_not_all_named(act, alice):
    with act() as db:
        for rank in range(25):
            make_right(db, make_pce(db, f"099999990{rank:05}", holder_id=1), 2)
        drawn = page(db, alice, act="withdraw", who="2")
    assert "et 5 autres PCE." in text_of(drawn)
    assert len(pressed(drawn, "withdraw")["uids"].split()) == 25


def test_who_may_only_read_sees_no_button_and_is_told_who_decides(act, held, alice):
    reader = replace(alice, role=Role.CLIENT)
    with act() as db:
        drawn = page(db, reader)
        assert "sans pouvoir en décider" in text_of(drawn)
        assert "Alice peut répondre aux demandes de lecture." in text_of(drawn)
        assert not [way for way in hrefs(drawn) if "act=" in way]
        with pytest.raises(Forbidden):
            page(db, reader, act="withdraw", right=held[0])
        with pytest.raises(Forbidden):
            press(db, reader, "withdraw", held[0])
        alone = replace(reader, alone=True)
        assert [way for way in hrefs(page(db, alone)) if "act=" in way]
        press(db, alone, "withdraw", held[0])


def test_a_stranger_finds_nothing(act, held, charlie, dora):
    with act() as db:
        for viewer in (charlie, replace(dora, role=Role.ADMINISTRATOR)):
            assert "Personne d’autre ne lit" in text_of(page(db, viewer))
            with pytest.raises((NotFound, Forbidden)):
                page(db, viewer, act="withdraw", right=held[0])
            with pytest.raises((NotFound, Forbidden)):
                press(db, viewer, "withdraw", held[0])


@pytest.mark.parametrize(
    "sent", [None, {}, {"act": "accept"}, {"act": "x", "uids": "y"}, {"uids": "y"}]
)
def test_what_is_no_press_does_nothing(act, held, alice, sent):
    with act() as db, pytest.raises(PreventUpdate):
        rights_readers.answer(sent, None, request=request_of(db, alice))


@pytest.mark.parametrize("who", ["", "x", "-1", "²", "9" * 30, "2.0"])
def test_a_hostile_address_finds_nothing(act, held, alice, who):
    with act() as db, pytest.raises(NotFound):
        page(db, alice, act="withdraw", who=who)


def test_the_search_redraws_and_stands_in_the_address(act, held, alice):
    with act() as db:
        body, url = rights_readers.search("gymnase", request=request_of(db, alice))
        assert url == "q=gymnase"  # the frame writes it after the path
        assert OTHER in text_of(body)
        assert "Organisation de bob lit" not in text_of(body)
        nothing, _url = rights_readers.search("zzz", request=request_of(db, alice))
        assert "Aucun accès ne correspond" in text_of(nothing)
        assert rights_readers.search(None, request=request_of(db, alice))[1] == ""


def test_pages_follow_each_other(act, alice):
    with act() as db:
        for rank in range(60):
            make_right(db, make_pce(db, f"099999990{rank:05}", holder_id=1), 2)
        assert f"{PATH}?q=0999&page=2" in hrefs(page(db, alice, q="0999"))
        last = hrefs(page(db, alice, q="0999", page="2"))
        assert f"{PATH}?q=0999" in last
        assert f"{PATH}?q=0999&page=3" not in last


def test_another_holder_that_the_distributor_took_has_no_button(act, alice):
    with act() as db:
        pce = db.get_one(Pce, 1)
        make_right(db, pce, 2, role=RightRole.HOLDER_SUPPLY)
        drawn = page(db, alice)
    assert "Organisation de bob lit vos données" in text_of(drawn)
    assert not [way for way in hrefs(drawn) if "act=" in way]


@pytest.mark.slow
def test_a_holder_finds_the_page_from_its_rights_and_from_home(act, held, alice, bob):
    with act() as db:
        assert PATH in hrefs(RIGHTS.layout(request_of(db, alice)))
        assert PATH not in hrefs(RIGHTS.layout(request_of(db, bob)))
        home = HOME.layout(request_of(db, alice))
        assert "1 demande de lire vos données" in text_of(home)
        assert PATH in hrefs(home)
        alone = replace(alice, role=Role.CLIENT, alone=True)
        assert "1 demande de lire vos données" in text_of(HOME.layout(request_of(db, alone)))
        reader = replace(alice, role=Role.CLIENT)
        assert "demande de lire" not in text_of(HOME.layout(request_of(db, reader)))


def test_a_session_knows_who_is_alone(web, held):
    def status(user_id):
        return web.browser(user_id).get(f"{PATH}?act=withdraw&right={held[0]}").status_code

    with web.database.transaction() as db:
        db.execute(update(User).where(User.id == 1).values(role=Role.CLIENT))
    assert "Oui, retirer" in web.browser(1).get(f"{PATH}?act=withdraw&right={held[0]}").text
    with web.database.transaction() as db:
        db.execute(update(User).where(User.id == 4).values(organisation_id=1))
    assert "Oui, retirer" not in web.browser(1).get(f"{PATH}?act=withdraw&right={held[0]}").text


def test_an_answer_leads_back_to_the_search_it_came_from(act, held, alice):
    with act() as db:
        (way,) = [way for way in hrefs(page(db, alice, q="gymnase")) if "act=answer" in way]
        assert way == f"{PATH}?act=answer&right={held[1]}&q=gymnase"
        drawn = page(db, alice, act="answer", right=held[1], q="gymnase")
        assert f"{PATH}?q=gymnase" in hrefs(drawn)  # nothing is changed
        search = way.removeprefix(PATH)
        where, _toast = rights_readers.answer(
            pressed(drawn, "accept"), search, request=request_of(db, alice)
        )
        assert where == f"{PATH}?q=gymnase"


def test_one_export_is_one_line_and_its_pce_are_named_when_asked_for(act, held, alice, charlie):
    with act() as db:
        numbers = [f"099999990{rank:05}" for rank in range(60)]
        for rank, number in enumerate(numbers):
            make_pce(db, number, holder_id=1, alias=f"École {rank:02}")
        bob = Viewer(
            2, 2, OrganisationKind.THIRD_PARTY, Role.FACILITY_MANAGER, NOW.date(), contracted=True
        )
        note_read(db, bob, numbers, "consumption.exported", now=NOW + timedelta(minutes=5))
        drawn = page(db, alice)
        words = text_of(drawn)
        assert words.count("a exporté les consommations") == 1
        assert "60 PCE" in words.replace("\u00a0", " ")
        (way,) = [way for way in hrefs(drawn) if "act=read" in way]
        read = way.rpartition("=")[2]
        named = text_of(page(db, alice, act="read", read=read))
        assert all(number in named for number in numbers)
        assert PCE not in named
        for hidden in ("0", "x", "999999"):
            with pytest.raises(NotFound):
                page(db, alice, act="read", read=hidden)
        with pytest.raises(NotFound):
            page(db, charlie, act="read", read=read)
        one = text_of(page(db, alice, q="École 07"))  # filtered, as the rights are
        assert f"École 07 – {numbers[7]}" in one
        assert "a lu les consommations" not in one


def test_the_log_goes_on_by_pages(act, held, alice):
    with act() as db:
        bob = Viewer(
            2, 2, OrganisationKind.THIRD_PARTY, Role.FACILITY_MANAGER, NOW.date(), contracted=True
        )
        for minute in range(60):
            at = NOW + timedelta(minutes=minute + 1)
            note_read(db, bob, [PCE], "consumption.read", now=at)
        first, last = page(db, alice), page(db, alice, reads="2")
        assert text_of(first).count("a lu les consommations") == 50
        assert f"{PATH}?reads=2" in hrefs(first)
        assert text_of(last).count("a lu les consommations") == 11
        assert PATH in hrefs(last)
        assert f"{PATH}?reads=3" not in hrefs(last)
