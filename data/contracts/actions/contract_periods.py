"""Store until when an organisation has a contract, on each transition."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.access import OrganisationKind
from data.contracts.models import Contract, ContractText
from data.contracts.rules.dates import ContractSpan, contracted_until
from data.contracts.rules.serializer import unpacked_dossier
from data.contracts.types import DossierStep, TextState
from data.identity.accounts.models import Organisation
from data.rights.actions import close_for_contract

BODIES = (OrganisationKind.COMPANY, OrganisationKind.COLLECTIVITY)


def keep_outcome(db: Session, organisation_id: int) -> None:
    """Recompute `contracted_until`; organisations without a signed contract keep theirs."""
    query = select(Contract).where(Contract.organisation_id == organisation_id)
    spans = [
        ContractSpan(
            contract.state,
            contract.starts_on,
            contract.ends_on,
            contract.ended_on,
            contract.started_at is not None,
        )
        for contract in db.scalars(query.order_by(Contract.id))
    ]
    decided, until = contracted_until(spans)
    if decided:
        db.execute(
            update(Organisation)
            .where(Organisation.id == organisation_id)
            .values(contracted_until=until)
        )


def keep_kind(db: Session, contract: Contract) -> None:
    """Set the organisation's kind to the one that it signed; a third party stays one.

    Company or collectivity changes no permission.
    """
    mine = ContractText.contract_id == contract.id, ContractText.number == 0
    dossier_query = select(ContractText.dossier).where(
        *mine, ContractText.state == TextState.COUNTERSIGNED
    )
    signed = unpacked_dossier(db.scalars(dossier_query).one(), DossierStep.IDENTITY, 0).identity
    if signed is not None:
        db.execute(
            update(Organisation)
            .where(Organisation.id == contract.organisation_id, Organisation.kind.in_(BODIES))
            .values(kind=OrganisationKind(signed.kind.value))
        )


def close_rights(db: Session, organisation_id: int, now: datetime) -> int:
    """End the organisation's rights; return how many."""
    return close_for_contract(db, organisation_id, now=now)
