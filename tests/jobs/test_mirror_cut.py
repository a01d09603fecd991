"""A job is killed with a declaration in hand, then nothing is sent any more: it comes to an end."""

import os
from collections import Counter
from datetime import timedelta

import pytest

from components.mirror.sendings import sendings_card
from core.errors import Conflict
from data.exchange.mirror.actions.connection import choose, forget
from data.exchange.mirror.actions.outgoing_queue import claim
from data.exchange.mirror.actions.queue_control import retry_now, take_back
from data.exchange.mirror.models import MirrorConnection
from data.exchange.mirror.queries.sendings import list_right_sendings, list_sendings
from data.exchange.mirror.types import MOVING, MirrorChoice, MirrorPart, SendingState, SendingVerb
from data.rights.actions import cancel, rate_limits
from data.rights.rules import attempts
from data.rights.types import RightState
from jobs.mirror_gathering import gather
from tests.components.kit.trees import text_of
from tests.data.exchange.mirror.distributor import DONE, address_of, connect, lines, serving, told
from tests.data.exchange.mirror.sides import drifts
from tests.data.rights.declarations import asked
from tests.jobs.mirror_fixtures import *  # noqa: F403
from tests.jobs.mirror_sides import known_there
from tests.jobs.test_mirror_kills import killed_after
from tests.jobs.test_mirror_unsure import MADE

S = SendingState
EACH = 7 if os.environ.get("PORTAL_EVERY_WAY") else 61  # lines between two kills
ALL = frozenset(MirrorPart)


def off(db, admin, now):
    choose(db, admin, MirrorChoice(ALL, sends=False, repairs=True), now)


def state_of(sides, uid):
    right_id = sides.right(uid).id
    mine = [one for one in sides.sendings() if one.right_id == right_id]
    return [one.state for one in mine if one.verb is SendingVerb.DECLARE]


def stopped(sides, admin, stop):
    with sides.here.transaction() as db:
        stop(db, admin, sides.now)


def connected_again(sides, admin, distributor):
    with sides.here.transaction() as db:
        if db.get(MirrorConnection, 2) is None:
            connect(db, distributor.client_id, distributor.secret, sends=False)
        choose(db, admin, MirrorChoice(ALL, sends=True, repairs=True), sides.now)


@pytest.mark.proof
@pytest.mark.slow
@pytest.mark.uncounted
# a client that is killed as it is made has nothing to close
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("stop", [forget, off])
def test_killed_anywhere_then_stopped_each_declaration_comes_to_an_end(
    sides, distributor, admin, bob, stop, monkeypatch
):
    for counted in (attempts, rate_limits):  # what is cancelled counts as a try
        monkeypatch.setattr(counted, "MOST_TRIES", 10**6)
    known_there(sides.there, "00000000000001")
    first = sides.declare(bob, asked(id_pce="00000000000001"))
    _killed, usual = killed_after(10**9, sides.turn)
    ends, uids = Counter(), [first]
    for at in range(1, usual + EACH, EACH):
        number = f"{at + 1:014}"
        known_there(sides.there, number)
        uid = sides.declare(bob, asked(id_pce=number))
        uids.append(uid)
        sides.now += timedelta(minutes=1)
        killed_after(at, sides.turn)
        stopped(sides, admin, stop)
        sides.turn(11)
        assert not set(state_of(sides, uid)) & set(MOVING)
        ends[_end(sides, bob, uid)] += 1
        connected_again(sides, admin, distributor)
        sides.hears()
        sides.turn(11)
    for _turn in range(3):
        sides.hears()
        sides.turn(31)
    there = Counter(one.number for one in sides.rights_there())
    assert set(there.values()) == {1}  # none twice
    open_there = {one.number for one in sides.rights_there() if not one.state.final}
    open_here = {sides.right(uid).number for uid in uids if not sides.right(uid).state.final}
    assert open_there == open_here
    assert set(ends) == {"never left", "unsure", "arrived"}


