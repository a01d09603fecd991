"""Query contracts for jobs: transitions due and stored files."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.access import OrganisationKind
from data.contracts.models import Contract, ContractSignature, ContractText, Onboarding
from data.contracts.queries.visible import has_signed_renewal
from data.contracts.rules.dates import REMINDERS, reminder_due
from data.contracts.types import ContractState
from data.identity.accounts.models import Organisation
from data.rights.models import AccessRight
from data.rights.types import RightState

_OPEN = (RightState.PENDING, RightState.RECHECK, RightState.ACTIVE)


def list_starting(db: Session, today: date) -> list[int]:
    """Return the contracts signed by both sides whose first day has come."""
    query = select(Contract.id).where(
        Contract.state == ContractState.COUNTERSIGNED, Contract.starts_on <= today
    )
    return list(db.scalars(query.order_by(Contract.id)))


def list_inviting(db: Session) -> list[int]:
    """Return the contracts in force whose dossier has not invited anybody yet."""
    query = select(Contract.id).where(
        Contract.state == ContractState.ACTIVE, Contract.invited_at.is_(None)
    )
    return list(db.scalars(query.order_by(Contract.id)))


def list_over(db: Session, today: date) -> list[int]:
    """Return the contracts in force whose last day is past."""
    query = select(Contract.id).where(
        Contract.state == ContractState.ACTIVE, Contract.ends_on < today
    )
    return list(db.scalars(query.order_by(Contract.id)))


def list_ending(db: Session, today: date) -> dict[int, int]:
    """Return the contracts to remind of, with the days before their end; not renewed ones."""
    last = today + timedelta(days=max(REMINDERS))
    query = select(Contract.id, Contract.ends_on, Contract.reminded).where(
        Contract.state == ContractState.ACTIVE,
        Contract.ends_on.between(today, last),
        ~has_signed_renewal(),
    )
    due = {
        row.id: reminder_due(row.ends_on, today, row.reminded)
        for row in db.execute(query.order_by(Contract.id))
    }
    return {id_: days for id_, days in due.items() if days is not None}


def list_presumed(db: Session, today: date) -> dict[date, list[int]]:
    """Return organisations with a presumed paper contract that ends soon, by its last day.

    They never had a contract in force here, nor one signed by both sides.
    """
    last = today + timedelta(days=max(REMINDERS))
    decided = select(Contract.organisation_id).where(
        or_(Contract.started_at.is_not(None), Contract.state == ContractState.COUNTERSIGNED)
    )
    query = select(Organisation.id, Organisation.contracted_until).where(
        Organisation.kind != OrganisationKind.DISTRIBUTOR,
        Organisation.contracted_until.between(today, last),
        Organisation.id.not_in(decided),
    )
    organisations_by_day: dict[date, list[int]] = {}
    for row in db.execute(query.order_by(Organisation.contracted_until, Organisation.id)):
        organisations_by_day.setdefault(row.contracted_until, []).append(row.id)
    return organisations_by_day


def list_lingering(db: Session, today: date) -> list[int]:
    """Return the organisations with open rights whose contract is over without successor.

    This happens when an import was running at the end. A contract terminated before its first day
    ends no right.
    """
    over = select(Contract.organisation_id).where(
        Contract.state.in_((ContractState.EXPIRED, ContractState.TERMINATED)),
        Contract.started_at.is_not(None),
    )
    active = select(Contract.organisation_id).where(Contract.state == ContractState.ACTIVE)
    open_rights = select(AccessRight.id).where(
        AccessRight.organisation_id == Organisation.id, AccessRight.state.in_(_OPEN)
    )
    query = select(Organisation.id).where(
        Organisation.id.in_(over),
        Organisation.id.not_in(active),
        or_(Organisation.contracted_until.is_(None), Organisation.contracted_until < today),
        open_rights.exists(),
    )
    return list(db.scalars(query.order_by(Organisation.id)))


def list_stored_keys(db: Session) -> frozenset[str]:
    """Return the storage keys of all referenced files."""
    columns: Sequence[object] = (
        ContractText.storage_key,
        ContractText.shown_key,
        ContractText.power_key,
        ContractSignature.storage_key,
        Onboarding.power_key,
    )
    keys = {key for column in columns for key in db.scalars(select(column))}  # type: ignore[call-overload]
    return frozenset(keys - {""})
