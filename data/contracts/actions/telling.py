"""Telling both sides what happened to a contract, by mail and in the inbox."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.access import OrganisationKind, Permission, Viewer, permissions_of
from data.accounts.models import Organisation, User
from data.contracts.models import Contract
from data.notifications.actions import post, queue, who_stopped
from data.notifications.types import (
    JSON,
    ChannelKind,
    Event,
    Grouping,
    Kind,
    Recipient,
    Severity,
)
from i18n import PARIS

_WAYS = frozenset({ChannelKind.INBOX})
_SEVERITIES: Mapping[Kind, Severity] = {
    Kind.CONTRACT_COUNTERSIGNED: Severity.INFO,
    Kind.CONTRACT_EXPIRED: Severity.URGENT,
    Kind.CONTRACT_TERMINATED: Severity.URGENT,
}


@dataclass(frozen=True, slots=True)
class News:
    """What is told of a contract."""

    kind: Kind
    who: str = ""
    amendment: int = 0
    reason: str = ""
    day: date | None = None
    days: int = 0
    guests: int = 0  # whom the dossier names, invited as the contract comes into force
    but: frozenset[int] = field(default=frozenset())  # users who did it themselves

    def params(self, one: Contract, organisation: str) -> dict[str, JSON]:
        return {
            "uid": one.uid,
            "number": one.number or "",
            "organisation": organisation,
            "who": self.who,
            "amendment": self.amendment,
            "reason": self.reason,
            "day": self.day.isoformat() if self.day else "",
            "days": self.days,
            "guests": self.guests,
        }


def tell_client(db: Session, one: Contract, news: News, now: datetime) -> None:
    """Who prepares or signs contracts in the organisation."""
    people = people_of(db, one.organisation_id, Permission.CONTRACTS_WRITE)
    _tell(db, one, news, {one.organisation_id: people}, now)


def tell_signer(db: Session, one: Contract, news: News, now: datetime) -> None:
    """Who is to sign, alone."""
    query = select(User.id).where(
        User.organisation_id == one.organisation_id,
        User.email == one.signer,
        User.disabled_at.is_(None),
    )
    _tell(db, one, news, {one.organisation_id: list(db.scalars(query))}, now)


def tell_operator(db: Session, one: Contract, news: News, now: datetime) -> None:
    """The distributor's account managers, who countersign."""
    query = select(Organisation.id).where(Organisation.kind == OrganisationKind.DISTRIBUTOR)
    homes = {
        home: people_of(db, home, Permission.CONTRACTS_COUNTERSIGN)
        for home in db.scalars(query.order_by(Organisation.id))
    }
    _tell(db, one, news, homes, now)


def people_of(db: Session, organisation_id: int, permission: Permission) -> list[int]:
    """The open accounts of an organisation that hold a permission."""
    query = (
        select(User.id, User.role, Organisation.kind)
        .join(Organisation, Organisation.id == User.organisation_id)
        .where(User.organisation_id == organisation_id, User.disabled_at.is_(None))
    )
    found = db.execute(query.order_by(User.id)).all()
    return [
        row.id
        for row in found
        if permission in permissions_of(row.role, row.kind, alone=len(found) == 1)
    ]


def _tell(
    db: Session, one: Contract, news: News, homes: Mapping[int, Iterable[int]], now: datetime
) -> None:
    """A mail and a line of the inbox to each, but to who did it and who stopped such mails."""
    organisation = db.get_one(Organisation, one.organisation_id).name
    params = news.params(one, organisation)
    for home, people in homes.items():
        readers = [user_id for user_id in people if user_id not in news.but]
        stopped = who_stopped(db, news.kind, readers, now)
        for user_id in readers:
            if user_id not in stopped:
                queue(db, user_id, news.kind, now, params=params)
        told = [Recipient(user_id, None, _WAYS, Grouping.IMMEDIATE) for user_id in readers]
        if told:
            post(db, [(_event(one, news, (home, organisation), now), told)], now)


def _event(one: Contract, news: News, place: tuple[int, str], now: datetime) -> Event:
    home, organisation = place
    return Event(
        key=f"{news.kind}:{home}:{one.uid}:{now.isoformat()}",
        kind=news.kind,
        organisation_id=home,
        pce_number="",
        site=organisation,
        severity=_SEVERITIES.get(news.kind, Severity.WARNING),
        gas_day=now.astimezone(PARIS).date(),
        params=news.params(one, organisation),
        path=f"/contrats?contrat={one.uid}",
        subject=("contract", one.id),
    )


def name_of(viewer: Viewer) -> str:
    """How the other side reads who acts: of the staff, under the name of the distributor too."""
    return viewer.name if not viewer.staff else f"{viewer.name} ({viewer.organisation})".strip()
