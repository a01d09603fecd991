"""A second factor turned on, asked, spent once and taken off, on both databases."""

from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select, update

from core.errors import Conflict, Invalid, NotFound, Unauthenticated
from data.identity.accounts import actions, queries
from data.identity.accounts.models import LoginSession, RecoveryCode, SecondFactor, User
from data.identity.accounts.rules import is_app_code, recovery_code_of
from data.identity.accounts.types import (
    Enrolling,
    PasswordCheck,
    PendingSecondFactor,
    RequestOrigin,
    SessionLimits,
    SignInCandidate,
    SignInPlace,
    TypedCode,
)
from data.identity.audit.models import AuditEvent
from tests.factories import NOW

KEY = actions.sealing_key("k" * 48)
HALF_MINUTE = timedelta(seconds=30)
ALICE = PasswordCheck(SignInCandidate(1, "alice@tilleuls.example", "!"), holds=True)
WRONG = replace(ALICE, holds=False)


def shown(db, begun, at=NOW, key=KEY):
    db.flush()
    return actions.enrolment(db, begun, at, key, "Réseau Gaz")


def begin(db, viewer, proof=ALICE, at=NOW):
    """What the browser that gave the password holds, and the secret it is shown."""
    begun = actions.begin_enrolment(db, viewer, proof, at, KEY)
    return begun, shown(db, begun, at).secret


def code_at(secret, at=NOW):
    return pyotp.TOTP(secret).at(at)


@pytest.fixture
def secret(db, people, alice):
    """Alice's application, confirmed an hour ago; her recovery codes beside it."""
    earlier = NOW - timedelta(hours=1)
    begun, secret = begin(db, alice, at=earlier)
    actions.confirm_enrolment(db, begun, code_at(secret, earlier), earlier, KEY)
    return secret


@pytest.fixture
def recovery(db, secret, alice):
    return actions.renew_recovery_codes(db, alice, ALICE, NOW)


def spend(db, code, at=NOW):
    db.flush()
    actions.spend_code(db, TypedCode(1, SignInPlace.SIGN_IN, code), at, KEY)


