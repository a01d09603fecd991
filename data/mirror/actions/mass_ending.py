"""Suspend a list that ends too many rights at once, and alert administrators."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from data.mirror.channels.administrator_notices import warn
from data.mirror.models import MirrorDrift, MirrorRight
from data.mirror.queries.ending_differences import list_ending_conditions
from data.mirror.types import EndsHeld
from data.notifications.types import NotificationKind
from data.rights.queries.due import OPEN


def hold(db: Session, organisation_id: int) -> None:
    """Have each right that would end here wait for somebody, or for a list that has it open.

    Those that are left, once somebody ended some of them, go on waiting.
    """
    uids = select(MirrorDrift.their_uid).where(*list_ending_conditions(organisation_id))
    mine = MirrorRight.organisation_id == organisation_id
    statement = update(MirrorRight).where(mine, MirrorRight.uid.in_(uids)).values(held=True)
    db.execute(statement.execution_options(synchronize_session=False))


def release(db: Session, organisation_id: int) -> None:
    """What the list has open again waits no more."""
    mine = MirrorRight.organisation_id == organisation_id
    back = update(MirrorRight).where(mine, MirrorRight.held, MirrorRight.state.in_(OPEN))
    db.execute(back.values(held=False).execution_options(synchronize_session=False))


def tell_held(db: Session, organisation_id: int, held_ends: EndsHeld, now: datetime) -> None:
    """Each of them once, by their own ways, until a later list ends others."""
    warn(
        db,
        organisation_id,
        NotificationKind.MIRROR_HELD,
        f"{held_ends.round_id}:ends",
        now,
        count=held_ends.count,
    )
