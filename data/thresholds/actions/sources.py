"""Describe the sources of a transition's days: deposits and corrections."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.database import blocks
from data.identity.accounts.models import Organisation
from data.metering.consumption.models import Reading
from data.metering.consumption.queries.sources import is_deposited
from data.notifications.types import JSON
from data.runs.models import Run
from data.thresholds.actions.evaluation_loader import WatchedPce
from data.thresholds.types import Exceedance

Days = Sequence[tuple[date, int, bool]]  # day, run id, whether it is deposited; else just received
_BLOCK = 200
_RECENT = timedelta(days=1)  # a correction is evaluated within minutes


def sources_around(
    db: Session, cases: Sequence[tuple[WatchedPce, Exceedance]], now: datetime
) -> list[Mapping[str, JSON]]:
    """Return the sources of each transition's days, of readable days only."""
    return [sources for batch in blocks(cases, _BLOCK) for sources in _block(db, batch, now)]


def _block(
    db: Session, cases: Sequence[tuple[WatchedPce, Exceedance]], now: datetime
) -> list[Mapping[str, JSON]]:
    first = min(exceedance.first for _site, exceedance in cases)
    last = max(_last(exceedance) for _site, exceedance in cases)
    deposited = is_deposited()
    rows = db.execute(
        select(Reading.pce_id, Reading.gas_day, Reading.run_id, deposited).where(
            Reading.pce_id.in_({site.pce_id for site, _spell in cases}),
            Reading.gas_day.between(first, last),
            or_(deposited, Reading.learnt_at >= now - _RECENT),
        )
    )
    days_by_pce: dict[int, list[tuple[date, int, bool]]] = {}
    for pce_id, day, run_id, own in rows:
        days_by_pce.setdefault(pce_id, []).append((day, run_id, own))
    run_ids = {
        run_id for days in days_by_pce.values() for _day, run_id, own in days if own and run_id
    }
    # The names of depositing organisations, by run
    query = select(Run.id, Organisation.name).join(Run, Run.organisation_id == Organisation.id)
    names = {row[0]: row[1] for row in db.execute(query.where(Run.id.in_(run_ids)))}
    return [
        _source_summary(site, exceedance, days_by_pce.get(site.pce_id, ()), names)
        for site, exceedance in cases
    ]


def _last(exceedance: Exceedance) -> date:
    return max(exceedance.last, exceedance.latest)


def _source_summary(
    site: WatchedPce, exceedance: Exceedance, days: Days, names: Mapping[int, str]
) -> Mapping[str, JSON]:
    """Count the deposited days by depositor, and say whether the distributor corrected some."""
    low, high = site.window or (date.max, date.min)
    within = [
        day_row
        for day_row in days
        if max(low, exceedance.first) <= day_row[0] <= min(high, _last(exceedance))
    ]
    own = [run_id for _day, run_id, deposited in within if deposited]
    depositors = sorted({names[run_id] for run_id in own if run_id in names})
    corrected = any(not deposited for _day, _run_id, deposited in within)
    return {
        "deposited": len(own),
        "depositor": ", ".join(depositors),
        "corrected": corrected,
    }
