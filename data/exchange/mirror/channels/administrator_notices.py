"""Notify an organisation's administrators about its mirror, by their channels."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.i18n import PARIS
from data.exchange.mirror.types import JSON
from data.identity.accounts.models import Organisation
from data.identity.accounts.queries import get_administrators_query
from data.notifications.actions import close, post_to_accounts
from data.notifications.types import NotificationEvent, NotificationKind


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
    event = NotificationEvent(
        key=f"mirror:{organisation_id}:{what}",
        kind=kind,
        organisation_id=organisation_id,
        site=db.scalars(named).one(),
        gas_day=now.astimezone(PARIS).date(),
        params=params,
        path="/admin?part=connections",
        subject=("mirror", organisation_id),
    )
    post_to_accounts(db, event, db.scalars(get_administrators_query(organisation_id)), now)
