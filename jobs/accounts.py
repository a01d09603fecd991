"""Delete expired sessions, attempts, links, invitations and samples."""

from datetime import datetime

from core.database import Database
from data.administration.people.actions import forget_invitations
from data.administration.samples.actions import erase_old_samples
from data.identity.accounts import actions
from data.identity.accounts.types import SessionLimits


def purge(database: Database, now: datetime, limits: SessionLimits) -> int:
    """Delete them; return the number of deleted sessions."""
    with database.transaction() as db:
        forget_invitations(db, now)
        return actions.purge_sessions(db, now, limits)


def purge_samples(database: Database, now: datetime) -> int:
    """Erase the samples that are over; return how many."""
    with database.transaction() as db:
        return erase_old_samples(db, now)
