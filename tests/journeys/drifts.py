"""Make a site drift, whoever judges it again."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, text, update

from core.i18n import PARIS
from data.analysis.signatures.actions import rank_again
from data.analysis.signatures.models import VerdictRow
from data.analysis.signatures.types import Cause
from data.metering.consumption.models import FleetStanding
from data.metering.consumption.types import FleetPeriod
from data.metering.pces.models import Pce
from jobs.signatures import judge_sites, look_again

# The scheduler judges sites too, and may store at any moment what it read before this one drifted.
STAYS = """CREATE TRIGGER stays BEFORE UPDATE ON signature_verdicts WHEN OLD.pce_id = {pce}
    BEGIN SELECT RAISE(IGNORE); END"""


@contextmanager
def drifting_site(portal, email) -> Iterator[str]:
    """A site of *email* burns twice what its climate explains, for its base load: its name."""
    now = datetime.now(UTC)
    look_again(portal.database, now)
    judge_sites(portal.database, now)
    with portal.database.transaction() as db:
        row, verdict = FleetStanding, VerdictRow
        query = select(row).join(Pce, Pce.id == row.pce_id).join(verdict)
        query = query.where(row.period == FleetPeriod.YEAR, row.gap_wh.is_not(None))
        query = query.where(verdict.until.is_not(None), Pce.number.in_(portal.held_by(email)))
        standing = db.scalars(query.order_by(row.before_wh.desc())).first()
        pce = db.get_one(Pce, standing.pce_id)
        told = {
            "cause": Cause.BASELOAD, "stake_wh": 10**9, "share": 0.3, "refused": None,
            "since": now.astimezone(PARIS).date() - timedelta(days=60),
            "ratio": 2 * standing.before_wh / standing.this_wh,
        }  # fmt: skip
        db.execute(update(verdict).where(verdict.pce_id == pce.id).values(told))
        db.execute(text(STAYS.format(pce=pce.id)))
        rank_again(db, [pce.id])
        name = pce.alias or pce.number
    yield name
    with portal.database.transaction() as db:
        db.execute(text("DROP TRIGGER stays"))
