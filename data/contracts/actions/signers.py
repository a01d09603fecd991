"""Identify the signer: the account with the address of the representative that a text names."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.errors import Forbidden, NotFound
from core.i18n import N_
from data.contracts.models import Contract
from data.contracts.types import Party
from data.identity.accounts.models import User

_NOT_YOU = N_("Ce texte est à signer par {email}, qui représente l’organisation.")
_GONE = N_("Ce compte n’existe plus.")


def require_signer(db: Session, viewer: Viewer, contract: Contract) -> User:
    """Return the account that signs for the client; else raise Forbidden with its address."""
    viewer.require(Permission.CONTRACTS_SIGN)
    user = account_of(db, viewer)
    if viewer.organisation_id != contract.organisation_id or user.email != contract.signer:
        raise Forbidden(_NOT_YOU, email=contract.signer)
    return user


def require_party(db: Session, viewer: Viewer, contract: Contract, party: Party) -> User:
    """Return the account that signs for one side: an account manager for the distributor."""
    if party is Party.CLIENT:
        return require_signer(db, viewer, contract)
    viewer.require(Permission.CONTRACTS_COUNTERSIGN)
    return account_of(db, viewer)


def account_of(db: Session, viewer: Viewer) -> User:
    query = select(User).where(User.id == viewer.user_id, User.disabled_at.is_(None))
    user = db.scalars(query).one_or_none()
    if user is None:
        raise NotFound(_GONE)
    return user
