"""The security journal: one's own, and that of an organisation for its administrators."""

from datetime import timedelta

import pytest

from core.access import OrganisationKind, Role, Viewer
from core.errors import Forbidden
from data.identity.accounts import actions
from data.identity.accounts.models import ApiCredential
from data.identity.accounts.queries import security
from data.identity.accounts.types import (
    PasswordCheck,
    RequestOrigin,
    SignInCandidate,
    SignInPlace,
    TypedCode,
)
from data.identity.audit.actions import note
from tests.conftest import TODAY
from tests.factories import NOW, make_user

HOME = RequestOrigin("Firefox · Linux", "192.0.2.7", "b" * 32)
LATER = NOW + timedelta(hours=1)


def enter(db, user_id, origin=HOME, now=NOW):
    return actions.sign_in(db, proof(user_id), now, origin)


def proof(user_id, *, holds=True):
    emails = {1: "alice@tilleuls.example", 2: "bob@thermia.example"}
    return PasswordCheck(SignInCandidate(user_id, emails.get(user_id, "x"), "!"), holds=holds)


def told(events):
    return [(one.action, one.who, one.whom) for one in events]


def administrator(organisation=1):
    return Viewer(1, organisation, OrganisationKind.COLLECTIVITY, Role.ADMINISTRATOR, TODAY)


def test_it_tells_what_happened_to_me_newest_first(db, people, alice):
    enter(db, 1)
    actions.note_refusal(db, proof(1, holds=False), LATER, HOME)
    actions.note_code(db, TypedCode(1, SignInPlace.SIGN_IN, "000000"), LATER)
    enter(db, 2)
    actions.note_refusal(db, proof(None, holds=False), LATER, HOME)
    events = security.list_own_events(db, alice)
    assert told(events) == [
        ("accounts.code_failed", "", "Alice"),
        ("accounts.sign_in_failed", "", "Alice"),
        ("accounts.signed_in", "Alice", "Alice"),
    ]
    assert (events[2].device, events[2].address) == ("Firefox · Linux", "192.0.2.7")
    assert (events[1].device, events[1].address) == ("Firefox · Linux", "")


def test_what_others_do_to_me_is_there_with_their_name(db, people, alice, bob):
    note(db, NOW, "accounts.second_factor_reset", ("user", 1), actor=(4, 4))
    assert told(security.list_own_events(db, alice)) == [
        ("accounts.second_factor_reset", "Dora", "Alice")
    ]
    assert security.list_own_events(db, bob) == ()


def test_what_is_not_of_security_is_elsewhere(db, people, alice):
    note(db, NOW, "consumption.read", ("pce_data", 1), actor=(1, 1))
    note(db, NOW, "rights.declared", ("user", 1), actor=(1, 1))
    assert security.list_own_events(db, alice) == ()


def test_it_goes_back_page_by_page(db, people, alice):
    for number in range(5):
        enter(db, 1, now=NOW + timedelta(minutes=number))
    first = security.list_own_events(db, alice, limit=2)
    rest = security.list_own_events(db, alice, before=first[-1].id, limit=10)
    assert [one.at for one in (*first, *rest)] == [
        NOW + timedelta(minutes=number) for number in (4, 3, 2, 1, 0)
    ]


def test_a_session_that_is_forgotten_leaves_its_line(db, people, alice):
    note(db, NOW, "accounts.signed_in", ("session", 999), actor=(1, 1))
    note(db, NOW, "accounts.signed_in", ("session", "odd"), actor=(1, 1))
    assert {one.device for one in security.list_own_events(db, alice)} == {""}


def test_an_administrator_reads_that_of_the_whole_organisation(db, people):
    make_user(db, organisation_id=1, email="anna@tilleuls.example", name="Anna")
    enter(db, 1)
    enter(db, 2)
    actions.note_refusal(db, proof(5, holds=False), LATER, HOME)
    note(db, LATER, "accounts.credential_revoked", ("credential", 1), actor=(5, 1))
    assert told(security.list_organisation_events(db, administrator())) == [
        ("accounts.credential_revoked", "Anna", "Anna"),
        ("accounts.sign_in_failed", "", "Anna"),
        ("accounts.signed_in", "Alice", "Alice"),
    ]
    last = security.list_organisation_events(db, administrator(), before=3, limit=1)
    assert told(last) == [("accounts.signed_in", "Alice", "Alice")]


def test_an_administrator_reads_that_of_one_person(db, people):
    make_user(db, organisation_id=1, email="anna@tilleuls.example", name="Anna")
    enter(db, 1)
    enter(db, 2)
    actions.note_refusal(db, proof(5, holds=False), LATER, HOME)
    own = security.list_organisation_events(db, administrator(), about=5)
    assert told(own) == [("accounts.sign_in_failed", "", "Anna")]
    assert told(security.list_organisation_events(db, administrator(), about=1)) == [
        ("accounts.signed_in", "Alice", "Alice")
    ]
    for other in (2, 10**12):  # of another organisation, of none
        assert security.list_organisation_events(db, administrator(), about=other) == ()


def test_a_credential_is_named_once_revoked_too(db, people):
    dates = {"created_at": NOW, "expires_at": LATER, "revoked_at": LATER}
    row = ApiCredential(
        organisation_id=1, name="Télérelève", client_id="c", secret_hash="h", scopes=[],
        created_by=1, **dates,
    )  # fmt: skip
    db.add(row)
    db.flush()
    for action in ("accounts.credential_created", "accounts.credential_revoked"):
        note(db, NOW, action, ("credential", row.id), actor=(1, 1))
    enter(db, 1)
    lines = security.list_organisation_events(db, administrator())
    assert [(one.action, one.thing) for one in lines] == [
        ("accounts.signed_in", ""),
        ("accounts.credential_revoked", "Télérelève"),
        ("accounts.credential_created", "Télérelève"),
    ]


def test_nobody_else_reads_that_of_the_organisation(db, people, alice):
    with pytest.raises(Forbidden):
        security.list_organisation_events(db, alice)


@pytest.mark.parametrize(
    ("browser", "days", "expected"),
    [("b" * 32, 1, False), ("c" * 32, 1, True), ("", 1, True), ("b" * 32, 31, True)],
)
def test_a_browser_is_known_for_a_month(db, people, browser, days, expected):
    enter(db, 1)
    assert security.is_new(db, 1, browser, NOW + timedelta(days=days)) is expected
    assert security.is_new(db, 2, browser, NOW) is False  # its first, of an account just made


def test_a_browser_of_somebody_else_is_not_mine(db, people):
    enter(db, 1)
    enter(db, 2, RequestOrigin("Chrome · Windows", "192.0.2.8", "c" * 32))
    assert security.is_new(db, 2, HOME.browser, LATER)
