"""Apply the lifecycle of a round: requested or nightly, run by one worker, ended."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, literal, or_, select, update
from sqlalchemy.orm import Session

from core import queue
from core.access import Permission, Viewer
from core.database import change_rows, upsert
from core.errors import Conflict, NotFound, PortalError
from core.i18n import N_
from core.queue_types import NewItem, RetryPolicy, WorkKind
from data.exchange.mirror.actions.reconciliation import alone
from data.exchange.mirror.channels.rate_limit import NO_CONNECTION, require_left
from data.exchange.mirror.models import MirrorConnection, MirrorFault, MirrorRound, MirrorTask
from data.exchange.mirror.queries.open_parts import is_open_round
from data.exchange.mirror.queries.unscoped import has_unasked, is_due_round, is_due_tonight
from data.exchange.mirror.rules.schedule import last_night
from data.exchange.mirror.types import ClaimedRound, RoundCounts, RoundState, RoundWay
from data.identity.audit.actions import note
from data.runs.files.refusals import quoted_value

RUN_ROUND = WorkKind("run_mirror_round", "mirror", RetryPolicy())
KEPT = timedelta(days=90)  # of ended rounds and their faults
_OVER = N_("Cette synchronisation est terminée.")


def ask(db: Session, viewer: Viewer, *, now: datetime, most: int = 0) -> int:
    """Request a round, or return the current one; return its number.

    A paused round is ended: its remaining reads come first, failed ones included. Raise Spent once
    the day's `most` calls are made; NotFound without a connection; ContractNeeded.
    """
    viewer.require(Permission.MIRROR)
    viewer.require_contract()
    mine = MirrorConnection.organisation_id == viewer.organisation_id
    connection = db.scalars(select(MirrorConnection).where(mine).with_for_update()).one_or_none()
    if connection is None:
        raise NotFound(NO_CONNECTION)
    require_left(connection, most, now)
    _leave_waiting(db, viewer.organisation_id, now)
    values = _fresh(now) | {"organisation_id": viewer.organisation_id, "way": RoundWay.ASKED}
    db.execute(upsert(db, MirrorRound).values(values).on_conflict_do_nothing())
    own_rounds = MirrorRound.organisation_id == viewer.organisation_id
    round_id = db.scalars(select(MirrorRound.id).where(own_rounds, is_open_round())).one()
    note(db, now, "mirror.asked", ("mirror_round", round_id), actor=viewer.actor)
    return round_id


def has_work(db: Session, now: datetime) -> bool:
    """Return whether a round must be opened, or is due and no worker has it."""
    nights, waiting = exists().where(is_due_tonight(now)), exists().where(*_waits(now))
    return bool(db.scalar(select(or_(nights, waiting))))


def plan_rounds(db: Session, now: datetime) -> int:
    """Enqueue the organisations whose round is due and that no worker has; return how many."""
    query = select(MirrorRound.organisation_id).where(*_waits(now)).distinct()
    items = [NewItem(id_, {"organisation": id_}, key=str(id_)) for id_ in sorted(db.scalars(query))]
    return queue.enqueue_many(db, RUN_ROUND, items, now, rerun=True)


def _waits(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return is_due_round(now), ~queue.is_unfinished(RUN_ROUND, MirrorRound.organisation_id)


def _leave_waiting(db: Session, organisation_id: int, now: datetime) -> None:
    """End a paused round, and make failed reads due."""
    paused = update(MirrorRound).where(
        MirrorRound.organisation_id == organisation_id, MirrorRound.state == RoundState.PAUSED
    )
    missed = update(MirrorTask).where(
        MirrorTask.organisation_id == organisation_id,
        MirrorTask.attempts > 0,
        MirrorTask.due_at > now,
    )
    for change in (
        paused.values(state=RoundState.CUT, ended_at=now, resume_at=None),
        missed.values(due_at=now),
    ):
        change_rows(db, change)


def open_night(db: Session, now: datetime) -> None:
    """Open the night's round of each connection without one since 02:15.

    A paused earlier round is ended: its remaining reads are older, and come first. Concurrent
    requests wait for the lock.
    """
    over = (MirrorRound.state == RoundState.PAUSED, MirrorRound.created_at < last_night(now))
    due = select(MirrorConnection.organisation_id).where(is_due_tonight(now))
    db.execute(due.order_by(MirrorConnection.organisation_id).with_for_update()).all()
    change_rows(
        db,
        update(MirrorRound)
        .where(*over, MirrorRound.organisation_id.in_(due))
        .values(state=RoundState.CUT, ended_at=now, resume_at=None),
    )
    fresh = _fresh(now) | {"way": RoundWay.NIGHT}
    table = MirrorRound.__table__
    values = [literal(value, table.c[name].type) for name, value in fresh.items()]
    # in this order of ids
    rows = due.add_columns(*values).order_by(MirrorConnection.organisation_id)
    names = ["organisation_id", *fresh]
    db.execute(upsert(db, MirrorRound).from_select(names, rows).on_conflict_do_nothing())


def _fresh(now: datetime) -> dict[str, Any]:
    counts = asdict(RoundCounts())
    return {
        "state": RoundState.WAITING,
        "created_at": now,
        "counts": counts,
        "problem": [],
    }


def claim(db: Session, organisation_id: int, now: datetime) -> ClaimedRound | None:
    """Claim the round of an organisation that is due, for the worker of its rounds; None without.

    A finished round is claimed again when its failed reads are due.
    """
    alone(db, organisation_id)  # so that no other round is opened meanwhile
    mine = MirrorRound.organisation_id == organisation_id
    row = db.scalars(select(MirrorRound).where(mine, is_due_round(now)).limit(1)).one_or_none()
    if row is None:
        return None
    row.state, row.started_at = RoundState.RUNNING, row.started_at or now
    row.resume_at, row.ended_at, row.problem = None, None, []
    counts = RoundCounts(**row.counts)
    return ClaimedRound(row.id, organisation_id, row.way, row.created_at, row.listed_at, counts)


def record(db: Session, going: ClaimedRound, counts: RoundCounts | None = None) -> None:
    """Store the counts so far; raise Conflict when the round is over.

    Call it in the transaction of what it counts.
    """
    _change(db, going, counts=asdict(counts or going.counts))


def hand_back(db: Session, going: ClaimedRound) -> None:
    """Release a round until its next turn."""
    _change(db, going, state=RoundState.WAITING)


def pause(db: Session, going: ClaimedRound, problem: PortalError, resume_at: datetime) -> None:
    """Pause a round until `resume_at`, because of `problem`."""
    paused = {"state": RoundState.PAUSED, "resume_at": resume_at}
    _change(db, going, **paused, problem=problem_of(problem))


def finish(db: Session, going: ClaimedRound, now: datetime) -> None:
    """Finish a round, and delete the old data of earlier rounds."""
    _change(db, going, state=RoundState.DONE, ended_at=now)
    _forget_old(db, going.organisation_id, now - KEPT)


def fail(db: Session, going: ClaimedRound, problem: PortalError, now: datetime) -> None:
    """Fail a round because of `problem`; one that only had failed reads left is finished."""
    if going.listed_at and not has_unasked(db, going.organisation_id, now):
        finish(db, going, now)
        return
    _change(db, going, state=RoundState.FAILED, ended_at=now, problem=problem_of(problem))


def problem_of(problem: PortalError) -> list[Any]:
    """Return an error as stored: its message and parameters."""
    params = {
        name: value if isinstance(value, int) else quoted_value(value)
        for name, value in problem.params.items()
    }
    return [problem.message, params]


def _change(db: Session, going: ClaimedRound, **values: Any) -> None:  # noqa: ANN401 (of columns)
    alone(db, going.organisation_id)
    running = MirrorRound.id == going.id, MirrorRound.state == RoundState.RUNNING
    this = update(MirrorRound).where(*running)
    db.flush()
    changed = db.connection().execute(this.values(**values))
    if changed.rowcount != 1:
        raise Conflict(_OVER)


def _forget_old(db: Session, organisation_id: int, before: datetime) -> None:
    db.execute(
        delete(MirrorFault).where(
            MirrorFault.organisation_id == organisation_id, MirrorFault.at < before
        )
    )
    db.execute(
        delete(MirrorRound).where(
            MirrorRound.organisation_id == organisation_id, MirrorRound.ended_at < before
        )
    )
