"""Queue runs: claim the next one for a worker, for a limited time."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from core.database import is_silent
from core.errors import Invalid
from core.i18n import N_
from data.runs.actions.progress import refuse
from data.runs.models import Run
from data.runs.types import ClaimedRun, RunState

SILENT = timedelta(seconds=60)  # a silent job is considered dead after this time
MOST_TRIED = 5
MOST_CLAIMS = 10  # claims in a row without a stored delivery: the file itself kills the job
_DEADLY = N_(
    "La lecture de ce fichier s’est interrompue plusieurs fois : elle est abandonnée. Vérifiez"
    " le fichier ou déposez-le en plusieurs parties."
)


def _free(now: datetime) -> ColumnElement[bool]:
    silent = or_(Run.beat_at.is_(None), is_silent(Run.beat_at, now, SILENT))
    return or_(Run.state == RunState.RECEIVED, and_(Run.state == RunState.WORKING, silent))


def _waiting(now: datetime, postponed: Collection[int]) -> Select[Run]:
    """Select free runs: first of the organisation served longest ago, then the oldest."""
    other = aliased(Run)
    served = (
        select(func.max(other.served_at))
        .where(other.organisation_id == Run.organisation_id)
        .scalar_subquery()
    )
    turns = (served.asc().nulls_first(), Run.id)
    free = select(Run).where(_free(now), Run.id.not_in(postponed))
    return free.order_by(*turns).limit(MOST_TRIED).execution_options(populate_existing=True)


def is_waiting(db: Session, now: datetime, postponed: Collection[int] = ()) -> bool:
    """Return whether a run waits for its turn, without `postponed` ones."""
    free = select(Run.id).where(_free(now), Run.id.not_in(postponed))
    return db.scalar(free.limit(1)) is not None


def claim(db: Session, now: datetime, postponed: Collection[int] = ()) -> ClaimedRun | None:
    """Claim a waiting run, or one whose job died; None without any.

    Organisations take turns. The UPDATE is counted: of two jobs that want the same run, one gets
    it.
    """
    for run in db.scalars(_waiting(now, postponed)).all():
        claims = run.counts.get("claims", 0) + 1
        result = db.execute(
            update(Run)
            .where(Run.id == run.id, _free(now))
            .values(
                state=RunState.WORKING,
                beat_at=now,
                served_at=now,
                started_at=run.started_at or now,
                counts=run.counts | {"claims": claims},
            )
            .execution_options(synchronize_session=False)
        )
        if result.rowcount != 1:  # type: ignore[attr-defined]
            continue
        claimed = _claimed(run)
        if claims > MOST_CLAIMS:
            refuse(db, claimed, Invalid(_DEADLY), now)
            continue
        return claimed
    return None


def release(db: Session, run: ClaimedRun) -> None:
    """Release a run, to be claimed again at its next turn."""
    stored_counts = db.scalar(select(Run.counts).where(Run.id == run.id)) or {}
    counts = {name: count for name, count in stored_counts.items() if name != "claims"}
    conditions = (Run.id == run.id, Run.state == RunState.WORKING, Run.version == run.version)
    db.execute(update(Run).where(*conditions).values(beat_at=None, counts=counts))


def keep_alive(db: Session, runs: Sequence[ClaimedRun], now: datetime) -> None:
    """Record that a job still works on `runs`."""
    conditions = (Run.id.in_([run.id for run in runs]), Run.state == RunState.WORKING)
    db.execute(update(Run).where(*conditions).values(beat_at=now))


def _claimed(run: Run) -> ClaimedRun:
    return ClaimedRun(
        id=run.id,
        kind=run.kind,
        user_id=run.user_id,
        organisation_id=run.organisation_id,
        file_name=run.file_name,
        stored_name=run.stored_name,
        file_size=run.file_size,
        sha256=run.sha256,
        pce=run.pce,
        done=run.done,
        task=run.task,
        version=run.version,
        column_uses=run.column_uses,
    )
