"""Query the public data status, shown before signing in."""

from datetime import date

from sqlalchemy import and_, not_, select
from sqlalchemy.orm import Session

from data.metering.consumption.models import Reading
from data.metering.consumption.queries.sources import is_deposited
from data.metering.pces.models import Pce


def find_last_day(db: Session) -> date | None:
    """Return the latest gas day whose value comes from the distributor, or None.

    PCEs whose own last day was deposited by an organisation are left out. Read from the index on
    `pces.data_until`, latest first.
    """
    last_reading = and_(Reading.pce_id == Pce.id, Reading.gas_day == Pce.data_until)
    query = (
        select(Pce.data_until)
        .join(Reading, last_reading)
        .where(not_(is_deposited()))
        .order_by(Pce.data_until.desc())
        .limit(1)
    )
    last: date | None = db.scalar(query)
    return last
