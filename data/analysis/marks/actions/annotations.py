"""Create, change, remove and restore annotations."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.errors import Conflict, Forbidden, NotFound
from core.i18n import N_
from data.analysis.marks.models import AnnotationRow
from data.analysis.marks.rules.annotations import MOST, is_readable, may_change
from data.analysis.marks.types import AnnotationDraft
from data.identity.audit.actions import note
from data.metering.pces.models import Pce
from data.metering.pces.queries import get_scope

RETURNS = timedelta(days=1)  # time during which a removed annotation may be restored
_GONE = N_("Cette annotation est introuvable.")
_HIDDEN = N_("Vous ne pouvez lire aucun de ces jours : annotez des jours lisibles.")
_FULL = N_("Ce point a déjà {most} annotations : retirez-en.")
_NOT_YOURS = N_("Cette annotation est de quelqu’un d’autre : demandez-lui de la changer.")


def annotate(
    db: Session, viewer: Viewer, number: str, draft: AnnotationDraft, *, now: datetime
) -> int:
    """Create an annotation on a PCE for the viewer's organisation; return its id.

    Raise NotFound when none of its days is readable, Conflict when there are too many.
    """
    viewer.require(Permission.MARKS_WRITE)
    scope = get_scope(db, viewer, number)
    if not is_readable(scope, draft.first, draft.last):
        raise NotFound(_HIDDEN)
    own_rows = (
        AnnotationRow.pce_id == scope.id,
        AnnotationRow.organisation_id == viewer.organisation_id,
    )
    late = AnnotationRow.removed_at < now - RETURNS
    db.execute(delete(AnnotationRow).where(*own_rows, late))
    if (db.scalar(select(func.count(AnnotationRow.id)).where(*own_rows)) or 0) >= MOST:
        raise Conflict(_FULL, most=MOST)
    row = AnnotationRow(
        pce_id=scope.id,
        organisation_id=viewer.organisation_id,
        user_id=viewer.user_id,
        first_day=draft.first,
        last_day=draft.last,
        kind=draft.kind,
        words=draft.words,
        shared=draft.shared,
        created_at=now,
        changed_at=now,
    )
    db.add(row)
    db.flush()
    _note(db, viewer, row, "annotated", now)
    return row.id


def change(
    db: Session, viewer: Viewer, annotation_id: int, draft: AnnotationDraft, *, now: datetime
) -> None:
    """Replace the content of an annotation.

    Raise NotFound for one of another organisation or a removed one.
    """
    viewer.require(Permission.MARKS_WRITE)
    row = _row_of(db, viewer, annotation_id)
    scope = get_scope(db, viewer, db.get_one(Pce, row.pce_id).number)
    if row.removed_at is not None:
        raise NotFound(_GONE)
    if not is_readable(scope, draft.first, draft.last):
        raise NotFound(_HIDDEN)
    row.first_day, row.last_day = draft.first, draft.last
    row.kind, row.words, row.shared = draft.kind, draft.words, draft.shared
    row.changed_at = now
    _note(db, viewer, row, "changed", now)


def remove(db: Session, viewer: Viewer, annotation_id: int, *, now: datetime) -> None:
    """Remove an annotation, which may be restored for a day; do nothing if already removed."""
    viewer.require(Permission.MARKS_WRITE)
    row = _row_of(db, viewer, annotation_id)
    if row.removed_at is None:
        row.removed_at = now
        _note(db, viewer, row, "removed", now)


def restore(db: Session, viewer: Viewer, annotation_id: int, *, now: datetime) -> None:
    """Restore a removed annotation; do nothing if it is not removed."""
    viewer.require(Permission.MARKS_WRITE)
    row = _row_of(db, viewer, annotation_id)
    if row.removed_at is not None:
        row.removed_at = None
        _note(db, viewer, row, "restored", now)


def _row_of(db: Session, viewer: Viewer, annotation_id: int) -> AnnotationRow:
    """Return the row of an annotation that the viewer may change.

    Raise NotFound when its PCE or days are not readable, Forbidden for one that the viewer may not
    change.
    """
    query = select(AnnotationRow, Pce.number).join(Pce, Pce.id == AnnotationRow.pce_id)
    result = db.execute(
        query.where(
            AnnotationRow.id == annotation_id,
            AnnotationRow.organisation_id == viewer.organisation_id,
        )
    ).one_or_none()
    if result is None:
        raise NotFound(_GONE)
    row, number = result
    if not is_readable(get_scope(db, viewer, number), row.first_day, row.last_day):
        raise NotFound(_GONE)
    if not may_change(viewer, row.user_id):
        raise Forbidden(_NOT_YOURS)
    found_row: AnnotationRow = row
    return found_row


def _note(db: Session, viewer: Viewer, row: AnnotationRow, what: str, now: datetime) -> None:
    days = {"first": row.first_day.isoformat(), "last": row.last_day.isoformat()}
    detail = {**days, "shared": row.shared}
    note(db, now, f"marks.{what}", ("annotation", row.id), actor=viewer.actor, detail=detail)