def noted(db):
    db.flush()
    return list(db.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


def test_it_is_worth_nothing_until_a_code_confirms_it(db, people, alice):
    begun, secret = begin(db, alice)
    assert actions.hold_sign_in(db, ALICE) is None
    assert actions.sign_in(db, ALICE, NOW, RequestOrigin())
    with pytest.raises(Invalid):
        actions.confirm_enrolment(db, begun, "000000", NOW, KEY)
    with pytest.raises(Invalid):
        spend(db, code_at(secret))
    codes = actions.confirm_enrolment(db, begun, code_at(secret), NOW, KEY)
    assert len(set(codes)) == 10
    assert shown(db, begun) is None
    account = queries.get_account(db, alice)
    assert (account.second_factor_at, account.recovery_codes) == (NOW, 10)
    assert "accounts.second_factor_enabled" in noted(db)


def test_its_address_names_the_portal_and_the_account(db, people, alice):
    address = shown(db, begin(db, alice)[0]).address
    assert address.startswith("otpauth://totp/R%C3%A9seau%20Gaz:alice%40tilleuls.example?secret=")


def test_beginning_again_makes_another_secret(db, people, alice):
    old, first = begin(db, alice)
    begun, second = begin(db, alice)
    assert second != first
    with pytest.raises(Invalid):
        actions.confirm_enrolment(db, begun, code_at(first), NOW, KEY)
    with pytest.raises(Conflict):
        actions.confirm_enrolment(db, old, code_at(second), NOW, KEY)


def test_only_the_browser_that_gave_the_password_sees_and_confirms_it(db, people, alice):
    begun, secret = begin(db, alice)
    for mark in ("", "forgé", begun.mark[:-1], "0" * 64):
        thief = Enrolling(alice, mark)
        assert shown(db, thief) is None
        with pytest.raises(Conflict, match="a expiré"):
            actions.confirm_enrolment(db, thief, code_at(secret), NOW, KEY)
    actions.confirm_enrolment(db, begun, code_at(secret), NOW, KEY)


def test_one_begun_a_quarter_of_an_hour_ago_begins_again(db, people, alice):
    begun, secret = begin(db, alice)
    later = NOW + timedelta(minutes=15)
    assert shown(db, begun, later - timedelta(seconds=1)).secret == secret
    assert shown(db, begun, later) is None
    with pytest.raises(Conflict):
        actions.confirm_enrolment(db, begun, code_at(secret, later), later, KEY)


def test_a_new_password_forgets_what_was_begun_and_leaves_what_stands(db, people, alice, bob):
    begun, _secret = begin(db, alice)
    two = PasswordCheck(SignInCandidate(2, "bob@thermia.example", "!"), holds=True)
    its, bobs = begin(db, bob, two)
    actions.confirm_enrolment(db, its, code_at(bobs), NOW, KEY)
    new = actions.new_password("nuage violon carotte")
    for email in ("alice@tilleuls.example", "bob@thermia.example"):
        actions.reset_password(
            db, actions.request_reset(db, email, "192.0.2.7", NOW).token, new, NOW
        )
    assert shown(db, begun) is None
    assert list(db.scalars(select(SecondFactor.user_id))) == [2]


def test_beginning_and_ending_take_the_password(db, secret, alice):
    for change in (actions.renew_recovery_codes, actions.disable_second_factor):
        with pytest.raises(Invalid, match="actuel"):
            change(db, alice, WRONG, NOW)
    with pytest.raises(Invalid, match="actuel"):
        actions.begin_enrolment(db, alice, WRONG, NOW, KEY)


def test_one_that_stands_is_not_replaced_without_being_taken_off(db, secret, alice):
    with pytest.raises(Conflict):
        actions.begin_enrolment(db, alice, ALICE, NOW, KEY)
    sealed = db.scalars(select(SecondFactor.sealed_secret)).one()
    mine = Enrolling(alice, queries.get_token_digest(sealed))
    with pytest.raises(Conflict):
        actions.confirm_enrolment(db, mine, code_at(secret), NOW, KEY)


@pytest.mark.parametrize("drift", [-1, 0, 1])
def test_clocks_may_differ_by_half_a_minute(db, secret, drift):
    spend(db, code_at(secret, NOW + drift * HALF_MINUTE))


@pytest.mark.parametrize("drift", [-2, 2])
def test_clocks_may_not_differ_by_a_minute(db, secret, drift):
    with pytest.raises(Invalid):
        spend(db, code_at(secret, NOW + drift * HALF_MINUTE))


def test_a_code_serves_once_even_within_its_half_minute(db, secret):
    code = code_at(secret)
    spend(db, f" {code[:3]} {code[3:]}\n")
    with pytest.raises(Invalid):
        spend(db, code)
    with pytest.raises(Invalid):
        spend(db, code, NOW + HALF_MINUTE)


def test_a_code_older_than_the_last_one_taken_is_refused(db, secret):
    spend(db, code_at(secret, NOW + HALF_MINUTE))
    with pytest.raises(Invalid):
        spend(db, code_at(secret))


def test_the_code_that_confirms_does_not_sign_in(db, people, alice):
    begun, secret = begin(db, alice)
    code = code_at(secret)
    actions.confirm_enrolment(db, begun, code, NOW, KEY)
    with pytest.raises(Invalid):
        spend(db, code)


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "١٢٣٤٥٦", "abcdef", "x" * 40, "12 34\0"])
def test_what_is_no_code_is_told_what_a_code_is(db, secret, typed):
    with pytest.raises(Invalid, match="pas un code"):
        spend(db, typed)


def test_a_recovery_code_serves_once_however_it_is_typed(db, recovery, alice):
    first, second = recovery[:2]
    spend(db, first.upper().replace("-", " "))
    spend(db, second)
    for code in (first, second):
        with pytest.raises(Invalid):
            spend(db, code)
    assert queries.get_account(db, alice).recovery_codes == 8
    assert noted(db).count("accounts.recovery_code_used") == 2


def test_new_recovery_codes_replace_the_old_ones(db, recovery, alice):
    again = actions.renew_recovery_codes(db, alice, ALICE, NOW)
    assert not set(again) & set(recovery)
    with pytest.raises(Invalid):
        spend(db, recovery[0])
    spend(db, again[0])


def test_somebody_else_s_codes_are_worth_nothing(db, secret, recovery):
    for code in (code_at(secret), recovery[0]):
        with pytest.raises(Invalid):
            actions.spend_code(db, TypedCode(2, SignInPlace.SIGN_IN, code), NOW, KEY)


def test_the_database_knows_neither_the_secret_nor_the_codes(db, secret, recovery):
    db.flush()
    kept = "".join(db.scalars(select(SecondFactor.sealed_secret)))
    kept += "".join(db.scalars(select(RecoveryCode.code_hash)))
    assert secret not in kept
    assert not any(recovery_code_of(code) in kept for code in recovery)


def test_another_secret_of_the_portal_refuses_codes_but_not_recovery(db, secret, recovery):
    other = actions.sealing_key("another secret of the portal")
    with pytest.raises(Conflict, match="code de secours"):
        actions.spend_code(db, TypedCode(1, SignInPlace.SIGN_IN, code_at(secret)), NOW, other)
    actions.spend_code(db, TypedCode(1, SignInPlace.SIGN_IN, recovery[0]), NOW, other)


