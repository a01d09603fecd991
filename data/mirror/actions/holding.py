"""A list that ends too many rights at once: they wait for somebody, and administrators are told."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from data.access import Role
from data.accounts.models import Organisation, User
from data.mirror.models import MirrorDrift, MirrorRight
from data.mirror.queries.ending import ending
from data.mirror.types import EndsHeld
from data.notifications.actions import post
from data.notifications.types import ChannelKind, Event, Grouping, Kind, Recipient, Severity
from data.rights.queries.due import OPEN
from i18n import PARIS

_WAYS = frozenset(ChannelKind)


def hold(db: Session, organisation_id: int) -> None:
    """Have each right that would end here wait for somebody, or for a list that has it open.

    Those that are left, once somebody ended some of them, go on waiting.
    """
    uids = select(MirrorDrift.their_uid).where(*ending(organisation_id))
    mine = MirrorRight.organisation_id == organisation_id
    held = update(MirrorRight).where(mine, MirrorRight.uid.in_(uids)).values(held=True)
    db.execute(held.execution_options(synchronize_session=False))


def release(db: Session, organisation_id: int) -> None:
    """What the list has open again waits no more."""
    mine = MirrorRight.organisation_id == organisation_id
    back = update(MirrorRight).where(mine, MirrorRight.held, MirrorRight.state.in_(OPEN))
    db.execute(back.values(held=False).execution_options(synchronize_session=False))


def tell_held(db: Session, organisation_id: int, held: EndsHeld, now: datetime) -> None:
    """Each of them once, by their own ways, until a later list ends others."""
    named = select(Organisation.name).where(Organisation.id == organisation_id)
    query = select(User.id).where(
        User.organisation_id == organisation_id,
        User.role == Role.ADMINISTRATOR,
        User.disabled_at.is_(None),
    )
    event = Event(
        key=f"mirror:{organisation_id}:{held.round_id}:ends",
        kind=Kind.MIRROR_HELD,
        organisation_id=organisation_id,
        pce_number="",
        site=db.scalars(named).one(),
        severity=Severity.WARNING,
        gas_day=now.astimezone(PARIS).date(),
        params={"count": held.count},
        path="/admin?part=connections",
        subject=("mirror", organisation_id),
    )
    people = [Recipient(id_, None, _WAYS, Grouping.IMMEDIATE) for id_ in db.scalars(query)]
    post(db, [(event, people)], now)
