"""Query the journal: an organisation's own lines, or all of them for the staff."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core.access import Viewer
from data.identity.audit.models import AuditEvent
from data.identity.audit.types import EventRow, Read

READ = "pce_data"  # object type of read data in the journal


def list_events(
    db: Session, viewer: Viewer, subject: tuple[str, object], limit: int = 100
) -> tuple[EventRow, ...]:
    """Return the events of `subject`, a (type, id), newest first.

    Viewers other than the staff get only those of their organisation.
    """
    query = (
        select(AuditEvent.at, AuditEvent.action, AuditEvent.actor_id, AuditEvent.detail)
        .where(AuditEvent.object_type == subject[0], AuditEvent.object_id == str(subject[1]))
        .order_by(AuditEvent.id.desc())
        .limit(limit)
    )
    if not viewer.staff:
        query = query.where(AuditEvent.organisation_id == viewer.organisation_id)
    return tuple(EventRow(*row) for row in db.execute(query))


def list_reads(
    db: Session, *, numbers: Collection[str], organisations: Collection[int], limit: int
) -> tuple[Read, ...]:
    """Return the reads of these PCEs, latest first, for the holder, whose link has no viewer."""
    query = (
        select(AuditEvent.at, AuditEvent.organisation_id, AuditEvent.action, AuditEvent.object_id)
        .where(
            AuditEvent.object_type == READ,
            AuditEvent.object_id.in_(numbers),
            AuditEvent.organisation_id.in_(organisations),
        )
        .order_by(AuditEvent.id.desc())
        .limit(limit)
    )
    return tuple(
        Read(at, organisation or 0, action, number)
        for at, organisation, action, number in db.execute(query)
    )


def read_since(
    db: Session, viewer: Viewer, action: str, numbers: Collection[str], since: datetime
) -> frozenset[str]:
    """Return which of these PCEs the viewer read since `since`, according to the journal."""
    query = select(AuditEvent.object_id).where(
        AuditEvent.object_type == READ,
        AuditEvent.object_id.in_(numbers),
        AuditEvent.actor_id == viewer.user_id,
        AuditEvent.action == action,
        AuditEvent.at >= since,
    )
    return frozenset(db.scalars(query))


def count_acts(db: Session, viewer: Viewer, actions: Collection[str], since: datetime) -> int:
    """Return how many times the viewer did one of `actions` since `since`."""
    query = _acts(viewer, actions, since).with_only_columns(func.count(AuditEvent.id))
    return db.scalar(query) or 0


def count_acts_of(
    db: Session, organisation_id: int, actions: Collection[str], since: datetime
) -> int:
    """Return how many times people of an organisation did one of `actions`, for rate limits."""
    query = select(func.count(AuditEvent.id)).where(
        AuditEvent.organisation_id == organisation_id,
        AuditEvent.at > since,
        AuditEvent.action.in_(actions),
    )
    return db.scalar(query) or 0


def find_last_event_at(db: Session, action: str, subject: tuple[str, object]) -> datetime | None:
    """Return when `action` was last done on `subject`, a (type, id), by any actor."""
    query = select(func.max(AuditEvent.at)).where(
        AuditEvent.object_type == subject[0],
        AuditEvent.object_id == str(subject[1]),
        AuditEvent.action == action,
    )
    return db.scalar(query)


def find_ranked_event_at(
    db: Session, viewer: Viewer, actions: Collection[str], *, since: datetime, rank: int
) -> datetime | None:
    """Return when the viewer did one of `actions` for the `rank`-th time, counted back from now."""
    query = _acts(viewer, actions, since).order_by(AuditEvent.at.desc())
    return db.scalar(query.offset(rank - 1).limit(1))


def _acts(viewer: Viewer, actions: Collection[str], since: datetime) -> Select[datetime]:
    return select(AuditEvent.at).where(
        AuditEvent.organisation_id == viewer.organisation_id,
        AuditEvent.at > since,
        AuditEvent.actor_id == viewer.user_id,
        AuditEvent.action.in_(actions),
    )
