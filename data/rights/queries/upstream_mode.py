"""Query whether the mirrored distributor decides on an organisation's declarations."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Viewer
from data.identity.accounts.models import Organisation


def is_decided_upstream(db: Session, viewer: Viewer, *, hold: bool = False) -> bool:
    """Return whether declarations of the viewer's organisation are sent to the distributor.

    With `hold` the setting is locked until the transaction ends.
    """
    sends = select(Organisation.sends_upstream).where(Organisation.id == viewer.organisation_id)
    if hold:
        sends = sends.with_for_update(read=True)
    return bool(db.scalar(sends))
