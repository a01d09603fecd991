"""Whether what an organisation declares is decided by the distributor that it mirrors."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.access import Viewer
from data.accounts.models import Organisation


def relays(db: Session, viewer: Viewer) -> bool:
    """Whether the declarations of the viewer's organisation leave for the distributor."""
    sends = select(Organisation.sends_upstream).where(Organisation.id == viewer.organisation_id)
    return bool(db.scalar(sends))
