"""Plan the reads of each PCE in sets, then store them one answer at a time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import String, bindparam, cast, delete, insert, literal, select, update
from sqlalchemy.orm import Session

from core.database import Prepared, change_rows, upsert
from core.errors import PortalError
from core.i18n import PARIS
from data.exchange.mirror.actions.reconciliation import alone
from data.exchange.mirror.actions.rounds import problem_of, record
from data.exchange.mirror.models import MirrorFault, MirrorTask
from data.exchange.mirror.queries.open_parts import ASKED, get_chosen_parts_query
from data.exchange.mirror.queries.unscoped import count_left
from data.exchange.mirror.rules.schedule import (
    Days,
    complete_span,
    next_due,
    next_night,
    next_try,
    whole_but,
)
from data.exchange.mirror.types import (
    ClaimedRound,
    LineFault,
    MirrorPart,
    PceAnswer,
    ReadTask,
    RoundCounts,
    RoundWay,
    SilenceReason,
)
from data.metering.consumption.actions import store
from data.metering.consumption.types import StoreOutcome
from data.metering.pces.actions import describe
from data.metering.pces.types import Described
from data.provenance import FEED
from data.rights.actions.grants import keep_grants
from data.rights.models import AccessRight

MOST_FAULTS = 20  # faults stored per answer; all are counted


def plan(db: Session, going: ClaimedRound, parts: list[MirrorPart], now: datetime) -> ClaimedRound:
    """Update the tasks to the current rights and choices, and count them once.

    A requested round also repeats the reads of the last night.
    """
    record(db, going)
    plan_for(db, going.organisation_id, parts, now)
    if going.way is RoundWay.ASKED:
        change_rows(
            db,
            update(MirrorTask)
            .where(
                MirrorTask.organisation_id == going.organisation_id,
                MirrorTask.wished,
                MirrorTask.due_at > now,
                MirrorTask.due_at <= next_night(going.created_at),
                MirrorTask.attempts == 0,
                MirrorTask.done_at < going.created_at,
            )
            .values(due_at=now),
        )
    if going.counts.tasks:
        return going
    return _counted(db, going, RoundCounts(tasks=count_left(db, going)))


def plan_for(db: Session, organisation_id: int, parts: list[MirrorPart], now: datetime) -> None:
    """Delete the tasks that no right opens any more, and add new ones, due at once.

    Open tasks of parts that are not chosen stay, with what was read.
    """
    mine = MirrorTask.organisation_id == organisation_id
    open_tasks = get_chosen_parts_query(
        organisation_id, list(ASKED), now.astimezone(PARIS).date()
    ).subquery()
    opens = select(open_tasks.c.pce_id).where(
        open_tasks.c.pce_id == MirrorTask.pce_id, open_tasks.c.part == cast(MirrorTask.part, String)
    )
    gone = delete(MirrorTask).where(mine, ~opens.exists())
    wished = MirrorTask.part.in_(parts)
    turned = update(MirrorTask).where(mine, MirrorTask.wished != wished).values(wished=wished)
    for change in (gone, turned):
        change_rows(db, change)
    values = {"organisation_id": organisation_id, "due_at": now, "attempts": 0, "problem": []}
    values["wished"] = True
    columns = [literal(value, MirrorTask.__table__.c[name].type) for name, value in values.items()]
    rows = select(open_tasks.c.pce_id, open_tasks.c.part, *columns)
    rows = rows.where(open_tasks.c.part.in_([part.value for part in parts]))
    fresh = upsert(db, MirrorTask).from_select(["pce_id", "part", *values], rows)
    db.execute(fresh.on_conflict_do_nothing())


def keep_readings(  # noqa: PLR0913 (one parameter per fact)
    db: Session,
    going: ClaimedRound,
    task: ReadTask,
    answer: PceAnswer,
    *,
    requested_days: Days,
    last: bool,
    calls: int,
    now: datetime,
) -> tuple[ClaimedRound, ReadTask]:
    """Store the readings of `requested_days` and the progress; return round and task.

    The task is settled with the `last` days, or when no right opens them. Raise Conflict when
    the round is over; nothing is then stored.
    """
    alone(db, going.organisation_id)
    counted = RoundCounts(calls=calls, lines=answer.lines, faults=len(answer.faults))
    outcome = StoreOutcome()
    if answer.delivery is not None:
        today = now.astimezone(PARIS).date()
        outcome = store(db, task.pce_id, answer.delivery, as_of=today, now=now, provenance=FEED)
    counted += RoundCounts(
        new=outcome.new,
        changed=outcome.changed,
        same=outcome.same,
        ignored=outcome.ignored,
        injected=outcome.injections,
    )
    values: dict[str, Any] = {}
    if not answer.unread:
        first, until = (whole_but if answer.closed else complete_span)(task, requested_days)
        values = {"whole_from": first, "whole_until": until, "done_at": now}
        task = replace(task, **values)
        if last or answer.closed:
            counted += RoundCounts(pces=_is_first(db, going, task))
            values |= _settled(task, answer.silence, now)
    going = _counted(db, going, counted)
    _keep_faults(db, going, task, answer.faults, now)
    if values:
        _note(db, going, task, **values)
    return going, task


def keep_details(  # noqa: PLR0913 (one parameter per fact)
    db: Session,
    going: ClaimedRound,
    task: ReadTask,
    description: Described | None,
    faults: Sequence[LineFault],
    *,
    calls: int,
    now: datetime,
) -> ClaimedRound:
    """Store the details of a PCE; its grants follow its frequency and start."""
    going = _counted(db, going, RoundCounts(calls=calls, lines=1, faults=len(faults)))
    _keep_faults(db, going, task, faults, now)
    if description is not None:
        if describe(db, task.pce_id, description, now=now):
            _keep_grants(db, task.pce_id)
        _note(db, going, task, done_at=now)
    return going


def settle(
    db: Session, going: ClaimedRound, task: ReadTask, silence: SilenceReason | None, now: datetime
) -> ClaimedRound:
    """Record a complete answer; the task is due again when new data are."""
    going = _counted(db, going, RoundCounts(pces=_is_first(db, going, task)))
    _note(db, going, task, **_settled(task, silence, now))
    return going


def _settled(task: ReadTask, silence: SilenceReason | None, now: datetime) -> dict[str, Any]:
    problem: list[Any] = []
    if silence is not None:
        problem = [silence.sentence, {"code": silence.code, "reply": silence.reply}]
    due_at = next_due(task.part, task.frequency, task.pce_id, now)
    return {"due_at": due_at, "attempts": 0, "problem": problem}


def miss(
    db: Session,
    going: ClaimedRound,
    task: ReadTask,
    problem: PortalError,
    *,
    calls: int,
    now: datetime,
) -> ClaimedRound:
    """Record a failed read, to be retried later without blocking others."""
    going = _counted(db, going, RoundCounts(calls=calls))
    attempts = task.attempts + 1
    due_at = next_try(attempts, now)
    _note(db, going, task, due_at=due_at, attempts=attempts, problem=problem_of(problem))
    return going


def _is_first(db: Session, going: ClaimedRound, task: ReadTask) -> bool:
    """Return whether this is the first read of its PCE in the round, which counts the PCE."""
    this = {"who": going.organisation_id, "pce": task.pce_id, "part": task.part}
    return not _OTHERS.rows(db, this | {"since": going.created_at})


_OTHERS = Prepared(
    select(MirrorTask.pce_id)
    .where(
        MirrorTask.organisation_id == bindparam("who"),
        MirrorTask.pce_id == bindparam("pce"),
        MirrorTask.part != bindparam("part"),
        MirrorTask.done_at >= bindparam("since"),
    )
    .limit(1)
)


def _counted(db: Session, going: ClaimedRound, more: RoundCounts) -> ClaimedRound:
    going = replace(going, counts=going.counts + more)
    record(db, going)
    return going


def _note(db: Session, going: ClaimedRound, task: ReadTask, **values: Any) -> None:  # noqa: ANN401
    """Update a task, unless it was deleted meanwhile."""
    this = MirrorTask.organisation_id == going.organisation_id, MirrorTask.pce_id == task.pce_id
    db.flush()
    changed = update(MirrorTask).where(*this, MirrorTask.part == task.part)
    db.connection().execute(changed.values(**values))


def _keep_faults(
    db: Session, going: ClaimedRound, task: ReadTask, faults: Sequence[LineFault], now: datetime
) -> None:
    rows = [
        {
            "organisation_id": going.organisation_id,
            "round_id": going.id,
            "number": task.number,
            "part": task.part,
            "at": now,
            "line": fault.line,
            "sentence": fault.sentence,
            "params": {"line": fault.line, **fault.params},
            "sample": fault.sample,
        }
        for fault in faults[:MOST_FAULTS]
    ]
    if rows:
        db.execute(insert(MirrorFault), rows)


def _keep_grants(db: Session, pce_id: int) -> None:
    query = select(AccessRight.organisation_id).where(AccessRight.pce_id == pce_id).distinct()
    keep_grants(db, {(pce_id, organisation_id) for organisation_id in db.scalars(query)})
