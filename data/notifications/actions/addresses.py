"""Extra addresses of an organisation: told of nothing until their reader has confirmed."""

import secrets
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from data.access import Permission, Viewer
from data.accounts.models import Organisation
from data.audit.actions import note
from data.errors import Conflict, Invalid, NotFound
from data.notifications.models import NoticeAddress, Notification
from data.notifications.rules import problems_in_address
from data.notifications.types import Delivery, Kind
from i18n import LANGUAGES, N_

MOST = 100  # of one organisation
_NO_ID = 2**31


def add_address(db: Session, viewer: Viewer, email: str, *, language: str, now: datetime) -> int:
    """Keep an address and ask its reader to confirm; again for one that has not, or had stopped.

    Raises Invalid, Conflict when it is confirmed already or there are too many.
    """
    viewer.require(Permission.THRESHOLDS_WRITE)
    email = email.strip().lower()
    problem = problems_in_address(email)
    if problem is not None:
        raise Invalid(problem, found=email[:80])
    ours = NoticeAddress.organisation_id == viewer.organisation_id
    address = db.scalar(select(NoticeAddress).where(ours, NoticeAddress.email == email))
    if address is None:
        if (db.scalar(select(func.count()).where(ours)) or 0) >= MOST:
            raise Conflict(N_("Il y a déjà {most} adresses : supprimez-en une."), most=MOST)
        where = viewer.organisation_id
        address = NoticeAddress(organisation_id=where, email=email, created_at=now)
        db.add(address)
    elif address.confirmed_at is not None and address.stopped_at is None:
        raise Conflict(N_("Cette adresse est déjà confirmée."))
    address.language = language if language in LANGUAGES else "fr"
    if address.stopped_at is not None:
        address.created_at = now  # else it is to be confirmed since the first time
    address.added_by = viewer.user_id
    address.confirmed_at = address.stopped_at = None
    address.stop_reason = ""
    db.flush()
    _ask(db, address, now)
    _note(db, viewer, "notifications.address_added", address.id, now)
    return address.id


def _ask(db: Session, address: NoticeAddress, now: datetime) -> None:
    waiting = select(Notification.id).where(
        Notification.address_id == address.id, Notification.state == Delivery.QUEUED
    )
    if db.scalar(waiting) is not None:
        return  # one mail at a time, whatever is typed
    db.add(
        Notification(
            message_id=f"<{secrets.token_hex(16)}@{address.email.rpartition('@')[2]}>",
            address_id=address.id,
            kind=Kind.ADDRESS_CONFIRM,
            params={"address_id": address.id, "organisation": _organisation(db, address)},
            state=Delivery.QUEUED,
            created_at=now,
            next_attempt_at=now,
        )
    )
    db.flush()


def _organisation(db: Session, address: NoticeAddress) -> str:
    name = select(Organisation.name).where(Organisation.id == address.organisation_id)
    return db.scalars(name).one()


def confirm_address(db: Session, address_id: int, now: datetime) -> bool:
    """The reader of an address accepts, by the link they were sent; False when it is gone.

    What waited from before is not told: it begins now.
    """
    address = db.get(NoticeAddress, address_id, with_for_update=True)
    if address is None or address.stopped_at is not None:
        return False
    if address.confirmed_at is not None:
        return True
    address.confirmed_at = now
    note(db, now, "notifications.address_confirmed", ("address", address_id))
    return True


def remove_address(db: Session, viewer: Viewer, address_id: int, now: datetime) -> None:
    """Nothing leaves for it any more. Raises NotFound when it is not the organisation's."""
    viewer.require(Permission.THRESHOLDS_WRITE)
    address = db.get(NoticeAddress, address_id) if 0 < address_id < _NO_ID else None
    if address is None or address.organisation_id != viewer.organisation_id:
        raise NotFound(N_("Cette adresse est introuvable."))
    address.stopped_at = now
    db.execute(
        update(Notification)
        .where(Notification.address_id == address.id, Notification.state == Delivery.QUEUED)
        .values(state=Delivery.FAILED, error="off", params={})
    )
    _note(db, viewer, "notifications.address_removed", address.id, now)


def _note(db: Session, viewer: Viewer, what: str, address_id: int, now: datetime) -> None:
    actor = (viewer.user_id, viewer.organisation_id)
    note(db, now, what, ("address", address_id), actor=actor)
