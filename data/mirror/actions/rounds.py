"""Apply the lifecycle of a round: requested or nightly, run by one job, ended."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, literal, select, update
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import upsert
from core.errors import Conflict, NotFound, PortalError
from core.i18n import N_
from data.audit.actions import note
from data.mirror.actions.reconciliation import alone
from data.mirror.channels.rate_limit import NO_CONNECTION, require_left
from data.mirror.models import MirrorConnection, MirrorFault, MirrorRound, MirrorTask
from data.mirror.queries.open_parts import is_open_round
from data.mirror.queries.unscoped import has_unasked, is_due_tonight, is_free_round
from data.mirror.rules.schedule import last_night
from data.mirror.types import ClaimedRound, RoundCounts, RoundState, RoundWay
from data.runs.files.refusals import quoted_value

MOST_TRIED = 5
KEPT = timedelta(days=90)  # of ended rounds and their faults
_TAKEN_OVER = N_("Cette synchronisation est faite par un autre processus.")


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
    actor = viewer.user_id, viewer.organisation_id
    note(db, now, "mirror.asked", ("mirror_round", round_id), actor=actor)
    return round_id


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
        db.execute(change.execution_options(synchronize_session=False))


def open_night(db: Session, now: datetime) -> None:
    """Open the night's round of each connection without one since 02:15.

    A paused earlier round is ended: its remaining reads are older, and come first. Concurrent
    requests wait for the lock.
    """
    over = (MirrorRound.state == RoundState.PAUSED, MirrorRound.created_at < last_night(now))
    due = select(MirrorConnection.organisation_id).where(is_due_tonight(now))
    db.execute(due.order_by(MirrorConnection.organisation_id).with_for_update()).all()
    db.execute(
        update(MirrorRound)
        .where(*over, MirrorRound.organisation_id.in_(due))
        .values(state=RoundState.CUT, ended_at=now, resume_at=None)
        .execution_options(synchronize_session=False)
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
        "turn": 0,
        "created_at": now,
        "counts": counts,
        "problem": [],
    }


def claim(db: Session, now: datetime) -> ClaimedRound | None:
    """Claim the round that has waited longest; None without any.

    The UPDATE is counted, so that one of two jobs gets it, and the turn excludes the previous
    owner. A finished round is claimed again when its failed reads are due.
    """
    left_at = func.coalesce(MirrorRound.beat_at, MirrorRound.created_at)
    query = select(MirrorRound).where(is_free_round(now)).order_by(left_at, MirrorRound.id)
    for row in db.scalars(query.limit(MOST_TRIED).execution_options(populate_existing=True)).all():
        alone(db, row.organisation_id)  # so that no other round is opened meanwhile
        turn = row.turn + 1
        result = db.execute(
            update(MirrorRound)
            .where(MirrorRound.id == row.id, MirrorRound.turn == row.turn, is_free_round(now))
            .values(
                state=RoundState.RUNNING,
                turn=turn,
                beat_at=now,
                started_at=row.started_at or now,
                resume_at=None,
                ended_at=None,
                problem=[],
            )
            .execution_options(synchronize_session=False)
        )
        if result.rowcount == 1:  # type: ignore[attr-defined]
            counts = RoundCounts(**row.counts)
            listed = row.listed_at
            return ClaimedRound(
                row.id, row.organisation_id, turn, row.way, row.created_at, listed, counts
            )
    return None


def beat(
    db: Session, going: ClaimedRound, now: datetime, counts: RoundCounts | None = None
) -> None:
    """Record a heartbeat and the counts so far; raise Conflict when another job has the round.

    Call it in the transaction of what it counts.
    """
    _change(db, going, beat_at=now, **({"counts": asdict(counts)} if counts else {}))


def hand_back(db: Session, going: ClaimedRound, now: datetime) -> None:
    """Release a round, to be claimed again at its next turn."""
    _change(db, going, state=RoundState.WAITING, beat_at=now)


def pause(
    db: Session, going: ClaimedRound, problem: PortalError, resume_at: datetime, now: datetime
) -> None:
    """Pause a round until `resume_at`, because of `problem`."""
    stored_problem = problem_of(problem)
    _change(
        db, going, state=RoundState.PAUSED, beat_at=now, resume_at=resume_at, problem=stored_problem
    )


def finish(db: Session, going: ClaimedRound, now: datetime) -> None:
    """Finish a round, and delete the old data of earlier rounds."""
    _change(db, going, state=RoundState.DONE, beat_at=now, ended_at=now)
    _forget_old(db, going.organisation_id, now - KEPT)


def fail(db: Session, going: ClaimedRound, problem: PortalError, now: datetime) -> None:
    """Fail a round because of `problem`; one that only had failed reads left is finished."""
    if going.listed_at and not has_unasked(db, going.organisation_id, now):
        finish(db, going, now)
        return
    stored_problem = problem_of(problem)
    _change(db, going, state=RoundState.FAILED, beat_at=now, ended_at=now, problem=stored_problem)


def problem_of(problem: PortalError) -> list[Any]:
    """Return an error as stored: its message and parameters."""
    params = {
        name: value if isinstance(value, int) else quoted_value(value)
        for name, value in problem.params.items()
    }
    return [problem.message, params]


def _change(db: Session, going: ClaimedRound, **values: Any) -> None:  # noqa: ANN401 (of columns)
    alone(db, going.organisation_id)
    mine = MirrorRound.id == going.id, MirrorRound.turn == going.turn
    this = update(MirrorRound).where(*mine, MirrorRound.state == RoundState.RUNNING)
    db.flush()
    changed = db.connection().execute(this.values(**values))
    if changed.rowcount != 1:
        raise Conflict(_TAKEN_OVER)


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
