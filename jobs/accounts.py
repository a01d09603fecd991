"""Delete expired sessions, attempts, links and invitations."""

from datetime import datetime

from core.database import Database
from data.accounts import actions
from data.accounts.types import SessionLimits
from data.people.actions import forget_invitations


def purge(database: Database, now: datetime, limits: SessionLimits) -> int:
    """Return how many sessions are gone."""
    with database.transaction() as db:
        forget_invitations(db, now)
        return actions.purge_sessions(db, now, limits)
