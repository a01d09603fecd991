"""Query whether the mirrored distributor decides on an organisation's declarations."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Viewer
from data.accounts.models import Organisation


def is_relaying(db: Session, viewer: Viewer, *, hold: bool = False) -> bool:
    """Whether the declarations of the viewer's organisation leave for the distributor.

    With *hold* it stays so until the transaction ends: who has nothing sent any more waits.
    """
    sends = select(Organisation.sends_upstream).where(Organisation.id == viewer.organisation_id)
    if hold:
        sends = sends.with_for_update(read=True)
    return bool(db.scalar(sends))
