"""Passwords changed and chosen anew, people created, on both databases."""

from datetime import timedelta

import pytest
from argon2 import extract_parameters
from sqlalchemy import select

from core.access import OrganisationKind, Role
from core.errors import Conflict, Invalid, NotFound, TooMany
from data.identity.accounts import actions, queries
from data.identity.accounts.actions import passwords
from data.identity.accounts.actions.passwords import dummy_hash
from data.identity.accounts.models import PasswordReset, User
from data.identity.accounts.rules import MOST_LINKS
from data.identity.accounts.types import (
    NewPassword,
    NewUser,
    PasswordCheck,
    RequestOrigin,
    SessionLimits,
    SignInCandidate,
)
from data.identity.audit import queries as audit
from tests.factories import NOW, make_organisation, make_user

NEW = "nuage violon carotte"
EMAIL = "alice@tilleuls.example"
HOME, ELSEWHERE = "192.0.2.7", "198.51.100.1"


@pytest.fixture
def user(db):
    organisation = make_organisation(db)
    return make_user(db, organisation_id=organisation.id)


def entered(db, user):
    proof = PasswordCheck(SignInCandidate(user.id, user.email, user.password_hash), holds=True)
    return actions.sign_in(db, proof, NOW, RequestOrigin("Firefox · Linux", HOME))


def viewer(db, token):
    found = queries.find_open_session(db, token, NOW, SessionLimits())
    return found.viewer if found else None


def known(user, *, holds=True):
    return PasswordCheck(SignInCandidate(user.id, user.email, user.password_hash), holds=holds)


def kept(password):
    """*password* as if it had been hashed."""
    return NewPassword(password, f"hash of {password}")


def test_changing_it_closes_the_other_sessions(db, user):
    mine, other = entered(db, user), entered(db, user)
    actions.change_password(db, viewer(db, mine), known(user), kept(NEW), NOW)
    db.flush()
    assert user.password_hash == kept(NEW).hashed
    assert viewer(db, mine) is not None
    assert viewer(db, other) is None


def test_changing_it_takes_the_current_one(db, user):
    mine = viewer(db, entered(db, user))
    with pytest.raises(Invalid, match="actuel"):
        actions.change_password(db, mine, known(user, holds=False), kept(NEW), NOW)


def test_the_proof_of_somebody_else_changes_nothing(db, user):
    stranger = make_user(db, organisation_id=user.organisation_id, email="b@tilleuls.example")
    mine = viewer(db, entered(db, user))
    with pytest.raises(Invalid):
        actions.change_password(db, mine, known(stranger), kept(NEW), NOW)


def test_a_poor_password_is_refused(db, user):
    mine = viewer(db, entered(db, user))
    with pytest.raises(Invalid, match="proche de votre nom"):
        actions.change_password(db, mine, known(user), kept("alice-tilleuls-26"), NOW)


def test_a_link_serves_once_and_closes_every_session(db, user):
    token = entered(db, user)
    link = actions.request_reset(db, " Alice@tilleuls.example", HOME, NOW)
    assert queries.is_reset_open(db, link.token, NOW)
    assert actions.reset_password(db, link.token, kept(NEW), NOW) == user.id
    db.flush()
    assert user.password_hash == kept(NEW).hashed
    assert viewer(db, token) is None
    with pytest.raises(NotFound):
        actions.reset_password(db, link.token, kept(NEW), NOW)


def test_a_link_lasts_an_hour(db, user):
    link = actions.request_reset(db, EMAIL, HOME, NOW)
    late = NOW + timedelta(hours=1)
    assert not queries.is_reset_open(db, link.token, late)
    with pytest.raises(NotFound):
        actions.reset_password(db, link.token, kept(NEW), late)


def test_a_stranger_who_asks_for_a_link_does_not_spend_the_owner_s(db, user):
    mine = actions.request_reset(db, EMAIL, HOME, NOW)
    theirs = actions.request_reset(db, EMAIL, ELSEWHERE, NOW)
    assert actions.reset_password(db, mine.token, kept(NEW), NOW) == user.id
    with pytest.raises(NotFound):
        actions.reset_password(db, theirs.token, kept(NEW), NOW)


