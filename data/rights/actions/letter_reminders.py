"""Remind the holders who have not answered."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.errors import NotFound
from data.rights.actions import letters
from data.rights.actions.rate_limits import Mailboxes
from data.rights.actions.transitions import RightAuthor, chosen, move
from data.rights.queries.detail import HIDDEN
from data.rights.queries.letter_reminders import get_recall
from data.rights.types import LetterKind, Recalled, RightActor, RightTrigger


def recall(db: Session, viewer: Viewer, uids: Collection[str], *, now: datetime) -> Recalled:
    """Remind the holders of the `uids` that wait for an answer; the others are skipped.

    A right has at most one reminder in some days, and mailboxes have the same daily limit as for
    declarations. Rights are locked first, so that a double click sends one letter.
    """
    viewer.require(Permission.RIGHTS_RENEW)
    rights = chosen(db, viewer, uids)
    if any(right.organisation_id != viewer.organisation_id for right in rights):
        raise NotFound(HIDDEN)
    preview = get_recall(db, viewer, uids, now)
    due, kind = frozenset(preview.due), LetterKind.REMINDER
    boxes = Mailboxes(db, viewer.organisation_id, now, kind)
    fit = [right for right in rights if right.uid in due and boxes.take(right.email)]
    move(db, fit, RightTrigger.RECALLED, RightAuthor(RightActor.THIRD_PARTY, now, viewer))
    letters.write(db, viewer.organisation_id, kind, [(right.id, right.email) for right in fit], now)
    written = tuple(right.uid for right in fit)
    return Recalled(len(fit), len(due) - len(fit), preview, written)
