"""Manage extra addresses, which receive nothing until their reader confirms."""

from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import NO_ID
from core.errors import Conflict, Invalid, NotFound, TooMany
from core.i18n import LANGUAGES, N_, clock
from data.identity.accounts.models import Organisation
from data.identity.accounts.rules import address_in
from data.identity.audit.actions import note
from data.notifications.actions.dead_channels import drop_queue
from data.notifications.actions.outbox import enqueue_message
from data.notifications.models import NoticeAddress, Notification
from data.notifications.rules import ask_again
from data.notifications.types import MessageDelivery, NotificationKind

MOST = 100  # of one organisation, without stopped ones
MOST_ASKED = 30  # confirmation mails of one organisation in a day
REFUSED = "refused"


def add_address(db: Session, viewer: Viewer, typed: str, *, language: str, now: datetime) -> int:
    """Add an address and ask its reader to confirm; ask again if unconfirmed or stopped.

    Raise Invalid; Conflict if it is confirmed already, refuses, or there are too many; TooMany if
    its reader, or the day, has reached the limit of such mails; Forbidden for a viewer restricted
    to tags.
    """
    viewer.require(Permission.THRESHOLDS_WRITE)
    viewer.require_whole()
    typed = typed.strip(" ")
    email = address_in(typed)
    if not typed:
        raise Invalid(N_("Écrivez une adresse électronique."))
    if email is None:
        raise Invalid(N_("« {found} » n’est pas une adresse électronique."), found=typed[:80])
    same_organisation = NoticeAddress.organisation_id == viewer.organisation_id
    # Lock the organisation, so that concurrent additions are counted one by one.
    organisation_row = select(Organisation.id).where(Organisation.id == viewer.organisation_id)
    db.execute(organisation_row.with_for_update()).all()
    address = db.scalar(
        select(NoticeAddress).where(same_organisation, NoticeAddress.email == email)
    )
    if address is not None and address.confirmed_at is not None and address.stopped_at is None:
        raise Conflict(N_("Cette adresse est déjà confirmée."))
    if address is None or address.stopped_at is not None:
        live = select(func.count()).where(same_organisation, NoticeAddress.stopped_at.is_(None))
        if (db.scalar(live) or 0) >= MOST:
            raise Conflict(N_("Il y a déjà {most} adresses : supprimez-en une."), most=MOST)
    if address is None or not _is_waiting(db, address):  # one mail at a time, for any spelling
        _check_asking(db, viewer, email, now)
    if address is None:
        where = viewer.organisation_id
        address = NoticeAddress(organisation_id=where, email=email, created_at=now)
        db.add(address)
    address.language = language if language in LANGUAGES else "fr"
    if address.stopped_at is not None:
        address.created_at = now  # else it has waited since the first request
    address.added_by = viewer.user_id
    address.confirmed_at = address.stopped_at = None
    address.stop_reason = ""
    db.flush()
    if not _is_waiting(db, address):
        _ask(db, address, now)
    _note(db, viewer, "notifications.address_added", address.id, now)
    return address.id


def _is_waiting(db: Session, address: NoticeAddress) -> bool:
    waiting = select(Notification.id).where(
        Notification.address_id == address.id, Notification.state == MessageDelivery.QUEUED
    )
    return db.scalar(waiting) is not None


