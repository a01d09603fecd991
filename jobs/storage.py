"""Delete orphaned files, and move files between the stores of proofs and contracts."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from core.database import Database
from core.errors import Unreadable
from data.administration.claims.queries import list_proof_keys
from data.controls.files.storage import Storage
from data.money.attestations.actions import purge_removed

ORPHAN = timedelta(hours=1)  # a newer file may await its commit


def delete_orphans(
    database: Database, storage: Storage, known_keys: Callable[[Session], AbstractSet[str]]
) -> int:
    """Delete the stored files to which no row refers; return how many."""
    stored = set(storage.names(older_than=ORPHAN))
    if not stored:
        return 0
    with database.reading() as db:
        orphans = stored - known_keys(db)
    for key in sorted(orphans):
        storage.delete(key)
    return len(orphans)


def purge_proofs(database: Database, storage: Storage, now: datetime) -> int:
    """Delete attestations removed for a day, then the files of no proof; return how many files."""
    with database.transaction() as db:
        purge_removed(db, now=now)
    return delete_orphans(database, storage, list_proof_keys)


@dataclass(frozen=True, slots=True)
class Moved:
    """Result of a move: pieces copied, already there, and missing in both stores."""

    copied: int = 0
    present: int = 0
    missing: int = 0


def move_pieces(source: Storage, target: Storage, keys: AbstractSet[str]) -> Moved:
    """Copy each piece of `keys` from `source` to `target`, then delete it from `source`.

    If killed, the same call goes on. A piece is deleted only once `target` returns it byte for
    byte. Raise Unavailable when a store does not answer.
    """
    copied = present = missing = 0
    in_target, in_source = set(target.names()), set(source.names())
    for key in sorted(keys):
        content = _read(source, key) if key in in_source else None
        if content is None:
            present, missing = present + (key in in_target), missing + (key not in in_target)
            continue
        if key in in_target and _read(target, key) == content:
            present += 1
        else:
            target.put_as(key, content)
            copied += 1
        if target.get(key) == content:
            source.delete(key)
    return Moved(copied, present, missing)


def _read(storage: Storage, key: str) -> bytes | None:
    """Return the content of a listed key; None when a killed process left only a draft of it."""
    try:
        return storage.get(key)
    except Unreadable:
        return None
