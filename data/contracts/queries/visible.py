"""Which contracts a viewer may see, which side they are on, and how a contract is read."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session, aliased

from data.access import OrganisationKind, Permission, Viewer, permissions_of
from data.accounts.models import Organisation, User
from data.contracts.models import Contract, ContractEvent, ContractText
from data.contracts.rules.states import waits_for
from data.contracts.types import (
    Actor,
    ContractRow,
    ContractState,
    TextKind,
    TextState,
    Trigger,
)
from data.db import NO_ID
from data.errors import NotFound
from i18n import N_

HIDDEN = N_("Ce contrat est introuvable.")
NO_ORGANISATION = N_("Cette organisation est introuvable.")
renewed = aliased(Contract)
follower = aliased(Contract)
OPEN_TEXTS = (TextState.OFFERED, TextState.CLIENT_SIGNED)


def visible(viewer: Viewer) -> Select[Contract]:
    """The contracts of the viewer's organisation; all for the distributor's staff."""
    viewer.require(Permission.CONTRACTS_READ)
    query = select(Contract)
    if viewer.staff:
        return query
    return query.where(Contract.organisation_id == viewer.organisation_id)


def actor_of(viewer: Viewer) -> Actor:
    return Actor.OPERATOR if viewer.staff else Actor.CLIENT


def did_last(db: Session, viewer: Viewer, one: Contract, trigger: Trigger) -> bool:
    """The viewer's side did it last: who sent a contract's text takes it back, and no other."""
    query = select(ContractEvent.actor).where(
        ContractEvent.contract_id == one.id, ContractEvent.trigger == trigger
    )
    return db.scalar(query.order_by(ContractEvent.id.desc()).limit(1)) is actor_of(viewer)


def organisation_for(db: Session, viewer: Viewer, organisation_id: int | None) -> int:
    """The organisation that a contract is about: one's own, or any client's for the staff."""
    viewer.require(Permission.CONTRACTS_READ)
    if not viewer.staff:
        if organisation_id not in {None, viewer.organisation_id}:
            raise NotFound(NO_ORGANISATION)
        organisation_id = viewer.organisation_id
    client = select(Organisation.id).where(
        Organisation.id == organisation_id, Organisation.kind != OrganisationKind.DISTRIBUTOR
    )
    known = organisation_id is not None and 0 < organisation_id < NO_ID
    found = db.scalar(client) if known else None
    if found is None:
        raise NotFound(NO_ORGANISATION)
    return found


def signers_of(db: Session, viewer: Viewer, organisation_id: int) -> dict[str, int]:
    """The open accounts of an organisation that may sign for it, by their address."""
    found = organisation_for(db, viewer, organisation_id)
    query = (
        select(User.id, User.email, User.role, Organisation.kind)
        .join(Organisation, Organisation.id == User.organisation_id)
        .where(User.organisation_id == found, User.disabled_at.is_(None))
    )
    people = db.execute(query.order_by(User.id)).all()
    return {
        one.email: one.id
        for one in people
        if Permission.CONTRACTS_SIGN in permissions_of(one.role, one.kind, alone=len(people) == 1)
    }


def members_of(db: Session, viewer: Viewer) -> frozenset[str]:
    """The addresses of the accounts of the viewer's own organisation, closed ones too."""
    viewer.require(Permission.CONTRACTS_WRITE)
    query = select(User.email).where(User.organisation_id == viewer.organisation_id)
    return frozenset(db.scalars(query))


def joined(query: Select[Any]) -> Select[Any]:
    """With the organisation, the contract that is renewed and the amendment under way."""
    open_amendment = and_(
        ContractText.contract_id == Contract.id,
        ContractText.kind == TextKind.AMENDMENT,
        ContractText.state.in_(OPEN_TEXTS),
    )
    return (
        query.join(Organisation, Organisation.id == Contract.organisation_id)
        .outerjoin(renewed, renewed.id == Contract.renews_id)
        .outerjoin(ContractText, open_amendment)
    )


def columns() -> tuple[Any, ...]:
    """What `contract_row` reads, of a `joined` query."""
    return (
        Contract,
        Organisation.name.label("organisation"),
        renewed.number.label("renews"),
        ContractText.state.label("amendment"),
        followed().label("followed"),
    )


def followed() -> ColumnElement[bool]:
    """Its renewal is signed by both: nobody has to act before it ends."""
    return (
        select(follower.id)
        .where(follower.renews_id == Contract.id, follower.state == ContractState.COUNTERSIGNED)
        .correlate(Contract)
        .exists()
    )


def waiting(viewer: Viewer) -> ColumnElement[bool]:
    """It is the turn of the viewer's side, as `waits_for` says."""
    if viewer.staff:
        return or_(
            Contract.state == ContractState.CLIENT_SIGNED,
            ContractText.state == TextState.CLIENT_SIGNED,
        )
    return or_(
        Contract.state.in_((ContractState.DRAFT, ContractState.SENT)),
        ContractText.state == TextState.OFFERED,
    )


def contract_row(row: Any, viewer: Viewer) -> ContractRow:  # noqa: ANN401 (a row of `columns`)
    one: Contract = row.Contract
    return ContractRow(
        uid=one.uid,
        organisation_id=one.organisation_id,
        organisation=row.organisation,
        number=one.number or "",
        state=one.state,
        version=one.version,
        starts_on=one.starts_on,
        ends_on=one.ends_on,
        days_left=None if row.followed else _left(one, viewer.today),
        changed_at=one.changed_at,
        renews=row.renews or "",
        amendment=row.amendment,
        waits=waits_for(one.state, row.amendment) is actor_of(viewer),
    )


def _left(one: Contract, today: date) -> int | None:
    if one.state is not ContractState.ACTIVE or one.ends_on is None:
        return None
    return (one.ends_on - today).days
