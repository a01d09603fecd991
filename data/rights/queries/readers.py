"""List the organisations that can read the viewer's PCEs today."""

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from data.identity.accounts.models import Organisation
from data.metering.pces.models import Pce, PceGrant
from data.rights.types import ReaderOfOurs
from data.tag_limits import within

MOST = 20


def list_readers_of_held(db: Session, viewer: Viewer) -> tuple[ReaderOfOurs, ...]:
    """Return the organisations that may read held PCEs and how many, most first."""
    viewer.require(Permission.RIGHTS_READ)
    if viewer.staff:
        return ()
    grant, count = PceGrant, func.count(PceGrant.pce_id.distinct())
    query = (
        select(Organisation.name, count)
        .join(grant, grant.organisation_id == Organisation.id)
        .join(Pce, Pce.id == grant.pce_id)
        .where(
            Pce.holder_id == viewer.organisation_id,
            within(viewer, Pce.id),
            grant.organisation_id != viewer.organisation_id,
            grant.valid_from <= viewer.today,
            or_(grant.valid_to.is_(None), grant.valid_to >= viewer.today),
        )
        .group_by(Organisation.id, Organisation.name)
        .order_by(count.desc(), Organisation.name)
        .limit(MOST)
    )
    return tuple(ReaderOfOurs(name, pces) for name, pces in db.execute(query))
