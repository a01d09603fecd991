"""Query the sample of an organisation."""

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from data.metering.pces.models import Pce
from data.metering.pces.queries import count_pces
from data.sample_numbers import sample_number


def has_sample(db: Session, viewer: Viewer) -> bool:
    """Return whether the viewer's organisation looks at a sample."""
    mine = Pce.number == sample_number(viewer.organisation_id)
    return bool(db.scalar(select(exists().where(mine))))


def can_try_sample(db: Session, viewer: Viewer) -> bool:
    """Return whether the viewer may fill an account without delivery point with a sample."""
    if viewer.staff or not viewer.may(Permission.PCES_ADD):
        return False
    return not count_pces(db, viewer)
