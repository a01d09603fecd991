"""Record the progress of a run: started, advanced delivery by delivery, finished."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, insert, select, update
from sqlalchemy.orm import Session

from core.database import change_one
from core.errors import PortalError, plain_params
from core.i18n import N_
from data.identity.audit.actions import note
from data.runs.models import Run, RunDelivery
from data.runs.rules import MOST_KEPT
from data.runs.types import STORED, ClaimedRun, DepositColumn, RunKind, RunState, asks_pce


def begin(
    db: Session, run: ClaimedRun, total: int, columns: Sequence[DepositColumn] | None = None
) -> None:
    """Store the number of deliveries, and the columns of a table, once the file is read."""
    read_values = {} if columns is None else {"columns": [list(column) for column in columns]}
    _change(db, run, run.done, total=total, **read_values)


def move(db: Session, run: ClaimedRun, done: int, added: Mapping[str, int]) -> None:
    """Count one more delivery, in the transaction that stores it.

    `done` is the number stored before. Raise Conflict when another job counted it meanwhile: that
    transaction must then be rolled back.
    """
    stored_counts = db.scalar(select(Run.counts).where(Run.id == run.id).with_for_update()) or {}
    counts = {name: stored_counts.get(name, 0) + value for name, value in added.items()}
    _change(db, run, done, done=done + 1, counts=counts)


def note_checked(
    db: Session,
    run: ClaimedRun,
    place: int,
    pce: str,
    *,
    days: tuple[date | None, date | None],
    checked: Mapping[str, Any],
) -> None:
    """Store the result of checking one delivery, in the transaction that counts it."""
    first, last = days
    row = {"run_id": run.id, "place": place, "pce": pce, "first_day": first, "last_day": last}
    db.execute(delete(RunDelivery).where(*_at(run, place)))
    odd = checked.get("doubt") is not None
    db.execute(insert(RunDelivery).values(**row, checked=dict(checked), odd=odd))


def note_stored(
    db: Session,
    run: ClaimedRun,
    place: int,
    pce: str,
    *,
    days: tuple[date | None, date | None],
    stored: Mapping[str, int],
) -> bool:
    """Store the result of storing one delivery; return whether it differs from its check."""
    check_result = db.scalar(select(RunDelivery.checked).where(*_at(run, place)))
    if check_result is None:
        note_checked(db, run, place, pce, days=days, checked={})
    db.execute(update(RunDelivery).where(*_at(run, place)).values(stored=dict(stored)))
    return check_result is not None and check_result.get("counts", stored) != stored


def _at(run: ClaimedRun, place: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return RunDelivery.run_id == run.id, RunDelivery.place == place


def finish(db: Session, run: ClaimedRun, total: int, now: datetime) -> None:
    """Finish a run whose deliveries are all stored.

    The file of declarations is released; that of readings is kept to restore an undone deposit.
    """
    file_values = {} if run.kind is RunKind.READINGS else {"stored_name": ""}
    counts = _counts_of(db, run)
    columns = db.scalar(select(Run.columns).where(Run.id == run.id)) or []
    headers = [[header, use, []] for header, use, _sample in columns]
    _change(
        db, run, total,
        state=RunState.DONE, finished_at=now, undone_at=None, columns=headers, **file_values,
    )  # fmt: skip
    _let_go_most(db, run.organisation_id)
    _note(db, run, "runs.done", counts, now)


def finish_check(db: Session, run: ClaimedRun, total: int) -> None:
    """Finish the check of every delivery; the depositor now decides whether to store the file."""
    _change(db, run, total, state=RunState.DRAFT, version=run.version + 1)


def finish_undo(db: Session, run: ClaimedRun, total: int, now: datetime) -> None:
    """Finish the undoing of a deposit, and count what it had stored."""
    stored = select(RunDelivery.stored).where(RunDelivery.run_id == run.id)
    counts: dict[str, int] = {"pces": total}
    for part in db.scalars(stored.where(RunDelivery.stored.is_not(None))):
        counts |= {name: counts.get(name, 0) + count for name, count in (part or {}).items()}
    _change(db, run, total, state=RunState.UNDONE, undone_at=now, counts=counts)
    _note(db, run, "runs.undone", counts, now)


def _counts_of(db: Session, run: ClaimedRun) -> dict[str, int]:
    return db.scalar(select(Run.counts).where(Run.id == run.id)) or {}


def _let_go_most(db: Session, organisation_id: int) -> None:
    """Release the oldest stored files of an organisation, beyond `MOST_KEPT` bytes."""
    done = (Run.organisation_id == organisation_id, Run.state.in_(STORED), Run.stored_name != "")
    latest = select(Run.id, Run.file_size).where(*done).order_by(Run.id.desc())
    octets, gone = 0, list[int]()
    for run_id, size in db.execute(latest).all():
        octets += size
        if octets > MOST_KEPT:
            gone.append(run_id)
    if gone:
        db.execute(update(Run).where(Run.id.in_(gone)).values(stored_name=""))


def set_aside(
    db: Session, run: ClaimedRun, done: int, aside: PortalError, skipped_count: int
) -> None:
    """Record that `skipped_count` lines of a stored file were left out, and why."""
    counts = _counts_of(db, run) | {"left": skipped_count}
    _change(db, run, done, counts=counts, problem=[aside.message, plain_params(aside.params)])


def refuse(db: Session, run: ClaimedRun, problem: PortalError, now: datetime) -> bool:
    """Refuse a file, of which nothing was stored, because of `problem`.

    Return whether the file is still needed: one that lacks its PCE will be read again, and so will
    one of which a person may say what the columns are.
    """
    params = dict(problem.params)
    columns = params.pop("columns", [])
    params = plain_params(params)
    needed = bool(columns) or asks_pce(problem.message, params, run.pce)
    _change(
        db,
        run,
        run.done,
        columns=columns,
        state=RunState.REFUSED,
        finished_at=now,
        problem=[problem.message, params],
        stored_name=run.stored_name if needed else "",
    )
    _note(db, run, "runs.refused", {"reason": problem.message}, now)
    return needed


def let_go(db: Session, before: datetime) -> list[str]:
    """Release the files of runs finished, and drop drafts created, before `before`.

    Return the stored names of the files, for the job to delete.
    """
    forgotten = and_(Run.state == RunState.DRAFT, Run.created_at < before)
    db.execute(
        update(Run)
        .where(forgotten)
        .values(state=RunState.DROPPED, finished_at=Run.created_at, columns=[])
    )
    old = (Run.finished_at < before, Run.stored_name != "")
    names = list(db.scalars(select(Run.stored_name).where(*old)))
    if names:
        refused = *old, Run.state == RunState.REFUSED
        db.execute(update(Run).where(*refused).values(columns=[]))
        db.execute(update(Run).where(*old).values(stored_name=""))
    return names


def _change(db: Session, run: ClaimedRun, stored: int, **values: object) -> None:
    """Change a run if its job, task and number of `stored` deliveries are unchanged.

    Raise Conflict otherwise.
    """
    change = (
        update(Run)
        .where(
            Run.id == run.id,
            Run.state == RunState.WORKING,
            Run.version == run.version,
            Run.done == stored,
        )
        .values(**values)
    )
    change_one(db, change, N_("Un autre traitement a repris ce fichier."))


def _note(
    db: Session, run: ClaimedRun, action: str, detail: Mapping[str, object], now: datetime
) -> None:
    actor = (run.user_id, run.organisation_id)
    note(db, now, action, ("run", run.id), actor=actor, detail=detail)
