"""Notify an organisation's administrators about its mirror, by their channels."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Role
from core.i18n import PARIS
from data.exchange.mirror.types import JSON
from data.identity.accounts.models import Organisation, User
from data.notifications.actions import close, post
from data.notifications.types import (
    ChannelKind,
    Grouping,
    NotificationEvent,
    NotificationKind,
    Recipient,
    Severity,
)

_WAYS = frozenset(ChannelKind)


def calm(db: Session, organisation_id: int, kind: NotificationKind, now: datetime) -> None:
    """Close an open notification that is resolved, or about to be repeated."""
    close(db, ("mirror", organisation_id), kind, now)


def warn(
    db: Session,
    organisation_id: int,
    kind: NotificationKind,
    what: str,
    now: datetime,
    **params: JSON,
) -> None:
    """Notify each administrator once of the event named `what`."""
    named = select(Organisation.name).where(Organisation.id == organisation_id)
    query = select(User.id).where(
        User.organisation_id == organisation_id,
        User.role == Role.ADMINISTRATOR,
        User.disabled_at.is_(None),
    )
    event = NotificationEvent(
        key=f"mirror:{organisation_id}:{what}",
        kind=kind,
        organisation_id=organisation_id,
        pce_number="",
        site=db.scalars(named).one(),
        severity=Severity.WARNING,
        gas_day=now.astimezone(PARIS).date(),
        params=params,
        path="/admin?part=connections",
        subject=("mirror", organisation_id),
    )
    people = [Recipient(id_, None, _WAYS, Grouping.IMMEDIATE) for id_ in db.scalars(query)]
    post(db, [(event, people)], now)
