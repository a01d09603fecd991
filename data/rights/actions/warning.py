"""Telling who holds a PCE, on the portal, that somebody else asks for it, or says it is theirs."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.accounts.models import Organisation, User
from data.notifications.models import Notification
from data.notifications.types import Kind
from data.pces.models import Pce
from data.rights.actions.telling import queue_each

_BLOCK = 500
_SELDOM = timedelta(hours=1)


def warn_holders(  # noqa: PLR0913 (each by its name)
    db: Session,
    declared: Mapping[int, str],
    organisation_id: int,
    now: datetime,
    *,
    kind: Kind = Kind.RIGHTS_DECLARED,
    seldom: bool = False,
) -> None:
    """Tell the accounts of who holds the PCE of *declared*, number by id.

    *seldom*: once an hour each, for the thousands of lines of a file are no thousand mails.
    """
    holders: dict[int, list[str]] = {}
    for block in _blocks(declared):
        held = select(Pce.id, Pce.holder_id).where(
            Pce.id.in_(block), Pce.holder_id != organisation_id
        )
        for pce_id, holder_id in db.execute(held):
            if holder_id is not None:
                holders.setdefault(holder_id, []).append(declared[pce_id])
    if not holders:
        return
    asker = db.scalars(select(Organisation.name).where(Organisation.id == organisation_id)).one()
    numbers: dict[int, Sequence[str]] = {}
    for block in _blocks(holders):
        query = select(User.id, User.organisation_id).where(User.organisation_id.in_(block))
        users = db.execute(query).all()
        told = _told(db, [user.id for user in users], now - _SELDOM) if seldom else set()
        numbers |= {user.id: holders[user.organisation_id] for user in users if user.id not in told}
    queue_each(db, numbers, kind, {"who": asker}, now)


def _told(db: Session, user_ids: Collection[int], since: datetime) -> set[int]:
    query = select(Notification.user_id).where(
        Notification.user_id.in_(user_ids),
        Notification.kind == Kind.RIGHTS_DECLARED,
        Notification.created_at > since,
    )
    return {user_id for user_id in db.scalars(query) if user_id is not None}


def _blocks(ids: Collection[int]) -> Iterator[list[int]]:
    known = sorted(ids)
    return (known[start : start + _BLOCK] for start in range(0, len(known), _BLOCK))
