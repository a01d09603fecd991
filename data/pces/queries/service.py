"""What anybody may know of the data: up to when it has come."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.pces.models import Pce


def data_until(db: Session) -> date | None:
    """The last gas day received of any PCE: a fact of the service, shown before sign-in."""
    last: date | None = db.scalar(select(func.max(Pce.data_until)))
    return last
