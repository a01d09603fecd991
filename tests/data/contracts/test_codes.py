"""Codes in the database: one live, for one text as shown, five tries, ten minutes, two factors."""

from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select

from core.errors import Conflict, Forbidden, TooMany
from data.contracts import actions
from data.contracts.models import SigningCode
from data.contracts.rules.codes import MOST, TRIES
from data.contracts.types import Party, SigningMethod
from data.identity.accounts.actions import sealing_key
from data.identity.accounts.models import SecondFactor
from data.notifications.messages.account import write
from data.notifications.messages.sender import MessageSender
from data.notifications.models import Notification
from data.notifications.queries.outbox import get_notification
from data.notifications.types import NotificationKind
from tests.data.contracts import making
from tests.data.contracts.making import pdf
from tests.factories import NOW

MINUTE = timedelta(minutes=1)


@pytest.fixture
def sent(play):
    play.fill()
    uid = play.begin()
    play.send(uid)
    return uid


def wrong(code):
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_a_code_is_sent_to_the_signer_and_kept_under_a_mark(db, play, sent):
    found = play.ask(sent)
    code = play.code(play.client)
    assert (found.to, found.second_factor) == ("b•••@thermia.example", False)
    assert found.expires_at == NOW + 10 * MINUTE
    row = db.scalars(select(SigningCode)).one()
    assert code not in repr(vars(row))
    assert len(row.code_hash) == 64
    assert (row.sha256, row.party) == (play.text(sent).sha256, Party.CLIENT)


def test_its_mail_says_what_for_and_the_code(db, play, sent):
    play.ask(sent)
    query = select(Notification.id).where(Notification.kind == NotificationKind.SIGNING_CODE)
    notification = get_notification(db, db.scalars(query).one())
    mail = write(notification, MessageSender("Réseau Gaz", "https://portail.example", "secret"))
    assert play.code(play.client) in mail.text
    assert "C-2026-000001" in mail.text


def test_the_right_code_makes_a_signing(play, sent):
    play.ask(sent)
    attempt = play.prove(sent, play.code(play.client))
    assert attempt.problem is None
    signing = attempt.signing
    assert (signing.name, signing.function) == ("Bob Thermia", "Président")
    assert (signing.email, signing.address) == ("bob@thermia.example", "192.0.2.7")
    assert (signing.method, signing.number, signing.at) == (SigningMethod.CODE, 0, NOW)
    assert "Thermia Conseil" in signing.consent


def test_a_code_asked_again_is_the_only_one_live(play, sent):
    play.ask(sent)
    old = play.code(play.client)
    play.ask(sent)
    new = play.code(play.client)
    if old != new:
        assert play.prove(sent, old).problem is not None
    assert play.prove(sent, new).problem is None


def test_five_tries_then_even_the_right_code_is_worth_nothing(db, play, sent):
    play.ask(sent)
    code = play.code(play.client)
    said = [play.prove(sent, wrong(code)).problem for _ in range(TRIES)]
    assert [params.get("left") for _, params in said] == [4, 3, 2, 1, None]
    assert play.prove(sent, code).signing is None
    assert db.scalars(select(SigningCode.tries)).one() == TRIES


@pytest.mark.parametrize("slip", ["", "  ", "12345", "1234567", "abcdef", "١٢٣٤٥٦"])
def test_what_is_no_code_is_said_and_no_try(db, play, sent, slip):
    play.ask(sent)
    attempt = play.prove(sent, slip)
    assert "Tapez" in attempt.problem[0]
    assert not attempt.dead
    assert db.scalars(select(SigningCode.tries)).one() == 0


def test_a_code_that_serves_no_more_is_said_dead(play, sent):
    play.ask(sent)
    code = play.code(play.client)
    dead = [play.prove(sent, wrong(code)).dead for _try in range(TRIES)]
    assert dead == [False] * (TRIES - 1) + [True]
    assert play.prove(sent, code).dead


def test_a_right_code_counts_no_try(db, play, sent):
    play.ask(sent)
    code = play.code(play.client)
    for _ in range(2 * TRIES):
        assert play.prove(sent, code).signing is not None
    assert db.scalars(select(SigningCode.tries)).one() == 0


