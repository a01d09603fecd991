"""Signing in and out, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from core.access import Role
from core.errors import NotFound, TooMany, Unauthenticated
from data.identity.accounts import actions, queries
from data.identity.accounts.models import LoginAttempt, LoginSession, User
from data.identity.accounts.types import (
    PasswordCheck,
    RequestOrigin,
    SessionLimits,
    SignInCandidate,
)
from data.identity.audit.models import AuditEvent
from tests.conftest import TODAY
from tests.factories import NOW, make_grant, make_organisation, make_pce, make_user

pytestmark = pytest.mark.dialect

LIMITS = SessionLimits(tries=3)
HERE = RequestOrigin("Firefox · Linux", "192.0.2.7")


def at(address):
    return RequestOrigin(address=address)


EMAIL = "alice@tilleuls.example"


@pytest.fixture
def user(db):
    organisation = make_organisation(db)
    return make_user(db, organisation_id=organisation.id)


def entered(db, user, at=NOW):
    """A session opened as if the password had been right."""
    proof = PasswordCheck(SignInCandidate(user.id, user.email, user.password_hash), holds=True)
    return actions.sign_in(db, proof, at, HERE)


def viewer(db, token, at=NOW):
    found = queries.find_open_session(db, token, at, SessionLimits())
    return found.viewer if found else None


def test_a_client_has_one_site_with_a_point_of_its_own_and_no_other(db, user):
    """Ada, a client, has a colleague: what she may do depends on the points alone."""
    home = user.organisation_id
    ada = make_user(db, organisation_id=home, email="ada@tilleuls.example", role=Role.CLIENT)
    token, managers = entered(db, ada), entered(db, user)

    def has_one_site():
        person = queries.find_person(db, select(User.id).where(User.id == ada.id), TODAY)
        assert person.one_site is viewer(db, token).one_site
        assert not viewer(db, token).alone
        return person.one_site

    other = make_organisation(db, name="Autre")
    assert not has_one_site()
    make_pce(db, "GI000001", holder_id=other.id)
    assert not has_one_site()
    own = make_pce(db, "GI000002", holder_id=home)
    assert has_one_site()
    assert not viewer(db, managers).one_site  # a manager needs no help
    second = make_pce(db, "GI000003", holder_id=home)
    assert not has_one_site()
    second.holder_id = other.id
    db.flush()
    assert has_one_site()
    make_grant(db, second, home)
    assert not has_one_site()
    assert own.holder_id == home


def test_the_right_password_opens_a_session(db, user):
    user.password_hash = actions.hash_password("cheval pile agrafe juste")
    db.flush()
    candidate = actions.try_sign_in(db, " Alice@Tilleuls.example ", at("192.0.2.7"), NOW, LIMITS)
    proof = actions.verify_password(candidate, "cheval pile agrafe juste")
    token = actions.sign_in(db, proof, NOW, HERE)
    assert viewer(db, token).user_id == user.id
    assert token not in {row.token_hash for row in db.scalars(select(LoginSession))}


@pytest.mark.parametrize("email", [EMAIL, "personne@tilleuls.example"])
def test_a_wrong_password_and_an_unknown_user_get_the_same_answer(dear_hashes, db, user, email):
    user.password_hash = actions.hash_password("cheval pile agrafe juste")
    db.flush()
    candidate = actions.try_sign_in(db, email, at("192.0.2.7"), NOW, LIMITS)
    assert candidate.password_hash.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    proof = actions.verify_password(candidate, "ce n’est pas lui")
    with pytest.raises(Unauthenticated, match="électronique ou mot de passe incorrect"):
        actions.sign_in(db, proof, NOW, HERE)


def test_a_disabled_user_does_not_come_in_with_the_right_password(db, user):
    user.password_hash = actions.hash_password("cheval pile agrafe juste")
    user.disabled_at = NOW
    db.flush()
    candidate = actions.try_sign_in(db, EMAIL, at("192.0.2.7"), NOW, LIMITS)
    proof = actions.verify_password(candidate, "cheval pile agrafe juste")
    with pytest.raises(Unauthenticated):
        actions.sign_in(db, proof, NOW, HERE)


@pytest.mark.parametrize("email", [EMAIL, "personne@tilleuls.example"])
def test_tries_of_an_email_are_limited_by_network(db, user, email):
    for number in range(3):
        actions.try_sign_in(db, email, at(f"192.0.2.{number}"), NOW, LIMITS)
    with pytest.raises(TooMany):
        actions.try_sign_in(db, email, at("192.0.2.9"), NOW, LIMITS)
    actions.try_sign_in(db, email, at("198.51.100.1"), NOW, LIMITS)


def tried_from_everywhere(db, email):
    """What ten networks may try of an e-mail; nobody has answered any of it."""
    for network in range(10):
        for number in range(3):
            actions.try_sign_in(db, email, at(f"198.51.{network}.{number}"), NOW, LIMITS)


@pytest.mark.parametrize("email", [EMAIL, "personne@tilleuls.example"])
def test_guesses_from_everywhere_are_limited_together(db, user, email):
    tried_from_everywhere(db, email)
    with pytest.raises(TooMany, match="Trop d’essais"):
        actions.try_sign_in(db, email, at("203.0.113.1"), NOW, LIMITS)
    actions.try_sign_in(db, "other@tilleuls.example", at("203.0.113.1"), NOW, LIMITS)
    actions.try_sign_in(db, email, at("203.0.113.1"), NOW + timedelta(minutes=15), LIMITS)


def test_guesses_from_everywhere_do_not_stop_the_owner_where_they_come_from(db, user):
    entered(db, user, NOW - timedelta(days=29))
    tried_from_everywhere(db, EMAIL)
    for number in range(3):
        candidate = actions.try_sign_in(db, EMAIL, at(f"192.0.2.{number}"), NOW, LIMITS)
        assert candidate.user_id == user.id
    with pytest.raises(TooMany):
        actions.try_sign_in(db, EMAIL, at("192.0.2.9"), NOW, LIMITS)


def test_a_network_is_known_of_its_owner_alone_and_a_month(db, user):
    stranger = make_user(db, organisation_id=user.organisation_id, email="b@tilleuls.example")
    entered(db, stranger)
    entered(db, user, NOW - timedelta(days=30))
    tried_from_everywhere(db, EMAIL)
    with pytest.raises(TooMany):
        actions.try_sign_in(db, EMAIL, HERE, NOW, LIMITS)


def test_a_success_forgives_no_guess_from_elsewhere(db, user):
    entered(db, user)
    tried_from_everywhere(db, EMAIL)
    actions.try_sign_in(db, EMAIL, HERE, NOW, LIMITS)
    entered(db, user)
    with pytest.raises(TooMany):
        actions.try_sign_in(db, EMAIL, at("203.0.113.1"), NOW, LIMITS)


def test_tries_are_limited_by_address_whoever_is_tried(db, user):
    for number in range(3):
        actions.try_sign_in(db, f"u{number}@tilleuls.example", at("192.0.2.7"), NOW, LIMITS)
    with pytest.raises(TooMany):
        actions.try_sign_in(db, "other@tilleuls.example", at("192.0.2.7"), NOW, LIMITS)


def test_tries_are_forgotten_after_a_quarter_of_an_hour(db, user):
    for _number in range(3):
        actions.try_sign_in(db, EMAIL, at("192.0.2.7"), NOW, LIMITS)
    actions.try_sign_in(db, EMAIL, at("192.0.2.7"), NOW + timedelta(minutes=15), LIMITS)


def test_a_success_forgives_the_email_and_of_the_address_its_own_try(db, user):
    for _number in range(2):
        actions.try_sign_in(db, EMAIL, at("192.0.2.7"), NOW, LIMITS)
    entered(db, user)
    assert db.scalar(select(func.count()).select_from(LoginAttempt)) == 1


def test_an_office_behind_one_address_signs_in_one_after_the_other(db, user):
    for _person in range(5):
        actions.try_sign_in(db, EMAIL, HERE, NOW, LIMITS)
        entered(db, user)


def test_the_addresses_of_one_ipv6_network_are_counted_together(db, user):
    for number in range(3):
        address = f"2001:db8:1:2::{number:x}"
        actions.try_sign_in(db, f"u{number}@tilleuls.example", at(address), NOW, LIMITS)
    with pytest.raises(TooMany):
        actions.try_sign_in(db, "other@tilleuls.example", at("2001:db8:1:2:ffff::"), NOW, LIMITS)
    actions.try_sign_in(db, "other@tilleuls.example", at("2001:db8:1:3::1"), NOW, LIMITS)


def test_tries_hold_no_email_and_no_address_in_the_clear(db, user):
    actions.try_sign_in(db, EMAIL, at("192.0.2.7"), NOW, LIMITS)
    for key in db.scalars(select(LoginAttempt.key)):
        assert len(key) == 64
        assert "alice" not in key


def test_an_old_hash_is_renewed_at_sign_in(dear_hashes, db, user):
    from argon2 import PasswordHasher

    user.password_hash = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("vieux")
    db.flush()
    candidate = actions.try_sign_in(db, EMAIL, at("192.0.2.7"), NOW, LIMITS)
    actions.sign_in(db, actions.verify_password(candidate, "vieux"), NOW, HERE)
    assert "m=65536,t=3,p=4" in user.password_hash


def test_each_sign_in_makes_a_session_of_its_own(db, user):
    assert entered(db, user) != entered(db, user)


def test_a_session_ends_when_signed_out_even_for_a_copied_cookie(db, user):
    token = entered(db, user)
    actions.sign_out(db, viewer(db, token), NOW)
    assert viewer(db, token) is None


def test_a_session_dies_of_idleness_and_of_age(db, user):
    token = entered(db, user)
    assert viewer(db, token, NOW + timedelta(minutes=29)) is not None
    assert viewer(db, token, NOW + timedelta(minutes=30)) is None


def test_signs_of_life_keep_a_session_until_its_twelfth_hour(db, user):
    token = entered(db, user)
    who = viewer(db, token)
    for minutes in range(20, 12 * 60, 20):
        at = NOW + timedelta(minutes=minutes)
        assert viewer(db, token, at) is not None
        actions.touch(db, who, at)
    assert viewer(db, token, NOW + timedelta(hours=12)) is None


def test_a_sign_of_life_never_moves_back(db, user):
    token = entered(db, user)
    who = viewer(db, token)
    actions.touch(db, who, NOW + timedelta(minutes=5))
    actions.touch(db, who, NOW + timedelta(minutes=2))
    seen = db.scalars(select(LoginSession.last_seen_at).execution_options(populate_existing=True))
    assert seen.one() == NOW + timedelta(minutes=5)


def test_a_disabled_user_is_cut_at_once(db, user):
    token = entered(db, user)
    actions.disable_user(db, user.id, NOW)
    assert viewer(db, token) is None


def test_a_user_is_disabled_once(db, user):
    actions.disable_user(db, user.id, NOW)
    with pytest.raises(NotFound):
        actions.disable_user(db, user.id, NOW)


def test_the_viewer_is_whole(db, user):
    who = viewer(db, entered(db, user))
    assert (who.name, who.organisation, who.role) == ("Alice Tilleul", "Tilleuls", user.role)
    assert (who.language, who.theme) == ("fr", "system")
    assert who.today.isoformat() == "2026-11-24"
    assert who.session_id > 0


def test_today_is_the_day_in_paris(db, user):
    late = NOW.replace(hour=23, minute=30)
    token = entered(db, user, late)
    assert viewer(db, token, late).today.isoformat() == "2026-11-25"


def test_my_sessions_are_listed_this_one_first(db, user):
    first = entered(db, user)
    entered(db, user, NOW + timedelta(minutes=5))
    rows = queries.list_sessions(db, viewer(db, first), NOW + timedelta(minutes=6), SessionLimits())
    assert [row.current for row in rows] == [True, False]
    assert rows[0].device == "Firefox · Linux"
    assert rows[0].address == "192.0.2.7"


def test_dead_sessions_are_not_listed(db, user):
    entered(db, user)
    later = NOW + timedelta(minutes=40)
    token = entered(db, user, later)
    assert len(queries.list_sessions(db, viewer(db, token, later), later, SessionLimits())) == 1


def test_one_of_my_sessions_can_be_closed(db, user):
    mine, other = entered(db, user), entered(db, user)
    actions.close_session(db, viewer(db, mine), viewer(db, other).session_id, NOW)
    assert viewer(db, other) is None
    assert viewer(db, mine) is not None


def test_the_session_of_somebody_else_is_not_found(db, user):
    stranger = make_user(db, organisation_id=user.organisation_id, email="b@tilleuls.example")
    theirs = entered(db, stranger)
    mine = viewer(db, entered(db, user))
    with pytest.raises(NotFound):
        actions.close_session(db, mine, viewer(db, theirs).session_id, NOW)
    assert viewer(db, theirs) is not None


def test_a_new_token_ends_the_one_before_of_this_session_alone(db, user):
    old, other = entered(db, user), entered(db, user)
    mine = viewer(db, old)
    new = actions.renew_token(db, mine)
    assert viewer(db, old) is None
    assert viewer(db, new).session_id == mine.session_id
    assert viewer(db, other) is not None


def test_a_closed_session_is_not_opened_by_a_new_token(db, user):
    mine = viewer(db, entered(db, user))
    actions.sign_out(db, mine, NOW)
    assert viewer(db, actions.renew_token(db, mine)) is None


def test_all_my_other_sessions_can_be_closed(db, user):
    mine, other, third = (entered(db, user) for _number in range(3))
    assert actions.close_other_sessions(db, viewer(db, mine), NOW) == 2
    assert viewer(db, mine) is not None
    assert viewer(db, other) is None
    assert viewer(db, third) is None


def test_tries_are_forgotten_after_a_day_and_sessions_with_the_network_they_tell(db, user):
    token = entered(db, user)
    actions.sign_out(db, viewer(db, token), NOW)
    entered(db, user, NOW + timedelta(hours=20))
    actions.try_sign_in(db, EMAIL, at("192.0.2.7"), NOW, LIMITS)
    assert actions.purge_sessions(db, NOW + timedelta(hours=25), LIMITS) == 0
    assert db.scalar(select(func.count()).select_from(LoginAttempt)) == 0
    assert actions.purge_sessions(db, NOW + timedelta(days=30, hours=1), LIMITS) == 1
    assert db.scalar(select(func.count()).select_from(LoginSession)) == 1


def test_the_journal_tells_of_sessions_without_their_tokens(db, user):
    token = entered(db, user)
    actions.sign_out(db, viewer(db, token), NOW)
    db.flush()
    events = list(db.scalars(select(AuditEvent).order_by(AuditEvent.id)))
    assert [event.action for event in events] == ["accounts.signed_in", "accounts.signed_out"]
    assert all(event.actor_id == user.id for event in events)
    assert token not in str([vars(event) for event in events])
