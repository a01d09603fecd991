"""A second factor turned on, asked, spent once and taken off, on both databases."""

from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select, update

from data.accounts import actions, queries
from data.accounts.models import LoginSession, RecoveryCode, SecondFactor, User
from data.accounts.rules import is_app_code, recovery_code_of
from data.accounts.types import Candidate, Origin, Pending, Proof, SessionLimits
from data.audit.models import AuditEvent
from data.errors import Conflict, Invalid, NotFound, TooMany, Unauthenticated
from tests.factories import NOW

KEY = actions.sealing_key("k" * 48)
HALF_MINUTE = timedelta(seconds=30)
ALICE = Proof(Candidate(1, "alice@tilleuls.example", "!"), holds=True)
WRONG = replace(ALICE, holds=False)


def secret_of(db, viewer):
    return actions.enrolment(db, viewer, KEY, "Réseau Gaz").secret


def code_at(secret, at=NOW):
    return pyotp.TOTP(secret).at(at)


@pytest.fixture
def secret(db, people, alice):
    """Alice's application, confirmed an hour ago; her recovery codes beside it."""
    actions.begin_enrolment(db, alice, ALICE, NOW, KEY)
    secret = secret_of(db, alice)
    earlier = NOW - timedelta(hours=1)
    actions.confirm_enrolment(db, alice, code_at(secret, earlier), earlier, KEY)
    return secret


@pytest.fixture
def recovery(db, secret, alice):
    return actions.renew_recovery_codes(db, alice, ALICE, NOW)


def spend(db, code, at=NOW):
    db.flush()
    actions.spend_code(db, 1, code, at, KEY)


def noted(db):
    db.flush()
    return list(db.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


def test_it_is_worth_nothing_until_a_code_confirms_it(db, people, alice):
    actions.begin_enrolment(db, alice, ALICE, NOW, KEY)
    secret = secret_of(db, alice)
    assert actions.pend(db, ALICE) is None
    assert actions.sign_in(db, ALICE, NOW, Origin())
    with pytest.raises(Invalid):
        actions.confirm_enrolment(db, alice, "000000", NOW, KEY)
    with pytest.raises(Invalid):
        spend(db, code_at(secret))
    codes = actions.confirm_enrolment(db, alice, code_at(secret), NOW, KEY)
    assert len(set(codes)) == 10
    assert actions.enrolment(db, alice, KEY, "Réseau Gaz") is None
    account = queries.get_account(db, alice)
    assert (account.second_factor_at, account.recovery_codes) == (NOW, 10)
    assert "accounts.second_factor_enabled" in noted(db)


def test_its_address_names_the_portal_and_the_account(db, people, alice):
    actions.begin_enrolment(db, alice, ALICE, NOW, KEY)
    address = actions.enrolment(db, alice, KEY, "Réseau Gaz").address
    assert address.startswith("otpauth://totp/R%C3%A9seau%20Gaz:alice%40tilleuls.example?secret=")


def test_beginning_again_makes_another_secret(db, people, alice):
    actions.begin_enrolment(db, alice, ALICE, NOW, KEY)
    first = secret_of(db, alice)
    actions.begin_enrolment(db, alice, ALICE, NOW, KEY)
    assert secret_of(db, alice) != first
    with pytest.raises(Invalid):
        actions.confirm_enrolment(db, alice, code_at(first), NOW, KEY)


def test_beginning_and_ending_take_the_password(db, secret, alice):
    for change in (actions.renew_recovery_codes, actions.disable_second_factor):
        with pytest.raises(Invalid, match="actuel"):
            change(db, alice, WRONG, NOW)
    with pytest.raises(Invalid, match="actuel"):
        actions.begin_enrolment(db, alice, WRONG, NOW, KEY)


def test_one_that_stands_is_not_replaced_without_being_taken_off(db, secret, alice):
    with pytest.raises(Conflict):
        actions.begin_enrolment(db, alice, ALICE, NOW, KEY)
    with pytest.raises(Conflict):
        actions.confirm_enrolment(db, alice, code_at(secret), NOW, KEY)


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
    actions.begin_enrolment(db, alice, ALICE, NOW, KEY)
    code = code_at(secret_of(db, alice))
    actions.confirm_enrolment(db, alice, code, NOW, KEY)
    with pytest.raises(Invalid):
        spend(db, code)


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "١٢٣٤٥٦", "abcdef", "x" * 40, "12 34\0"])
def test_what_is_no_code_is_refused_in_the_same_words(db, secret, typed):
    with pytest.raises(Invalid, match="incorrect"):
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
            actions.spend_code(db, 2, code, NOW, KEY)


