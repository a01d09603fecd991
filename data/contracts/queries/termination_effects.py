"""List what ends with a contract, to show before it ends."""

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session

from core.access import Viewer
from core.errors import NotFound
from data.contracts.models import Contract
from data.contracts.queries.visible import HIDDEN, visible
from data.contracts.types import Consequences, ContractState
from data.identity.accounts.models import Organisation
from data.rights.models import AccessRight
from data.rights.types import RightState

_OPEN = (RightState.PENDING, RightState.RECHECK, RightState.ACTIVE)


def count_ending_consequences(db: Session, viewer: Viewer, uid: str) -> Consequences:
    """Count what ends with a contract; for exports see `exports.queries.count_paused`."""
    query = visible(viewer).where(Contract.uid == uid)
    row = db.execute(
        query.join(Organisation, Organisation.id == Contract.organisation_id).with_only_columns(
            Contract.organisation_id, Contract.state, Organisation.name
        )
    ).one_or_none()
    if row is None:
        raise NotFound(HIDDEN)
    active = AccessRight.state == RightState.ACTIVE
    counts = db.execute(
        select(
            func.count(AccessRight.id),
            func.count(AccessRight.id).filter(active),
            func.count(distinct(AccessRight.pce_id)).filter(active),
        ).where(AccessRight.organisation_id == row.organisation_id, AccessRight.state.in_(_OPEN))
    ).one()
    if row.state is not ContractState.ACTIVE:
        return Consequences(row.name, 0, 0, 0, paused=False)
    return Consequences(row.name, *counts, paused=True)
