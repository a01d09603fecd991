"""Query the access log for entries that are not recorded yet."""

from collections.abc import Collection
from datetime import UTC, datetime, time

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.i18n import PARIS
from data.identity.audit.queries import read_since
from data.metering.pces.models import Pce


def list_unrecorded_reads(
    db: Session, viewer: Viewer, numbers: Collection[str], action: str
) -> tuple[str, ...]:
    """Return those of `numbers` that others hold and whose read by `viewer` is not logged today."""
    if not viewer.may(Permission.CONSUMPTION_READ):  # a program may have access to contracts only
        viewer.require(Permission.PCES_READ)
    midnight = datetime.combine(viewer.today, time(), PARIS).astimezone(UTC)
    logged_numbers = read_since(db, viewer, action, numbers, midnight)
    others = or_(Pce.holder_id.is_(None), Pce.holder_id != viewer.organisation_id)
    unlogged_numbers = [number for number in numbers if number not in logged_numbers]
    return tuple(db.scalars(select(Pce.number).where(Pce.number.in_(unlogged_numbers), others)))
