"""A holder who wants no letter gets none, whoever asks; the asker knows it, and nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from core.errors import NotFound
from data.identity.audit.models import AuditEvent
from data.notifications.messages import MessageSender
from data.notifications.types import MessageDelivery
from data.rights.actions import (
    answer_by_link,
    cancel,
    check,
    declare,
    resume_letters,
    settle_identity,
    stop_letters,
)
from data.rights.actions.letters import claim
from data.rights.models import AccessRight, RightLetterRow
from data.rights.queries import get_passport, get_right, list_rights
from data.rights.queries.due import list_letters
from data.rights.rules.links import read_stop, sign_stop
from data.rights.types import Act, LetterKind, RightState, RightTrigger
from jobs import rights as job
from tests.data.rights.conftest import EVIDENCE, asking, letters, right_of, tokens
from tests.data.rights.declarations import DELAYS, GOOD, asked
from tests.factories import NOW, make_pce, make_people
from tests.queue_work import drain

QUARTER, LATER = timedelta(minutes=15), NOW + timedelta(hours=1)
OTHER, THIRD = "09999999910002", "09999999910003"
DESK = MessageSender("Réseau", "https://espace.example", "s3cret")
LETTER = 1


@pytest.fixture
def bob(bob):
    return replace(bob, organisation="Organisation de bob")


@pytest.fixture
def charlie(charlie):
    return replace(charlie, organisation="Organisation de charlie")


@pytest.fixture
def stage(database, bob):
    """Three PCE of one holder, who was written to about the first; the link it was sent."""
    with database.transaction() as db:
        make_people(db)
        for number in (GOOD.id_pce, OTHER, THIRD):
            make_pce(db, number, holder_id=1, holder_name="Lycée des Tilleuls")
        asking(db, bob)
        (token,) = tokens(db)
    send(database, NOW + QUARTER)
    return database, token


def send(database, now):
    left = []
    handler = job.letter_handler(lambda mail, _at: left.append(mail), lambda: DESK)
    drain(database, handler, now=now)
    return left


def stop(database, now=NOW + QUARTER):
    with database.transaction() as db:
        stop_letters(db, LETTER, now)


def resume(database, now=LATER):
    with database.transaction() as db:
        resume_letters(db, LETTER, now)


def test_a_stop_is_signed_and_says_no_address():
    token = sign_stop(7, "s3cret")
    assert read_stop(token, "s3cret") == 7
    assert "@" not in token
    for wrong in ("", "x", token[:-1], f"{token}x", "é", "MQ.x"):
        assert read_stop(wrong, "s3cret") is None
    assert read_stop(token, "another") is None


def test_no_letter_leaves_any_more_whoever_asks_and_however_the_address_is_written(
    stage, bob, charlie
):
    database, _token = stage
    stop(database)
    with database.transaction() as db:
        assert asking(db, bob, asked(id_pce=OTHER), LATER).unwritten
        tagged = asked(id_pce=THIRD, courriel_titulaire="ALICE+gaz@tilleuls.example")
        outcome = asking(db, charlie, tagged, LATER)
        assert (outcome.state, outcome.unwritten) == (RightState.PENDING, True)
    assert send(database, LATER + QUARTER) == []
    with database.transaction() as db:
        held = db.scalars(select(RightLetterRow.id).where(RightLetterRow.token != "")).all()
        assert len(held) == 2
        assert [claim(db, one) for one in held] == [None, None]
        assert [list_letters(db, one, LATER + QUARTER) for one in (2, 3)] == [(), ()]


def test_neither_receipt_nor_end_is_told_and_the_link_already_sent_still_works(stage):
    database, token = stage
    stop(database)
    with database.transaction() as db:
        assert get_passport(db, token).letter.stopped
        (changed,) = answer_by_link(db, token, RightTrigger.ACCEPTED, evidence=EVIDENCE, now=LATER)
        assert changed.state is RightState.ACTIVE
        assert [kind for kind, _email, _state in letters(db)] == [LetterKind.CONSENT]
    assert send(database, LATER) == []
    with database.transaction() as db:
        answer_by_link(db, token, RightTrigger.WITHDRAWN, evidence=EVIDENCE, now=LATER)
    assert send(database, LATER) == []


def test_a_receipt_that_waited_is_not_told(stage):
    database, token = stage
    with database.transaction() as db:
        answer_by_link(db, token, RightTrigger.ACCEPTED, evidence=EVIDENCE, now=NOW + QUARTER)
    stop(database)
    resume(database)
    assert send(database, LATER) == []
    with database.transaction() as db:
        assert letters(db)[-1][::2] == (LetterKind.RECEIPT, MessageDelivery.FAILED)


def test_whoever_changes_their_mind_is_asked_what_still_waits(stage, bob):
    database, _token = stage
    stop(database)
    with database.transaction() as db:
        kept = asking(db, bob, asked(id_pce=OTHER), LATER)
        gone = asking(db, bob, asked(id_pce=THIRD), LATER)
        cancel(db, bob, [gone.uid], now=LATER)
        assert kept.state is RightState.PENDING
    resume(database, LATER + QUARTER)
    (mail,) = send(database, LATER + QUARTER)
    assert OTHER in mail.text
    assert THIRD not in mail.text


def test_the_same_twice_changes_nothing_and_is_written_once(stage):
    database, _token = stage
    resume(database)
    for _time in range(2):
        stop(database)
    for _time in range(2):
        resume(database)
    with database.reading() as db:
        ours = AuditEvent.action.startswith("rights.letters")
        acts = db.scalars(select(AuditEvent.action).where(ours).order_by(AuditEvent.id))
        assert list(acts) == ["rights.letters_stopped", "rights.letters_resumed"]


def test_a_letter_that_is_not_there_stops_nothing(stage):
    database, _token = stage
    with database.transaction() as db, pytest.raises(NotFound):
        stop_letters(db, 99, NOW)


def test_the_asker_sees_it_and_what_to_do(stage, bob, alice):
    database, _token = stage
    with database.reading() as db:
        (row,) = list_rights(db, bob)
        assert not row.around.unwritten
    stop(database)
    with database.reading() as db:
        (row,) = list_rights(db, bob)
        detail = get_right(db, bob, row.uid)
        assert row.around.unwritten
        assert detail.step.act is Act.REACH
        assert row.email == GOOD.courriel_titulaire  # as it was typed
    with database.transaction() as db:
        db.execute(update(AccessRight).values(state=RightState.ACTIVE))
    with database.reading() as db:
        assert get_right(db, bob, row.uid).step.act is not Act.REACH


def test_looking_before_sending_says_it_whether_or_not_the_name_is_right(stage, bob):
    database, _token = stage
    stop(database)
    with database.transaction() as db:
        for name in ("LYCEE DES TILLEULS", "Autre nom"):
            wanted = asked(id_pce=OTHER, raison_sociale=name)
            assert check(db, bob, wanted, delays=DELAYS, now=LATER).unwritten
        elsewhere = asked(id_pce=OTHER, courriel_titulaire="gaz@sud.example")
        assert not check(db, bob, elsewhere, delays=DELAYS, now=LATER).unwritten


def test_an_identity_that_is_confirmed_writes_to_nobody_either(stage, bob, dora):
    database, _token = stage
    stop(database)
    with database.transaction() as db:
        doubtful = declare(
            db, bob, asked(id_pce=OTHER, raison_sociale="Mairie"), delays=DELAYS, now=LATER
        )
        settle_identity(db, dora, doubtful.uid, confirmed=True, delays=DELAYS, now=LATER)
        assert right_of(db, doubtful.uid).state is RightState.PENDING
    assert send(database, LATER + QUARTER) == []


def test_at_night_a_held_letter_that_asks_nothing_more_is_forgotten(stage, bob):
    database, _token = stage
    stop(database)
    with database.transaction() as db:
        gone = asking(db, bob, asked(id_pce=OTHER), LATER)
        asking(db, bob, asked(id_pce=THIRD, courriel_titulaire="alice+b@tilleuls.example"), LATER)
        cancel(db, bob, [gone.uid], now=LATER)
    assert job.settle(database, LATER)["letters_dropped"] == 1
    with database.transaction() as db:
        assert [state for _kind, _email, state in letters(db)] == [
            MessageDelivery.SENT,
            MessageDelivery.FAILED,
            MessageDelivery.QUEUED,
        ]
