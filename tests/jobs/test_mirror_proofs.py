"""A proof that is asked there: seen here, sent from here, decided there, closed here."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from data.controls import actions as controls
from data.controls.models import Control, Deposit, ProofPiece
from data.controls.queries import get_control
from data.controls.types import ControlVerdict, Motive, Picked, ProofDelays, Ruling
from data.exchange.mirror.actions import controls as mirror_controls
from data.exchange.mirror.channels import upstream as channel
from data.exchange.mirror.models import MirrorDrift
from data.exchange.mirror.types import SendingState, SendingTurn, SendingVerb
from data.notifications.models import NoticeEvent, Notification
from data.notifications.types import NotificationKind
from data.rights.actions import revoke
from data.rights.models import AccessRight
from data.rights.types import EndSource, ProofState, RightState
from jobs.controls import apply
from jobs.mirror_gathering import gather
from tests.data.controls.files.pieces import pdf
from tests.data.controls.proofs import opened, piece, verified
from tests.data.exchange.mirror.distributor import QUICK, connect
from tests.data.exchange.mirror.sides import hear, make_fleet, theirs_of
from tests.factories import NOW
from tests.jobs.mirror_fixtures import *  # noqa: F403
from tests.jobs.mirror_sides import opened_right, sends

S, V, P = SendingState, SendingVerb, ProofState
PDF = pdf()


def ask_proof_there(sides, dora):
    with sides.there.transaction() as db:
        right = db.scalars(select(AccessRight)).first()
        opened(db, dora, Picked(uids=(right.uid,)), now=sides.now)
    sides.hears()


def control_here(sides):
    with sides.here.reading() as db:
        return db.scalars(select(Control).order_by(Control.id.desc())).first()


def deposit_here(sides, bob, *names):
    some = []
    for name in names:
        one = piece(name, sha256="cd" * 32)
        sides.storage[one.storage_key] = PDF
        some.append(one)
    with sides.here.transaction() as db:
        staged = controls.stage(db, bob, [control_here(sides).uid], some, now=sides.now)
        controls.send(db, bob, staged.uid, now=sides.now)


def decide_there(sides, dora, verdict):
    sides.now += timedelta(minutes=1)
    motive = None if verdict is ControlVerdict.ACCEPT else Motive.SIGNATURE
    ruling = Ruling(verdict, motive, "", verified=True)
    with sides.there.transaction() as db:
        control = db.scalars(select(Control).order_by(Control.id.desc())).first()
        how = {"version": control.version, "delays": ProofDelays(), "now": sides.now}
        controls.decide(db, dora, control.uid, ruling, **how)
    sides.now += timedelta(minutes=11)
    apply(sides.there, sides.now)
    sides.hears()


def stands(sides):
    """Of the last control and its right, on both sides."""
    found = []
    for database in (sides.here, sides.there):
        with database.reading() as db:
            control = db.scalars(select(Control).order_by(Control.id.desc())).first()
            right = db.get_one(AccessRight, control.right_id)
            found.append((control.state, right.proof_state))
    return found


@pytest.fixture
def asked(sides, bob, dora):
    """Sides with an open right, whose proof the distributor just asked for."""
    sides.uid = opened_right(sides, bob)
    ask_proof_there(sides, dora)
    assert sides.turn(1) == SendingTurn()
    return sides


def kinds(sides):
    with sides.here.reading() as db:
        return [row.kind for row in db.scalars(select(Notification).order_by(Notification.id))]


@pytest.mark.parametrize(
    ("verdict", "state", "end"),
    [
        (ControlVerdict.ACCEPT, P.ACCEPTED, RightState.ACTIVE),
        (ControlVerdict.REJECT, P.REJECTED, RightState.OBSOLETE),
    ],
)
@pytest.mark.sampled
def test_a_proof_goes_there_and_its_decision_comes_back(asked, bob, dora, verdict, state, end):
    sides = asked
    assert control_here(sides).state is P.AWAITED
    with sides.there.reading() as db:
        due = db.scalars(select(Control.due_on)).one()
    assert control_here(sides).due_on == due
    assert kinds(sides).count(NotificationKind.PROOF_ASKED) == 1
    deposit_here(sides, bob, "mandat.pdf", "annexe.pdf")
    assert sides.turn(1) == SendingTurn(done=1)
    assert stands(sides) == [(P.UNDER_CHECK, P.UNDER_CHECK)] * 2
    with sides.there.reading() as db:
        assert db.scalars(select(ProofPiece.name)).all() == ["mandat.pdf", "annexe.pdf"]
    sides.hears()
    assert sides.turn(1) == SendingTurn()
    assert stands(sides) == [(P.UNDER_CHECK, P.UNDER_CHECK)] * 2
    decide_there(sides, dora, verdict)
    sides.turn(1)
    assert control_here(sides).state is state
    right = sides.right(sides.uid)
    assert (right.state, right.proof_state) == (end, state)
    assert end is RightState.ACTIVE or right.source is EndSource.PROOF
    assert kinds(sides).count(NotificationKind.PROOF_DECIDED) == 1
    sides.hears()
    assert sides.turn(1) == SendingTurn()
    with sides.here.reading() as db:
        assert db.scalars(select(MirrorDrift).where(MirrorDrift.ended_at.is_(None))).all() == []
    assert not verified(sides.here).broken


@pytest.mark.slow
def test_another_piece_is_asked_for_sent_and_looked_at(asked, bob, dora):
    sides = asked
    deposit_here(sides, bob, "mandat.pdf")
    sides.turn(1)
    decide_there(sides, dora, ControlVerdict.AGAIN)
    sides.turn(1)
    assert stands(sides)[0] == (P.AWAITED, P.AWAITED)
    deposit_here(sides, bob, "second.pdf")
    assert sides.turn(1) == SendingTurn(done=1)
    with sides.there.reading() as db:
        assert len(db.scalars(select(Deposit.id)).all()) == 2
    assert not verified(sides.here).broken


def test_a_deposit_that_a_list_came_before_is_not_asked_for_again(asked, bob):
    """The list was asked for before the pieces were there: it says that they are awaited."""
    sides = asked
    deposit_here(sides, bob, "mandat.pdf")
    sides.hears()
    sides.turn()
    assert control_here(sides).state is P.UNDER_CHECK
    assert stands(sides)[1][0] is P.UNDER_CHECK


@pytest.mark.parametrize("mood", ["500", "after 500", "html", "429"])
@pytest.mark.sampled
def test_pieces_whose_answer_is_lost_are_there_once(moody, bob, dora, mood, monkeypatch):
    sides = moody.sides
    monkeypatch.setattr(channel, "BOUNDS", replace(QUICK, silence=20, total_s=20))
    opened_right(sides, bob)
    ask_proof_there(sides, dora)
    sides.turn(1)
    deposit_here(sides, bob, "mandat.pdf")
    moody.moods.append(mood)
    sides.turn(1)
    sides.turn(31)
    assert [one.state for one in sides.sendings() if one.verb is V.PROVE] == [S.DONE]
    with sides.there.reading() as db:
        assert len(db.scalars(select(Deposit.id)).all()) == 1


def test_pieces_that_are_refused_there_are_asked_for_again_in_its_words(asked, bob):
    sides = asked
    deposit_here(sides, bob, "mandat.pdf")
    for key in sides.storage:
        sides.storage[key] = b"not a pdf"
    assert sides.turn(1) == SendingTurn(refused=1)
    (row,) = [one for one in sides.sendings() if one.verb is V.PROVE]
    assert row.answer
    sides.turn(1)
    assert control_here(sides).state is P.AWAITED
    with sides.here.reading() as db:
        mails = db.scalars(
            select(Notification).where(Notification.kind == NotificationKind.PROOF_DECIDED)
        )
        assert [mail.params["text"] for mail in mails] == [row.answer]
        (last,) = get_control(db, bob, control_here(sides).uid, now=sides.now).decisions
        assert last.written_text.quote == row.answer
        rung = db.scalars(
            select(NoticeEvent).where(NoticeEvent.kind == NotificationKind.PROOF_DECIDED)
        ).one()
        assert rung.params["upstream"] is True


def test_a_control_whose_right_ends_there_waits_for_nothing(asked, bob, dora):
    sides = asked
    deposit_here(sides, bob, "mandat.pdf")
    with sides.there.transaction() as db:
        right = db.scalars(select(AccessRight)).one()
        revoke(db, dora, [right.uid], now=sides.now)
    sides.hears()
    assert sides.turn(1) == SendingTurn()
    assert [one.state for one in sides.sendings() if one.verb is V.PROVE] in ([], [S.DROPPED])
    assert sides.right(sides.uid).state is RightState.REVOKED


@pytest.mark.parametrize("stuck", ["over", "looked at there"])
def test_rights_whose_proof_cannot_move_hold_up_no_other(here, monkeypatch, stuck):
    monkeypatch.setattr(mirror_controls, "MOST", 3)
    with here.transaction() as db:
        connect(db, "usr", created_at=NOW)
        sends(db)
        fleet = make_fleet(db, 5, relayed=True)
        proof = {"proof_state": P.AWAITED, "proof_due": NOW.date() + timedelta(days=15)}
        theirs = [replace(theirs_of(one), **proof) for one in fleet]
        last, others = fleet[-1].id, fleet[:-1]
        if stuck == "over":
            for one in others:
                one.state, one.source, one.closed_at = RightState.OBSOLETE, EndSource.EXPIRY, NOW
    hear(here, theirs[:-1] if stuck != "over" else theirs)
    if stuck != "over":
        gather(here, 2, NOW + timedelta(minutes=20))
        with here.reading() as db:
            assert len(db.scalars(select(Control.id)).all()) == 4
        sent = [replace(one, proof_state=P.UNDER_CHECK) for one in theirs[:-1]]
        hear(here, [*sent, theirs[-1]], now=NOW + timedelta(hours=1))
    gather(here, 2, NOW + timedelta(hours=2))
    with here.reading() as db:
        assert last in db.scalars(select(Control.right_id)).all()
