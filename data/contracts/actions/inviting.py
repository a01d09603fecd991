"""Those whom a dossier names are invited once, when their contract comes into force."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from data.contracts.actions.moving import By, locked, record
from data.contracts.models import Contract, ContractSignature, ContractText
from data.contracts.rules.packing import unpacked_invites
from data.contracts.types import ContractState, Guests, Invite, Party, TextKind, TextState, Trigger


def take_guests(db: Session, contract_id: int, now: datetime) -> Guests | None:
    """Whom a contract in force invites, to be invited in this transaction; None: nobody.

    They are those whom the dossier named when its text was offered, as who signed it saw them:
    what somebody else types afterwards lets nobody in. Taken once; who was invited by the contract
    before, which this one renews, is not again.
    """
    one = locked(db, select(Contract).where(Contract.id == contract_id))
    if one is None or one.state is not ContractState.ACTIVE or one.invited_at is not None:
        return None
    mine = update(Contract).where(Contract.id == one.id).values(invited_at=now)
    db.execute(mine.execution_options(synchronize_session=False))
    db.refresh(one)
    row = db.execute(_signed().where(ContractText.contract_id == one.id)).one_or_none()
    if row is None:
        return None
    invites = invites_of(db, one, row.dossier)
    if not invites:
        return None
    record(db, one, Trigger.INVITED, By(now), before=one.state)
    return Guests(one.organisation_id, row.user_id, row.name, invites)


def invites_of(db: Session, one: Contract, dossier: Mapping[str, Any]) -> tuple[Invite, ...]:
    """Whom the *dossier* beside its text lets in, but those whom another contract has invited."""
    before = _invited_before(db, one)
    return tuple(who for who in unpacked_invites(dossier) if who.email not in before)


def _invited_before(db: Session, one: Contract) -> set[str]:
    """The addresses whom other contracts of the organisation have invited."""
    others = _signed().join(Contract, Contract.id == ContractText.contract_id)
    query = others.where(
        Contract.organisation_id == one.organisation_id,
        Contract.id != one.id,
        Contract.invited_at.is_not(None),
    )
    return {who.email for row in db.execute(query) for who in unpacked_invites(row.dossier)}


def _signed() -> Select[dict[str, Any], int, str]:
    """The contract itself as both have signed it, and who signed for the organisation."""
    return (
        select(ContractText.dossier, ContractSignature.user_id, ContractSignature.name)
        .join(ContractSignature, ContractSignature.version_id == ContractText.id)
        .where(
            ContractText.kind == TextKind.ORIGINAL,
            ContractText.state == TextState.COUNTERSIGNED,
            ContractSignature.party == Party.CLIENT,
        )
    )
