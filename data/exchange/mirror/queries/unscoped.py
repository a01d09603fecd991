"""Query the mirror for jobs, without a viewer."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from data.exchange.mirror.models import (
    MirrorConnection,
    MirrorDrift,
    MirrorRight,
    MirrorRound,
    MirrorTask,
)
from data.exchange.mirror.queries.open_parts import (
    ALWAYS,
    EVER,
    get_open_spans_query,
    get_unknown_numbers_query,
    has_contract_in_force,
    is_open_round,
    is_task_open,
    list_chosen_parts,
)
from data.exchange.mirror.rules.schedule import YEARS, last_night, next_night
from data.exchange.mirror.types import (
    ClaimedRound,
    ConnectionState,
    MirrorPart,
    ReadTask,
    RoundState,
)
from data.identity.accounts.models import Organisation
from data.metering.pces.models import Pce


def is_due_round(now: datetime) -> ColumnElement[bool]:
    """Return whether a round is to be run or continued, for an organisation with a contract.

    The last round, of this night or since, also counts if it has failed reads to ask again.
    """
    is_idle = or_(
        MirrorRound.state.in_([RoundState.WAITING, RoundState.RUNNING]),
        and_(MirrorRound.state == RoundState.PAUSED, MirrorRound.resume_at <= now),
        and_(MirrorRound.state == RoundState.DONE, _lacks(now)),
    )
    return and_(is_idle, has_contract_in_force(MirrorRound.organisation_id, now))


def _lacks(now: datetime) -> ColumnElement[bool]:
    later = aliased(MirrorRound)
    followed = select(later.id).where(
        later.organisation_id == MirrorRound.organisation_id, later.id > MirrorRound.id
    )
    missed = select(MirrorTask.pce_id).where(
        MirrorTask.organisation_id == MirrorRound.organisation_id,
        MirrorTask.wished,
        MirrorTask.due_at <= now,
        MirrorTask.attempts > 0,
    )
    refused = select(MirrorConnection.organisation_id).where(
        MirrorConnection.organisation_id == MirrorRound.organisation_id,
        MirrorConnection.state == ConnectionState.REFUSED,
    )
    return and_(
        MirrorRound.created_at >= last_night(now),
        ~refused.correlate(MirrorRound).exists(),
        ~followed.correlate(MirrorRound).exists(),
        missed.correlate(MirrorRound).exists(),
    )


def is_due_tonight(now: datetime) -> ColumnElement[bool]:
    """Return the condition of connections without a round since 02:15, and none in progress."""
    night = last_night(now)
    recent = select(MirrorRound.id).where(
        MirrorRound.organisation_id == MirrorConnection.organisation_id,
        or_(
            MirrorRound.created_at >= night,
            and_(is_open_round(), MirrorRound.state != RoundState.PAUSED),
        ),
    )
    return and_(
        MirrorConnection.state != ConnectionState.REFUSED,
        MirrorConnection.created_at < night,
        has_contract_in_force(MirrorConnection.organisation_id, now),
        ~recent.exists(),
    )


def list_senders(db: Session, now: datetime) -> tuple[int, ...]:
    """Return the organisations under a contract that send their messages."""
    query = (
        select(MirrorConnection.organisation_id)
        .join(Organisation, Organisation.id == MirrorConnection.organisation_id)
        .where(Organisation.sends_upstream, MirrorConnection.state != ConnectionState.REFUSED)
        .where(has_contract_in_force(Organisation.id, now))
        .order_by(MirrorConnection.organisation_id)
    )
    return tuple(db.scalars(query))


def has_unasked(db: Session, organisation_id: int, now: datetime) -> bool:
    """Return whether a due read has not failed before."""
    remaining_tasks = select(MirrorTask.pce_id).where(
        MirrorTask.organisation_id == organisation_id,
        MirrorTask.wished,
        MirrorTask.due_at <= now,
        MirrorTask.attempts == 0,
    )
    return bool(db.scalar(select(remaining_tasks.exists())))


def list_asked_parts(db: Session, organisation_id: int) -> list[MirrorPart]:
    """List the parts to read for each PCE; empty without a connection."""
    query = select(MirrorConnection.parts).where(
        MirrorConnection.organisation_id == organisation_id
    )
    return list_chosen_parts(db.scalar(query) or [])


def list_unknown_numbers(db: Session, organisation_id: int, today: date, limit: int) -> list[str]:
    return list(db.scalars(get_unknown_numbers_query(organisation_id, today, limit)))


def list_due(
    db: Session, organisation_id: int, now: datetime, today: date, limit: int
) -> list[ReadTask]:
    """Return the due reads, oldest first."""
    query = (
        select(
            MirrorTask.pce_id,
            Pce.number,
            MirrorTask.part,
            Pce.frequency,
            MirrorTask.attempts,
            MirrorTask.whole_from,
            MirrorTask.whole_until,
            MirrorTask.done_at,
        )
        .join(Pce, Pce.id == MirrorTask.pce_id)
        .where(MirrorTask.organisation_id == organisation_id, MirrorTask.due_at <= now)
        .where(MirrorTask.wished, is_task_open(today))
        .order_by(MirrorTask.due_at, MirrorTask.pce_id, MirrorTask.part)
        .limit(limit)
    )
    rows = db.execute(query).all()
    edges = _edges(db, organisation_id, {(row.part, row.number) for row in rows}, today)
    return [ReadTask(*row, *edges.get((row.part, row.number), (None, None))) for row in rows]


def _edges(
    db: Session, organisation_id: int, requests: Collection[tuple[MirrorPart, str]], today: date
) -> Mapping[tuple[MirrorPart, str], tuple[date | None, date | None]]:
    """Return the first and last readable day of each (part, PCE); None: no limit."""
    edges = {}
    for part in YEARS:
        numbers = [number for of, number in requests if of is part]
        query = get_open_spans_query(organisation_id, part, today).where(
            MirrorRight.number.in_(numbers)
        )
        for number, first, last in db.execute(query) if numbers else ():
            edges[part, number] = (
                None if first == EVER else first,
                None if last == ALWAYS else last,
            )
    return edges


def is_still_open(db: Session, organisation_id: int, task: ReadTask, today: date) -> bool:
    """Return whether a right still opens the data of `task`."""
    this = {"who": organisation_id, "pce": task.pce_id, "of": task.part}
    return db.connection().scalar(_opened_task(today), this) is not None


@lru_cache(maxsize=2)
def _opened_task(today: date) -> Select[int]:
    """Return the query, built once a day because each task uses it."""
    return (
        select(MirrorTask.pce_id)
        .join(Pce, Pce.id == MirrorTask.pce_id)
        .where(
            MirrorTask.organisation_id == bindparam("who"),
            MirrorTask.pce_id == bindparam("pce"),
            MirrorTask.part == bindparam("of"),
            is_task_open(today),
        )
    )


def count_differing(db: Session, organisation_id: int) -> int:
    """Count the open differences of an organisation, without visibility limits."""
    query = select(func.count()).where(
        MirrorDrift.organisation_id == organisation_id, MirrorDrift.ended_at.is_(None)
    )
    return db.scalar(query) or 0


def count_left(db: Session, going: MirrorRound | ClaimedRound) -> int:
    """Return the number of tasks left in a round, retries before its end included."""
    query = select(func.count()).where(
        MirrorTask.organisation_id == going.organisation_id,
        MirrorTask.wished,
        MirrorTask.due_at < next_night(going.created_at),
    )
    return db.scalar(query) or 0
