"""Load each demo once a worker, and copy it for the other tests that begin with it."""

import shutil
from datetime import datetime
from pathlib import Path

from core.database import Database
from jobs.demo import DemoPlan, load

_LOADED: dict[tuple[DemoPlan, datetime], Path] = {}


def load_copy(database: Database, plan: DemoPlan, now: datetime) -> None:
    """Load the demo of *plan* into an empty database; on SQLite, copy one that was loaded before.

    Closing the connections writes the log of SQLite into its file, which may then be copied.
    """
    key = plan, now
    if key not in _LOADED or not database.sqlite:
        load(database, plan, now)
    if not database.sqlite:
        return
    database.engine.dispose()
    path = Path(str(database.engine.url.database))
    if key in _LOADED:
        shutil.copy(_LOADED[key], path)
    else:
        _LOADED[key] = path.parents[1] / f"demo-{len(_LOADED)}.db"
        shutil.copy(path, _LOADED[key])
