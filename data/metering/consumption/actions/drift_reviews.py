"""Take the drift of a site off the work list of an organisation, and put it back."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.errors import NotFound
from core.i18n import N_
from core.tables import upsert
from data.metering.consumption.models import DriftReview
from data.metering.consumption.queries.drifts import load_year_rows
from data.metering.consumption.types import DriftReason
from data.metering.pces.queries import get_scope

_NONE = N_("Ce site n’a pas de dérive connue.")


def review_drift(db: Session, viewer: Viewer, number: str, reason: DriftReason) -> None:
    """Take the drift of a site off the list until it grows; raise NotFound when it has none."""
    viewer.require(Permission.MARKS_WRITE)
    scope = get_scope(db, viewer, number)
    row = load_year_rows(db, viewer, [scope.id]).get(scope.id)
    percent = row.equal.percent if row and row.equal else None
    if percent is None:
        raise NotFound(_NONE)
    values = {"reason": reason, "reviewed_on": viewer.today, "equal": percent / 100}
    key = {"pce_id": scope.id, "organisation_id": viewer.organisation_id}
    statement = upsert(db, DriftReview).values(**key, **values)
    db.execute(statement.on_conflict_do_update(index_elements=list(key), set_=values))


def restore_drift(db: Session, viewer: Viewer, number: str) -> None:
    """Put the drift of a site back on the list; nothing changes when it is there."""
    viewer.require(Permission.MARKS_WRITE)
    scope = get_scope(db, viewer, number)
    review = DriftReview
    db.execute(
        delete(review).where(
            review.pce_id == scope.id, review.organisation_id == viewer.organisation_id
        )
    )
