"""Load each demo once a worker, and copy it for the other tests that begin with it."""

import sqlite3
from datetime import datetime
from typing import cast

from core.database import Database
from jobs.demo.loading import load
from jobs.demo.plan import DemoPlan

_LOADED: dict[tuple[DemoPlan, datetime], sqlite3.Connection] = {}


def load_copy(database: Database, plan: DemoPlan, now: datetime) -> None:
    """Load the demo of *plan* into an empty database; on SQLite, copy one that was loaded before.

    Its copy is in memory.
    """
    key = plan, now
    if key not in _LOADED or not database.sqlite:
        load(database, plan, now)
    if not database.sqlite:
        return
    pooled = database.engine.raw_connection()
    connection = cast("sqlite3.Connection", pooled.dbapi_connection)
    if key in _LOADED:
        _LOADED[key].backup(connection)
    else:
        _LOADED[key] = sqlite3.connect(":memory:")
        connection.backup(_LOADED[key])
    pooled.close()
