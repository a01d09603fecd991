"""Forgets dead sessions, old tries and spent links."""

from datetime import datetime

from data.accounts import actions
from data.accounts.types import SessionLimits
from data.db import Database


def purge(database: Database, now: datetime, limits: SessionLimits) -> int:
    """Return how many sessions are gone."""
    with database.transaction() as db:
        return actions.purge_sessions(db, now, limits)
