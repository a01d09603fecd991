"""Limit letters by mailbox and failed lookups by person."""

from collections import Counter
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access import Viewer
from data.identity.audit.actions import note
from data.identity.audit.queries import count_acts, find_ranked_event_at
from data.notifications.types import MessageDelivery
from data.rights.models import RightLetterRow
from data.rights.queries.attempts import DAY, DOUBTED, ONE_BY_ONE, REFUSED, find_tries_start
from data.rights.rules.addresses import mailbox_of
from data.rights.rules.attempts import MOST_TRIES
from data.rights.types import ASKS, LetterKind

MOST_LETTERS = 20  # requests to a mailbox in a day, from all organisations
MOST_OF_ONE = 5  # of them, from one organisation
GUESSING = "rights.guessing"
TAKEN_BACK = "taken_back"  # of a right cancelled before anybody else knew of it


class Mailboxes:
    """How many letters each mailbox may still get today, ignoring tags after a `+`."""

    def __init__(
        self,
        db: Session,
        asker_id: int,
        now: datetime,
        kind: LetterKind = LetterKind.CONSENT,
    ) -> None:
        self.all: Counter[str] = Counter()
        self.own: Counter[str] = Counter()
        # addresses with a waiting letter of `kind`, which takes further rights
        self.open: set[str] = set()
        row = RightLetterRow
        waits = (row.state == MessageDelivery.QUEUED) & (row.attempts == 0) & (row.kind == kind)
        query = select(row.email, row.organisation_id, waits, func.count()).where(
            row.created_at > now - DAY, row.kind.in_(ASKS)
        )
        for email, organisation_id, waiting, count in db.execute(query.group_by(*_BY, waits)):
            self.all[mailbox_of(email)] += count
            if organisation_id == asker_id:
                self.own[mailbox_of(email)] += count
                if waiting:
                    self.open.add(email)

    def take(self, email: str) -> bool:
        """Count one more letter to `email`; return False when its limit is reached."""
        if email in self.open:
            return True
        box = mailbox_of(email)
        if self.own[box] >= MOST_OF_ONE or self.all[box] >= MOST_LETTERS:
            return False
        self.own[box] += 1
        self.all[box] += 1
        self.open.add(email)
        return True


_BY = (RightLetterRow.email, RightLetterRow.organisation_id)


def blocked_until(db: Session, viewer: Viewer, now: datetime) -> datetime | None:
    """Return until when this person may not try again, None when they may.

    Declarations cancelled before anybody else knew of them, or by the portal, do not count.
    """
    since = find_tries_start(db, viewer.organisation_id, now)
    at = find_ranked_event_at(db, viewer, ONE_BY_ONE, since=since, rank=MOST_TRIES)
    return None if at is None else at + DAY


def describe_guessing(db: Session, viewer: Viewer, now: datetime) -> None:
    """Journal a suspicion of guessing, once a day."""
    if not count_acts(db, viewer, (GUESSING,), now - DAY):
        _note(db, viewer, GUESSING, now)


def describe_refused(db: Session, viewer: Viewer, now: datetime) -> None:
    """Journal a declaration of an unknown PCE."""
    _note(db, viewer, REFUSED, now)


def describe_doubted(db: Session, viewer: Viewer, now: datetime) -> None:
    """Journal a declaration with a wrong name or address."""
    _note(db, viewer, DOUBTED, now)


def _note(db: Session, viewer: Viewer, action: str, now: datetime) -> None:
    note(db, now, action, ("user", viewer.user_id), actor=viewer.actor)
