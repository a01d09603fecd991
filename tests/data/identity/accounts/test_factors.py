"""Who lost their telephone is helped by who may, never by themselves."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.access import OrganisationKind, Role, Viewer
from core.errors import Forbidden, Invalid, NotFound
from data.identity.accounts import actions
from data.identity.accounts.models import LoginSession, RecoveryCode, SecondFactor
from data.identity.accounts.queries import has_second_factor, security
from data.identity.accounts.types import PasswordCheck, SignInCandidate
from data.identity.audit.models import AuditEvent
from tests.conftest import TODAY
from tests.factories import NOW, make_organisation, make_user

STAFF = Viewer(4, 4, OrganisationKind.DISTRIBUTOR, Role.ACCOUNT_MANAGER, TODAY)


@pytest.fixture
def team(db, people):
    """Of organisation 1: Ada and Abel administer it, Alice and Anna do not; of 2, Boris alone."""
    ids = {"alice": 1, "bob": 2, "dora": 4}
    for name, organisation, role in (
        ("ada", 1, Role.ADMINISTRATOR),
        ("abel", 1, Role.ADMINISTRATOR),
        ("anna", 1, Role.CLIENT),
        ("boris", 2, Role.ADMINISTRATOR),
        ("denis", 4, Role.ADMINISTRATOR),
    ):
        email = f"{name}@tilleuls.example"
        made = make_user(db, organisation_id=organisation, email=email, name=name, role=role)
        ids[name] = made.id
    for user_id in ids.values():
        coded(db, user_id)
    return ids


def coded(db, user_id):
    db.add(
        SecondFactor(
            user_id=user_id, sealed_secret="x", created_at=NOW, confirmed_at=NOW, last_step=0
        )
    )
    db.add(RecoveryCode(user_id=user_id, code_hash="x"))
    db.add(
        LoginSession(token_hash=f"t{user_id}", user_id=user_id, started_at=NOW, last_seen_at=NOW)
    )
    db.flush()


def administrator(user, organisation=1, kind=OrganisationKind.COLLECTIVITY):
    return Viewer(user, organisation, kind, Role.ADMINISTRATOR, TODAY)


def proof(viewer):
    return PasswordCheck(SignInCandidate(viewer.user_id, "x@tilleuls.example", "!"), holds=True)


def names(db, viewer):
    return {one.name for one in security.list_coded(db, viewer)}


def test_an_administrator_sees_colleagues_and_not_themselves(db, team):
    assert names(db, administrator(team["ada"])) == {"Alice", "abel", "anna"}
    assert names(db, administrator(team["boris"], 2)) == {"Bob"}


def test_staff_sees_the_last_administrators(db, team):
    assert names(db, STAFF) == {"boris"}
    denis = administrator(team["denis"], 4, OrganisationKind.DISTRIBUTOR)
    assert names(db, denis) == {"boris", "Dora"}
    actions.disable_user(db, team["abel"], NOW)
    assert names(db, STAFF) == {"boris", "ada"}


def test_it_takes_all_of_it_off_and_is_noted(db, team):
    viewer = administrator(team["ada"])
    found = actions.reset_factor_of(db, viewer, proof(viewer), team["anna"], NOW)
    assert found.name == "anna"
    assert not has_second_factor(db, team["anna"])
    left = select(RecoveryCode).where(RecoveryCode.user_id == team["anna"])
    assert db.scalars(left).all() == []
    session = select(LoginSession.ended_at).where(LoginSession.user_id == team["anna"])
    assert db.scalars(session).one() == NOW
    event = db.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert (event.action, event.actor_id) == ("accounts.second_factor_reset", team["ada"])
    assert event.object_id == str(team["anna"])
    assert has_second_factor(db, team["alice"])
    with pytest.raises(NotFound):
        actions.reset_factor_of(db, viewer, proof(viewer), team["anna"], NOW)


@pytest.mark.parametrize("whom", ["ada", "bob", "boris", "dora", "denis"])
def test_an_administrator_helps_neither_themselves_nor_another_organisation(db, team, whom):
    viewer = administrator(team["ada"])
    with pytest.raises(NotFound):
        actions.reset_factor_of(db, viewer, proof(viewer), team[whom], NOW)
    assert has_second_factor(db, team[whom])


def test_it_takes_the_own_password_of_who_does_it(db, team):
    viewer = administrator(team["ada"])
    for wrong in (
        PasswordCheck(SignInCandidate(team["ada"], "x", "!"), holds=False),
        PasswordCheck(SignInCandidate(team["anna"], "x", "!"), holds=True),
    ):
        with pytest.raises(Invalid):
            actions.reset_factor_of(db, viewer, wrong, team["anna"], NOW)
    assert has_second_factor(db, team["anna"])


@pytest.mark.parametrize("role", [Role.CLIENT, Role.FACILITY_MANAGER, Role.ACCOUNT_MANAGER])
def test_other_roles_help_nobody(db, team, role):
    viewer = Viewer(team["alice"], 1, OrganisationKind.COMPANY, role, TODAY)
    with pytest.raises(Forbidden):
        security.list_coded(db, viewer)
    with pytest.raises(Forbidden):
        actions.reset_factor_of(db, viewer, proof(viewer), team["anna"], NOW)


def test_who_has_none_or_is_cut_is_not_there(db, team):
    other = make_organisation(db, name="Ailleurs")
    make_user(
        db,
        organisation_id=other.id,
        email="z@ailleurs.example",
        role=Role.ADMINISTRATOR,
        name="Zoé",
    )
    actions.disable_user(db, team["boris"], NOW + timedelta(days=1))
    assert names(db, STAFF) == set()
