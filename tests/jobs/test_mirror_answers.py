"""The answers to rights that were sent: they come by themselves, in one call an hour."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from components.rights.timeline import timeline as shown
from data.exchange.mirror.actions import pending_answers
from data.exchange.mirror.models import MirrorConnection, MirrorDrift, MirrorRight, MirrorRound
from data.exchange.mirror.queries import unscoped
from data.exchange.mirror.types import ConnectionState, RoundState, UpstreamDown
from data.rights.actions import cancel, revoke
from data.rights.models import RightEventRow
from data.rights.queries import get_right, list_right_events
from data.rights.types import RightActor, RightState, RightTrigger
from jobs.mirror_answers import hear
from tests.data.exchange.mirror.distributor import upstream_of
from tests.data.exchange.mirror.sides import make_round
from tests.data.rights.declarations import asked
from tests.jobs.mirror_fixtures import *  # noqa: F403
from tests.jobs.mirror_sides import OTHER
from tests.jobs.mirrored import work

WORDS = {RightState.ACTIVE: "Acceptée", RightState.REFUSED: "Refusée"}


@pytest.fixture
def unrepaired(sides):
    with sides.here.transaction() as db:
        db.execute(update(MirrorConnection).values(repairs=False, parts=[]))
    return sides


def opening(sides, asked=None):
    def opened(_organisation, clock):
        upstream = upstream_of(sides.here, sides.address, clock)
        if asked is not None:
            plain = upstream.rights
            upstream.rights = lambda numbers=(): asked.append(list(numbers)) or plain(numbers)
        return upstream

    return opened


def hears(sides, minutes=60, calls=None):
    sides.now += timedelta(minutes=minutes)
    return hear(sides.here, opening(sides, calls), sides.now)


@pytest.mark.parametrize(
    ("trigger", "state"),
    [(RightTrigger.ACCEPTED, RightState.ACTIVE), (RightTrigger.REFUSED, RightState.REFUSED)],
)
def test_an_answer_comes_within_the_hour_without_repairing(unrepaired, bob, trigger, state):
    uid = unrepaired.declare(bob)
    calls = []
    assert hears(unrepaired, 0, calls) == 0  # nothing has left
    unrepaired.turn()
    assert hears(unrepaired, calls=calls) == 1
    assert unrepaired.right(uid).state is RightState.PENDING
    unrepaired.answer_there(trigger)
    assert hears(unrepaired, calls=calls) == 1
    assert unrepaired.right(uid).state is state
    assert calls == [[unrepaired.right(uid).number]] * 2
    with unrepaired.here.reading() as db:
        last = db.scalars(select(RightEventRow).order_by(RightEventRow.id.desc())).first()
        said = RightTrigger.ALIGNED, RightActor.DISTRIBUTOR, None
        assert (last.trigger, last.actor, last.user_id) == said
        drawn = str(
            shown(get_right(db, bob, uid), list_right_events(db, bob, uid), unrepaired.now.date())
        )
        assert f"{WORDS[state]}, selon le distributeur" in drawn
        assert db.scalars(select(MirrorRight.state)).one() is state
    assert hears(unrepaired, calls=calls) == 0  # nothing waits any more
    assert len(calls) == 2


def test_an_answer_comes_with_the_round_and_other_differences_wait(unrepaired, bob):
    opened = unrepaired.declare(bob)
    unrepaired.turn()
    unrepaired.answer_there()
    hears(unrepaired)
    assert unrepaired.right(opened).state is RightState.ACTIVE
    waiting = unrepaired.declare(bob, asked(id_pce=OTHER))
    unrepaired.turn()
    with unrepaired.there.transaction() as db:
        rights = {one.number: one for one in unrepaired.rights_there()}
        changes = {waiting: RightState.ACTIVE, opened: RightState.REVOKED}
        for uid, state in changes.items():
            right = db.merge(rights[unrepaired.right(uid).number])
            right.state = state
            right.closed_at = unrepaired.now if state.final else None
    unrepaired.now += timedelta(days=1)
    assert work(unrepaired.here, opening(unrepaired), unrepaired.now)
    assert unrepaired.right(waiting).state is RightState.ACTIVE
    assert unrepaired.right(opened).state is RightState.ACTIVE  # a difference: somebody decides
    with unrepaired.here.reading() as db:
        left = select(MirrorDrift.right_uid).where(MirrorDrift.ended_at.is_(None))
        assert list(db.scalars(left)) == [opened]


def test_what_was_taken_back_here_stays_so_and_an_outage_waits_for_the_next_hour(unrepaired, bob):
    uid = unrepaired.declare(bob)
    unrepaired.turn()
    unrepaired.answer_there()

    def down(_organisation, _clock):
        raise UpstreamDown("Rien.")

    assert hear(unrepaired.here, down, unrepaired.now) == 0
    with unrepaired.here.transaction() as db:
        cancel(db, bob, [uid], now=unrepaired.now)
    assert hears(unrepaired) == 0
    assert unrepaired.right(uid).state.final


@pytest.mark.parametrize("error", [ZeroDivisionError("ours"), UpstreamDown("Rien.")])
@pytest.mark.parametrize("place", ["opening", "taking"])
def test_what_fails_about_one_organisation_leaves_the_others(
    unrepaired, bob, monkeypatch, capsys, error, place
):
    uid = unrepaired.declare(bob)
    unrepaired.turn()
    unrepaired.answer_there()
    awaited, keep = pending_answers.list_awaited, pending_answers.keep_heard
    monkeypatch.setattr(unscoped, "list_senders", lambda _db, _now: (1, 2))
    monkeypatch.setattr(pending_answers, "list_awaited", lambda db, _who: awaited(db, 2))

    def fail(where, who):
        if (where, who) == (place, 1):
            raise error

    def opened(who, clock):
        fail("opening", who)
        return opening(unrepaired)(who, clock)

    def kept(db, who, found):
        fail("taking", who)
        keep(db, who, found)

    monkeypatch.setattr(pending_answers, "keep_heard", kept)
    capsys.readouterr()
    unrepaired.now += timedelta(hours=1)
    assert hear(unrepaired.here, opened, unrepaired.now) == 1
    assert unrepaired.right(uid).state is RightState.ACTIVE
    assert ("mirror.broken" in capsys.readouterr().out) is isinstance(error, ZeroDivisionError)


def test_nothing_is_asked_for_who_is_refused(unrepaired, bob):
    unrepaired.declare(bob)
    unrepaired.turn()
    with unrepaired.here.transaction() as db:
        db.execute(update(MirrorConnection).values(state=ConnectionState.REFUSED))
    assert hears(unrepaired) == 0


@pytest.mark.parametrize("way", ["hour", "round"])
def test_an_answer_within_the_minute_of_its_declaration_is_taken_by_the_first_list(
    unrepaired, bob, way
):
    uid = unrepaired.declare(bob)
    unrepaired.turn()
    unrepaired.answer_there()
    unrepaired.now += timedelta(minutes=1)
    if way == "hour":
        assert hears(unrepaired, 0) == 1
    else:
        with unrepaired.here.transaction() as db:
            make_round(db, state=RoundState.WAITING, created_at=unrepaired.now)
        assert work(unrepaired.here, opening(unrepaired), unrepaired.now)
        with unrepaired.here.reading() as db:
            told = db.scalars(select(MirrorRound.counts).order_by(MirrorRound.id.desc())).first()
            assert told["drifts"] == 0  # what was an answer differs no more
    assert unrepaired.right(uid).state is RightState.ACTIVE


def test_what_differs_within_the_minute_of_a_declaration_is_shown(unrepaired, bob):
    uid = unrepaired.declare(bob)
    unrepaired.turn()
    unrepaired.answer_there()
    assert unrepaired.hears(1).drifts == 1
    with unrepaired.here.reading() as db:
        left = select(MirrorDrift.right_uid).where(MirrorDrift.ended_at.is_(None))
        assert list(db.scalars(left)) == [uid]


def test_what_ended_here_and_has_no_sending_yet_is_no_difference(unrepaired, bob):
    uid = unrepaired.declare(bob)
    unrepaired.turn()
    unrepaired.answer_there()
    assert hears(unrepaired, 1) == 1
    with unrepaired.here.transaction() as db:
        revoke(db, bob, [uid], now=unrepaired.now)
    assert unrepaired.hears(1).drifts == 0
    unrepaired.turn()
    assert unrepaired.hears(1).drifts == 0
    assert unrepaired.right(uid).state is RightState.REVOKED
