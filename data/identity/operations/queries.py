"""Query the failed work of the queue."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.dead_letters import list_dead_letters
from data.identity.accounts.models import Organisation
from data.identity.operations.types import FailedWork


def list_failed_work(db: Session, viewer: Viewer) -> Sequence[FailedWork]:
    """Return the failed work, newest first, for the operator."""
    viewer.require(Permission.ORGANISATIONS_WRITE)
    letters = list_dead_letters(db)
    owners = {letter.owner for letter in letters}
    query = select(Organisation.id, Organisation.name).where(Organisation.id.in_(owners))
    names = {row.id: row.name for row in db.execute(query)}
    return [
        FailedWork(
            letter.id,
            letter.kind,
            names.get(letter.owner, ""),
            letter.error,
            letter.attempts,
            letter.created_at,
            letter.finished_at or letter.created_at,
        )
        for letter in letters
    ]
