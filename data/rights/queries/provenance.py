"""Query the source of a right, and when its holder received letters."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Viewer
from data.rights.models import AccessRight, HolderLink, ImportLine, RightLetterRow
from data.rights.queries.visible import visible
from data.rights.types import ASKS, FromFile, LineState
from data.runs.models import Run
from data.runs.queries import visible as visible_runs


def find_source_file(db: Session, viewer: Viewer, right_id: int) -> FromFile | None:
    """Return the file and line that declared a right, None for other ways or hidden files.

    The caller has checked that the viewer may see the right.
    """
    query = (
        visible_runs(viewer)
        .join(ImportLine, ImportLine.run_id == Run.id)
        .join(AccessRight, (AccessRight.run_id == Run.id) & (AccessRight.uid == ImportLine.uid))
        .where(AccessRight.id == right_id, ImportLine.state == LineState.ACCEPTED)
        .with_only_columns(Run.id, Run.file_name, ImportLine.line)
        .order_by(ImportLine.line)
    )
    row = db.execute(query.limit(1)).first()
    return FromFile(*row) if row else None


def list_letter_times(db: Session, viewer: Viewer, right_id: int) -> tuple[datetime, ...]:
    """Return when requests to its holder were sent, oldest first.

    A letter older than the right is about others, even if its link shows it.
    """
    letter = RightLetterRow
    query = (
        visible(viewer)
        .join(HolderLink, HolderLink.right_id == AccessRight.id)
        .join(letter, letter.token_hash == HolderLink.token_hash)
        .where(AccessRight.id == right_id, letter.kind.in_(ASKS))
        .where(letter.sent_at >= AccessRight.created_at)
        .with_only_columns(letter.sent_at)
        .order_by(letter.sent_at)
    )
    return tuple(at for at in db.scalars(query) if at)
