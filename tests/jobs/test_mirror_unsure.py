"""What was sent, and may be what a line of the other side tells of that cannot be read."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from components.mirror.sendings import sending_item
from core.errors import Conflict
from data.exchange.mirror.actions.connection import forget
from data.exchange.mirror.actions.queue_control import retry_now, take_back
from data.exchange.mirror.models import MirrorSending
from data.exchange.mirror.queries.sendings import list_sendings
from data.exchange.mirror.rules.sendings import believed_end, may_be, next_look
from data.exchange.mirror.types import (
    ClaimedSending,
    LineFault,
    SendingState,
    SendingTurn,
    SendingVerb,
)
from data.identity.audit.models import AuditEvent
from data.rights.actions import revoke
from data.rights.models import AccessRight
from data.rights.types import RightRole, RightState
from tests.data.exchange.mirror.distributor import DONE, lines, right_line, told
from tests.data.rights.declarations import GOOD, TODAY, asked
from tests.factories import NOW, PCE
from tests.jobs.mirror_fixtures import *  # noqa: F403
from tests.jobs.mirror_sides import OTHER

S, V = SendingState, SendingVerb
DAY = timedelta(days=1)
MADE = right_line(
    id_droit_acces="made",
    etat_droit_acces="A valider",
    date_creation="2026-11-24 12:30:00",
    date_debut_droit_acces=GOOD.date_debut_droit_acces,
    date_fin_droit_acces=GOOD.date_fin_droit_acces,
)
ODD = MADE | {"etat_droit_acces": "Autre"}
GARBLED = "{spoilt"


@pytest.fixture
def lost(braved, hostile, bob):
    """A declaration whose answer was lost; it is there, where its line cannot be read."""
    uid = braved.declare(bob)
    hostile.says(told({}, 500))
    braved.turn()
    return uid


def state(sides):
    (row,) = sides.sendings()
    return row.state


def give_up(sides, hostile, line=ODD):
    """Turns until it is looked for no more; how many looked."""
    looks = 0
    while state(sides) is S.SENDING:
        hostile.says(lines(line, DONE))
        looks += sides.turn(12 * 60 + 1).later
    return looks


def asks(hostile):
    return [method for method, *_more in hostile.asked]


def test_it_is_looked_for_for_a_day_then_waits_and_is_never_sent_again(
    braved, hostile, lost, admin
):
    looked_at = []
    while state(braved) is S.SENDING:
        (row,) = braved.sendings()
        hostile.says(lines(ODD, DONE))
        braved.now = max(braved.now, row.next_attempt_at)
        assert braved.turn() == SendingTurn(later=1)
        looked_at.append(braved.now)
    assert DAY / 2 < looked_at[-1] - looked_at[0] < DAY
    assert asks(hostile) == ["PUT"] + ["POST"] * 6
    assert braved.turn(10**5) == SendingTurn()
    with braved.here.reading() as db:
        (row,) = list_sendings(db, admin)
        actions = select(AuditEvent.action).where(AuditEvent.object_id == lost)
        assert "mirror.sending_unsure" in db.scalars(actions).all()
    assert (row.state, row.attempts, row.ended_at, row.is_in_doubt) == (S.UNSURE, 7, None, False)
    shown = str(sending_item(row).to_plotly_json())
    told = "On ne sait pas si cet envoi est arrivé", "Incertain", "Envoyer maintenant", "Retirer"
    assert [word for word in told if word not in shown] == []
    assert braved.right(lost).state is RightState.PENDING


def test_the_queue_says_why_from_the_first_look_on(braved, hostile, lost, admin):
    for looks in range(2):
        with braved.here.reading() as db:
            (row,) = list_sendings(db, admin)
        assert (row.answer is not None, row.is_in_doubt) == (looks > 0, looks == 0)
        assert ("Retirer" in str(sending_item(row).to_plotly_json())) == (looks > 0)
        hostile.says(lines(ODD, DONE))
        braved.turn(31)


def test_a_list_that_reads_its_line_takes_it_up_and_knows_it(braved, hostile, lost):
    give_up(braved, hostile)
    hostile.says(lines(ODD, DONE))
    braved.hears()
    assert state(braved) is S.UNSURE  # that one did not read either
    hostile.says(lines(right_line(id_pce=OTHER), GARBLED, DONE))
    braved.hears()
    assert state(braved) is S.UNSURE  # nor, maybe, that one
    hostile.says(lines(MADE, DONE))
    braved.hears()
    assert state(braved) is S.SENDING
    assert braved.turn(1) == SendingTurn()
    assert state(braved) is S.DONE
    assert [(one.uid, one.right_id) for one in braved.links()] == [("made", braved.right(lost).id)]
    assert asks(hostile).count("PUT") == 1


def test_a_list_that_reads_without_it_has_it_looked_for_then_sent(braved, hostile, lost):
    give_up(braved, hostile)
    hostile.says(lines(DONE))
    assert braved.hears().drifts == 0  # it is about to leave
    hostile.says(lines(DONE), told(MADE | DONE, 201))
    assert braved.turn(1) == SendingTurn(done=1)
    assert asks(hostile)[-3:] == ["GET", "POST", "PUT"]


def test_somebody_has_it_looked_for_once_more(braved, hostile, lost, admin):
    give_up(braved, hostile)
    for line, after in ((ODD, S.UNSURE), (MADE, S.DONE)):
        with braved.here.transaction() as db:
            retry_now(db, admin, braved.sendings()[0].id, now=braved.now)
        hostile.says(lines(line, DONE))
        braved.turn(1)
        assert state(braved) is after
    with braved.here.reading() as db:
        assert list_sendings(db, admin)[0].answer is None


@pytest.mark.parametrize("given_up", [False, True])
def test_taken_back_it_is_dropped_and_ended_there_once_it_is_read(
    braved, hostile, lost, admin, given_up
):
    hostile.says(lines(ODD, DONE))
    braved.turn(31)
    if given_up:
        give_up(braved, hostile)
    with braved.here.transaction() as db:
        take_back(db, admin, braved.sendings()[0].id, now=braved.now)
    assert state(braved) is S.DROPPED
    assert braved.right(lost).state is RightState.OBSOLETE
    with braved.here.transaction() as db, pytest.raises(Conflict):
        take_back(db, admin, braved.sendings()[0].id, now=braved.now)
    hostile.says(lines(MADE, DONE))
    braved.hears()
    hostile.says(told(DONE))
    assert braved.turn(1) == SendingTurn(done=1)
    assert hostile.asked[-1][:2] == ("PATCH", "/adict/v2/droit_acces/made")


def test_a_line_of_another_right_or_of_another_pce_stops_nothing(braved, hostile, lost, bob):
    """Nor does any, when its own is read."""
    other = braved.declare(bob, asked(id_pce=OTHER))
    hostile.says(lines(ODD | {"id_pce": OTHER}, DONE), told(MADE | DONE, 201))
    made = MADE | {"id_droit_acces": "else", "id_pce": OTHER, "etat_droit_acces": "Active"}
    hostile.says(told(made | DONE, 201))
    assert braved.turn(31) == SendingTurn(done=2)
    with braved.here.transaction() as db:
        revoke(db, bob, [other], now=braved.now)
    odd = ODD | {"id_pce": OTHER}
    hostile.says(told(DONE | {"code_statut_traitement": "1"}, 409), lines(odd, DONE))
    assert braved.turn(1) == SendingTurn(done=1)  # it is there no more


@pytest.mark.parametrize("line", [ODD | {"id_droit_acces": "é"}, ODD, GARBLED])
def test_an_end_that_may_be_there_is_not_sent_for_ever_either(braved, hostile, bob, admin, line):
    uid = braved.declare(bob)
    hostile.says(told(MADE | {"etat_droit_acces": "Active"} | DONE, 201))
    braved.turn()
    with braved.here.transaction() as db:
        revoke(db, bob, [uid], now=braved.now)
    no = told({"code_statut_traitement": "1", "message_retour_traitement": "Non."}, 409)
    while (row := braved.sendings()[-1]).state in {S.QUEUED, S.SENDING, S.DONE}:
        assert row.state is not S.DONE or row.verb is V.DECLARE
        hostile.says(no, lines(line, DONE))
        braved.turn(12 * 60 + 1)
    assert (row.verb, row.state, row.unread) == (V.REVOKE, S.UNSURE, 6)
    with braved.here.transaction() as db:
        take_back(db, admin, row.id, now=braved.now)
        assert db.scalars(select(AccessRight.state)).one() is RightState.REVOKED


def test_an_end_that_nobody_can_tell_of_is_found_again_once_connected_anew(
    braved, hostile, lost, admin
):
    with braved.here.transaction() as db:
        db.execute(update(MirrorSending).values(verb=V.REVOKE, state=S.UNSURE))
        forget(db, admin, braved.now)
    assert braved.sendings() == []


def test_what_was_declared_without_an_end_that_is_believed_is_known_again(braved, hostile, bob):
    uid = braved.declare(bob)
    far = TODAY.replace(year=9999)
    with braved.here.transaction() as db:
        db.execute(update(AccessRight).values(ends_on=far, ends_key=far))
    hostile.says(told(MADE | {"date_fin_droit_acces": str(far)} | DONE, 201))
    assert braved.turn() == SendingTurn(done=1)
    assert braved.right(uid).ends_on is None


def test_looks_follow_one_another_more_and_more_rarely():
    waits = [next_look(looks, NOW) - NOW for looks in range(5)]
    assert waits == sorted(waits)
    assert timedelta(minutes=15) == waits[0]
    assert next_look(5, NOW) is next_look(99, NOW) is None


PARCEL = ClaimedSending(
    id=1, organisation_id=2, right_id=3, verb=V.DECLARE, created_at=NOW, tried_at=NOW,
    left_at=None, unread=0, is_outgoing=True, number=PCE, role=RightRole.AUTHORISED_SUPPLY,
    starts_on=None, ends_on=None,
)  # fmt: skip


@pytest.mark.parametrize(
    ("uid", "number", "declared", "revoked"),
    [
        ("", "", True, True),
        ("", PCE, True, True),
        ("", OTHER, False, False),
        ("x", PCE, True, False),
        ("taken", PCE, False, False),
        ("mine", PCE, True, True),
        ("mine", OTHER, False, False),
    ],
)
def test_which_lines_may_be_it(uid, number, declared, revoked):
    fault = LineFault(1, "", uid=uid, number=number)
    assert may_be(fault, PARCEL, {"taken"}) is declared
    assert may_be(fault, replace(PARCEL, their_uid="mine"), {"taken"}) is revoked


def test_an_end_beyond_2100_is_none():
    assert believed_end(None) is believed_end(TODAY.replace(year=2101)) is None
    assert believed_end(TODAY.replace(year=2100)) == TODAY.replace(year=2100)
