"""Store verdicts on sites, and mark those to compute again."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, delete, exists, or_, select, tuple_, update
from sqlalchemy.orm import Session

from core.database import change_rows, upsert
from data.analysis.signatures.models import VerdictRow, WeatherSeen
from data.analysis.signatures.queries.unscoped import RANKED
from data.analysis.signatures.types import SignatureVerdict
from data.metering.consumption.actions import note_changes
from data.metering.consumption.models import FleetStanding, ReadingChange
from data.metering.consumption.queries import get_equal_days_columns
from data.metering.consumption.rules.series import last_year_of
from data.metering.consumption.types import FleetPeriod
from data.metering.pces.models import Pce
from data.metering.pces.rules import month_of
from data.metering.weather.queries import is_served_by

YEAR = 12  # months


def keep_verdicts(
    db: Session, verdicts: Sequence[SignatureVerdict], changes: Sequence[tuple[int, int]]
) -> int:
    """Store `verdicts`; PCEs that changed since `changes` stay marked. Return how many.

    On PostgreSQL a PCE whose readings are being stored at this moment is left for the next run.
    """
    ids = [verdict.pce_id for verdict in verdicts]
    hold = select(Pce.id).where(Pce.id.in_(ids)).order_by(Pce.id)
    locked_ids = set(db.scalars(hold.with_for_update(read=True, key_share=True, skip_locked=True)))
    rows = [_row(verdict) for verdict in verdicts if verdict.pce_id in locked_ids]
    if not rows:
        return 0
    statement = upsert(db, VerdictRow).values(rows)
    columns = {name: statement.excluded[name] for name in rows[0] if name != "pce_id"}
    db.execute(statement.on_conflict_do_update(index_elements=["pce_id"], set_=columns))
    change = ReadingChange
    judged = [pair for pair in changes if pair[0] in locked_ids]
    query = select(change.pce_id).where(tuple_(change.pce_id, change.times).in_(judged))
    done = list(db.scalars(query.with_for_update(skip_locked=True)))
    db.execute(delete(change).where(change.pce_id.in_(done)))
    rank(db, sorted(locked_ids))
    return len(rows)


def rank(db: Session, ids: Sequence[int]) -> None:
    """Copy the verdicts of `ids` into their standings, which rank them.

    The caller holds the locks on their rows of `pces`. A standing for another year than its verdict
    waits for the job that recomputes it.
    """
    row = FleetStanding
    years = set(db.scalars(select(VerdictRow.year).where(VerdictRow.pce_id.in_(ids)).distinct()))
    if not years:
        return
    of_now = [(_stands_after(year), VerdictRow.ratio) for year in sorted(years)]
    follows = get_equal_days_columns(row, case(*of_now, else_=None))
    change_rows(
        db,
        update(row)
        .where(row.pce_id == VerdictRow.pce_id, row.period == FleetPeriod.YEAR)
        .where(row.pce_id.in_(ids))
        .values(
            {name: verdict_column for name, (_standing_column, verdict_column) in RANKED.items()}
            | follows
        ),
    )


def _stands_after(year: date) -> ColumnElement[bool]:
    """Return whether a verdict covers 12 months from `year`, and its standing the month after."""
    first = FleetStanding.first_day
    opens, closes = month_of(year, YEAR), month_of(year, YEAR + 1)
    return and_(VerdictRow.year == year, first >= opens, first < closes)


def rank_again(db: Session, ids: Sequence[int]) -> None:
    """Do as `rank` for a job, after locking the rows in the usual order."""
    db.execute(select(Pce.id).where(Pce.id.in_(ids)).order_by(Pce.id).with_for_update(of=Pce))
    rank(db, ids)


def _row(verdict: SignatureVerdict) -> dict[str, Any]:
    fit, visit = verdict.fit, verdict.visit
    parts = ("difference_wh", "climate_wh", "calendar_wh", "missing_wh", "rest_wh")
    return {
        "pce_id": verdict.pce_id,
        "first_day": verdict.first_day,
        "until": verdict.until,
        "base": fit.base,
        "baseload_wh": fit.baseload_wh,
        "slope_wh": fit.slope_wh,
        "use": fit.use,
        "out": fit.out,
        "weeks": fit.weeks,
        "r2": fit.r2,
        "cvrmse": fit.cvrmse,
        "reason": fit.reason,
        "year": verdict.year,
        "ratio": verdict.ratio,
        "refused": verdict.refused,
        **dict(zip(parts, verdict.parts, strict=True)),
        "day_wh": verdict.day_wh,
        "cause": visit.cause if visit else None,
        "since": visit.since if visit else None,
        "stake_wh": round(visit.year_wh) if visit else None,
        "share": visit.share if visit else None,
        "months": list(verdict.months),
        "year_cause": verdict.year_cause,
    }


def note_outdated(db: Session, today: date) -> None:
    """Mark the PCEs with days but no whole verdict, or one of another year than `today`'s."""
    year, until = last_year_of(today)[0], Pce.data_until
    judged = select(VerdictRow.pce_id).where(VerdictRow.pce_id == Pce.id)
    other_year = and_(VerdictRow.year != year, VerdictRow.until >= year)
    old = exists(judged.where(or_(other_year, VerdictRow.months.is_(None))))
    note_changes(db, select(Pce.id).where(until.is_not(None), or_(~exists(judged), old)))


def note_weather(db: Session, changed: Mapping[int, str]) -> None:
    """Mark the PCEs served by the stations `changed` (digest by id), and store the digests."""
    if not changed:
        return
    known_pces = select(Pce.id).where(Pce.data_until.is_not(None))
    note_changes(db, known_pces.where(is_served_by(list(changed))))
    statement = upsert(db, WeatherSeen).values(
        [{"station_id": station, "digest": digest} for station, digest in changed.items()]
    )
    db.execute(
        statement.on_conflict_do_update(
            index_elements=["station_id"], set_={"digest": statement.excluded.digest}
        )
    )
