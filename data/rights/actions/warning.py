"""Telling who holds a PCE, on the portal, that somebody else asks for it, or says it is theirs."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.accounts.models import Organisation, User
from data.notifications.types import Kind
from data.pces.models import Pce
from data.rights.actions.telling import queue_each
from data.rights.rules.waiting import next_quarter

_BLOCK = 500


def warn_holders(
    db: Session,
    declared: Mapping[int, str],
    organisation_id: int,
    now: datetime,
    *,
    kind: Kind = Kind.RIGHTS_DECLARED,
) -> None:
    """Tell the accounts of who holds the PCE of *declared*, number by id.

    Of declarations, once a quarter of an hour, as letters leave: thousands, by a file or by forms,
    are no thousand mails.
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
        numbers |= {user.id: holders[user.organisation_id] for user in db.execute(query)}
    leaves = next_quarter(now) if kind is Kind.RIGHTS_DECLARED else None
    queue_each(db, numbers, kind, {"who": asker}, now, leaves=leaves)


def _blocks(ids: Collection[int]) -> Iterator[list[int]]:
    known = sorted(ids)
    return (known[start : start + _BLOCK] for start in range(0, len(known), _BLOCK))
