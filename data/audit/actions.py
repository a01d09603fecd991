"""Writing the journal."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from data.audit.models import AuditEvent


def note(  # noqa: PLR0913 (what a line of a journal is made of)
    db: Session,
    at: datetime,
    action: str,
    subject: tuple[str, object],
    *,
    actor: tuple[int, int] | None = None,
    detail: Mapping[str, object] | None = None,
) -> None:
    """Add one event, in the caller's transaction.

    *subject* is (type, id) of what was touched; *actor* is (user id, organisation id), None for
    the system itself. *detail* holds no token and no personal data.
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
    """The same event for each of *ids*, things of that *kind*, in one statement."""
    user_id, organisation_id = actor or (None, None)
    events = [
        {
            "at": at,
            "actor_id": user_id,
            "organisation_id": organisation_id,
            "action": action,
            "object_type": kind,
            "object_id": str(id_),
            "detail": dict(detail or {}),
        }
        for id_ in ids
    ]
    if events:
        db.execute(insert(AuditEvent), events)
