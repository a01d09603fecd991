"""Reminding holders: those that wait, not too often, never who wants no letter."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.errors import Forbidden, NotFound
from data.notifications.messages import MessageSender
from data.rights.actions import letters as outbox
from data.rights.actions import recall, revoke
from data.rights.messages import write
from data.rights.models import RightLetterRow, StoppedMailbox
from data.rights.queries import get_recall, get_right
from data.rights.types import LetterKind, RightActor, RightState, RightTrigger
from tests.data.rights.conftest import accepted, answer, asking, events, letters, right_of
from tests.data.rights.declarations import GOOD
from tests.factories import NOW, make_pce

LATER = NOW + timedelta(days=7)
OTHER = "09999999910002"


@pytest.fixture
def waiting(db, bob, pce):
    return asking(db, bob).uid


def reminders(db):
    return [email for kind, email, _state in letters(db) if kind is LetterKind.REMINDER]


def test_a_holder_who_does_not_answer_is_written_to_again_and_the_timeline_says_so(
    db, bob, waiting
):
    done = recall(db, bob, [waiting], now=LATER)
    assert (done.written, done.limited) == (1, 0)
    assert reminders(db) == [GOOD.courriel_titulaire]
    assert events(db, waiting)[-1] == (
        RightTrigger.RECALLED,
        RightActor.THIRD_PARTY,
        RightState.PENDING,
    )
    query = select(RightLetterRow).where(RightLetterRow.kind == LetterKind.REMINDER)
    row = db.scalars(query).one()
    token = row.token
    letter = outbox.claim(db, row.id)
    mail = write(
        letter, MessageSender(address="https://x.example", operator="Réseau Gaz", secret="s")
    )
    assert "rappel" in mail.subject
    assert "pas encore répondu" in mail.text
    outbox.record_sent(db, letter, LATER)
    assert get_right(db, bob, waiting).written_at == (LATER,)
    answer(db, token, RightTrigger.ACCEPTED, LATER)
    assert right_of(db, waiting).state is RightState.ACTIVE


@pytest.mark.parametrize("days", [0, 6])
def test_not_twice_in_seven_days(db, bob, waiting, days):
    soon = NOW + timedelta(days=days)
    assert get_recall(db, bob, [waiting], soon).recent_count == 1
    assert recall(db, bob, [waiting], now=soon).written == 0
    recall(db, bob, [waiting], now=LATER)
    again = recall(db, bob, [waiting], now=LATER + timedelta(days=days))
    assert (again.written, again.preview.recent_count) == (0, 1)
    assert len(reminders(db)) == 1


def test_who_wants_no_letter_gets_none_and_it_is_said(db, bob, waiting):
    db.add(StoppedMailbox(mailbox=GOOD.courriel_titulaire, at=NOW))
    db.flush()
    done = recall(db, bob, [waiting], now=LATER)
    assert (done.written, done.preview.stopped) == (0, 1)
    assert reminders(db) == []


def test_what_waits_for_nobody_is_left_as_it_is(db, bob, pce, people):
    open_ = accepted(db, bob)
    make_pce(db, OTHER, holder_id=1, holder_name="LYCEE DES TILLEULS")
    uid = asking(db, bob, replace(GOOD, id_pce=OTHER)).uid
    done = recall(db, bob, [open_, uid], now=LATER)
    assert (done.written, done.preview.idle) == (1, 1)
    assert right_of(db, open_).state is RightState.ACTIVE
    assert events(db, open_)[-1][0] is RightTrigger.ACCEPTED


def test_a_mailbox_gets_no_more_letters_than_declarations_may_send(db, bob, waiting, monkeypatch):
    monkeypatch.setattr("data.rights.actions.rate_limits.MOST_OF_ONE", 0)
    done = recall(db, bob, [waiting], now=LATER)
    assert (done.written, done.limited) == (0, 1)
    assert events(db, waiting)[-1][0] is RightTrigger.DECLARED


def test_reminders_count_among_the_letters_that_ask(db, bob, waiting, monkeypatch):
    monkeypatch.setattr("data.rights.actions.rate_limits.MOST_OF_ONE", 1)
    recall(db, bob, [waiting], now=LATER)
    make_pce(db, OTHER, holder_id=1, holder_name="LYCEE DES TILLEULS")
    refused = asking(db, bob, replace(GOOD, id_pce=OTHER), LATER)
    assert refused.problems


def test_only_ones_own(db, bob, charlie, dora, waiting):
    for viewer in (charlie, dora):
        with pytest.raises((NotFound, Forbidden)):
            recall(db, viewer, [waiting], now=LATER)
    assert reminders(db) == []


def test_what_was_revoked_meanwhile_is_not_asked_about(db, bob, pce):
    uid = accepted(db, bob)
    revoke(db, bob, [uid], now=NOW)
    assert recall(db, bob, [uid], now=LATER).written == 0
