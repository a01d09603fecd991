"""A connection is kept, chosen for, asked and forgotten from the screen; drifts are repaired."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any, NamedTuple

import pytest
from dash import no_update
from plotly.utils import PlotlyJSONEncoder
from sqlalchemy import select, update

from api.context import portal
from callbacks import mirror, mirror_repairs
from components.mirror import Ids
from components.mirror.page import connections_page, drifts_mark
from components.mirror.page import opening_sentence as lead_of
from components.mirror.right_sendings import sendings_part
from components.mirror.rounds import POLL_MS, REST_MS, WATCH_MS
from components.rights.labels import ROLES
from core.access import OrganisationKind, Role, Viewer
from core.errors import Forbidden, NotFound
from core.i18n import _, using_language
from data.exchange.mirror.channels.credentials_seal import opened
from data.exchange.mirror.models import (
    MirrorConnection,
    MirrorDrift,
    MirrorFault,
    MirrorRight,
    MirrorRound,
    MirrorSending,
    MirrorTask,
)
from data.exchange.mirror.queries import ending_differences
from data.exchange.mirror.queries.drifts import ALL
from data.exchange.mirror.queries.outgoing import get_right_sendings
from data.exchange.mirror.types import (
    Address,
    ConnectionState,
    DriftKind,
    MirrorDetail,
    MirrorPart,
    Repaired,
    RoundState,
    RoundWay,
    SendingState,
    SendingVerb,
)
from data.identity.accounts.models import Organisation, User
from data.rights.models import AccessRight, RightEventRow
from data.rights.types import RightActor, RightDataKind, RightRole, RightState, RightTrigger
from tests.callbacks.test_admin import words
from tests.conftest import TODAY
from tests.data.exchange.mirror.distributor import connect as make_connection
from tests.data.exchange.mirror.sides import theirs_of
from tests.data.rights.test_relaying import sends as relay
from tests.factories import NOW, PCE, make_pce, make_right
from tests.web import request_of as usual_request

HOSTILE = '<img src=x onerror="alert(1)">'
ADDRESS = Address("http://127.0.0.1:9/adict/v2", "http://127.0.0.1:9/token", "/adict/v2", 6000)
KEY = b"q" * 32


def request_of(db, viewer):
    """What a callback is given in a portal with a distributor."""
    return usual_request(db, viewer, upstream=ADDRESS, sealing_key=KEY)


@pytest.fixture
def bob(web):
    with web.database.transaction() as db:
        db.execute(update(User).where(User.id == 2).values(role=Role.ADMINISTRATOR))
    kind = OrganisationKind.THIRD_PARTY
    return Viewer(2, 2, kind, Role.ADMINISTRATOR, TODAY, name="Bob", contracted=True)


@pytest.fixture
def act(web, bob):
    """Call a callback as bob, in a transaction."""

    def call(callback, *, by=None, **given):
        with web.database.transaction() as db:
            return callback(**given, request=request_of(db, by or bob))

    return call


@pytest.fixture
def connected(web):
    with web.database.transaction() as db:
        make_connection(db, "usr-4471", state=ConnectionState.WORKING)
    return web


def kept(web):
    with web.database.reading() as db:
        return db.scalars(select(MirrorConnection)).one_or_none()


def test_credentials_are_kept_and_the_secret_is_not_shown(web, act):
    answer = act(mirror.keep, client=" usr-1 ", secret="un-secret")
    body, _toasts, *fields = answer
    assert "un-secret" not in words(body)
    assert "usr-1" in words(body)
    assert "Non essayée" in words(body)
    assert fields == [no_update] * 4
    assert opened(kept(web).sealed_secret, KEY) == "un-secret"


def test_what_is_wrong_is_said_below_its_field(web, act):
    answer = act(mirror.keep, client="usr-1", secret=None)
    body, toasts, client, secret, *invalid = answer
    assert (body, toasts, client) == (no_update, no_update, "")
    assert invalid == [False, True]
    assert "secret" in secret
    *_untouched, client_wrong, secret_wrong = act(mirror.keep, client="", secret="")
    assert (client_wrong, secret_wrong) == (True, True)
    assert kept(web) is None


def test_what_is_mirrored_is_chosen(connected, act):
    wished = {part.value: part in {MirrorPart.RIGHTS, MirrorPart.TECHNICAL} for part in MirrorPart}
    wished |= {"sends": None, "repairs": True}
    answer = act(mirror.choose, wished=wished, search=None)
    asked, _drifts, leaves, every, (said,) = answer
    assert asked == []
    assert every == WATCH_MS
    assert kept(connected).parts == ["technical"]  # rights are compared whatever is chosen
    assert kept(connected).sends is False
    assert kept(connected).repairs is True
    assert "Rien ne part de ce portail" in words(leaves)
    assert "Choix enregistrés" in words(said)


def test_that_all_leaves_from_now_on_is_asked_once(connected, act):
    sends = {"wished": {"sends": True, "repairs": None}, "search": None}
    with connected.database.transaction() as db:
        db.execute(update(MirrorConnection).values(sends=False))
    asked, *others = act(mirror.choose, **sends)
    said = words(asked)
    for text in ("ne leur écrit plus", "dans la minute", "les envois non partis sont annulés"):
        assert text in said, text
    assert others == [no_update] * 4
    assert kept(connected).sends is False
    answer = act(mirror.choose_sends, pressed={"n": 1}, **sends)
    asked, _drifts, leaves, _every, (told,) = answer
    assert (asked, kept(connected).sends) == ([], True)
    assert "Rien à envoyer" in words(leaves)
    assert "Choix enregistrés" in words(told)
    assert "partent dans la minute" in words(told)
    assert act(mirror.choose, **sends)[0] == []  # it is so already
    off = {"wished": {"sends": False, "repairs": None}, "search": None}
    *_others, (told,) = act(mirror.choose, **off)
    assert "Plus aucune déclaration ne part." in words(told)
    *_others, (told,) = act(mirror.choose, **off)
    assert "dès la prochaine synchronisation" in words(told)


def refuse(web):
    with web.database.transaction() as db:
        db.execute(update(MirrorConnection).values(state=ConnectionState.REFUSED))


@pytest.fixture
def declared(connected):
    """A right that was declared to be sent, and that the queue does not have yet."""
    with connected.database.transaction() as db:
        relay(db)
        declare_again(db, "09999999910077")
    return connected


def declare_again(db, number):
    right = make_right(db, make_pce(db, number=number), 2, state=RightState.PENDING, relayed=True)
    event = {"after": right.state, "trigger": RightTrigger.RELAYED, "actor": RightActor.THIRD_PARTY}
    db.add(RightEventRow(right_id=right.id, at=NOW, **event))
    return right.uid


def test_that_nothing_leaves_any_more_is_asked_where_declarations_wait(declared, act):
    off = {"wished": {"sends": False, "repairs": None}, "search": None}
    asked, *others = act(mirror.choose, **off)
    assert "1 déclaration qui n’est pas partie sera annulée." in words(asked)
    assert "data-kept='on'" in words(asked)  # sending stays on for who leaves it
    assert others == [no_update] * 4
    assert kept(declared).sends is True
    asked, *_others, (told,) = act(mirror.choose_sends, pressed={"n": 1}, **off)
    assert (asked, kept(declared).sends) == ([], False)
    assert "1 déclaration qui n’était pas partie est annulée." in words(told)
    assert act(mirror.choose, **off)[0] == []  # it is so already


def test_what_just_happened_is_listed_and_leaves_within_a_minute(declared, act):
    found = follow(act)
    assert found.every == REST_MS
    assert "À envoyer : 1" in words(found.leaves)
    assert "Dans la minute" in words(found.leaves)
    assert "Envoyer maintenant" not in words(found.leaves)
    assert "Retirer" in words(found.leaves)
    assert follow(act, shown_by(found)).leaves is no_update


def test_all_that_waits_is_counted_and_says_that_it_waits_its_turn(
    declared, leaving, bob, act, monkeypatch
):
    """However little one turn takes up, or leaves in a minute."""
    with declared.database.transaction() as db:
        uid = declare_again(db, "09999999910078")
    monkeypatch.setattr("data.exchange.mirror.queries.outgoing.MOST", 1)
    for most, crowded in ((60, False), (1, True)):
        monkeypatch.setattr("data.exchange.mirror.queries.outgoing.A_MINUTE", most)
        monkeypatch.setattr("components.mirror.sendings.A_MINUTE", most)
        leaves = words(follow(act).leaves)
        assert "À envoyer : 3" in leaves
        assert ("À son tour, après ce qui attend déjà" in leaves) is crowded
        assert ("Dans la minute" in leaves) is not crowded
        with declared.database.reading() as db:
            drawer = words(sendings_part(get_right_sendings(db, bob, uid)))
        assert ("à son tour" in drawer, "dans la minute" in drawer) == (crowded, not crowded)


def test_what_the_queue_does_not_have_yet_is_taken_back_as_what_it_has(declared, act):
    refuse(declared)
    with declared.database.reading() as db:
        uid = db.scalars(select(AccessRight.uid)).one()
    row = {"do": "drop", "id": 0, "right": uid}
    for wrong in (row | {"verb": "revoke"}, row | {"right": "x", "verb": "declare"}):
        with pytest.raises(NotFound):
            act(mirror.act_on_sending, pressed=wrong, search=None)
    leaves, _every, toasts = act(
        mirror.act_on_sending, pressed=row | {"verb": "declare"}, search=None
    )
    assert "rien n’a été envoyé" in words(toasts)
    assert "Retiré" in words(leaves)
    with declared.database.reading() as db:
        assert db.scalars(select(AccessRight.state)).one() is RightState.OBSOLETE
        assert db.scalars(select(MirrorSending.state)).one() is SendingState.DROPPED
    with pytest.raises(NotFound):
        act(mirror.act_on_sending, pressed=row | {"verb": "declare"}, search=None)


def test_what_is_to_leave_waits_for_credentials_that_are_taken(declared, leaving, act):
    refuse(declared)
    with declared.database.transaction() as db:
        db.execute(update(MirrorConnection).values(sends=False))
    wished = {"sends": True, "repairs": None}
    asked, *_others = act(mirror.choose, wished=wished, search=None)
    assert "une fois vos identifiants acceptés" in words(asked)
    assert "dans la minute" not in words(asked)
    answer = act(mirror.choose_sends, pressed={"n": 1}, wished=wished, search=None)
    _asked, _drifts, leaves, _every, (told,) = answer
    assert "attendent que vos identifiants, refusés, soient corrigés" in words(told)
    assert words(leaves).count("Attend que vos identifiants soient acceptés") == 3
    assert "Part à partir du" not in words(leaves)
    assert "data-do='now'" not in words(leaves)
    *_list, (said,) = act(mirror.act_on_sending, pressed={"do": "now", "id": leaving[0]}, search="")
    assert "Il attend que vos identifiants soient acceptés" in words(said)


@pytest.mark.parametrize(
    ("state", "paused", "trouble"),
    [
        (ConnectionState.REFUSED, False, "Le distributeur refuse vos identifiants."),
        (ConnectionState.DOWN, False, "Le distributeur ne répond pas."),
        (ConnectionState.WORKING, True, "en pause, avant d’avoir lu vos droits."),
    ],
)
def test_trouble_comes_first_then_when_rights_were_compared(connected, bob, state, paused, trouble):
    def lead():
        with connected.database.reading() as db:
            return words(lead_of(mirror.standing_now(request_of(db, bob))))

    with connected.database.transaction() as db:
        db.execute(update(MirrorConnection).values(state=state))
        now = {"way": RoundWay.NIGHT, "created_at": NOW}
        if paused:
            db.add(MirrorRound(organisation_id=2, state=RoundState.PAUSED, **now))
        else:
            db.add(MirrorRound(organisation_id=2, state=RoundState.FAILED, ended_at=NOW, **now))
    assert trouble in lead()
    assert "écart" not in lead()  # rights were never compared
    with connected.database.transaction() as db:
        db.execute(update(MirrorRound).values(id=9))
        over = {"created_at": NOW, "ended_at": NOW, "listed_at": NOW - timedelta(days=1)}
        done = {"way": RoundWay.NIGHT, "state": RoundState.DONE, "id": 3}
        db.add(MirrorRound(organisation_id=2, **done, **over))
    assert lead().index(trouble) < lead().index("ont été comparés le 23/11/2026 à")
    assert "aucun écart." in lead()
    with connected.database.transaction() as db:
        drift = {"round_id": 3, "kind": DriftKind.UNKNOWN_HERE, "number": PCE, "fields": []}
        db.add(MirrorDrift(organisation_id=2, their_uid="x", found_at=NOW, **drift))
    assert " : 1 écart." in lead()


def test_what_forgetting_costs_is_said_before_and_looked_at_again(declared, act):
    assert "1 déclaration qui n’est pas partie sera annulée." in words(act(mirror.drawn))
    assert follow(act).cost == " 1 déclaration qui n’est pas partie sera annulée."
    with declared.database.transaction() as db:
        at = {"created_at": NOW, "next_attempt_at": NOW}
        for number, verb in (
            (1, SendingVerb.DECLARE),
            (2, SendingVerb.REVOKE),
            (3, SendingVerb.PROVE),
        ):
            row = {"organisation_id": 2, "right_id": 1, "verb": verb, "event_id": number, **at}
            db.add(MirrorSending(state=SendingState.QUEUED, **row))
    assert follow(act).cost == (
        " 1 déclaration qui n’est pas partie sera annulée."
        " 2 autres envois (révocations ou preuves) ne seront pas faits."
    )
    with declared.database.transaction() as db:
        db.execute(update(MirrorSending).values(left_at=NOW))
    assert follow(act).cost == ""
    with declared.database.transaction() as db:
        db.execute(update(Organisation).values(sends_upstream=False))
        db.execute(update(MirrorSending).values(left_at=None))
    assert follow(act).cost == ""


def test_a_connection_is_forgotten(connected, act):
    body, _toasts = act(mirror.forget)
    assert kept(connected) is None
    assert "Enregistrez vos identifiants" in words(body)
    with pytest.raises(NotFound):
        act(mirror.choose, wished={"sends": True, "repairs": None}, search=None)


def test_injected_gas_is_chosen_as_the_others_are_and_told_in_what_a_round_did(connected, act):
    page = mirror.drawn
    told = {
        "fr": ("vos sites de biométhane", "12 périodes de gaz injecté lues"),
        "en": ("your biomethane sites", "12 periods of injected gas read"),
    }
    act(mirror.ask)
    with connected.database.transaction() as db:
        row = db.scalars(select(MirrorRound)).one()
        row.state, row.started_at, row.counts = RoundState.DONE, NOW, {"injected": 12, "new": 12}
    for language, (hint, did) in told.items():
        with using_language(language):
            said = words(act(page))
        assert hint in said
        assert did in said
    wished = {part.value: part is MirrorPart.INJECTED for part in MirrorPart}
    wished |= {"sends": None, "repairs": None}
    act(mirror.choose, wished=wished, search=None)
    assert kept(connected).parts == ["injected"]


class Followed(NamedTuple):
    """What is drawn again, in the order of the outputs."""

    status: Any
    rounds: Any
    lacks: Any
    busy: bool
    every: int
    lead: Any
    drifts: Any
    stale: Any
    leaves: Any
    cost: Any
    body: Any


def follow(act, shown=None):
    return Followed(*act(mirror.follow, shown=shown, search="?part=connections"))


def shown_by(seen, ticks=0):
    """What the browser says that it shows, as it reads it on the page."""
    lists = {"drifts": seen.drifts, "sendings": seen.leaves, "passed": seen.rounds}
    marks = {name: re.findall(r"data-drawn='(\d+)'", words(one)) for name, one in lists.items()}
    return {name: found[0] for name, found in marks.items() if found} | {"ticks": ticks}


def test_a_round_is_asked_for_and_followed_to_its_end(connected, act):
    _status, rounds, busy, every, lead, _toasts = act(mirror.ask)
    assert "En attente" in words(rounds)
    assert (busy, every) == (True, POLL_MS)
    assert "est en cours" in words(lead)
    first = follow(act)
    assert (first.busy, first.every, first.lacks) == (True, POLL_MS, no_update)
    assert "Aucune comparaison encore" in words(first.drifts)
    assert "role='progressbar'" in words(first.status)
    assert "En attente" in words(first.rounds)
    shown = shown_by(first)
    with connected.database.transaction() as db:
        row = db.scalars(select(MirrorRound)).one()
        row.state, row.started_at = RoundState.DONE, NOW
        row.listed_at, row.ended_at = NOW, NOW + timedelta(seconds=75)
        row.counts = row.counts | {"calls": 3, "rights": 12, "faults": 1}
        row.problem = ["Panne {status}", {"status": 503}]
    last = follow(act, shown)
    assert (last.stale, last.body) == (no_update, no_update)
    assert (last.busy, last.every) == (False, WATCH_MS)
    assert "progressbar" not in words(last.status)
    assert "Dernière synchronisation : 24/11/2026 à" in words(last.status)
    assert last.lacks == []
    assert "Aucun écart avec le distributeur." in words(last.lead)
    assert "1 min 15 s, 3 appels, 12 droits lus, 1 ligne passée" in words(last.rounds)
    assert "Panne 503" in words(last.rounds)
    assert "Aucun écart" in words(last.drifts)
    assert last.leaves is no_update
    assert "Rien à envoyer" in words(first.leaves)
    assert "0 sur 6" in words(last.status)
    assert "PCE à jour" not in words(last.status)  # there is none yet
    with using_language("en"):
        assert "12 rights read" in words(follow(act).rounds)


def test_a_page_that_is_left_open_hears_of_a_round_of_the_clock_and_draws_nothing_again_before(
    connected, act
):
    seen = follow(act)
    assert seen.every == WATCH_MS
    quiet = follow(act, shown_by(seen))
    drawn = (quiet.status, quiet.rounds, quiet.lacks, quiet.drifts, quiet.leaves, quiet.body)
    assert set(drawn) == {no_update}
    assert quiet.stale == []
    with connected.database.transaction() as db:
        night = {"way": RoundWay.NIGHT, "state": RoundState.RUNNING, "created_at": NOW}
        db.add(MirrorRound(organisation_id=2, started_at=NOW, **night))
    heard = follow(act, shown_by(seen))
    assert "Synchronisation de nuit" in words(heard.rounds)
    assert (heard.busy, heard.every) == (True, POLL_MS)


def test_who_has_no_contract_is_told_before_anything_is_typed(web, act, bob):
    free = replace(bob, contracted=False)
    page = connections_page(None, free, opened=True)
    assert "Un contrat est nécessaire" in words(page)
    assert Ids.KEEP not in words(page)
    assert Ids.KEEP in words(connections_page(None, bob, opened=True))
    act(mirror.keep, client="usr-1", secret="un-secret")
    with web.database.reading() as db:
        assert "Un contrat est nécessaire" in words(
            mirror.drawn(request_of(db, free))
        )  # it is over since
        assert "Un contrat est nécessaire" not in words(mirror.drawn(request_of(db, bob)))


def test_a_page_that_is_left_open_says_that_the_connection_was_forgotten_elsewhere(connected, act):
    act(mirror.forget)
    *others, body = follow(act)
    assert set(others) == {no_update}
    assert "Enregistrez vos identifiants" in words(body)


def test_a_round_that_is_paused_is_looked_at_again_less_often(connected, act):
    act(mirror.ask)
    paused = {"state": RoundState.PAUSED, "resume_at": NOW, "ended_at": None}
    with connected.database.transaction() as db:
        db.execute(update(MirrorRound).values(**paused))
    _status, _rounds, busy, every, _lead, _toasts = act(mirror.ask)
    assert (busy, every) == (True, POLL_MS)  # another one
    with connected.database.transaction() as db:
        waits = MirrorRound.state == RoundState.WAITING
        db.execute(update(MirrorRound).where(waits).values(**paused))
    seen = follow(act)
    assert (seen.busy, seen.every, seen.lacks) == (False, REST_MS, [])


def test_a_round_that_another_followed_is_said_to_be_interrupted_and_promises_nothing(
    connected, act
):
    act(mirror.ask)
    with connected.database.transaction() as db:
        row = db.scalars(select(MirrorRound)).one()
        row.state, row.resume_at, row.started_at = RoundState.PAUSED, NOW, NOW
        row.counts, row.problem = row.counts | {"calls": 13}, ["Redemandé plus tard.", {}]
    act(mirror.ask)
    seen = follow(act)
    said = words(seen.rounds)
    for told in ("Interrompue", "13 appels", "qui reprend ce qu’elle n’a pas lu"):
        assert told in said
    assert "Terminée" not in said
    assert "Redemandé" not in said
    assert "Une synchronisation est en cours" in words(seen.lead)  # no right was listed


def test_who_has_tried_nothing_may_have_it_done_by_a_round(web, act, bob):
    act(mirror.keep, client="usr-1", secret="un-secret")
    with web.database.reading() as db:
        found = mirror.standing_now(request_of(db, bob))
    assert "lancez une synchronisation" in words(mirror.opening_sentence(found))
    assert not mirror.cannot_ask(found)


def test_differences_are_drawn_as_a_round_hears_them_but_never_under_a_tick(connected, act):
    act(mirror.ask)
    before = follow(act)
    with connected.database.transaction() as db:
        row = db.scalars(select(MirrorRound)).one()
        row.state, row.counts = RoundState.RUNNING, row.counts | {"rights": 49}
        values = {"organisation_id": 2, "round_id": row.id, "fields": [], "found_at": NOW}
        db.add(MirrorDrift(kind=DriftKind.UNKNOWN_HERE, number="GI700001", **values))
    ticked = follow(act, shown_by(before, ticks=1))
    assert "1 écart avec le distributeur." in words(ticked.lead)
    assert (ticked.drifts, ticked.leaves) == (no_update, no_update)
    assert "La liste a changé" in words(ticked.stale)
    bare = follow(act, shown_by(before))
    assert "GI700001" in words(bare.drifts)
    assert bare.stale is no_update
    again = follow(act, shown_by(before._replace(drifts=bare.drifts), ticks=1))
    assert (again.drifts, again.stale) == (no_update, [])


def test_how_far_a_round_is_is_counted(connected, act):
    act(mirror.ask)
    with connected.database.transaction() as db:
        pce = make_pce(db)
        values = {"organisation_id": 2, "pce_id": pce.id, "due_at": NOW, "attempts": 0}
        db.add_all(
            MirrorTask(part=part, **values) for part in (MirrorPart.PUBLISHED, MirrorPart.TECHNICAL)
        )
    assert "lectures" not in words(follow(act).status)  # none is planned yet
    with connected.database.transaction() as db:
        row = db.scalars(select(MirrorRound)).one()
        row.state, row.counts = RoundState.RUNNING, row.counts | {"tasks": 8}
    status = words(follow(act).status)
    assert "6 sur 8 lectures" in status
    assert "'aria-valuenow': '75'" in status or "aria-valuenow='75'" in status
    assert "aria-label='Synchronisation'" in status
    with connected.database.transaction() as db:
        db.execute(update(MirrorTask).values(attempts=2, problem=["Panne {n}", {"n": 7}]))
        db.execute(update(MirrorRound).values(state=RoundState.PAUSED, resume_at=NOW))
    seen = follow(act)
    status, lacks = seen.status, seen.lacks
    assert "6 sur 8 lectures, reprise le 24/11/2026 à" in words(status)
    assert "Panne 7" in words(lacks)
    assert "Sera redemandé à partir du 24/11/2026 à" in words(lacks)


def test_a_round_that_lasts_and_does_nothing_says_no_zero(connected, act, bob):
    act(mirror.ask)
    with connected.database.transaction() as db:
        row = db.scalars(select(MirrorRound)).one()
        row.state, row.started_at, row.ended_at = RoundState.FAILED, NOW, NOW
        row.problem = ["Panne", {}]
    said = words(follow(act).rounds)
    assert "moins d’une seconde" in said
    for zero in ("0 seconde", "0 appel", "0 droit"):
        assert zero not in said


def test_credentials_that_are_mended_say_what_leaves(declared, act):
    answer = act(mirror.keep, client="usr-1", secret="un-secret")
    assert "il part dans la minute" in words(answer[1])


@pytest.fixture
def drifting(connected):
    with connected.database.transaction() as db:
        for number, kind in ((PCE, DriftKind.STATE), (HOSTILE, DriftKind.UNKNOWN_HERE)):
            db.add(
                MirrorDrift(
                    organisation_id=2,
                    round_id=1,
                    kind=kind,
                    number=number,
                    their_uid=number[:9],
                    fields=[
                        ["etat_droit_acces", "Active", "Révoquée"],
                        ["perim_donnees_publiees", "Vrai", "Faux"],
                        ["date_fin_droit_acces", None, "2026-12-31"],
                        ["statut_controle_preuve", "Preuve en attente", HOSTILE],
                        ["role_tiers", "DETENTEUR_CONTRAT_FOURNITURE", ""],
                        ["autre", "2026-99-99", "x"],
                    ],
                    found_at=NOW,
                )
            )
        db.flush()
        return list(db.scalars(select(MirrorDrift.id).order_by(MirrorDrift.id)))


@pytest.fixture
def repairs(monkeypatch):
    """What is asked to be repaired."""
    asked = []

    def repair(_db, _viewer, ids, *, now):
        asked.append(list(ids))
        return Repaired(len(ids))

    monkeypatch.setattr(mirror_repairs.manual_repair, "repair", repair)
    return asked


def test_drifts_are_explained_field_by_field(connected, drifting, act, bob):
    with connected.database.reading() as db:
        said = words(mirror.drawn(request_of(db, bob)))
    assert "L’état a changé chez le distributeur" in said
    for text in (
        "31/12/2026",
        "Oui",
        "Révoquée",
        _(ROLES[RightRole.HOLDER_SUPPLY]),
        "2026-99-99",
        "Tous (2)",
    ):
        assert text in said, text


@pytest.mark.parametrize("repairs", [True, False])
def test_ends_that_wait_for_somebody_are_said_where_repairs_are_unasked(
    connected, drifting, bob, monkeypatch, repairs
):
    monkeypatch.setattr(ending_differences, "count_held", lambda _db, _who: 40)
    with connected.database.transaction() as db:
        db.execute(update(MirrorConnection).values(repairs=repairs))
    with connected.database.reading() as db:
        said = words(mirror.drawn(request_of(db, bob)))
    assert ("Des droits seraient clos en grand nombre" in said) is repairs
    assert ("40 droits que le distributeur clôturerait attendent" in said) is repairs


@pytest.fixture
def press(act):
    """Press among the differences, a tab open: lead, list, question and toasts."""

    def call(ids=(), *, search="", **more):
        said = {"ids": list(ids), "kind": "", "every": False, "seen": 0, "upto": ALL} | more
        return act(mirror_repairs.repair, pressed=said, search=f"?part=connections{search}")

    return call


ENDS = {
    "TITULAIRE": "Clos ici par le titulaire",
    "GRDF_DEMANDE_TITULAIRE": "Clos ici pour le titulaire, à sa demande",
    "DEMENAGEMENT": "Clos ici par le départ du titulaire",
    "FIN_CONTRAT_TIERS": "Clos ici par la fin de votre contrat",
    "PREUVE_KO": "Clos ici par une preuve rejetée",
    "AUTRE": "c’est au distributeur de le clore aussi",
}


@pytest.mark.parametrize("source", list(ENDS))
def test_what_others_ended_here_says_who_and_offers_no_repair(connected, press, bob, source):
    with connected.database.transaction() as db:
        db.add(
            MirrorDrift(
                organisation_id=2,
                round_id=1,
                kind=DriftKind.ENDED_HERE,
                number=PCE,
                their_uid="a",
                fields=[
                    ["etat_droit_acces", "Révoquée", "Active"],
                    ["source_revocation", source, None],
                ],
                found_at=NOW,
            )
        )
        db.flush()
        said = words(mirror.drifts(mirror.standing_now(request_of(db, bob))))
        assert ENDS[source] in said
        assert "Révoquée ici, Active chez le distributeur" in said
        assert "→" not in said
        assert "Suivez cette fin parmi les envois" in said
        assert "Réparer" not in said
        db.execute(update(MirrorConnection).values(sends=False))
        said = words(mirror.drifts(mirror.standing_now(request_of(db, bob))))
        assert "Écrivez-lui, ou activez" in said
    assert "Cochez" in words(press(every=True)[3])  # none may be repaired


def test_what_a_repair_kept_as_it_ended_is_said(drifting, press, monkeypatch):
    done = Repaired(1, kept_count=1)
    monkeypatch.setattr(mirror_repairs.manual_repair, "repair_all", lambda *_args, **_more: done)
    (told,) = press(every=True, seen=2)[3]
    assert "1 clos ici le reste" in words(told)


def test_a_drift_is_repaired_alone_or_with_others(drifting, repairs, press):
    first, second = drifting
    assert "1 écart réparé" in words(press([first])[3])
    press([first, second])
    assert repairs == [[first], [first, second]]
    for odd in ("x", -1, None, 999):
        with pytest.raises(NotFound):
            press([odd])
    lead, rows, question, (said,) = press()
    assert (lead, rows, question) == (no_update, no_update, [])
    assert "Cochez d’abord" in words(said)


def put_drift(web, **values):
    """One of organisation 2; its id."""
    with web.database.transaction() as db:
        usual = {"organisation_id": 2, "round_id": 1, "number": PCE, "fields": [], "found_at": NOW}
        row = MirrorDrift(**usual | values)
        db.add(row)
        db.flush()
        return row.id


PROOF = [["statut_controle_preuve", None, "Preuve en attente"]]
AT_THEIRS = "sur son propre portail"


@pytest.mark.parametrize("sends", [True, False])
def test_a_proof_that_does_not_leave_is_said_to_be_given_there(
    connected, press, bob, monkeypatch, sends
):
    with connected.database.transaction() as db:
        db.execute(update(MirrorConnection).values(sends=sends))
    one = put_drift(connected, kind=DriftKind.PROOF, right_uid="a", fields=PROOF)
    with connected.database.reading() as db:
        listed = words(mirror.lists(mirror.standing_now(request_of(db, bob)))[0])
    assert (AT_THEIRS in listed) is not sends
    done = Repaired(1, proofs=1)
    monkeypatch.setattr(mirror_repairs.manual_repair, "repair", lambda *_args, **_more: done)
    (told,) = press([one])[3]
    assert (AT_THEIRS in words(told)) is not sends


def test_what_opens_or_ends_a_right_here_is_asked_alone_too(connected, press, repairs):
    with connected.database.transaction() as db:
        mine = make_right(db, make_pce(db), 2)
        there = theirs_of(mine, state=RightState.REVOKED)
        plain = {name: getattr(there, name) for name in ("uid", "number", "role", "state")}
        flags = {kind.value: True for kind in RightDataKind}
        db.add(MirrorRight(organisation_id=2, created_at=NOW, **plain, **flags))
        uid = mine.uid
    ends = put_drift(connected, kind=DriftKind.STATE, right_uid=uid, their_uid=there.uid)
    opens = put_drift(connected, kind=DriftKind.CLOSED_HERE, their_uid="b")
    for one, said in ((ends, "1 droit prend fin ici, comme"), (opens, "rouvert ici")):
        asked = words(press([one])[2])
        assert said in asked
        assert "devient ici" not in asked
    every = words(press(every=True)[2])
    assert "1 droit prend fin ici, comme" in every
    assert "1 droit que vous aviez clos est rouvert ici" in every
    assert repairs == []
    press([opens], seen=1)
    assert repairs == [[opens]]


def test_the_tab_stays_open_after_a_repair(drifting, repairs, press):
    rows = words(press([drifting[0]], search="&ecart=unknown_here")[1])
    assert HOSTILE in rows
    assert f"Réparer {PCE}" not in rows
    left = words(press([drifting[0]], search="&ecart=dates")[1])  # of which there is none
    assert f"Réparer {PCE}" in left


def test_what_ends_rights_here_is_asked_first(connected, drifting, repairs, press):
    with connected.database.transaction() as db:
        db.execute(
            update(MirrorDrift)
            .where(MirrorDrift.id == drifting[0])
            .values(kind=DriftKind.UNKNOWN_THERE)
        )
    lead, rows, question, told = press(drifting)
    assert (lead, rows, told) == (no_update, no_update, no_update)
    for text in ("1 droit prend fin ici", "1 droit est ajouté ici", "Inconnu là-bas (1)"):
        assert text in words(question), text
    assert repairs == []
    press(drifting, seen=2)
    assert repairs == [drifting]


def test_all_of_a_tab_is_repaired_once_it_is_confirmed(drifting, repairs, press, monkeypatch):
    everything = []
    monkeypatch.setattr(
        mirror_repairs.manual_repair,
        "repair_all",
        lambda *_a, **_k: everything.append(1) or Repaired(2),
    )
    assert "Réparer 2 écarts" in words(press(every=True)[2])
    assert "Réparer 1 écart" in words(press(every=True, kind="state")[2])
    assert (repairs, everything) == ([], [])
    press(every=True, kind="state", seen=1)
    assert (repairs, everything) == ([[drifting[0]]], [])
    assert "Réparer 2 écarts" in words(press(every=True, seen=1)[2])  # there are more by now
    press(every=True, seen=2)
    assert everything == [1]


def test_all_is_what_was_there_when_the_list_was_drawn_and_the_rest_is_said(
    connected, drifting, press, repairs, bob, monkeypatch
):
    done = []
    monkeypatch.setattr(
        mirror_repairs.manual_repair,
        "repair_all",
        lambda _db, _viewer, *, upto, now: done.append((upto, now)) or Repaired(2),
    )
    with connected.database.reading() as db:
        found = mirror.standing_now(request_of(db, bob))
        drawn, mark = words(mirror.lists(found)[0]), drifts_mark(found)
    upto = drifting[-1]
    assert f"data-upto='{upto}'" in drawn
    put_drift(connected, kind=DriftKind.STATE, their_uid="new")
    asked = words(press(every=True, upto=upto)[2])
    for text in ("Réparer 2 écarts", "1 nouvel écart est apparu depuis", f"data-upto='{upto}'"):
        assert text in asked, text
    told = press(every=True, seen=2, upto=upto)[3]
    assert done == [(upto, NOW)]
    assert "1 nouvel écart est apparu depuis" in words(told)
    assert "apparu" not in words(press(every=True, kind="unknown_here", upto=upto)[2])
    assert "1 nouvel écart est apparu" in words(press(every=True, kind="state", upto=upto)[2])
    press(every=True, kind="state", seen=1, upto=upto)
    assert repairs == [[drifting[0]]]
    with connected.database.reading() as db:  # what is shown is drawn again
        assert drifts_mark(mirror.standing_now(request_of(db, bob))) != mark


@pytest.mark.parametrize("upto", [0, -1, -(10**30), None, "x"])
def test_where_all_there_is_came_since_nothing_is_repaired(drifting, press, repairs, upto):
    lead, rows, question, (said,) = press(every=True, upto=upto)
    assert (lead, rows, question) == (no_update, no_update, [])
    assert "La liste a changé" in words(said)
    assert "2 nouveaux écarts sont apparus" in words(said)


def test_a_last_that_is_beyond_all_ids_is_none(drifting, press):
    assert "Réparer 2 écarts" in words(press(every=True, upto=10**30)[2])


def test_differences_are_shown_by_pages_that_nothing_watches(connected, act, bob):
    with connected.database.transaction() as db:
        for n in range(45):
            db.add(
                MirrorDrift(
                    organisation_id=2,
                    round_id=1,
                    kind=DriftKind.UNKNOWN_THERE,
                    number=f"GI9{n:05}",
                    right_uid=str(n),
                    fields=[["etat_droit_acces", "Active", None], ["role_tiers", None, None]],
                    found_at=NOW,
                )
            )
    seen, after = [], 0
    for _page in range(3):
        with connected.database.reading() as db:
            found = mirror.standing_now(request_of(db, bob), MirrorDetail(after=after))
        shown = words(mirror.lists(found)[0])
        seen += [row.number for row in found.drifts]
        assert f"{len(found.drifts)} sur 45" in shown
        assert ("Les premiers" in shown) is (after > 0)
        assert ("Les suivants" in shown) is (len(seen) < 45)
        assert "→" not in shown  # what one side alone knows is a line
        after = found.drifts[-1].id
    assert seen == [f"GI9{n:05}" for n in range(45)]
    with connected.database.reading() as db:
        assert (
            mirror.standing_now(request_of(db, bob), MirrorDetail(after=after)).after == 0
        )  # none follows
        tree = json.dumps(
            mirror.lists(mirror.standing_now(request_of(db, bob)))[0], cls=PlotlyJSONEncoder
        )
    assert tree.count("dash_html_components") < 10


def test_what_leaves_is_shown_by_pages_that_begin_with_what_the_queue_has_not_yet(
    declared, leaving, bob, act, monkeypatch
):
    for name in ("outgoing", "status"):
        monkeypatch.setattr(f"data.exchange.mirror.queries.{name}.PAGE", 2)
    seen = []
    for page in (1, 2, 3, 9):
        with declared.database.reading() as db:
            found = mirror.standing_now(request_of(db, bob), MirrorDetail(page=page))
        shown = words(mirror.sendings(found))
        seen.append([row.id for row in (*found.due, *found.sendings)])
        assert f"Page {min(page, 3)} sur 3" in shown
        assert ("Plus récents" in shown) is (page > 1)
        assert ("Plus anciens" in shown) is (page < 3)
    one, two, three, four = leaving
    assert seen == [[0, four], [three, two], [one], [one]]  # past the last, it is the last
    leaves, *_others = act(
        mirror.act_on_sending, pressed={"do": "drop", "id": one}, search="?envois=3"
    )
    assert "Page 3 sur 3" in words(leaves)


def test_what_could_not_be_repaired_is_said(drifting, press, monkeypatch):
    done = Repaired(3, [PCE], has_more=True)
    monkeypatch.setattr(mirror_repairs.manual_repair, "repair_all", lambda *_args, **_more: done)
    (toast,) = press(every=True, seen=2)[3]
    assert "3 écarts réparés" in words(toast)
    assert PCE in words(toast)
    assert "recommencez" in words(toast)


def test_skipped_lines_are_counted_and_shown(connected, act, bob):
    with connected.database.transaction() as db:
        row = MirrorRound(
            organisation_id=2,
            way=RoundWay.NIGHT,
            state=RoundState.DONE,
            created_at=NOW,
            ended_at=NOW,
            counts={"faults": 1},
        )
        db.add(row)
        db.flush()
        db.add(
            MirrorFault(
                organisation_id=2,
                round_id=row.id,
                number=PCE,
                part=MirrorPart.RIGHTS,
                at=NOW,
                line=7,
                sentence="Il manque « {field} » à ce droit d’accès : il est ignoré.",
                params={"field": "id_pce"},
                sample=HOSTILE,
            )
        )
    with connected.database.reading() as db:
        said = words(mirror.drawn(request_of(db, bob)))
    for text in ("Lignes passées", "id_pce", "ligne 7", HOSTILE, "Voir la ligne"):
        assert text in said, text


def test_the_page_needs_the_operator_and_an_administrator(web, bob):
    browser = web.browser(2)
    closed = browser.open("/admin", "?part=connections")
    assert "ne sont pas ouvertes" in json.dumps(closed.json, ensure_ascii=False)
    assert "part=connections" not in json.dumps(browser.open("/admin", "").json)
    assert browser.post("/admin/connexions/essai").status_code == 404
    with pytest.raises(Forbidden):
        replace(bob, kind=OrganisationKind.DISTRIBUTOR).require(mirror.MIRROR)
    with web.database.reading() as db, pytest.raises(NotFound):
        usual_request(db, bob).get_upstream()


def test_an_answer_of_the_portal_says_where_the_distributor_is(web, bob, monkeypatch):
    with web.server.test_request_context("/"):
        opened_to = replace(portal(), upstream=ADDRESS)
        monkeypatch.setitem(web.server.extensions, "portal", opened_to)
    browser = web.browser(2)
    assert "part=connections" in json.dumps(browser.open("/admin", "").json)
    for part in ("", "&ecart=state", "&ecart=zzz", "&passage=zzz"):
        page = browser.open("/admin", f"?part=connections{part}")
        assert "Enregistrez vos identifiants" in json.dumps(page.json, ensure_ascii=False)
    assert browser.post("/admin/connexions/essai").status_code == 404  # there is none to try
    with web.database.transaction() as db:
        make_connection(db, "usr-4471", sealed_secret="of another key")
    answer = browser.post("/admin/connexions/essai")
    assert (answer.status_code, answer.location) == (303, "/admin?part=connections")
    assert kept(web).state is ConnectionState.REFUSED
    page = json.dumps(browser.open("/admin", "?part=connections").json, ensure_ascii=False)
    assert "Identifiants refusés" in page
    assert browser.open("/admin", "?part=connections&passage=999").status_code == 200


@pytest.fixture
def leaving(connected):
    """What leaves of one right: waiting, in hand, refused, done."""
    with connected.database.transaction() as db:
        right = make_right(db, make_pce(db), 2)
        for verb, state, more in (
            (SendingVerb.DECLARE, SendingState.QUEUED, {}),
            (SendingVerb.REVOKE, SendingState.SENDING, {"left_at": NOW}),
            (
                SendingVerb.PROVE,
                SendingState.REFUSED,
                {"ended_at": NOW, "answer": HOSTILE, "code": "12"},
            ),
            (
                SendingVerb.PROVE,
                SendingState.DONE,
                {"ended_at": NOW, "deposit_id": 2, "answer": "Reçu"},
            ),
        ):
            values = {"created_at": NOW, "next_attempt_at": NOW, "attempts": 2} | more
            db.add(
                MirrorSending(
                    organisation_id=2, right_id=right.id, verb=verb, state=state, **values
                )
            )
            db.flush()
        return list(db.scalars(select(MirrorSending.id).order_by(MirrorSending.id)))


def test_what_leaves_is_shown_with_what_may_be_done(connected, leaving, act, bob):
    with connected.database.reading() as db:
        said = words(mirror.drawn(request_of(db, bob)))
    counted = "À envoyer : 1, En cours d’envoi : 1, Reçu : 1, Refusé : 1"
    for text in ("2 essais, prochain le", "réglé le", HOSTILE, "(code 12)", counted):
        assert text in said, text
    offered = {
        (n, verb)
        for n, verb in product(range(4), ("now", "drop"))
        if re.search(rf"data-do='{verb}'[^)]*data-id='{leaving[n]}'", said)
    }
    assert offered == {(0, "now"), (0, "drop"), (1, "now"), (2, "now")}


def test_what_leaves_is_looked_at_again_until_nothing_is_on_its_way(connected, leaving, act):
    seen = follow(act)
    assert seen.every == REST_MS
    assert follow(act, shown_by(seen)).leaves is no_update
    with connected.database.transaction() as db:
        db.execute(update(MirrorSending).values(state=SendingState.DONE, ended_at=NOW))
    last = follow(act, shown_by(seen))
    assert (last.every, last.drifts) == (WATCH_MS, no_update)
    assert "Reçu : 4" in words(last.leaves)


def test_what_leaves_is_sent_at_once_or_taken_back(connected, leaving, act):
    queued, _in_hand, refused, _done = leaving
    with connected.database.transaction() as db:
        relay(db)
    for verb, sending in (("now", refused), ("now", queued), ("drop", queued)):
        pressed = {"do": verb, "id": sending}
        _list, every, (said,) = act(mirror.act_on_sending, pressed=pressed, search=None)
        assert every == REST_MS
        assert ("minute" in words(said)) is (verb == "now")
    with connected.database.reading() as db:
        states = list(db.scalars(select(MirrorSending.state).order_by(MirrorSending.id)))
    assert states[::2] == [SendingState.DROPPED, SendingState.QUEUED]
    for odd in ({"do": "burn", "id": queued}, {"id": queued}, {"do": "now", "id": "x"}, None):
        with pytest.raises(NotFound):
            act(mirror.act_on_sending, pressed=odd, search=None)
