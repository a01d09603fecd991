"""What the stores of proofs and contracts need now and then."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from datetime import timedelta

from sqlalchemy.orm import Session

from data.controls.files.storage import Storage
from data.db import Database

ORPHAN = timedelta(hours=1)  # what came later may await its commit


def delete_orphans(
    database: Database, storage: Storage, known_keys: Callable[[Session], AbstractSet[str]]
) -> int:
    """Delete what is stored under keys that no row refers to; return how many."""
    stored = set(storage.names(older_than=ORPHAN))
    if not stored:
        return 0
    with database.reading() as db:
        orphans = stored - known_keys(db)
    for key in sorted(orphans):
        storage.delete(key)
    return len(orphans)
