"""Select the contracts that a viewer can see, the viewer's side, and their rows."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session, aliased

from core.access import OrganisationKind, Permission, Viewer, permissions_of
from core.database import NO_ID
from core.errors import NotFound
from core.i18n import N_
from core.records import copy_fields
from data.contracts.models import Contract, ContractEvent, ContractText
from data.contracts.rules.states import waits_for
from data.contracts.types import (
    ContractActor,
    ContractRow,
    ContractState,
    ContractTrigger,
    TextKind,
    TextState,
)
from data.identity.accounts.models import Organisation, User

HIDDEN = N_("Ce contrat est introuvable.")
NO_ORGANISATION = N_("Cette organisation est introuvable.")
renewed = aliased(Contract)
follower = aliased(Contract)
OPEN_TEXTS = (TextState.OFFERED, TextState.CLIENT_SIGNED)


def visible(viewer: Viewer) -> Select[Contract]:
    """Select the contracts of the viewer's organisation; all for staff."""
    viewer.require(Permission.CONTRACTS_READ)
    query = select(Contract)
    if viewer.staff:
        return query
    return query.where(Contract.organisation_id == viewer.organisation_id)


def get_actor(viewer: Viewer) -> ContractActor:
    return ContractActor.OPERATOR if viewer.staff else ContractActor.CLIENT


def is_last_actor(
    db: Session, viewer: Viewer, contract: Contract, trigger: ContractTrigger
) -> bool:
    """Return whether the viewer's side made the last transition of this kind."""
    query = select(ContractEvent.actor).where(
        ContractEvent.contract_id == contract.id, ContractEvent.trigger == trigger
    )
    return db.scalar(query.order_by(ContractEvent.id.desc()).limit(1)) is get_actor(viewer)


def get_contract_organisation(db: Session, viewer: Viewer, organisation_id: int | None) -> int:
    """Return the contracting organisation: one's own, or any client's for staff."""
    viewer.require(Permission.CONTRACTS_READ)
    if not viewer.staff:
        if organisation_id not in {None, viewer.organisation_id}:
            raise NotFound(NO_ORGANISATION)
        organisation_id = viewer.organisation_id
    client = select(Organisation.id).where(
        Organisation.id == organisation_id, Organisation.kind != OrganisationKind.DISTRIBUTOR
    )
    is_valid_id = organisation_id is not None and 0 < organisation_id < NO_ID
    client_id = db.scalar(client) if is_valid_id else None
    if client_id is None:
        raise NotFound(NO_ORGANISATION)
    return client_id


def load_signers(db: Session, viewer: Viewer, organisation_id: int) -> dict[str, int]:
    """Return the open accounts of an organisation that can sign for it, by address."""
    client_id = get_contract_organisation(db, viewer, organisation_id)
    query = (
        select(User.id, User.email, User.role, Organisation.kind)
        .join(Organisation, Organisation.id == User.organisation_id)
        .where(User.organisation_id == client_id, User.disabled_at.is_(None))
    )
    people = db.execute(query.order_by(User.id)).all()
    return {
        account.email: account.id
        for account in people
        if Permission.CONTRACTS_SIGN
        in permissions_of(account.role, account.kind, alone=len(people) == 1)
    }


def list_member_emails(db: Session, viewer: Viewer) -> frozenset[str]:
    """Return the addresses of all accounts of the viewer's organisation, closed ones included."""
    viewer.require(Permission.CONTRACTS_WRITE)
    query = select(User.email).where(User.organisation_id == viewer.organisation_id)
    return frozenset(db.scalars(query))


def get_joined_query(query: Select[Any]) -> Select[Any]:
    """Join the organisation, the renewed contract and the pending amendment."""
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


def get_contract_columns() -> tuple[Any, ...]:
    """Return the columns that `read_contract_row` reads, of a joined query."""
    return (
        Contract,
        Organisation.name.label("organisation"),
        renewed.number.label("renews"),
        ContractText.state.label("amendment"),
        has_signed_renewal().label("followed"),
    )


def has_signed_renewal() -> ColumnElement[bool]:
    """Return whether its renewal is signed by both sides, so that nobody needs to act."""
    return (
        select(follower.id)
        .where(follower.renews_id == Contract.id, follower.state == ContractState.COUNTERSIGNED)
        .correlate(Contract)
        .exists()
    )


def is_waiting_for_viewer(viewer: Viewer) -> ColumnElement[bool]:
    """Return whether the viewer's side must act, as `waits_for` says."""
    if viewer.staff:
        return or_(
            Contract.state == ContractState.CLIENT_SIGNED,
            ContractText.state == TextState.CLIENT_SIGNED,
        )
    return or_(
        Contract.state.in_((ContractState.DRAFT, ContractState.SENT)),
        ContractText.state == TextState.OFFERED,
    )


def read_contract_row(row: Any, viewer: Viewer) -> ContractRow:  # noqa: ANN401 (a row of `columns`)
    contract: Contract = row.Contract
    return copy_fields(
        ContractRow,
        contract,
        organisation=row.organisation,
        number=contract.number or "",
        days_left=None if row.followed else _count_days_left(contract, viewer.today),
        renews=row.renews or "",
        amendment=row.amendment,
        waits=waits_for(contract.state, row.amendment) is get_actor(viewer),
    )


def _count_days_left(one: Contract, today: date) -> int | None:
    if one.state is not ContractState.ACTIVE or one.ends_on is None:
        return None
    return (one.ends_on - today).days
