"""Enqueue runs in the work queue, and claim the run of an item."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core import queue
from core.errors import Invalid
from core.i18n import N_
from core.queue_types import NewItem, RetryPolicy, WorkKind
from core.records import copy_fields
from data.runs.actions.progress import refuse
from data.runs.models import Run
from data.runs.types import BUSY, ClaimedRun, RunState

_POLICY = RetryPolicy((5,) * 9)  # attempts in a row without a stored delivery
STORE_DEPOSIT = WorkKind("store_deposit", "deposits", _POLICY)
READ_DEPOSIT = WorkKind("read_deposit", "reading", _POLICY)  # a long file, beside those stored
_DEADLY = N_(
    "La lecture de ce fichier s’est interrompue plusieurs fois : elle est abandonnée. Vérifiez"
    " le fichier ou déposez-le en plusieurs parties."
)


def enqueue_run(
    db: Session, run_id: int, organisation_id: int, now: datetime, kind: WorkKind = STORE_DEPOSIT
) -> None:
    """Enqueue work on a run, in the transaction that makes it wait."""
    queue.wake(db, kind, NewItem(organisation_id, {"run": run_id}, key=str(run_id)), now)


def claim(db: Session, run_id: int, now: datetime) -> ClaimedRun | None:
    """Claim a run to begin or continue it; None when no work is left on it."""
    run = db.scalar(select(Run).where(Run.id == run_id, Run.state.in_(BUSY)).with_for_update())
    if run is None:
        return None
    if run.state is RunState.RECEIVED:
        begun = {"state": RunState.WORKING, "started_at": run.started_at or now}
        db.execute(update(Run).where(Run.id == run_id).values(**begun))
    return copy_fields(ClaimedRun, run)


def give_up(db: Session, run_id: int, now: datetime) -> None:
    """Refuse a file that interrupted its worker each time."""
    run = claim(db, run_id, now)
    if run is not None:
        refuse(db, run, Invalid(_DEADLY), now)
