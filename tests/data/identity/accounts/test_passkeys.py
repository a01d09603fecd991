"""Passkeys in the database: kept, used once a challenge, removed with what hangs on them."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from core.errors import Conflict, NotFound, Unauthenticated
from data.identity.accounts import actions, queries
from data.identity.accounts.actions import passkeys
from data.identity.accounts.files.passkeys import creation_options, read_new, request_options
from data.identity.accounts.models import Passkey, RecoveryCode, SpentChallenge
from data.identity.accounts.queries.passkeys import (
    find_passkey_handle,
    get_passkey,
    has_any_second_factor,
    list_passkey_ids,
    list_passkeys,
)
from data.identity.accounts.types import (
    PasswordCheck,
    RequestOrigin,
    SessionLimits,
    SignInCandidate,
)
from data.identity.accounts.types.security import RelyingParty, Signed
from tests.authenticator import Authenticator, encoded
from tests.factories import NOW

PARTY = RelyingParty("localhost", "http://localhost", "Gaz")
PROOF = PasswordCheck(SignInCandidate(1, "alice@tilleuls.example", "!"), holds=True)
LATER = NOW + timedelta(days=2)


def challenge(number):
    return encoded(bytes([number]) * 32)


@pytest.fixture
def key(db, people, alice):
    """A passkey that Alice has just made."""
    made, handle = Authenticator(), challenge(1)
    options = creation_options(PARTY, challenge(2), handle, "alice@tilleuls.example", ())
    signed = Signed(made.make(options), challenge(2), PARTY, verified=True)
    codes = passkeys.add_passkey(db, alice, read_new(signed, handle), " Ma  clé ", NOW)
    assert len(codes) == 10
    return made


def signed_by(key, number):
    options = request_options(PARTY, challenge(number), None)
    return Signed(key.sign(options), challenge(number), PARTY, verified=True)


def test_it_is_listed_and_counts_as_a_second_factor(db, alice, bob, key):
    assert [row.name for row in list_passkeys(db, alice)] == ["Ma clé"]
    assert queries.get_account(db, alice).passkeys == 1
    assert has_any_second_factor(db, 1)
    assert not has_any_second_factor(db, 2)
    assert find_passkey_handle(db, 1) == challenge(1)
    assert list_passkey_ids(db, 1) == [encoded(key.credential_id)]
    with pytest.raises(NotFound):
        get_passkey(db, bob, list_passkeys(db, alice)[0].id)
    with pytest.raises(Unauthenticated):
        actions.sign_in(db, PROOF, NOW, RequestOrigin())


def test_it_opens_a_session_and_each_challenge_serves_once(db, key):
    signed = signed_by(key, 3)
    assert passkeys.use_passkey(db, signed, LATER) == 1
    token = passkeys.sign_in_by_passkey(db, 1, LATER, RequestOrigin())
    db.flush()
    found = queries.find_open_session(db, token, LATER, SessionLimits())
    assert found.strong
    assert found.coded
    row = db.scalars(select(Passkey)).one()
    db.refresh(row)
    assert (row.sign_count, row.last_used_at) == (key.count, LATER)
    with pytest.raises(Unauthenticated):
        passkeys.use_passkey(db, signed, LATER)
    with pytest.raises(Unauthenticated):
        passkeys.use_passkey(db, signed_by(key, 4), LATER, user_id=2)


def test_a_challenge_is_forgotten_after_a_day(db, key):
    passkeys.use_passkey(db, signed_by(key, 3), NOW)
    actions.purge_sessions(db, NOW + timedelta(hours=23), SessionLimits())
    assert db.scalar(select(func.count()).select_from(SpentChallenge)) == 1
    actions.purge_sessions(db, LATER, SessionLimits())
    assert db.scalar(select(func.count()).select_from(SpentChallenge)) == 0


def test_one_is_known_once(db, alice, key):
    row = db.scalars(select(Passkey)).one()
    again = Signed("{}", challenge(5), PARTY, verified=True)
    passkeys.note_refused_passkey(db, signed_by(key, 6), NOW)
    with pytest.raises(Unauthenticated):
        passkeys.note_refused_passkey(db, again, NOW)
    made = Authenticator(credential_id=key.credential_id)
    options = creation_options(PARTY, challenge(7), row.user_handle, "a@b.example", ())
    signed = Signed(made.make(options), challenge(7), PARTY, verified=True)
    with pytest.raises(Conflict, match="déjà enregistrée"):
        passkeys.add_passkey(db, alice, read_new(signed, row.user_handle), "x", NOW)


def test_removed_it_takes_the_recovery_codes_along(db, alice, bob, key):
    passkey_id = list_passkeys(db, alice)[0].id
    others = PasswordCheck(SignInCandidate(2, "bob@thermia.example", "!"), holds=True)
    with pytest.raises(NotFound):
        passkeys.remove_passkey(db, bob, others, passkey_id, NOW)
    passkeys.remove_passkey(db, alice, PROOF, passkey_id, NOW)
    assert not has_any_second_factor(db, 1)
    assert db.scalar(select(func.count()).select_from(RecoveryCode)) == 0
