"""A deposit of readings as whoever may confirm it sees it."""

from sqlalchemy.orm import Session

from data.access import Viewer
from data.consumption.types import DepositCheck, DepositReceipt
from data.pces.queries import count_readers, list_chosen
from data.runs.queries import get_run, list_batch, list_parts


def get_check(db: Session, viewer: Viewer, run_id: int, at: str = "") -> DepositCheck:
    """The whole deposit that a run is of; NotFound when it is another organisation's.

    *at* names the part whose curve is wanted: `run-place`.
    """
    run = get_run(db, viewer, run_id)
    runs = list_batch(db, viewer, run)
    parts = list_parts(db, viewer, [one.id for one in runs if one.is_unconfirmed])
    numbers = sorted({part.pce for part in parts})
    names = {row.number: row.alias for row in list_chosen(db, viewer, numbers)}
    return DepositCheck(runs, parts, names, count_readers(db, viewer, numbers), at)


def get_receipt(db: Session, viewer: Viewer, run_id: int) -> DepositReceipt:
    """What became of one file; NotFound when it is another organisation's."""
    run = get_run(db, viewer, run_id)
    return DepositReceipt(run, next(iter(list_parts(db, viewer, [run.id], 1)), None))
