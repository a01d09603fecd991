"""Forgets dead sessions, old tries, spent links and invitations that nobody can answer."""

from datetime import datetime

from data.accounts import actions
from data.accounts.types import SessionLimits
from data.db import Database
from data.people.actions import forget_invitations


def purge(database: Database, now: datetime, limits: SessionLimits) -> int:
    """Return how many sessions are gone."""
    with database.transaction() as db:
        forget_invitations(db, now)
        return actions.purge_sessions(db, now, limits)
