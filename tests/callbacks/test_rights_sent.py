"""The drawer of a right says what left of it for the distributor, and what was answered."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from callbacks.rights_drawer import question, render_drawer
from callbacks.rights_form import led
from components.home.queue import RightsToDo, ToDo, list_tasks
from components.rights.dialogs import renewal_results
from components.rights.summary import summary
from components.rights.upstream_effects import REFUSED
from data.exchange.mirror.actions.connection import choose, forget
from data.exchange.mirror.actions.outgoing_queue import claim, leave
from data.exchange.mirror.actions.sendings import list_to_send, put_in_queue
from data.exchange.mirror.models import MirrorConnection, MirrorRight
from data.exchange.mirror.queries.outgoing import find_due, get_outgoing, get_right_sendings
from data.exchange.mirror.types import (
    ConnectionState,
    MirrorChoice,
    MirrorPart,
    SendingState,
    SendingVerb,
)
from data.rights.actions import cancel, revoke
from data.rights.queries import get_awaited_rights
from data.rights.rules.declarations import read_declaration
from data.rights.types import DeclarationOutcome, PendingRight, RightDataKind, RightState
from pages.home import PAGE as HOME
from pages.home import _rights as rights_to_do
from pages.rights import PAGE
from tests.components.kit.trees import text_of
from tests.components.notifications.made import at_home
from tests.data.exchange.mirror.distributor import connect
from tests.data.exchange.mirror.sides import theirs_of
from tests.data.rights.conftest import asking
from tests.data.rights.declarations import DELAYS, GOOD, TODAY
from tests.data.rights.test_relaying import sends
from tests.factories import NOW, make_grant, make_pce, make_right
from tests.web import request_of


def said(db, viewer, uid):
    return text_of(render_drawer(db, viewer, uid))


@pytest.fixture
def uid(db, people, bob):
    connect(db, "usr-1")
    sends(db)
    return asking(db, bob).uid


def test_a_right_says_that_it_waits_for_the_distributor_then_what_it_answered(db, bob, uid):
    assert "Le distributeur décide" in said(db, bob, uid)
    assert "À envoyer" in said(db, bob, uid)  # at once, before the queue has it
    put_in_queue(db, 2, find_due(db, 2), now=NOW)
    assert "À envoyer" in said(db, bob, uid)
    (sending,) = list_to_send(db, 2, NOW)
    answer = {"code": "1000000006", "answer": "PCE inconnu."}
    leave(db, claim(db, sending, NOW), SendingState.REFUSED, NOW, **answer)
    db.expire_all()
    assert "«\u00a0PCE inconnu.\u00a0» (code 1000000006)" in text_of(render_drawer(db, bob, uid))


def test_a_revocation_says_that_it_leaves_before_the_queue_has_it(db, people, bob):
    connect(db, "usr-1", created_at=NOW - timedelta(days=1))
    right = make_right(db, make_pce(db), 2, relayed=True)
    there = theirs_of(right)
    plain = {name: getattr(there, name) for name in ("uid", "number", "role", "state")}
    flags = {kind.value: True for kind in RightDataKind}
    db.add(MirrorRight(organisation_id=2, right_id=right.id, created_at=NOW, **plain, **flags))
    revoke(db, bob, [right.uid], now=NOW)
    db.flush()
    assert "Envois au distributeur" not in said(db, bob, right.uid)  # nothing is sent
    sends(db)
    assert [one.verb for one in get_right_sendings(db, bob, right.uid).due] == [SendingVerb.REVOKE]
    told = said(db, bob, right.uid)
    assert "À envoyer" in told
    assert "Révocation" in told
    put_in_queue(db, 2, find_due(db, 2), now=NOW)
    assert get_right_sendings(db, bob, right.uid).due == ()
    assert get_right_sendings(db, replace(bob, organisation_id=3), right.uid).due == ()


def asked(db, viewer, act, *uids):
    return text_of(question(request_of(db, viewer), act, uids))


def test_what_is_asked_before_an_act_says_that_it_leaves_for_the_distributor(db, bob, uid):
    assert "La révocation part aussi au distributeur" in asked(db, bob, "revoke", uid)
    renewing = asked(db, bob, "renew", uid)
    assert "La demande part au distributeur" in renewing
    assert "quart d’heure" not in renewing
    cancelling = asked(db, bob, "cancel", uid)
    assert "y est annulé aussi" in cancelling
    assert "courriel déjà reçu" not in cancelling
    reminding = asked(db, bob, "remind", uid)
    assert "Aucun titulaire à relancer" in reminding
    assert "1 droit dont le distributeur sollicite lui-même le titulaire" in reminding
    assert "quart d’heure" not in reminding


def refuse(db):
    db.execute(update(MirrorConnection).values(state=ConnectionState.REFUSED))


def test_what_waits_for_credentials_that_are_refused_says_so_wherever_it_is_told(db, bob, uid):
    assert "Déclaration, dans la minute" in said(db, bob, uid)
    refuse(db)
    for _queue in range(2):
        drawer = said(db, bob, uid)
        assert "Déclaration, attend que vos identifiants soient acceptés" in drawer
        assert "refuse vos identifiants" in drawer
        assert "sa réponse est attendue" not in drawer
        put_in_queue(db, 2, find_due(db, 2), now=NOW)
    page = page_of(db, bob)
    assert REFUSED in page
    assert "prochaine lecture" not in page
    for act, words in {
        "revoke": "La révocation part aussi au distributeur, une fois vos identifiants acceptés.",
        "renew": "La demande part au distributeur une fois vos identifiants acceptés",
        "cancel": "y est annulé aussi, une fois vos identifiants acceptés.",
    }.items():
        assert words in asked(db, bob, act, uid)
        assert "dans les minutes qui suivent" not in asked(db, bob, act, uid)
    made = DeclarationOutcome(uid=uid, state=RightState.PENDING, code="", relayed=True)
    told = text_of(led(made, get_outgoing(db, bob))["toast"])
    assert REFUSED in told


def test_who_may_mend_them_has_the_way_there_beside_it(db, bob, admin, uid):
    way = "Ouvrir « Connexions »"
    declared, _problems = read_declaration(GOOD, TODAY, DELAYS)
    relayed = DeclarationOutcome(relayed=True)
    for state, told in ((None, False), (ConnectionState.REFUSED, True)):
        if state:
            refuse(db)
        for viewer in (bob, admin):
            leaving = get_outgoing(db, viewer)
            before = text_of(summary(declared, NOW, viewer, relayed, leaving))
            for words in (said(db, viewer, uid), page_of(db, viewer), before):
                assert (way in words) is (told and viewer is admin)


def test_what_had_left_stays_asked_there_once_nothing_is_sent_any_more(db, bob, admin, uid):
    put_in_queue(db, 2, find_due(db, 2), now=NOW)
    (sending,) = list_to_send(db, 2, NOW)
    leave(db, claim(db, sending, NOW), SendingState.DONE, NOW)
    parts = frozenset(MirrorPart)
    choose(db, admin, MirrorChoice(parts, sends=False), NOW)
    cancelling = asked(db, bob, "cancel", uid)
    assert "y reste demandé" in cancelling
    assert "retirez-le là-bas" in cancelling
    assert "annulé aussi" not in cancelling
    assert "sa réponse est attendue" in said(db, bob, uid)  # lists are still read
    forget(db, admin, NOW)
    assert "y reste demandé" in asked(db, bob, "cancel", uid)
    drawer = said(db, bob, uid)
    assert "La connexion est oubliée : sa réponse n’est lue qu’une fois une autre" in drawer
    assert "sa réponse est attendue" not in drawer
    assert "part au distributeur" not in drawer


def test_the_story_of_a_right_never_says_that_what_was_declared_left(db, bob, uid):
    cancel(db, bob, [uid], now=NOW)
    assert "Déclarée : le distributeur en décide" in said(db, bob, uid)
    assert "envoyée au distributeur" not in said(db, bob, uid)


def test_who_may_mend_refused_credentials_reads_it_at_home(db, bob, admin, uid):

    def home(viewer):
        return text_of(HOME.layout(request_of(db, viewer)))

    assert "refuse vos identifiants" not in home(admin)
    refuse(db)
    assert "Le distributeur refuse vos identifiants" in home(admin)
    assert "refuse vos identifiants" not in home(bob)


def test_what_stays_here_is_asked_as_ever(db, people, bob):
    uid = make_right(db, make_pce(db, holder_id=1), 2, state=RightState.PENDING).uid
    assert "distributeur" not in asked(db, bob, "revoke", uid)
    assert "quart d’heure" in asked(db, bob, "renew", uid)
    assert "courriel déjà reçu" in asked(db, bob, "cancel", uid)
    assert "y est annulé aussi" not in asked(db, bob, "cancel", uid)


def test_a_renewal_that_leaves_says_that_it_does(bob):
    made = DeclarationOutcome(uid="r", state=RightState.PENDING, code="", relayed=True)
    assert "1 demande pour le distributeur" in text_of(renewal_results([made]))
    assert "est sollicité de nouveau" not in text_of(renewal_results([made]))


def page_of(db, viewer, page=PAGE, **query):
    return text_of(page.layout(request_of(db, viewer), **query))


def test_what_waits_for_the_distributor_is_no_holder_to_remind(db, bob, admin, uid):
    page = page_of(db, bob)
    assert "1 droit attend la réponse du distributeur" in page
    assert "1 réponse du distributeur attendue" in page
    assert "Relancer les titulaires" not in page
    assert get_awaited_rights(db, bob) == PendingRight(relayed=1, since=TODAY)
    assert "vient à la prochaine lecture" in page
    put_in_queue(db, 2, find_due(db, 2), now=NOW)
    (sending,) = list_to_send(db, 2, NOW)
    leave(db, claim(db, sending, NOW), SendingState.DONE, NOW)
    forget(db, admin, NOW)
    page = page_of(db, bob)
    assert "1 droit attend la réponse du distributeur" in page
    assert "La connexion est oubliée" in page
    assert "prochaine lecture" not in page


def test_the_home_page_tells_what_waits_for_the_distributor(db, bob, uid):
    home = text_of(HOME.layout(request_of(db, bob)))
    assert "1 attend la réponse du distributeur" in home
    to_do = told_of(bob, RightsToDo(waiting=2, relayed=1))
    assert "1 droit attend la réponse du distributeur" in to_do
    assert "2 titulaires n’ont pas encore répondu" in to_do
    alone = told_of(bob, RightsToDo(relayed=1))
    assert "titulaire n’a pas encore répondu" not in alone
    assert "Relancer" not in alone


def test_the_form_says_that_the_purpose_stays_here_where_declarations_leave(db, people, bob):
    assert "le titulaire la lit" in page_of(db, bob, new="1")
    sends(db)
    form = page_of(db, bob, new="1")
    assert "le distributeur ne la reçoit pas" in form
    assert "le titulaire la lit" not in form


def told_of(viewer, rights):
    tasks = list_tasks(viewer, ToDo(at_home(thresholds=0), rights))
    return " ".join(f"{task.title} {task.note} {task.act}" for task in tasks)


def to_do(db, viewer):
    return told_of(viewer, rights_to_do(db, viewer))


def test_home_says_of_what_never_left_that_it_did_not_to_any_member(db, bob, admin, uid):
    assert "1 déclaration n’est pas encore partie au distributeur" in to_do(db, bob)
    refuse(db)
    for _queue in range(2):
        told = to_do(db, bob)
        assert "1 déclaration n’est pas encore partie au distributeur" in told
        assert REFUSED in told
        assert "la réponse du distributeur" not in told
        put_in_queue(db, 2, find_due(db, 2), now=NOW)
    (sending,) = list_to_send(db, 2, NOW)
    leave(db, claim(db, sending, NOW), SendingState.DONE, NOW)
    told = to_do(db, bob)
    assert "n’est pas encore partie" not in told
    assert "1 droit attend la réponse du distributeur" in told
    assert REFUSED in told
    forget(db, admin, NOW)
    told = to_do(db, bob)
    assert "La connexion est oubliée" in told
    assert "sollicite lui-même" not in told


def test_a_pce_of_nobody_s_is_to_be_assigned_by_who_may_alone(db, people, bob, dora):
    make_grant(db, make_pce(db), 2)
    for viewer, told in ((bob, False), (dora, True)):
        home = text_of(HOME.layout(request_of(db, viewer)))
        assert ("1 PCE n’a pas de titulaire" in home) is told
