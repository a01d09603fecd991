"""Until when an organisation has a contract: the outcome of its contracts, kept with each move."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from data.accounts.models import Organisation
from data.contracts.models import Contract
from data.contracts.rules.dates import Span, contracted_until
from data.rights.actions import close_for_contract


def keep_outcome(db: Session, organisation_id: int) -> None:
    """Write `contracted_until` again; an organisation that had none signed keeps what it had."""
    query = select(Contract).where(Contract.organisation_id == organisation_id)
    spans = [
        Span(one.state, one.starts_on, one.ends_on, one.ended_on, one.started_at is not None)
        for one in db.scalars(query.order_by(Contract.id))
    ]
    decided, until = contracted_until(spans)
    if decided:
        db.execute(
            update(Organisation)
            .where(Organisation.id == organisation_id)
            .values(contracted_until=until)
        )


def close_rights(db: Session, organisation_id: int, now: datetime) -> int:
    """Its rights become Obsolète, by the rights feature; how many."""
    return close_for_contract(db, organisation_id, now=now)
