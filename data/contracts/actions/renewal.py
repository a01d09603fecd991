"""Begin the draft that renews a contract, and abandon it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.errors import Conflict, Forbidden
from core.i18n import N_, long_day
from data.contracts.actions.onboarding import TWO, drafted
from data.contracts.actions.transitions import ContractAuthor, chosen, move
from data.contracts.models import Contract
from data.contracts.queries.detail import can_abandon
from data.contracts.rules.dates import renewable_on
from data.contracts.rules.states import LIVE, RENEWABLE, UNDER_WAY
from data.contracts.types import ContractState, ContractTrigger
from data.identity.accounts.models import Organisation

_NOT_YET = N_("Ce contrat n’est pas encore actif : il ne peut pas être renouvelé.")
_EARLY = N_("Ce contrat se renouvelle à partir du {day}, un an avant sa fin.")
_OTHERS = N_(
    "Seule la personne qui a commencé ce renouvellement peut l’abandonner, tant qu’il est un"
    " brouillon."
)


def renew(db: Session, viewer: Viewer, uid: str, *, version: int, now: datetime) -> str:
    """Create a draft that renews a contract in force or over; return its uid.

    Raise Conflict when it is more than a year before its start, as it could not be sent yet.
    """
    viewer.require(Permission.CONTRACTS_WRITE)
    old = chosen(db, viewer, uid, version)
    db.execute(
        select(Organisation.id).where(Organisation.id == old.organisation_id).with_for_update()
    )
    if old.state not in RENEWABLE:
        raise Conflict(_NOT_YET)
    first = renewable_on(old.state, old.ends_on)
    if first is not None and first > viewer.today:
        raise Conflict(_EARLY, day=long_day(first))
    states = UNDER_WAY if old.state is ContractState.ACTIVE else LIVE
    live = select(Contract.id).where(
        Contract.organisation_id == old.organisation_id, Contract.state.in_(states)
    )
    if db.scalar(live.limit(1)) is not None:
        raise Conflict(TWO)
    by = ContractAuthor(now, viewer)
    new = drafted(db, old.organisation_id, by, renews_id=old.id)
    move(db, old, ContractTrigger.RENEWED, by)
    return new.uid


def abandon(db: Session, viewer: Viewer, uid: str, *, version: int, now: datetime) -> str:
    """Abandon the draft of a renewal; return the uid of the renewed contract, left unchanged."""
    viewer.require(Permission.CONTRACTS_WRITE)
    contract, by = chosen(db, viewer, uid, version), ContractAuthor(now, viewer)
    if not can_abandon(db, viewer, contract):
        raise Forbidden(_OTHERS)
    move(db, contract, ContractTrigger.ABANDONED, by)
    return str(db.scalar(select(Contract.uid).where(Contract.id == contract.renews_id)))
