"""Deposits: staged, changed, sent, replaced without losing the old; one mandate for many PCE."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from core.errors import Conflict, Forbidden, NotFound
from data.controls import actions, queries
from data.controls.models import Deposit, DepositedControl, ProofPiece
from data.controls.types import Fact
from data.rights.types import ProofState, RightState
from jobs import controls as job
from tests.data.controls.proofs import (
    AGAIN,
    NUMBERS,
    decided,
    detail,
    facts,
    piece,
    right_of,
    row,
    sent,
)
from tests.factories import NOW

LATER = NOW + timedelta(hours=1)


def counted(db, model):
    return db.scalar(select(func.count()).select_from(model))


def test_what_is_staged_is_said_and_nothing_is_sent(db, bob, dora, controls):
    first = controls[0]
    actions.stage(db, bob, [first], [piece("a.pdf"), piece("b.pdf")], now=NOW)
    mine = detail(db, bob, first)
    assert mine.row.staged
    assert mine.row.state is ProofState.AWAITED
    assert [one.name for one in mine.staged.pieces] == ["a.pdf", "b.pdf"]
    assert mine.deposits == ()
    theirs = detail(db, dora, first)
    assert not theirs.row.staged
    assert (theirs.staged, theirs.deposits) == (None, ())


def test_one_mandate_proves_the_controls_that_are_ticked(db, bob, controls, rights):
    staged = actions.stage(db, bob, controls[:1], [piece()], now=NOW)
    actions.cover(db, bob, staged.uid, controls[:2])
    assert set(actions.send(db, bob, staged.uid, now=LATER)) == set(controls[:2])
    for uid, right in zip(controls[:2], rights, strict=False):
        (deposit,) = detail(db, bob, uid).deposits
        assert (deposit.uid, deposit.controls, deposit.sent_at) == (staged.uid, 2, LATER)
        assert row(db, bob, uid).state is ProofState.UNDER_CHECK
        assert row(db, bob, uid).sent_at == LATER
        assert right_of(db, right).proof_state is ProofState.UNDER_CHECK
        assert right_of(db, right).state is RightState.ACTIVE
    assert row(db, bob, controls[2]).state is ProofState.AWAITED


def test_what_was_sent_last_and_is_being_checked_is_known_again(db, bob, dora, controls):
    uid, other = controls[:2]
    first, second = piece("a.pdf"), piece("b.pdf", sha256="cd" * 32)
    assert not actions.is_sent(db, bob, uid, [first])
    actions.stage(db, bob, [other], [piece("a.pdf")], now=NOW)
    assert not actions.is_sent(db, bob, other, [first])  # it waits to be
    sent(db, bob, [uid], first, second)
    assert actions.is_sent(db, bob, uid, [piece("b.pdf", sha256="cd" * 32), piece("a.pdf")])
    assert not actions.is_sent(db, bob, uid, [first])
    assert not actions.is_sent(db, bob, uid, [first, piece("c.pdf", sha256="cd" * 32)])
    sent(db, bob, [uid], piece("new.pdf"), now=LATER)
    assert not actions.is_sent(db, bob, uid, [first, second])
    decided(db, dora, uid)
    assert not actions.is_sent(db, bob, uid, [piece("new.pdf")])


def test_until_the_decision_another_deposit_replaces_without_losing_the_old(
    db, bob, dora, controls
):
    uid = controls[0]
    sent(db, bob, [uid], piece("old.pdf"))
    sent(db, bob, [uid], piece("new.pdf"), now=LATER)
    shown = detail(db, dora, uid)
    assert [one.pieces[0].name for one in shown.deposits] == ["new.pdf", "old.pdf"]
    assert shown.row.version == 3
    assert facts(db, dora, uid) == [Fact.ASKED, Fact.SENT, Fact.SENT]
    decided(db, dora, uid)
    job._apply(db, NOW + timedelta(hours=1))
    with pytest.raises(Conflict, match="déjà reçu une décision"):
        actions.stage(db, bob, [uid], [piece()], now=LATER)


def test_a_staged_deposit_is_taken_away_whole(db, bob, controls):
    staged = actions.stage(db, bob, controls, [piece()], now=NOW)
    actions.unstage(db, bob, staged.uid)
    assert queries.list_stored_keys(db) == frozenset()  # its file is purged as nobody's
    assert [counted(db, model) for model in (Deposit, DepositedControl, ProofPiece)] == [0, 0, 0]
    with pytest.raises(NotFound):
        actions.send(db, bob, staged.uid, now=NOW)


def test_a_control_is_in_one_staged_deposit(db, bob, controls):
    actions.stage(db, bob, controls[:1], [piece()], now=NOW)
    with pytest.raises(Conflict, match="déjà prête"):
        actions.stage(db, bob, controls[:2], [piece()], now=NOW)
    other = actions.stage(db, bob, controls[1:2], [piece()], now=NOW)
    with pytest.raises(Conflict, match="déjà prête"):
        actions.cover(db, bob, other.uid, controls[:2])


def test_what_was_sent_is_changed_no_more(db, bob, controls):
    uid = sent(db, bob, controls[:1])
    for change in (
        lambda: actions.cover(db, bob, uid, controls),
        lambda: actions.unstage(db, bob, uid),
        lambda: actions.send(db, bob, uid, now=NOW),
    ):
        with pytest.raises(NotFound):
            change()


@pytest.mark.parametrize("count", [0, 4])
def test_one_to_three_pieces_are_sent(db, bob, controls, count):
    with pytest.raises(Conflict, match="fichiers"):
        actions.stage(db, bob, controls[:1], [piece() for _ in range(count)], now=NOW)


def test_a_right_that_ended_takes_no_proof(db, bob, controls, rights):
    staged = actions.stage(db, bob, controls[:1], [piece()], now=NOW)
    right_of(db, rights[0]).state = RightState.REVOKED
    db.flush()
    with pytest.raises(Conflict, match="a pris fin"):
        actions.send(db, bob, staged.uid, now=NOW)
    assert not detail(db, bob, controls[0]).can_deposit


def test_all_that_take_no_proof_are_named_at_once(db, bob, controls, rights):
    for uid in rights[:2]:
        right_of(db, uid).state = RightState.REVOKED
        db.flush()
    with pytest.raises(Conflict) as told:
        actions.check_deposit(db, bob, controls)
    assert all(number in str(told.value) for number in NUMBERS[:2])
    assert NUMBERS[2] not in str(told.value)
    actions.check_deposit(db, bob, controls[2:])
    actions.stage(db, bob, controls[2:], [piece()], now=NOW)
    with pytest.raises(Conflict, match="déjà prête"):
        actions.check_deposit(db, bob, controls[2:])


def test_a_decision_comes_before_what_was_staged(db, bob, dora, controls):
    uid = controls[0]
    sent(db, bob, [uid])
    staged = actions.stage(db, bob, [uid], [piece()], now=NOW)
    decided(db, dora, uid)
    job._apply(db, NOW + timedelta(hours=1))
    with pytest.raises(NotFound):
        actions.send(db, bob, staged.uid, now=NOW)


def test_another_piece_asked_for_is_deposited(db, bob, dora, controls):
    uid = controls[0]
    sent(db, bob, [uid])
    decided(db, dora, uid, AGAIN)
    job._apply(db, NOW + timedelta(hours=1))
    assert row(db, bob, uid).state is ProofState.AWAITED
    sent(db, bob, [uid], now=LATER)
    assert row(db, bob, uid).state is ProofState.UNDER_CHECK


def test_only_the_third_party_deposits(db, alice, bob, charlie, dora, controls):
    for viewer in (alice, charlie):
        with pytest.raises(NotFound):
            actions.stage(db, viewer, controls[:1], [piece()], now=NOW)
    with pytest.raises(Forbidden):
        actions.stage(db, dora, controls[:1], [piece()], now=NOW)
    staged = actions.stage(db, bob, controls[:1], [piece()], now=NOW)
    for viewer in (alice, charlie, dora):
        with pytest.raises(NotFound):
            actions.send(db, viewer, staged.uid, now=NOW)
        with pytest.raises(NotFound):
            actions.unstage(db, viewer, staged.uid)


def test_the_journal_keeps_the_digest_of_each_piece(db, bob, dora, controls):
    sent(db, bob, controls[:1], piece(sha256="cd" * 32))
    entry = queries.list_control_events(db, dora, controls[0])[-1]
    assert [one["sha256"] for one in entry.detail["pieces"]] == ["cd" * 32]


def test_where_pieces_are_kept_is_known(db, bob, controls):
    one = piece()
    sent(db, bob, controls[:1], one)
    assert queries.list_stored_keys(db) == {one.storage_key}