def _end(sides, bob, uid):
    """What became of it; whoever is unsure reads so, and may cancel it: every other one does."""
    right = sides.right(uid)
    if right.state.final:
        assert state_of(sides, uid) == []
        return "never left"
    if state_of(sides, uid) == [S.DONE]:
        return "arrived"
    assert state_of(sides, uid) == [S.UNSURE]
    with sides.here.transaction() as db:
        (row,) = list_right_sendings(db, bob, uid)
        assert "jamais envoyé deux fois" in row.answer.before
        if right.id % 2:
            cancel(db, bob, [uid], now=sides.now)
    return "unsure"


@pytest.fixture
def lost(braved, hostile, bob, admin):
    """Its answer was lost; then nothing is sent any more, and the connection stays."""
    uid = braved.declare(bob)
    hostile.says(told({}, 500))
    braved.turn()
    stopped(braved, admin, off)
    return uid


def test_it_is_unsure_says_so_and_may_be_taken_back(braved, hostile, lost, admin):
    assert state_of(braved, lost) == [S.UNSURE]
    with braved.here.transaction() as db:
        (row,) = list_sendings(db, admin)
        shown = text_of(sendings_card([row], {}, sends=False))
        assert "Incertain" in shown
        assert "On ne sait pas si cet envoi est arrivé" in shown
        assert "Retirer" in shown
        assert "Envoyer maintenant" not in shown
        with pytest.raises(Conflict, match="ne part"):
            retry_now(db, admin, row.id, now=braved.now)
        take_back(db, admin, row.id, now=braved.now)
    assert state_of(braved, lost) == [S.DROPPED]
    assert braved.right(lost).state is RightState.OBSOLETE


def test_a_list_that_tells_of_it_settles_it(braved, hostile, lost):
    hostile.says(lines(MADE, DONE))
    braved.hears()
    braved.turn(1)
    assert state_of(braved, lost) == [S.DONE]
    hostile.says(lines(MADE | {"etat_droit_acces": "Active"}, DONE))
    braved.hears()
    assert braved.right(lost).state is RightState.ACTIVE


def test_a_list_without_it_says_that_it_differs(braved, hostile, lost):
    hostile.says(lines(DONE))
    assert braved.hears().drifts == 1
    assert state_of(braved, lost) == [S.UNSURE]
    with braved.here.reading() as db:
        assert [one.right_uid for one in drifts(db)] == [lost]


def test_sent_again_it_is_looked_for_within_a_minute(braved, hostile, lost, admin):
    with braved.here.transaction() as db:
        choose(db, admin, MirrorChoice(ALL, sends=True, repairs=True), braved.now)
    hostile.says(lines(MADE, DONE))
    braved.turn(31)
    assert state_of(braved, lost) == [S.DONE]
    assert [method for method, *_more in hostile.asked].count("PUT") == 1


def test_what_arrives_while_it_is_stopped_is_settled_by_its_answer(sides, distributor, admin, bob):
    uid = sides.declare(bob)
    usual = distributor.web.server

    def stopping(environ, start):
        answer = usual(environ, start)
        if environ["REQUEST_METHOD"] == "PUT":
            stopped(sides, admin, forget)
            assert state_of(sides, uid) == [S.UNSURE]
        return answer

    with serving(stopping) as root:
        sides.address = address_of(root)
        sides.turn()
    assert state_of(sides, uid) == [S.DONE]
    assert sides.right(uid).state is RightState.PENDING


def test_what_a_killed_worker_had_in_hand_is_unsure_once_nothing_is_sent(sides, admin, bob):
    uid = sides.declare(bob)
    gather(sides.here, 2, sides.now)
    with sides.here.transaction() as db:
        claim(db, sides.sendings()[0].id, sides.now)
    assert state_of(sides, uid) == [S.SENDING]
    stopped(sides, admin, forget)
    assert state_of(sides, uid) == [S.UNSURE]
    assert sides.right(uid).state is RightState.PENDING
