"""Tries: limited by door and by kind, given back by a success, told to the owner."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from core.errors import TooMany
from data.identity.accounts import actions
from data.identity.accounts.actions import attempts
from data.identity.accounts.models import LoginAttempt
from data.identity.accounts.types import RequestOrigin, SessionLimits, SignInPlace, TypedCode
from data.identity.audit.models import AuditEvent
from tests.factories import NOW

LIMITS = SessionLimits(tries=2, codes_a_day=5)
APP, RECOVERY = "000000", "aaaa-bbbb-cccc-dddd"
WINDOW, DAY = timedelta(minutes=15), timedelta(days=1)


def typed(code=APP, door=SignInPlace.SIGN_IN, user_id=1):
    return TypedCode(user_id, door, code)


def count(db, code=APP, door=SignInPlace.SIGN_IN, at=NOW, limits=LIMITS):
    db.flush()
    actions.count_code(db, typed(code, door), at, limits)


def refused(db, code=APP, door=SignInPlace.SIGN_IN, at=NOW, match="recommencez dans 15 minutes"):
    with pytest.raises(TooMany, match=match):
        count(db, code, door, at)


def spent_of_the_day(db):
    """Five codes of the application tried in an hour and a half; return when the last was."""
    for number in range(5):
        count(db, at=NOW + number * WINDOW)
    return NOW + 5 * WINDOW


def kept(db):
    db.flush()
    return db.scalar(select(func.count()).select_from(LoginAttempt))


def test_a_guesser_at_sign_in_takes_neither_the_recovery_codes_nor_the_account_s_doors(db, people):
    for _number in range(2):
        count(db)
    refused(db)
    count(db, RECOVERY)
    count(db, APP, SignInPlace.ACCOUNT)
    count(db, RECOVERY, SignInPlace.ACCOUNT)
    actions.count_code(db, typed(user_id=2), NOW, LIMITS)


def test_recovery_codes_have_a_limit_of_their_own(db, people):
    for _number in range(2):
        count(db, RECOVERY)
    refused(db, RECOVERY)
    count(db)


def test_a_day_has_a_limit_of_codes_of_the_application_not_of_recovery_codes(db, people):
    later = spent_of_the_day(db)
    refused(db, at=later, match="utilisez un code de secours")
    count(db, RECOVERY, at=later)
    count(db, APP, SignInPlace.ACCOUNT, at=later)
    count(db, at=NOW + DAY)


def test_a_right_code_forgives_its_door_and_of_the_day_its_own_try(db, people):
    for number in range(4):
        count(db, at=NOW + number * WINDOW)
    later = NOW + 4 * WINDOW
    for _number in range(3):
        count(db, at=later)
        db.flush()
        attempts.forget_codes(db, typed())
    count(db, at=later)
    refused(db, at=later + WINDOW, match="24 heures")


def test_the_owner_is_warned_once_when_tries_run_out(db, people):
    count(db)
    assert not actions.raise_alarm(db, typed(), NOW, LIMITS)
    count(db)
    db.flush()
    assert actions.raise_alarm(db, typed(), NOW, LIMITS)
    count(db, at=NOW + WINDOW)
    count(db, at=NOW + WINDOW)
    db.flush()
    assert not actions.raise_alarm(db, typed(), NOW + WINDOW, LIMITS)
    event = db.scalars(select(AuditEvent)).one()
    assert (event.action, event.object_id) == ("accounts.codes_guessed", "1")
    assert event.detail == {"door": "sign_in"}


def test_a_patient_guesser_is_told_of_when_the_day_runs_out(db, people):
    later = spent_of_the_day(db)
    assert actions.raise_alarm(db, typed(), later, LIMITS)


def test_a_new_password_by_link_forgets_tries_but_the_day_s_codes(db, people):
    email = "alice@tilleuls.example"
    later = spent_of_the_day(db)
    for number in range(2):
        actions.try_sign_in(db, email, RequestOrigin(address=f"192.0.2.{number}"), later, LIMITS)
        count(db, RECOVERY, at=later)
    db.flush()
    assert actions.raise_alarm(db, typed(), later, LIMITS)
    with pytest.raises(TooMany):
        actions.try_sign_in(db, email, RequestOrigin(address="192.0.2.9"), later, LIMITS)
    token = actions.request_reset(db, email, "192.0.2.7", later).token
    actions.reset_password(db, token, actions.new_password("nuage violon carotte"), later)
    assert (
        actions.try_sign_in(db, email, RequestOrigin(address="192.0.2.9"), later, LIMITS).user_id
        == 1
    )
    count(db, RECOVERY, at=later)
    refused(db, at=later, match="24 heures")
    assert actions.raise_alarm(db, typed(), later, LIMITS)


def test_a_password_typed_within_is_counted_apart_and_given_back(db, people, alice, bob):
    for _number in range(2):
        actions.try_proof(db, alice, NOW, LIMITS)
    with pytest.raises(TooMany):
        actions.try_proof(db, alice, NOW, LIMITS)
    assert actions.try_proof(db, bob, NOW, LIMITS).user_id == 2
    actions.try_sign_in(
        db, "alice@tilleuls.example", RequestOrigin(address="192.0.2.1"), NOW, LIMITS
    )
    actions.forget_proofs(db, alice)
    assert actions.try_proof(db, alice, NOW, LIMITS).email == "alice@tilleuls.example"


def test_tries_are_kept_a_day(db, people):
    count(db)
    attempts.purge_tries(db, NOW + DAY)
    assert kept(db) == 2
    attempts.purge_tries(db, NOW + DAY + timedelta(seconds=1))
    assert kept(db) == 0