def _check_asking(db: Session, viewer: Viewer, email: str, now: datetime) -> None:
    """Raise unless one more confirmation mail to `email` is within the limits."""
    # The condition of addresses of the reader of `email`, ignoring what follows a `+`
    name, _, domain = email.rpartition("@")
    name = name.partition("+")[0]
    tagged = NoticeAddress.email.startswith(f"{name}+", autoescape=True)
    same_mailbox = and_(tagged, NoticeAddress.email.endswith(f"@{domain}", autoescape=True))
    same = or_(NoticeAddress.email == f"{name}@{domain}", same_mailbox)
    refused = select(NoticeAddress.id).where(same, NoticeAddress.stop_reason == REFUSED)
    if db.scalar(refused.limit(1)) is not None:
        raise Conflict(N_("Le titulaire de cette adresse ne veut pas être sollicité."))
    query = (
        select(func.count(), func.max(Notification.created_at))
        .join(NoticeAddress, NoticeAddress.id == Notification.address_id)
        .where(
            Notification.kind == NotificationKind.ADDRESS_CONFIRM,
            or_(Notification.state != MessageDelivery.FAILED, Notification.attempts > 0),
        )
    )
    count, last = db.execute(query.where(same)).one()
    next_asking_at = ask_again(count, last)
    if next_asking_at is not None and now < next_asking_at:
        raise TooMany(
            N_(
                "Un courriel de confirmation est déjà parti pour cette adresse : le prochain sera"
                " possible à partir du {when}."
            ),
            when=clock(next_asking_at),
            seconds=int((next_asking_at - now).total_seconds()),
        )
    same_organisation = NoticeAddress.organisation_id == viewer.organisation_id
    today = query.where(same_organisation, Notification.created_at > now - timedelta(days=1))
    if db.execute(today).one()[0] >= MOST_ASKED:
        raise TooMany(
            N_("{most} adresses ont été ajoutées depuis hier : continuez demain."),
            most=MOST_ASKED,
        )


def _ask(db: Session, address: NoticeAddress, now: datetime) -> None:
    name = select(Organisation.name).where(Organisation.id == address.organisation_id)
    params = {"address_id": address.id, "organisation": db.scalars(name).one()}
    domain = address.email.rpartition("@")[2]
    facts = {"address_id": address.id, "organisation_id": address.organisation_id}
    kind = NotificationKind.ADDRESS_CONFIRM
    enqueue_message(db, domain, now, kind=kind, params=params, **facts)


def confirm_address(db: Session, address_id: int, now: datetime) -> bool:
    """Confirm an address by its link; return False when it is gone.

    Notices that waited before are not sent.
    """
    address = db.get(NoticeAddress, address_id, with_for_update=True)
    if address is None or address.stopped_at is not None:
        return False
    if address.confirmed_at is not None:
        return True
    address.confirmed_at = now
    note(db, now, "notifications.address_confirmed", ("address", address_id))
    return True


def refuse_address(db: Session, address_id: int, now: datetime) -> bool:
    """Refuse an address by its link: no organisation may ask its reader again."""
    address = db.get(NoticeAddress, address_id, with_for_update=True)
    if address is None:
        return False
    if address.stop_reason == REFUSED:
        return True
    conditions = (NoticeAddress.email == address.email, NoticeAddress.confirmed_at.is_(None))
    others = db.scalars(
        select(NoticeAddress).where(*conditions, NoticeAddress.stopped_at.is_(None))
    )
    for row in {address, *others}:  # its reader may have confirmed one elsewhere
        row.stopped_at, row.stop_reason = now, REFUSED
        drop_queue(db, Notification.address_id == row.id)
    note(db, now, "notifications.address_refused", ("address", address_id))
    return True


def remove_address(db: Session, viewer: Viewer, address_id: int, now: datetime) -> None:
    """Remove an address. Raise NotFound when it is not the organisation's."""
    viewer.require(Permission.THRESHOLDS_WRITE)
    address = db.get(NoticeAddress, address_id) if 0 < address_id < NO_ID else None
    if address is None or address.organisation_id != viewer.organisation_id:
        raise NotFound(N_("Cette adresse est introuvable."))
    address.stopped_at = now
    drop_queue(db, Notification.address_id == address.id)
    _note(db, viewer, "notifications.address_removed", address.id, now)


def _note(db: Session, viewer: Viewer, what: str, address_id: int, now: datetime) -> None:
    note(db, now, what, ("address", address_id), actor=viewer.actor)