def test_links_fill_no_mailbox_and_their_owner_still_gets_one(db, user):
    sent = [actions.request_reset(db, EMAIL, ELSEWHERE, NOW) for _number in range(MOST_LINKS)]
    assert all(sent)
    assert actions.request_reset(db, EMAIL, HOME, NOW) is None
    entered(db, user)
    assert actions.request_reset(db, EMAIL, ELSEWHERE, NOW) is None
    assert actions.request_reset(db, EMAIL, HOME, NOW) is not None
    assert queries.is_reset_open(db, sent[0].token, NOW)
    later = NOW + timedelta(hours=1)
    assert actions.request_reset(db, EMAIL, ELSEWHERE, later) is not None


def test_a_changed_password_ends_the_links(db, user):
    link = actions.request_reset(db, EMAIL, HOME, NOW)
    actions.change_password(db, viewer(db, entered(db, user)), known(user), kept(NEW), NOW)
    assert not queries.is_reset_open(db, link.token, NOW)


def test_the_database_does_not_know_the_link(db, user):
    link = actions.request_reset(db, EMAIL, HOME, NOW)
    db.flush()
    assert link.token not in db.scalars(select(PasswordReset.token_hash)).one()
    assert link.token not in repr(link)


def test_nobody_gets_no_link(db, user):
    assert actions.request_reset(db, "personne@tilleuls.example", HOME, NOW) is None
    user.disabled_at = NOW
    db.flush()
    assert actions.request_reset(db, EMAIL, HOME, NOW) is None


def test_a_link_does_not_bring_back_a_disabled_user(db, user):
    link = actions.request_reset(db, EMAIL, HOME, NOW)
    actions.disable_user(db, user.id, NOW)
    with pytest.raises(NotFound):
        actions.reset_password(db, link.token, kept(NEW), NOW)


def test_a_poor_choice_leaves_the_link_whole(database):
    with database.transaction() as db:
        make_user(db, organisation_id=make_organisation(db).id)
        link = actions.request_reset(db, EMAIL, HOME, NOW)
    with pytest.raises(Invalid), database.transaction() as db:
        actions.reset_password(db, link.token, kept("court"), NOW)
    with database.reading() as db:
        assert queries.is_reset_open(db, link.token, NOW)


@pytest.mark.parametrize("email", [EMAIL, "personne@tilleuls.example"])
def test_requests_for_a_link_are_limited_by_network_whoever_is_asked_for(db, user, email):
    limits = SessionLimits(tries=2)
    for number in range(2):
        actions.count_reset(db, email, f"192.0.2.{number}", NOW, limits)
    with pytest.raises(TooMany, match="demandes de nouveau mot de passe"):
        actions.count_reset(db, f"{email.title()} ", "192.0.2.9", NOW, limits)
    actions.count_reset(db, email, ELSEWHERE, NOW, limits)


def test_requests_for_links_are_limited_by_address_too(db):
    limits = SessionLimits(tries=2)
    for number in range(2):
        actions.count_reset(db, f"u{number}@tilleuls.example", "192.0.2.1", NOW, limits)
    with pytest.raises(TooMany):
        actions.count_reset(db, "other@tilleuls.example", "192.0.2.1", NOW, limits)


def test_an_unknown_user_costs_as_much_as_a_known_one(dear_hashes):
    unknown, known = dummy_hash(), actions.hash_password("cheval pile agrafe juste")
    assert extract_parameters(unknown) == extract_parameters(known)
    assert not actions.verify_password(
        SignInCandidate(None, EMAIL, unknown), "cheval pile agrafe juste"
    ).holds


def new_user(organisation_id, **values):
    return NewUser(
        **{
            "organisation_id": organisation_id,
            "email": "Zoe@tilleuls.example",
            "name": "Zoé Blanc",
            "role": Role.CLIENT,
        }
        | values
    )


def test_a_user_is_created_with_a_good_password(db):
    organisation = actions.create_organisation(db, "Tilleuls", OrganisationKind.COMPANY, NOW)
    user_id = actions.create_user(db, new_user(organisation), kept(NEW), NOW)
    row = db.get(User, user_id)
    assert row.email == "zoe@tilleuls.example"
    assert row.password_hash == kept(NEW).hashed


