"""Notify the holder's accounts that another organisation requests, reads or holds their PCE."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import groupby
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Permission, permissions_of
from core.bulk import is_among
from data.identity.accounts.models import Organisation, User
from data.metering.pces.models import Pce
from data.notifications.types import NotificationKind
from data.rights.actions.third_party_notices import About, queue_each
from data.rights.rules.pending import next_quarter

_BLOCK = 500
_ACCOUNT = (User.id, User.organisation_id, User.name, User.email, User.role)
_GATHERS = timedelta(hours=1)
_MOST_NAMED = 3  # people able to answer, named in a mail to one who is not


def warn_holders(
    db: Session,
    declared: Mapping[int, str],
    organisation_id: int,
    now: datetime,
    *,
    kind: NotificationKind = NotificationKind.RIGHTS_DECLARED,
    asked_emails: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Notify the holders' accounts of the PCEs of `declared`, numbers by id.

    `asked_emails` are the addresses that letters ask about a PCE: such an account receives the
    letter only. Mails about declarations are grouped by quarter of an hour, like letters; those
    about rights found at another distributor by hour, as a round proceeds, so that thousands of
    rights do not make thousands of mails.
    """
    holders: dict[int, dict[str, About]] = {}
    for block in _blocks(declared):
        pce_query = select(Pce.id, Pce.holder_id, Pce.alias).where(
            is_among(db, Pce.id, block), Pce.holder_id != organisation_id
        )
        for pce_id, holder_id, alias in db.execute(pce_query):
            if holder_id is not None:
                holders.setdefault(holder_id, {})[declared[pce_id]] = (alias, "", "")
    if not holders:
        return
    asker = db.scalars(select(Organisation.name).where(Organisation.id == organisation_id)).one()
    leaves = _leaves(kind, now)
    for (decides, deciders), users in _people(db, holders).items():
        details_by_user = {
            user.id: {
                number: about
                for number, about in holders[user.organisation_id].items()
                if asked_emails.get(number) != user.email
            }
            for user in users
        }
        params = {"who": asker, "decides": decides, "deciders": deciders}
        recipients = {user_id: about for user_id, about in details_by_user.items() if about}
        queue_each(db, recipients, kind, params, now, leaves=leaves)


def _leaves(kind: NotificationKind, now: datetime) -> datetime | None:
    """Return until when a mail collects news; None to send it at once."""
    if kind is NotificationKind.RIGHTS_FOUND:
        return now + _GATHERS
    return next_quarter(now) if kind is NotificationKind.RIGHTS_DECLARED else None


def _people(db: Session, holders: Collection[int]) -> dict[tuple[bool, str], list[Any]]:
    """Group the accounts of `holders` by ability to answer, with names to ask otherwise."""
    accounts: dict[tuple[bool, str], list[Any]] = {}
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
            able = [
                user
                for user in users
                if Permission.RIGHTS_ANSWER in permissions_of(user.role, user.kind, alone=alone)
            ]
            names = ", ".join(user.name for user in able[:_MOST_NAMED])
            for user in users:
                accounts.setdefault((True, "") if user in able else (False, names), []).append(user)
    return accounts


def _blocks(ids: Collection[int]) -> Iterator[list[int]]:
    sorted_ids = sorted(ids)
    return (sorted_ids[start : start + _BLOCK] for start in range(0, len(sorted_ids), _BLOCK))
