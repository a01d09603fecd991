"""Query an organisation's rounds, their progress and skipped lines."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, case, func, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.i18n import _
from data.exchange.mirror.models import MirrorFault, MirrorRound, MirrorTask
from data.exchange.mirror.queries.messages import find_stored_message
from data.exchange.mirror.queries.unscoped import count_left
from data.exchange.mirror.types import (
    FaultGroup,
    FaultRow,
    RoundCounts,
    RoundRow,
    RoundState,
    TasksSummary,
)

MOST_SHOWN = 30
_OVER = frozenset({RoundState.DONE, RoundState.CUT, RoundState.FAILED})


def visible(viewer: Viewer) -> Select[MirrorRound]:
    """Select the rounds of the viewer's organisation, with the mirror permission."""
    viewer.require(Permission.MIRROR)
    return select(MirrorRound).where(MirrorRound.organisation_id == viewer.organisation_id)


def list_rounds(db: Session, viewer: Viewer, *, limit: int = MOST_SHOWN) -> list[RoundRow]:
    """Return the rounds, latest first."""
    query = visible(viewer).order_by(MirrorRound.id.desc()).limit(limit)
    return [_row(db, row) for row in db.scalars(query)]


def list_faults(db: Session, viewer: Viewer, round_id: int, *, limit: int = 200) -> list[FaultRow]:
    """Return the refused lines of a round in their order."""
    query = _faults(viewer, round_id, MirrorFault).order_by(MirrorFault.id)
    return [
        FaultRow(row.number, row.part, row.at, row.line, row.sentence, row.params, row.sample)
        for row in db.scalars(query.limit(limit))
    ]


def list_fault_groups(db: Session, viewer: Viewer, round_id: int) -> list[FaultGroup]:
    """Return the refused lines grouped by reason, the most frequent first."""
    count = func.count()
    first = func.min(MirrorFault.id)
    query = (
        _faults(
            viewer, round_id, MirrorFault.part, MirrorFault.sentence, count, first,
            func.count(MirrorFault.number.distinct()),
        )
        .group_by(MirrorFault.part, MirrorFault.sentence)
        .order_by(count.desc(), first)
    )  # fmt: skip
    rows = db.execute(query).all()
    params = _params(db, [row[3] for row in rows])
    return [
        FaultGroup(part, _(sentence, **params[at]), times, pces)
        for part, sentence, times, at, pces in rows
    ]


def get_tasks_summary(db: Session, viewer: Viewer, now: datetime) -> TasksSummary:
    """Return how many PCEs are up to date, and the oldest read."""
    viewer.require(Permission.MIRROR)
    each = (
        select(
            MirrorTask.pce_id,
            func.max(case((MirrorTask.due_at <= now, 1), (MirrorTask.attempts > 0, 1), else_=0))
            .label("waits"),
            func.min(MirrorTask.done_at).label("oldest"),
        )
        .where(MirrorTask.organisation_id == viewer.organisation_id, MirrorTask.wished)
        .group_by(MirrorTask.pce_id)
        .subquery("each")
    )  # fmt: skip
    pces, waiting, oldest = db.execute(
        select(func.count(), func.coalesce(func.sum(each.c.waits), 0), func.min(each.c.oldest))
    ).one()
    return TasksSummary(pces, pces - waiting, waiting, oldest)


def _faults(viewer: Viewer, round_id: int, *columns: Any) -> Select[Any]:  # noqa: ANN401
    mine = visible(viewer).with_only_columns(MirrorRound.id).where(MirrorRound.id == round_id)
    return select(*columns).where(
        MirrorFault.organisation_id == viewer.organisation_id, MirrorFault.round_id.in_(mine)
    )


def _params(db: Session, ids: list[int]) -> Mapping[int, Mapping[str, Any]]:
    rows: list[Row[Any]] = list(
        db.execute(select(MirrorFault.id, MirrorFault.params).where(MirrorFault.id.in_(ids)))
    )
    return {row.id: row.params for row in rows}


def _row(db: Session, row: MirrorRound) -> RoundRow:
    return RoundRow(
        row.id,
        row.way,
        row.state,
        row.created_at,
        row.started_at,
        row.ended_at,
        RoundCounts(**row.counts),
        find_stored_message(row.problem),
        0 if row.state in _OVER else count_left(db, row),
        row.resume_at if row.state is RoundState.PAUSED else None,
        row.listed_at,
    )