def test_a_password_is_hashed_once_it_is_good():
    made = actions.new_password(NEW)
    assert actions.verify_password(SignInCandidate(1, EMAIL, made.hashed), NEW).holds
    assert NEW not in repr(made)
    assert made.hashed not in repr(made)


@pytest.mark.parametrize("poor", ["court", "x" * 2000, "azertyuiop12345"])
def test_a_poor_password_costs_no_hash(poor, monkeypatch):
    monkeypatch.setattr(passwords, "hash_password", None)
    with pytest.raises(Invalid):
        actions.new_password(poor)


def test_a_password_opens_however_its_accents_are_encoded():
    composed, apart = "été-volets-marmite", "e\u0301te\u0301-volets-marmite"
    for kept_as in (actions.hash_password(composed), passwords._HASHER.hash(apart)):
        assert actions.verify_password(SignInCandidate(1, EMAIL, kept_as), apart).holds
    assert actions.verify_password(
        SignInCandidate(1, EMAIL, actions.hash_password(apart)), composed
    ).holds


def test_an_email_belongs_to_one_user(db):
    organisation = actions.create_organisation(db, "Tilleuls", OrganisationKind.COMPANY, NOW)
    actions.create_user(db, new_user(organisation), kept(NEW), NOW)
    with pytest.raises(Conflict):
        actions.create_user(
            db, new_user(organisation, email="zoe@TILLEULS.example"), kept(NEW), NOW
        )


@pytest.mark.parametrize(
    "email", ["", "zoe", "zoe@", "a b@c.example", "@x.example", "=?utf-8?q?zoe?=@x.example"]
)
def test_an_email_has_two_sides(db, email):
    organisation = actions.create_organisation(db, "Tilleuls", OrganisationKind.COMPANY, NOW)
    with pytest.raises(Invalid):
        actions.create_user(db, new_user(organisation, email=email), kept(NEW), NOW)


def test_a_user_needs_an_organisation(db):
    with pytest.raises(NotFound):
        actions.create_user(db, new_user(404), kept(NEW), NOW)


def test_a_new_user_has_no_poor_password(db):
    organisation = actions.create_organisation(db, "Tilleuls", OrganisationKind.COMPANY, NOW)
    with pytest.raises(Invalid):
        actions.create_user(db, new_user(organisation), kept("zoeblanc-tilleuls"), NOW)


def test_preferences_are_kept(db, user):
    mine = viewer(db, entered(db, user))
    actions.set_preferences(db, mine, language="en", theme="dark")
    again = viewer(db, entered(db, user))
    assert (again.language, again.theme) == ("en", "dark")


@pytest.mark.parametrize("choice", [{"language": "xx"}, {"theme": "neon"}])
def test_an_unknown_preference_is_refused(db, user, choice):
    with pytest.raises(Invalid):
        actions.set_preferences(db, viewer(db, entered(db, user)), **choice)


def test_my_account_is_mine(db, user):
    account = queries.get_account(db, viewer(db, entered(db, user)))
    assert (account.name, account.email) == ("Alice Tilleul", EMAIL)
    assert account.organisation == "Tilleuls"


def test_organisations_are_listed_to_the_staff_only(db, people, alice, dora):
    assert len(queries.list_organisations(db, dora)) == 4
    assert queries.list_organisations(db, alice) == (("1", "Organisation de alice"),)


def test_the_journal_of_an_object_is_read_by_its_organisation(db, people, alice, charlie, dora):
    make = PasswordCheck(SignInCandidate(1, EMAIL, "!"), holds=True)
    actions.sign_in(db, make, NOW, RequestOrigin())
    db.flush()
    session = queries.list_sessions(db, alice, NOW, SessionLimits())[0]
    subject = ("session", session.id)
    assert [event.action for event in audit.list_events(db, alice, subject)] == [
        "accounts.signed_in"
    ]
    assert audit.list_events(db, charlie, subject) == ()
    assert len(audit.list_events(db, dora, subject)) == 1
