"""Telling who holds a PCE, on the portal, that somebody else asks for it, reads it, or holds it."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import groupby
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.access import OrganisationKind, Permission, Role, permissions_of
from data.accounts.models import Organisation, User
from data.bulk import among
from data.notifications.types import Kind
from data.pces.models import Pce
from data.rights.actions.telling import About, queue_each
from data.rights.rules.waiting import next_quarter

_BLOCK = 500
_ACCOUNT = (User.id, User.organisation_id, User.name, User.email, User.role)
_GATHERS = timedelta(hours=1)
_MOST_NAMED = 3  # who may answer, in a mail to who may not


def warn_holders(  # noqa: PLR0913 (each by its name)
    db: Session,
    declared: Mapping[int, str],
    organisation_id: int,
    now: datetime,
    *,
    kind: Kind = Kind.RIGHTS_DECLARED,
    asked: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Tell the accounts of who holds the PCE of *declared*, number by id.

    *asked* is the address that a letter asks about a PCE: its account reads that one alone.

    Of declarations, once a quarter of an hour, as letters leave; of rights that another
    distributor has, once an hour, as a round goes through them: thousands are no thousand mails.
    """
    holders: dict[int, dict[str, About]] = {}
    for block in _blocks(declared):
        held = select(Pce.id, Pce.holder_id, Pce.alias).where(
            among(db, Pce.id, block), Pce.holder_id != organisation_id
        )
        for pce_id, holder_id, alias in db.execute(held):
            if holder_id is not None:
                holders.setdefault(holder_id, {})[declared[pce_id]] = (alias, "", "")
    if not holders:
        return
    asker = db.scalars(select(Organisation.name).where(Organisation.id == organisation_id)).one()
    leaves = _leaves(kind, now)
    for (decides, deciders), users in _people(db, holders).items():
        told = {user.id: _untold(holders[user.organisation_id], asked, user) for user in users}
        params = {"who": asker, "decides": decides, "deciders": deciders}
        some = {user_id: about for user_id, about in told.items() if about}
        queue_each(db, some, kind, params, now, leaves=leaves)


def _leaves(kind: Kind, now: datetime) -> datetime | None:
    """Until when a mail gathers what is to be told; None: it leaves at once."""
    if kind is Kind.RIGHTS_FOUND:
        return now + _GATHERS
    return next_quarter(now) if kind is Kind.RIGHTS_DECLARED else None


def _untold(held: Mapping[str, About], asked: Mapping[str, str], user: Any) -> dict[str, About]:  # noqa: ANN401 (a row)
    return {number: about for number, about in held.items() if asked.get(number) != user.email}


def _people(db: Session, holders: Collection[int]) -> dict[tuple[bool, str], list[Any]]:
    """The accounts of *holders*, by whether they may answer, and who may for those who may not."""
    found: dict[tuple[bool, str], list[Any]] = {}
    for block in _blocks(holders):
        query = (
            select(*_ACCOUNT, Organisation.kind)
            .join(Organisation, Organisation.id == User.organisation_id)
            .where(User.organisation_id.in_(block), User.disabled_at.is_(None))
            .order_by(User.organisation_id, User.name, User.id)
        )
        for _holder, group in groupby(db.execute(query), lambda user: user.organisation_id):
            users = list(group)
            alone = len(users) == 1
            able = [user for user in users if _answers(user.role, user.kind, alone=alone)]
            names = ", ".join(user.name for user in able[:_MOST_NAMED])
            for user in users:
                found.setdefault((True, "") if user in able else (False, names), []).append(user)
    return found


def _answers(role: Role, kind: OrganisationKind, *, alone: bool) -> bool:
    return Permission.RIGHTS_ANSWER in permissions_of(role, kind, alone=alone)


def _blocks(ids: Collection[int]) -> Iterator[list[int]]:
    known = sorted(ids)
    return (known[start : start + _BLOCK] for start in range(0, len(known), _BLOCK))
