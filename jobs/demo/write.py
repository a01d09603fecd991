"""Write the rows of sites in bulk."""

from collections.abc import Mapping
from itertools import chain

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from data.metering.consumption.actions import store_period_shares
from data.metering.consumption.actions.bulk import READING_COLUMNS, REVISION_COLUMNS
from data.migrations import tables
from jobs.demo.bulk import pour_flat
from jobs.demo.injections import INJECTION
from jobs.demo.rows import MONTH, PERIOD
from jobs.demo.site_rows import SiteRows

_COLUMNS = {
    "consumption_periods": PERIOD,
    "injection_periods": INJECTION,
    "readings": READING_COLUMNS,
    "reading_revisions": REVISION_COLUMNS,
    "monthly_consumption": MONTH,
}


def write_data(db: Session, sites: Mapping[int, SiteRows]) -> int:
    """Write the rows of `sites`, by the id of their PCE; return the number of days."""
    for table, columns in _COLUMNS.items():
        parts = (rows.under(pce_id, table, len(columns)) for pce_id, rows in sites.items())
        pour_flat(db, table, columns, list(chain.from_iterable(parts)))
    ends = [{"pce": id_, "last": rows.data_until} for id_, rows in sites.items() if rows.days]
    if ends:
        pces = tables()["pces"]
        change = update(pces).where(pces.c.id == bindparam("pce"))
        db.connection().execute(change.values(data_until=bindparam("last")), ends)
    for pce_id, rows in sites.items():
        if not rows.days:
            store_period_shares(db, pce_id)
    return sum(rows.days for rows in sites.values())
