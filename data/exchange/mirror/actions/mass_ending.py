"""Suspend a list that ends too many rights at once, and alert administrators."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.database import change_rows
from data.exchange.mirror.channels.administrator_notices import warn
from data.exchange.mirror.models import MirrorDrift, MirrorRight
from data.exchange.mirror.queries.ending_differences import list_ending_conditions
from data.exchange.mirror.types import EndsHeld
from data.notifications.types import NotificationKind
from data.rights.queries.due import OPEN


def hold(db: Session, organisation_id: int) -> None:
    """Suspend the ends that a list would cause here, until a person or a later list decides.

    When somebody ends some of them, the others stay suspended.
    """
    uids = select(MirrorDrift.their_uid).where(*list_ending_conditions(organisation_id))
    mine = MirrorRight.organisation_id == organisation_id
    statement = update(MirrorRight).where(mine, MirrorRight.uid.in_(uids)).values(held=True)
    change_rows(db, statement)


def release(db: Session, organisation_id: int) -> None:
    """Release the suspended rights that a list shows as open again."""
    mine = MirrorRight.organisation_id == organisation_id
    back = update(MirrorRight).where(mine, MirrorRight.held, MirrorRight.state.in_(OPEN))
    change_rows(db, back.values(held=False))


def tell_held(db: Session, organisation_id: int, held_ends: EndsHeld, now: datetime) -> None:
    """Notify the administrators of suspended ends, once until a later list ends others."""
    warn(
        db,
        organisation_id,
        NotificationKind.MIRROR_HELD,
        f"{held_ends.round_id}:ends",
        now,
        count=held_ends.count,
    )
