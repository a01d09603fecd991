"""What the credentials do not allow holds all that waits for them: no right ends by it."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from core.access import Role
from data.exchange.mirror.models import MirrorConnection, MirrorRound
from data.exchange.mirror.queries.connection import find_credentials_refusal
from data.exchange.mirror.queries.sendings import list_sendings
from data.exchange.mirror.rules.answers import is_of_access
from data.exchange.mirror.types import (
    ConnectionState,
    RoundState,
    SendingState,
    SendingTurn,
    SendingVerb,
)
from data.identity.accounts.models import ApiCredential
from data.identity.accounts.types.security import ApiScope
from data.notifications.models import Notice, NoticeEvent
from data.notifications.rules.words import reason_of
from data.rights.actions import revoke
from data.rights.types import RightState
from tests.data.exchange.mirror.distributor import DONE, lines, right_line, told, upstream_of
from tests.data.rights.declarations import asked
from tests.factories import NOW, PCE, make_user
from tests.jobs.mirror_fixtures import *  # noqa: F403
from tests.jobs.mirror_sides import OTHER, opened_right
from tests.jobs.mirrored import work

SOME = [ApiScope.RIGHTS_READ, ApiScope.PCES_READ]
NO = {"code_statut_traitement": "9000000403", "message_retour_traitement": "Pas cela."}


def allow(sides, scopes):
    with sides.there.transaction() as db:
        db.execute(update(ApiCredential).values(scopes=sorted(scopes)))


def mended(sides):
    """A person tests the connection, or enters it anew."""
    with sides.here.transaction() as db:
        db.execute(update(MirrorConnection).values(state=ConnectionState.WORKING, problem=[]))


def connection(sides):
    with sides.here.reading() as db:
        return db.get_one(MirrorConnection, 2)


def test_what_may_not_be_declared_waits_whole_and_leaves_once_it_may(sides, bob, admin):
    allow(sides, SOME)
    uids = [sides.declare(bob), sides.declare(bob, asked(id_pce=OTHER))]
    assert sides.turn() == SendingTurn(later=1)
    assert connection(sides).state is ConnectionState.REFUSED
    found = [(one.state, one.left_at, one.attempts) for one in sides.sendings()]
    assert found == [(SendingState.QUEUED, None, 0)] * 2
    assert {sides.right(uid).state for uid in uids} == {RightState.PENDING}
    with sides.here.reading() as db:
        said = find_credentials_refusal(db, admin)
        assert "déclarer" in said.before
        assert "ne permet pas cela" in said.quote
        assert "9000000403" in said.after
        (event,) = db.scalars(select(NoticeEvent))
        assert said.quote in reason_of(event)
        assert event.params["upstream"]
    assert sides.turn(1) == SendingTurn()
    allow(sides, ApiScope)
    mended(sides)
    assert sides.turn(1) == SendingTurn(done=2)
    with sides.here.reading() as db:
        assert find_credentials_refusal(db, admin) is None


def test_a_connection_that_nobody_tried_works_once_a_sending_is_answered(sides, bob):
    with sides.here.transaction() as db:
        db.execute(update(MirrorConnection).values(state=ConnectionState.UNTRIED))
    assert sides.turn() == SendingTurn()
    assert connection(sides).state is ConnectionState.UNTRIED
    sides.declare(bob)
    assert sides.turn(1) == SendingTurn(done=1)
    kept = connection(sides)
    assert (kept.state, kept.problem) == (ConnectionState.WORKING, [])
    assert kept.worked_at >= sides.now


def test_who_is_told_to_wait_says_why_and_waits_those_seconds(braved, hostile, bob):
    for number in (PCE, OTHER):
        braved.declare(bob, asked(id_pce=number))
    slow = {"code_statut_traitement": "9000000429", "message_retour_traitement": "Trop vite."}
    hostile.says(told(slow, 429, Retry_After="30"))
    assert braved.turn() == SendingTurn(later=1)
    with braved.here.reading() as db:
        rows = list_sendings(db, bob)
    assert [row.answer.quote for row in rows] == ["Trop vite."] * 2
    assert {row.next_attempt_at - braved.now < timedelta(seconds=40) for row in rows} == {True}
    kept = connection(braved)
    assert (kept.state, kept.problem[1]) == (ConnectionState.WORKING, {"reply": "Trop vite."})
    hostile.says(*[told({"code_statut_traitement": "1000000004"}, 409), lines(DONE)] * 2)
    assert braved.turn(1) == SendingTurn(refused=2)


def test_one_notice_of_a_refusal_is_open_until_the_connection_works_again(sides, bob, admin):
    def unread():
        with sides.here.reading() as db:
            return [one.read_at is None for one in db.scalars(select(Notice).order_by(Notice.id))]

    with sides.here.transaction() as db:
        make_user(db, organisation_id=2, email="a@bob.example", role=Role.ADMINISTRATOR)
    allow(sides, SOME)
    sides.declare(bob)
    sides.turn()
    assert unread() == [True]
    mended(sides)
    sides.turn(1)
    assert unread() == [False, True]
    allow(sides, ApiScope)
    mended(sides)
    assert sides.turn(1) == SendingTurn(done=1)
    assert unread() == [False, False]


def test_what_may_not_be_revoked_waits_too(sides, bob):
    uid = opened_right(sides, bob)
    allow(sides, SOME)
    with sides.here.transaction() as db:
        revoke(db, bob, [uid], now=sides.now)
    assert sides.turn(1) == SendingTurn(later=1)
    assert connection(sides).state is ConnectionState.REFUSED
    allow(sides, ApiScope)
    mended(sides)
    assert sides.turn(1) == SendingTurn(done=1)
    assert [one.verb for one in sides.sendings()] == [SendingVerb.DECLARE, SendingVerb.REVOKE]


def test_what_is_refused_of_one_right_stays_so(braved, hostile, bob):
    braved.declare(bob)
    hostile.says(told(NO | {"code_statut_traitement": "1000000004"}, 403))
    assert braved.turn() == SendingTurn(refused=1)
    assert connection(braved).state is ConnectionState.WORKING


@pytest.mark.parametrize(
    ("status", "code", "access"),
    [
        (403, "9000000403", True),
        (403, "", True),
        (403, "1000000003", False),
        (403, "2000000001", False),
        (403, "1000002", False),
        (403, "9000001", False),
        (409, "9000000403", False),
    ],
)
def test_a_refusal_of_access_is_known_by_its_code(status, code, access):
    assert is_of_access(status, code) is access


def test_a_look_at_a_list_that_may_not_be_read_holds_too(sides, bob, moody):
    sides.declare(bob)
    moody.moods.append("after 500")
    moody.sides.turn()
    allow(sides, [ApiScope.PCES_READ])
    assert moody.sides.turn(31) == SendingTurn(later=1)
    assert connection(sides).state is ConnectionState.REFUSED
    assert "lire vos droits" in connection(sides).problem[0]


@pytest.mark.parametrize(
    ("said", "state"),
    [
        (NO, ConnectionState.REFUSED),
        (NO | {"code_statut_traitement": "1000002"}, ConnectionState.WORKING),
        ({"statut_restitution": {"code": "9000099", "message": "?"}}, ConnectionState.WORKING),
        ({}, ConnectionState.WORKING),
    ],
)
@pytest.mark.parametrize("part", ["informative", "contractual"])
def test_readings_that_may_not_be_asked_for_say_so(braved, hostile, said, state, part):
    with braved.here.transaction() as db:
        db.execute(update(MirrorConnection).values(parts=["rights", part]))
    line = right_line(etat_droit_acces="Active", date_fin_droit_acces="2027-08-31")
    hostile.says(lines(line, DONE), *[told(said, 403)] * 9)
    opening = lambda _who, clock: upstream_of(braved.here, braved.address, clock)  # noqa: E731
    work(braved.here, opening, NOW + timedelta(days=1))
    assert connection(braved).state is state
    with braved.here.reading() as db:
        (going,) = db.scalars(select(MirrorRound))
    failed = state is ConnectionState.REFUSED
    assert going.state is (RoundState.FAILED if failed else RoundState.DONE)
    assert ("Pas cela." in str(going.problem)) is failed
