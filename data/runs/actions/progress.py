"""How far the job is with a run: begun, moved forward part by part, ended."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, insert, select, update
from sqlalchemy.orm import Session

from data.audit.actions import note
from data.db import change_one
from data.errors import PortalError, plain_params
from data.runs.models import Run, RunDelivery
from data.runs.rules import MOST_KEPT
from data.runs.types import STORED, Claimed, RunKind, RunState, asks_pce
from i18n import N_


def begin(db: Session, run: Claimed, total: int, now: datetime) -> None:
    """Say how many deliveries there are, once the file is read."""
    _change(db, run, run.done, total=total, beat_at=now)


def move(db: Session, run: Claimed, done: int, added: Mapping[str, int], now: datetime) -> None:
    """Count one more delivery, in the transaction that stores it.

    *done* is how many were stored before. Raises Conflict when another job counted it meanwhile:
    that transaction must then be undone.
    """
    known = db.scalar(select(Run.counts).where(Run.id == run.id).with_for_update()) or {}
    counts = {name: known.get(name, 0) + value for name, value in added.items()}
    _change(db, run, done, done=done + 1, counts=counts, beat_at=now)


def note_checked(  # noqa: PLR0913 (one word a fact)
    db: Session,
    run: Claimed,
    place: int,
    pce: str,
    *,
    days: tuple[date | None, date | None],
    checked: Mapping[str, Any],
) -> None:
    """Keep what the check of one delivery found, in the transaction that counts it."""
    first, last = days
    row = {"run_id": run.id, "place": place, "pce": pce, "first_day": first, "last_day": last}
    db.execute(delete(RunDelivery).where(*_at(run, place)))
    odd = checked.get("doubt") is not None
    db.execute(insert(RunDelivery).values(**row, checked=dict(checked), odd=odd))


def note_stored(  # noqa: PLR0913 (one word a fact)
    db: Session,
    run: Claimed,
    place: int,
    pce: str,
    *,
    days: tuple[date | None, date | None],
    stored: Mapping[str, int],
) -> bool:
    """Keep what storing one delivery did; whether it is not what its check had said."""
    known = db.scalar(select(RunDelivery.checked).where(*_at(run, place)))
    if known is None:
        note_checked(db, run, place, pce, days=days, checked={})
    db.execute(update(RunDelivery).where(*_at(run, place)).values(stored=dict(stored)))
    return known is not None and known.get("counts", stored) != stored


def _at(run: Claimed, place: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return RunDelivery.run_id == run.id, RunDelivery.place == place


def finish(db: Session, run: Claimed, total: int, now: datetime) -> None:
    """Every delivery is stored: the file is needed no more, but to restore what is undone."""
    kept = {} if run.kind is RunKind.READINGS else {"stored_name": ""}
    counts = _counted(db, run)
    _change(
        db, run, total,
        state=RunState.DONE, finished_at=now, undone_at=None, counts=counts, **kept,
    )  # fmt: skip
    _let_go_most(db, run.organisation_id)
    _note(db, run, "runs.done", counts, now)


def finish_check(db: Session, run: Claimed, total: int) -> None:
    """Every delivery is checked: whoever deposited the file now says whether to store it."""
    counts, version = _counted(db, run), run.version + 1
    _change(db, run, total, state=RunState.DRAFT, counts=counts, version=version)


def finish_undo(db: Session, run: Claimed, total: int, now: datetime) -> None:
    """Everything that the deposit stored is taken back; its counts say what that was."""
    stored = select(RunDelivery.stored).where(RunDelivery.run_id == run.id)
    counts: dict[str, int] = {"pces": total}
    for part in db.scalars(stored.where(RunDelivery.stored.is_not(None))):
        counts |= {name: counts.get(name, 0) + count for name, count in (part or {}).items()}
    _change(db, run, total, state=RunState.UNDONE, undone_at=now, counts=counts)
    _note(db, run, "runs.undone", counts, now)


def _counted(db: Session, run: Claimed) -> dict[str, int]:
    known = db.scalar(select(Run.counts).where(Run.id == run.id)) or {}
    return {name: count for name, count in known.items() if name != "claims"}


def _let_go_most(db: Session, organisation_id: int) -> None:
    """Keep the latest stored files of an organisation only, as far as they take little room."""
    done = (Run.organisation_id == organisation_id, Run.state.in_(STORED), Run.stored_name != "")
    latest = select(Run.id, Run.file_size).where(*done).order_by(Run.id.desc())
    octets, gone = 0, list[int]()
    for run_id, size in db.execute(latest).all():
        octets += size
        if octets > MOST_KEPT:
            gone.append(run_id)
    if gone:
        db.execute(update(Run).where(Run.id.in_(gone)).values(stored_name=""))


def set_aside(db: Session, run: Claimed, done: int, aside: PortalError, left: int) -> None:
    """Say that *left* lines of a file whose other lines are stored were not taken, and why."""
    counts = (db.scalar(select(Run.counts).where(Run.id == run.id)) or {}) | {"left": left}
    _change(db, run, done, counts=counts, problem=[aside.message, plain_params(aside.params)])


def refuse(db: Session, run: Claimed, problem: PortalError, now: datetime) -> bool:
    """The file cannot be taken: nothing of it was stored, and *problem* says why.

    Whether the file is still needed: one that lacks its PCE will be read again.
    """
    params = plain_params(problem.params)
    needed = asks_pce(problem.message, params, run.pce)
    _change(
        db,
        run,
        run.done,
        state=RunState.REFUSED,
        finished_at=now,
        problem=[problem.message, params],
        stored_name=run.stored_name if needed else "",
    )
    _note(db, run, "runs.refused", {"reason": problem.message}, now)
    return needed


def let_go(db: Session, before: datetime) -> list[str]:
    """For the job: files of runs finished before *before* are kept no more; their stored names."""
    forgotten = and_(Run.state == RunState.DRAFT, Run.created_at < before)
    db.execute(
        update(Run).where(forgotten).values(state=RunState.DROPPED, finished_at=Run.created_at)
    )
    old = (Run.finished_at < before, Run.stored_name != "")
    names = list(db.scalars(select(Run.stored_name).where(*old)))
    if names:
        db.execute(update(Run).where(*old).values(stored_name=""))
    return names


def _change(db: Session, run: Claimed, stored: int, **values: object) -> None:
    """Change a run that is still ours, still for the same task, and at so many *stored*."""
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
    db: Session, run: Claimed, action: str, detail: Mapping[str, object], now: datetime
) -> None:
    actor = (run.user_id, run.organisation_id)
    note(db, now, action, ("run", run.id), actor=actor, detail=detail)