def test_the_database_knows_neither_the_secret_nor_the_codes(db, secret, recovery):
    db.flush()
    kept = "".join(db.scalars(select(SecondFactor.sealed_secret)))
    kept += "".join(db.scalars(select(RecoveryCode.code_hash)))
    assert secret not in kept
    assert not any(recovery_code_of(code) in kept for code in recovery)


def test_another_secret_of_the_portal_refuses_codes_but_not_recovery(db, secret, recovery):
    other = actions.sealing_key("another secret of the portal")
    with pytest.raises(Conflict, match="code de secours"):
        actions.spend_code(db, 1, code_at(secret), NOW, other)
    actions.spend_code(db, 1, recovery[0], NOW, other)


def test_an_enrolment_under_another_secret_begins_again(db, people, alice):
    actions.begin_enrolment(db, alice, ALICE, NOW, KEY)
    other = actions.sealing_key("another secret of the portal")
    assert actions.enrolment(db, alice, other, "Réseau Gaz") is None
    actions.begin_enrolment(db, alice, ALICE, NOW, other)


def test_a_password_alone_opens_no_session(db, secret):
    with pytest.raises(Unauthenticated):
        actions.sign_in(db, ALICE, NOW, Origin())
    assert db.scalar(select(LoginSession)) is None
    pending = actions.pend(db, ALICE)
    assert actions.resume(db, pending) == ALICE
    assert actions.sign_in(db, ALICE, NOW, Origin(), coded=True)


def test_a_wrong_password_waits_for_no_code(db, secret):
    assert actions.pend(db, WRONG) is None
    with pytest.raises(Unauthenticated, match="incorrect"):
        actions.sign_in(db, WRONG, NOW, Origin())


def test_a_password_changed_meanwhile_begins_again(db, secret):
    pending = actions.pend(db, ALICE)
    db.execute(update(User).where(User.id == 1).values(password_hash="another"))
    with pytest.raises(Unauthenticated):
        actions.resume(db, pending)


def test_a_user_cut_meanwhile_does_not_get_in(db, secret):
    pending = actions.pend(db, ALICE)
    actions.disable_user(db, 1, NOW)
    with pytest.raises(Unauthenticated):
        actions.resume(db, pending)
    with pytest.raises(Unauthenticated):
        actions.resume(db, Pending(404, pending.mark))


def test_a_hash_of_an_old_cost_is_renewed_while_the_code_is_awaited(db, secret):
    pending = actions.pend(db, replace(ALICE, rehash="a dearer hash"))
    assert db.scalar(select(User.password_hash).where(User.id == 1)) == "a dearer hash"
    assert actions.resume(db, pending).candidate.password_hash == "a dearer hash"


def test_tries_of_codes_are_limited_and_forgotten_after_a_right_one(db, secret):
    limits = SessionLimits(tries=2)
    for _number in range(2):
        actions.count_code(db, 1, NOW, limits)
    with pytest.raises(TooMany):
        actions.count_code(db, 1, NOW, limits)
    actions.count_code(db, 2, NOW, limits)
    spend(db, code_at(secret))
    actions.count_code(db, 1, NOW, limits)


def test_turning_it_on_or_off_closes_the_other_sessions(db, people, alice):
    tokens = [actions.sign_in(db, ALICE, NOW, Origin()) for _number in range(2)]
    mine = queries.viewer_of(db, tokens[0], NOW, SessionLimits()).viewer

    def alive():
        db.flush()
        return [bool(queries.viewer_of(db, token, NOW, SessionLimits())) for token in tokens]

    actions.begin_enrolment(db, mine, ALICE, NOW, KEY)
    assert alive() == [True, True]
    actions.confirm_enrolment(db, mine, code_at(secret_of(db, mine)), NOW, KEY)
    assert alive() == [True, False]
    tokens[1] = actions.sign_in(db, ALICE, NOW, Origin(), coded=True)
    actions.disable_second_factor(db, mine, ALICE, NOW)
    assert alive() == [True, False]
    assert actions.pend(db, ALICE) is None
    assert db.scalar(select(RecoveryCode)) is None
    assert "accounts.second_factor_disabled" in noted(db)


def test_an_administrator_takes_it_off_and_every_session_closes(db, secret, recovery):
    token = actions.sign_in(db, ALICE, NOW, Origin(), coded=True)
    assert actions.reset_second_factor(db, " Alice@Tilleuls.example", NOW) == 1
    assert queries.viewer_of(db, token, NOW, SessionLimits()) is None
    assert actions.pend(db, ALICE) is None
    assert "accounts.second_factor_reset" in noted(db)
    for email in ("alice@tilleuls.example", "personne@tilleuls.example"):
        with pytest.raises(NotFound):
            actions.reset_second_factor(db, email, NOW)


def test_one_never_confirmed_is_forgotten_after_a_day(db, people, alice, bob, secret):
    two = Proof(Candidate(2, "bob@tilleuls.example", "!"), holds=True)
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
