"""Write to the journal."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from core.bulk import insert_all
from data.identity.audit.models import AuditEvent


def note(
    db: Session,
    at: datetime,
    action: str,
    subject: tuple[str, object],
    *,
    actor: tuple[int, int] | None = None,
    detail: Mapping[str, object] | None = None,
) -> None:
    """Add one event, in the caller's transaction.

    `subject` is the (type, id) of the object; `actor` is (user id, organisation id), None for the
    system. `detail` must hold no token and no personal data.
    """
    user_id, organisation_id = actor or (None, None)
    db.add(
        AuditEvent(
            at=at,
            actor_id=user_id,
            organisation_id=organisation_id,
            action=action,
            object_type=subject[0],
            object_id=str(subject[1]),
            detail=dict(detail or {}),
        )
    )


def note_all(  # noqa: PLR0913 (as `note`)
    db: Session,
    at: datetime,
    action: str,
    kind: str,
    ids: Iterable[object],
    *,
    actor: tuple[int, int] | None = None,
    detail: Mapping[str, object] | None = None,
) -> None:
    """Add the same event for each object in `ids` of type `kind`, in one statement."""
    note_each(db, at, action, kind, ((id_, detail or {}) for id_ in ids), actor=actor)


def note_each(
    db: Session,
    at: datetime,
    action: str,
    kind: str,
    details: Iterable[tuple[object, Mapping[str, object]]],
    *,
    actor: tuple[int, int] | None = None,
) -> None:
    """Add the same event for several objects, each as (id, detail)."""
    user_id, organisation_id = actor or (None, None)
    events = [
        {
            "at": at,
            "actor_id": user_id,
            "organisation_id": organisation_id,
            "action": action,
            "object_type": kind,
            "object_id": str(id_),
            "detail": dict(detail),
        }
        for id_, detail in details
    ]
    db.flush()  # keeps the order of earlier notes
    insert_all(db, AuditEvent, events)
