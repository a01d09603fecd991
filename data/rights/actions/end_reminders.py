"""Remind of rights that end soon."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from data.rights.actions.third_party_notices import remind
from data.rights.actions.transitions import locked
from data.rights.models import AccessRight


def remind_of(db: Session, due: Sequence[tuple[int, int]], now: datetime) -> int:
    """Send one reminder for each right and number of days before its end; return the count."""
    days = dict(due)
    rights = locked(db, AccessRight.id.in_(days))
    for right in rights:
        right.reminded = days[right.id]
    for most in sorted(set(days.values())):
        remind(db, [right for right in rights if right.reminded == most], most, now)
    return len(rights)
