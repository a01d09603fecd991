"""Where a right comes from, and when its holder was written to."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.access import Viewer
from data.rights.models import AccessRight, HolderLink, ImportLine, RightLetterRow
from data.rights.types import FromFile, LetterKind, LineState
from data.runs.models import Run
from data.runs.queries import visible as visible_runs


def from_file(db: Session, viewer: Viewer, right_id: int) -> FromFile | None:
    """The file and the line that declared it; None for any other way, or a file not the viewer's.

    Who calls has looked whether the viewer may see the right.
    """
    query = (
        visible_runs(viewer)
        .join(ImportLine, ImportLine.run_id == Run.id)
        .join(AccessRight, (AccessRight.run_id == Run.id) & (AccessRight.uid == ImportLine.uid))
        .where(AccessRight.id == right_id, ImportLine.state == LineState.ACCEPTED)
        .with_only_columns(Run.id, Run.file_name, ImportLine.line)
        .order_by(ImportLine.line)
    )
    found = db.execute(query.limit(1)).first()
    return FromFile(*found) if found else None


def written_at(db: Session, right_id: int, since: datetime) -> tuple[datetime, ...]:
    """When letters that ask its holder left, the oldest first.

    A letter sent before *since*, the birth of the right, was of others: its link only shows it.
    """
    letter = RightLetterRow
    query = (
        select(letter.sent_at)
        .join(HolderLink, HolderLink.token_hash == letter.token_hash)
        .where(HolderLink.right_id == right_id, letter.kind == LetterKind.CONSENT)
        .where(letter.sent_at >= since)
        .order_by(letter.sent_at)
    )
    return tuple(at for at in db.scalars(query) if at)
