"""Invite the people named in a dossier, once, when their contract comes into force."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from core.database import change_rows
from data.contracts.actions.transitions import ContractAuthor, locked, record
from data.contracts.models import Contract, ContractSignature, ContractText
from data.contracts.rules.serializer import unpacked_invites
from data.contracts.types import (
    ContractState,
    ContractTrigger,
    Invite,
    InvitedGuests,
    Party,
    TextKind,
    TextState,
)


def take_guests(db: Session, contract_id: int, now: datetime) -> InvitedGuests | None:
    """Take the people to invite of a contract in force, for this transaction; None without any.

    They are those in the dossier when its text was offered, as the signer saw them; later changes
    invite nobody. They are taken once, without those invited by the contract that this one renews.
    """
    contract = locked(db, select(Contract).where(Contract.id == contract_id))
    if (
        contract is None
        or contract.state is not ContractState.ACTIVE
        or contract.invited_at is not None
    ):
        return None
    mine = update(Contract).where(Contract.id == contract.id).values(invited_at=now)
    change_rows(db, mine)
    db.refresh(contract)
    row = db.execute(_signed().where(ContractText.contract_id == contract.id)).one_or_none()
    if row is None:
        return None
    invites = invites_of(db, contract, row.dossier)
    if not invites:
        return None
    record(db, contract, ContractTrigger.INVITED, ContractAuthor(now), before=contract.state)
    return InvitedGuests(contract.organisation_id, row.user_id, row.name, invites)


def invites_of(db: Session, contract: Contract, dossier: Mapping[str, Any]) -> tuple[Invite, ...]:
    """Return the invitations in `dossier`, without people whom another contract invited."""
    before = _invited_before(db, contract)
    return tuple(invite for invite in unpacked_invites(dossier) if invite.email not in before)


def _invited_before(db: Session, contract: Contract) -> set[str]:
    """Return the addresses invited by other contracts of the organisation."""
    others = _signed().join(Contract, Contract.id == ContractText.contract_id)
    query = others.where(
        Contract.organisation_id == contract.organisation_id,
        Contract.id != contract.id,
        Contract.invited_at.is_not(None),
    )
    return {invite.email for row in db.execute(query) for invite in unpacked_invites(row.dossier)}


def _signed() -> Select[dict[str, Any], int, str]:
    """Select contracts signed by both sides, and the signer of the organisation."""
    return (
        select(ContractText.dossier, ContractSignature.user_id, ContractSignature.name)
        .join(ContractSignature, ContractSignature.version_id == ContractText.id)
        .where(
            ContractText.kind == TextKind.ORIGINAL,
            ContractText.state == TextState.COUNTERSIGNED,
            ContractSignature.party == Party.CLIENT,
        )
    )