def test_ten_minutes_and_not_one_more(play, sent):
    play.ask(sent)
    code, asked = play.code(play.client), play.now
    play.now = asked + 10 * MINUTE
    assert play.prove(sent, code).signing is None
    play.now = asked + 9 * MINUTE
    assert play.prove(sent, code).signing is not None


def test_what_is_proved_is_signed_in_time_or_not_at_all(db, play, sent):
    attempt = play.proved(sent)
    with pytest.raises(Conflict):
        actions.sign(db, play.client, attempt, pdf(), now=NOW + 10 * MINUTE)
    actions.sign(db, play.client, attempt, pdf(), now=NOW + 9 * MINUTE)


def test_a_changed_text_voids_the_code(db, play, sent):
    play.ask(sent)
    code, seen = play.code(play.client), play.text(sent).sha256
    actions.take_back(db, play.client, sent, version=2, now=NOW)
    with pytest.raises(Conflict):
        play.prove(sent, code, seen=seen)
    play.send(sent)
    assert play.prove(sent, code).signing is None  # of the text before
    assert play.prove(sent, code, seen=seen).signing is None  # on a screen of the text before


def test_a_code_is_not_sent_for_another_text_than_the_one_shown(play, sent):
    with pytest.raises(Conflict):
        play.ask(sent, seen="0" * 64)


def test_a_proof_of_the_text_before_signs_nothing(db, play, sent):
    attempt = play.proved(sent)
    actions.take_back(db, play.client, sent, version=2, now=NOW)
    play.send(sent)
    with pytest.raises(Conflict):
        actions.sign(db, play.client, attempt, pdf(), now=NOW)


def test_a_proof_of_another_is_worth_nothing(db, play, sent, dora):
    attempt = play.proved(sent)
    with pytest.raises(Forbidden):
        actions.sign(db, dora, attempt, pdf(), now=NOW)
    play.sign(sent)
    with pytest.raises(Conflict):
        actions.countersign(db, dora, replace(attempt, text=None), pdf(), now=NOW)
    theirs = play.proved(sent, dora, Party.OPERATOR)
    forged = replace(theirs, code_id=attempt.code_id)
    with pytest.raises(Conflict):
        actions.countersign(db, dora, forged, pdf(), now=NOW)


def test_nobody_floods_a_mailbox(play, sent):
    for _ in range(MOST):
        play.ask(sent)
    with pytest.raises(TooMany):
        play.ask(sent)
    play.now = NOW + 15 * MINUTE
    play.ask(sent)


def test_no_text_no_code(db, play, sent):
    with pytest.raises(Conflict):
        play.ask(sent, party=Party.OPERATOR)
    play.sign(sent)
    with pytest.raises(Conflict):
        play.ask(sent)


@pytest.fixture
def totp(db, play, monkeypatch):
    """bob has an application; the key that seals its secret is that of the codes."""
    key = sealing_key("secret")
    monkeypatch.setattr(making, "KEY", key)
    secret = pyotp.random_base32()
    sealed = Fernet(key).encrypt(secret.encode()).decode()
    db.add(
        SecondFactor(user_id=2, sealed_secret=sealed, created_at=NOW, confirmed_at=NOW, last_step=0)
    )
    db.flush()
    return pyotp.TOTP(secret)


def test_who_has_an_application_gives_its_code_too(play, sent, totp):
    assert play.ask(sent).second_factor
    code = play.code(play.client)
    assert play.prove(sent, code).signing is None
    bad = play.prove(sent, code, app_code=wrong(totp.at(NOW)))
    assert bad.signing is None
    assert bad.alarm
    good = play.prove(sent, code, app_code=totp.at(NOW))
    assert good.signing.method is SigningMethod.CODE_TOTP
    assert play.prove(sent, code).signing.method is SigningMethod.CODE_TOTP  # a second press


def test_the_code_of_the_application_alone_is_not_enough(play, sent, totp):
    play.ask(sent)
    code = play.code(play.client)
    assert play.prove(sent, wrong(code), app_code=totp.at(NOW)).signing is None


def test_wrong_codes_of_the_application_are_counted(play, sent, totp):
    play.ask(sent)
    code = play.code(play.client)
    bad = wrong(totp.at(NOW))
    for _ in range(making.LIMITS.tries):
        assert play.prove(sent, code, app_code=bad).signing is None
    with pytest.raises(TooMany):
        play.prove(sent, code, app_code=bad)