def test_an_enrolment_under_another_secret_begins_again(db, people, alice):
    begun, _secret = begin(db, alice)
    other = actions.sealing_key("another secret of the portal")
    assert shown(db, begun, key=other) is None
    actions.begin_enrolment(db, alice, ALICE, NOW, other)


def test_a_password_alone_opens_no_session(db, secret):
    with pytest.raises(Unauthenticated):
        actions.sign_in(db, ALICE, NOW, RequestOrigin())
    assert db.scalar(select(LoginSession)) is None
    pending = actions.hold_sign_in(db, ALICE)
    assert actions.resume_sign_in(db, pending) == ALICE
    assert actions.sign_in(db, ALICE, NOW, RequestOrigin(), coded=True)


def test_a_wrong_password_waits_for_no_code(db, secret):
    assert actions.hold_sign_in(db, WRONG) is None
    with pytest.raises(Unauthenticated, match="incorrect"):
        actions.sign_in(db, WRONG, NOW, RequestOrigin())


def test_a_password_changed_meanwhile_begins_again(db, secret):
    pending = actions.hold_sign_in(db, ALICE)
    db.execute(update(User).where(User.id == 1).values(password_hash="another"))
    with pytest.raises(Unauthenticated):
        actions.resume_sign_in(db, pending)


def test_a_user_cut_meanwhile_does_not_get_in(db, secret):
    pending = actions.hold_sign_in(db, ALICE)
    actions.disable_user(db, 1, NOW)
    with pytest.raises(Unauthenticated):
        actions.resume_sign_in(db, pending)
    with pytest.raises(Unauthenticated):
        actions.resume_sign_in(db, PendingSecondFactor(404, pending.mark))


def test_a_hash_of_an_old_cost_is_renewed_while_the_code_is_awaited(db, secret):
    pending = actions.hold_sign_in(db, replace(ALICE, rehash="a dearer hash"))
    assert db.scalar(select(User.password_hash).where(User.id == 1)) == "a dearer hash"
    assert actions.resume_sign_in(db, pending).candidate.password_hash == "a dearer hash"


def test_turning_it_on_or_off_closes_the_other_sessions(db, people, alice):
    tokens = [actions.sign_in(db, ALICE, NOW, RequestOrigin()) for _number in range(2)]
    mine = queries.find_open_session(db, tokens[0], NOW, SessionLimits()).viewer

    def alive():
        db.flush()
        return [
            bool(queries.find_open_session(db, token, NOW, SessionLimits())) for token in tokens
        ]

    begun, secret = begin(db, mine)
    assert alive() == [True, True]
    actions.confirm_enrolment(db, begun, code_at(secret), NOW, KEY)
    assert alive() == [True, False]
    tokens[1] = actions.sign_in(db, ALICE, NOW, RequestOrigin(), coded=True)
    actions.disable_second_factor(db, mine, ALICE, NOW)
    assert alive() == [True, False]
    assert actions.hold_sign_in(db, ALICE) is None
    assert db.scalar(select(RecoveryCode)) is None
    assert "accounts.second_factor_disabled" in noted(db)


def test_an_administrator_takes_it_off_and_every_session_closes(db, secret, recovery):
    token = actions.sign_in(db, ALICE, NOW, RequestOrigin(), coded=True)
    assert actions.reset_second_factor(db, " Alice@Tilleuls.example", NOW) == 1
    assert queries.find_open_session(db, token, NOW, SessionLimits()) is None
    assert actions.hold_sign_in(db, ALICE) is None
    assert "accounts.second_factor_reset" in noted(db)
    for email in ("alice@tilleuls.example", "personne@tilleuls.example"):
        with pytest.raises(NotFound):
            actions.reset_second_factor(db, email, NOW)


def test_one_never_confirmed_is_forgotten_after_a_day(db, people, alice, bob, secret):
    two = PasswordCheck(SignInCandidate(2, "bob@thermia.example", "!"), holds=True)
    actions.begin_enrolment(db, bob, two, NOW, KEY)
    db.flush()
    actions.purge_sessions(db, NOW + timedelta(hours=23), SessionLimits())
    assert set(db.scalars(select(SecondFactor.user_id))) == {1, 2}
    actions.purge_sessions(db, NOW + timedelta(hours=25), SessionLimits())
    assert set(db.scalars(select(SecondFactor.user_id))) == {1}


def test_the_sealing_key_is_neither_the_secret_nor_the_same_for_another():
    assert actions.sealing_key("k" * 48) == KEY
    assert actions.sealing_key("K" * 48) != KEY
    assert b"kkkk" not in KEY


def test_codes_are_told_apart():
    assert is_app_code(" 123 456 ")
    assert not is_app_code("abcd-efgh-ijkl-mnop")
    assert recovery_code_of(" abcd-EFGH ijkl-mn27 ") == "ABCDEFGHIJKLMN27"
