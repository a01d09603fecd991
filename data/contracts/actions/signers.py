"""Who may sign: the representative that a text names, with the account of that address."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.access import Permission, Viewer
from data.accounts.models import User
from data.contracts.models import Contract
from data.contracts.types import Party
from data.errors import Forbidden, NotFound
from i18n import N_

_NOT_YOU = N_("Ce texte est à signer par {email}, qui représente l’organisation.")
_GONE = N_("Ce compte n’existe plus.")


def require_signer(db: Session, viewer: Viewer, one: Contract) -> User:
    """The account of who signs for the client; Forbidden, with their address, to others."""
    viewer.require(Permission.CONTRACTS_SIGN)
    user = account_of(db, viewer)
    if viewer.organisation_id != one.organisation_id or user.email != one.signer:
        raise Forbidden(_NOT_YOU, email=one.signer)
    return user


def require_party(db: Session, viewer: Viewer, one: Contract, party: Party) -> User:
    """Whoever signs for one side: an account manager for the distributor."""
    if party is Party.CLIENT:
        return require_signer(db, viewer, one)
    viewer.require(Permission.CONTRACTS_COUNTERSIGN)
    return account_of(db, viewer)


def account_of(db: Session, viewer: Viewer) -> User:
    query = select(User).where(User.id == viewer.user_id, User.disabled_at.is_(None))
    user = db.scalars(query).one_or_none()
    if user is None:
        raise NotFound(_GONE)
    return user
