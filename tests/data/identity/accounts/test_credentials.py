"""Credentials of programs: made by administrators, shown once, few, held in constant time."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.access import OrganisationKind, Role, Viewer
from core.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from data.identity.accounts import actions
from data.identity.accounts.actions import credentials
from data.identity.accounts.models import ApiCredential, LoginAttempt
from data.identity.accounts.queries import get_token_digest, security
from data.identity.accounts.types import PasswordCheck, SessionLimits, SignInCandidate
from data.identity.accounts.types.security import ApiScope, CredentialState, WantedCredential
from data.identity.audit.models import AuditEvent
from tests.conftest import TODAY
from tests.factories import NOW

WANTED = WantedCredential("Supervision", frozenset({ApiScope.PCES_READ, ApiScope.RIGHTS_READ}), 90)
OTHER = replace(WANTED, name="Relève")
LIMITS = SessionLimits()


def administrator(user=1, organisation=1):
    return Viewer(user, organisation, OrganisationKind.COLLECTIVITY, Role.ADMINISTRATOR, TODAY)


def proof(user=1):
    return PasswordCheck(SignInCandidate(user, "x@tilleuls.example", "!"), holds=True)


def made(db, wanted=WANTED, user=1, organisation=1, now=NOW):
    return actions.create_credential(
        db, administrator(user, organisation), proof(user), wanted, now
    )


def shown(db, issued, now=NOW, **more):
    return actions.authenticate_client(db, issued.client_id, issued.secret, now, **more)


def test_a_credential_is_made_and_only_its_fingerprint_is_kept(db, people):
    issued = made(db)
    row = db.scalars(select(ApiCredential)).one()
    assert row.secret_hash == get_token_digest(issued.secret)
    kept = f"{vars(row)} {[vars(event) for event in db.scalars(select(AuditEvent))]}"
    assert issued.secret not in kept
    assert issued.secret not in repr(issued)
    assert len(issued.secret) >= 43
    assert row.expires_at == NOW + timedelta(days=90)
    event = db.scalars(select(AuditEvent)).one()
    assert (event.action, event.actor_id) == ("accounts.credential_created", 1)


def test_the_list_says_all_of_it_but_the_secret(db, people):
    first, second = made(db), made(db, replace(WANTED, name=" Autre \t programme "))
    actions.revoke_credential(db, administrator(), 2, NOW)
    shown(db, first, NOW + timedelta(hours=1))
    rows = security.list_credentials(db, administrator(), NOW)
    assert [(row.name, row.state) for row in rows] == [
        ("Supervision", CredentialState.LIVE),
        ("Autre programme", CredentialState.REVOKED),
    ]
    assert rows[0].last_used_at == NOW + timedelta(hours=1)
    assert rows[0].scopes == (ApiScope.PCES_READ, ApiScope.RIGHTS_READ)
    assert rows[0].author == "Alice"
    late = security.list_credentials(db, administrator(), NOW + timedelta(days=90))
    assert {row.state for row in late} == {CredentialState.EXPIRED, CredentialState.REVOKED}
    assert second.secret not in str(rows)


@pytest.mark.parametrize(
    "wanted",
    [
        replace(WANTED, name=" "),
        replace(WANTED, name="x" * 81),
        replace(WANTED, name="a\x07b"),
        replace(WANTED, scopes=frozenset()),
        replace(WANTED, days=0),
        replace(WANTED, days=3650),
    ],
)
def test_what_will_not_do_is_refused(db, people, wanted):
    with pytest.raises(Invalid):
        made(db, wanted)
    assert not db.scalars(select(ApiCredential)).all()


def test_no_two_that_stand_bear_one_name(db, people):
    made(db)
    with pytest.raises(Invalid, match="porte déjà ce nom") as refused:
        made(db, replace(WANTED, name="  supervisION"))
    assert refused.value.params["field"] == "name"
    made(db, user=2, organisation=2)
    actions.revoke_credential(db, administrator(), 1, NOW)
    made(db)
    made(db, now=NOW + timedelta(days=91))  # the one of before has expired


def test_it_takes_the_role_and_the_password(db, people, alice):
    with pytest.raises(Forbidden):
        actions.create_credential(db, alice, proof(), WANTED, NOW)
    with pytest.raises(Invalid):
        actions.create_credential(db, administrator(), proof(2), WANTED, NOW)
    for ask in (security.list_credentials, security.get_credential):
        with pytest.raises(Forbidden):
            ask(db, alice, *([1] if ask is security.get_credential else []), NOW)
    with pytest.raises(Forbidden):
        actions.revoke_credential(db, alice, 1, NOW)


def test_twenty_stand_at_most(db, people):
    others = [replace(WANTED, name=f"Supervision {n}") for n in range(credentials.MOST + 1)]
    for one in others[1:]:
        made(db, one)
    with pytest.raises(Conflict):
        made(db)
    made(db, user=2, organisation=2)  # another organisation has its own
    actions.revoke_credential(db, administrator(), 1, NOW)
    made(db)
    with pytest.raises(Conflict):
        made(db, others[0])
    made(db, now=NOW + timedelta(days=90))  # the others have expired


def test_who_runs_the_portal_keeps_those_of_every_organisation(db, people):
    staff = Viewer(4, 4, OrganisationKind.DISTRIBUTOR, Role.ADMINISTRATOR, TODAY)
    issued = actions.create_credential(db, staff, proof(4), WANTED, NOW, organisation_id=1)
    assert shown(db, issued).organisation_id == 1
    made(db, OTHER)
    assert security.list_credentials(db, staff, NOW) == ()
    rows = security.list_credentials(db, staff, NOW, organisation_id=1)
    assert [", " in row.author for row in rows] == [False, True]
    assert rows == security.list_credentials(db, administrator(), NOW)
    events = security.list_organisation_events(db, administrator())
    assert [event.thing for event in events] == ["Relève", "Supervision"]
    for number in (1, 2):
        assert security.get_credential(db, staff, number, NOW).organisation_id == 1
        actions.revoke_credential(db, staff, number, NOW)
    assert shown(db, issued) is None
    for nowhere in (0, -1, 999, 2**70):
        with pytest.raises(NotFound):
            security.list_credentials(db, staff, NOW, organisation_id=nowhere)
    with pytest.raises(NotFound):
        security.get_credential(db, staff, 999, NOW)


def test_an_account_manager_keeps_none(db, people, dora):
    made(db)
    for organisation in (1, 4, None):
        with pytest.raises(Forbidden):
            actions.create_credential(db, dora, proof(4), WANTED, NOW, organisation_id=organisation)
    with pytest.raises(Forbidden):
        actions.revoke_credential(db, dora, 1, NOW)


def test_another_organisation_neither_sees_nor_ends_it(db, people):
    made(db)
    other = administrator(2, 2)
    assert security.list_credentials(db, other, NOW) == ()
    with pytest.raises(NotFound):
        security.get_credential(db, other, 1, NOW)
    with pytest.raises(NotFound):
        actions.revoke_credential(db, other, 1, NOW)
    assert shown(db, credentials.IssuedCredential("", "", "")) is None


def test_the_right_secret_lets_in_with_what_was_ticked(db, people):
    issued = made(db)
    client = shown(db, issued)
    assert (client.organisation_id, client.scopes) == (1, WANTED.scopes)
    db.scalars(select(ApiCredential)).one().scopes = ["pces.read", "of.another.age"]
    assert shown(db, issued).scopes == {ApiScope.PCES_READ}


def test_the_last_use_is_written_once_a_minute(db, people):
    issued = made(db)
    for seconds, expected in ((0, 0), (59, 0), (60, 60)):
        shown(db, issued, NOW + timedelta(seconds=seconds))
        used = db.scalars(select(ApiCredential.last_used_at)).one()
        assert used == NOW + timedelta(seconds=expected)


def test_revoked_expired_wrong_and_unknown_are_the_same_nothing(db, people):
    issued, gone = made(db), made(db, OTHER)
    actions.revoke_credential(db, administrator(), 2, NOW)
    late = NOW + timedelta(days=90)
    assert shown(db, gone) is None
    assert shown(db, issued, late) is None
    assert shown(db, replace(issued, secret="x")) is None
    assert shown(db, replace(issued, secret=gone.secret)) is None
    assert shown(db, replace(issued, client_id="ec_nobody")) is None
    assert shown(db, replace(issued, secret="")) is None
    assert shown(db, issued) is not None


def test_a_revocation_happens_once(db, people):
    made(db)
    actions.revoke_credential(db, administrator(), 1, NOW)
    with pytest.raises(NotFound):
        actions.revoke_credential(db, administrator(), 1, NOW)
    with pytest.raises(NotFound):
        security.get_credential(db, administrator(), 1, NOW)


def test_tries_are_ten_a_network_and_a_right_one_forgets_those_before(db, people):
    issued = made(db)
    wrong = replace(issued, secret="x")
    for _number in range(9):
        assert shown(db, wrong, address="192.0.2.1") is None
    assert shown(db, issued, address="192.0.2.1") is not None
    for number in range(10):
        assert shown(db, wrong, address=f"192.0.2.{number}") is None
    with pytest.raises(TooMany):
        shown(db, issued, address="192.0.2.77")
    assert shown(db, issued, address="198.51.100.1") is not None  # nobody locks the program out
    assert shown(db, issued, NOW + timedelta(minutes=15), address="192.0.2.1") is not None


def test_an_unknown_program_is_counted_as_a_known_one(db, people):
    nobody = credentials.IssuedCredential("", "ec_nobody", "x")
    for _number in range(10):
        assert shown(db, nobody) is None
    with pytest.raises(TooMany):
        shown(db, nobody)
    assert "ec_nobody" not in str([row.key for row in db.scalars(select(LoginAttempt))])


def test_the_same_is_compared_for_an_unknown_program(db, people, monkeypatch):
    issued, compared = made(db), []
    plain = credentials.hmac.compare_digest
    monkeypatch.setattr(
        credentials.hmac, "compare_digest", lambda *two: compared.append(two) or plain(*two)
    )
    shown(db, replace(issued, secret="x"))
    shown(db, replace(issued, client_id="ec_nobody", secret="x"))
    assert [len(one) == len(other) == 64 for one, other in compared] == [True, True]
    assert compared[0][0] == compared[1][0]
