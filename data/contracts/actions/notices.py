"""Notify both sides of a contract's transitions, by mail and inbox."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import OrganisationKind, Permission, Viewer, permissions_of
from core.i18n import PARIS
from data.contracts.models import Contract
from data.identity.accounts.models import Organisation, User
from data.notifications.actions import post, queue, who_stopped
from data.notifications.types import (
    JSON,
    ChannelKind,
    Grouping,
    NotificationEvent,
    NotificationKind,
    Recipient,
    Severity,
)

_WAYS = frozenset({ChannelKind.INBOX})
_SEVERITIES: Mapping[NotificationKind, Severity] = {
    NotificationKind.CONTRACT_COUNTERSIGNED: Severity.INFO,
    NotificationKind.CONTRACT_EXPIRED: Severity.URGENT,
    NotificationKind.CONTRACT_TERMINATED: Severity.URGENT,
}


@dataclass(frozen=True, slots=True)
class ContractNews:
    """The news of a contract to notify."""

    kind: NotificationKind
    who: str = ""
    amendment: int = 0
    reason: str = ""
    day: date | None = None
    days: int = 0
    guests: int = 0  # people named in the dossier, invited when the contract starts
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


def tell_client(db: Session, contract: Contract, news: ContractNews, now: datetime) -> None:
    """Notify the people who prepare or sign contracts in the organisation."""
    people = people_of(db, contract.organisation_id, Permission.CONTRACTS_WRITE)
    _tell(db, contract, news, {contract.organisation_id: people}, now)


def tell_signer(db: Session, contract: Contract, news: ContractNews, now: datetime) -> None:
    """Notify the signer only."""
    query = select(User.id).where(
        User.organisation_id == contract.organisation_id,
        User.email == contract.signer,
        User.disabled_at.is_(None),
    )
    _tell(db, contract, news, {contract.organisation_id: list(db.scalars(query))}, now)


def tell_operator(db: Session, contract: Contract, news: ContractNews, now: datetime) -> None:
    """Notify the distributor's account managers, who countersign."""
    query = select(Organisation.id).where(Organisation.kind == OrganisationKind.DISTRIBUTOR)
    homes = {
        home: people_of(db, home, Permission.CONTRACTS_COUNTERSIGN)
        for home in db.scalars(query.order_by(Organisation.id))
    }
    _tell(db, contract, news, homes, now)


def people_of(db: Session, organisation_id: int, permission: Permission) -> list[int]:
    """Return the open accounts of an organisation with a permission."""
    query = (
        select(User.id, User.role, Organisation.kind)
        .join(Organisation, Organisation.id == User.organisation_id)
        .where(User.organisation_id == organisation_id, User.disabled_at.is_(None))
    )
    accounts = db.execute(query.order_by(User.id)).all()
    return [
        row.id
        for row in accounts
        if permission in permissions_of(row.role, row.kind, alone=len(accounts) == 1)
    ]


def _tell(
    db: Session,
    contract: Contract,
    news: ContractNews,
    homes: Mapping[int, Iterable[int]],
    now: datetime,
) -> None:
    """Send a mail and a notice to each person but the author and those who stopped such mails."""
    organisation = db.get_one(Organisation, contract.organisation_id).name
    params = news.params(contract, organisation)
    for home, people in homes.items():
        readers = [user_id for user_id in people if user_id not in news.but]
        stopped = who_stopped(db, news.kind, readers, now)
        for user_id in readers:
            if user_id not in stopped:
                queue(db, user_id, news.kind, now, params=params)
        recipients = [Recipient(user_id, None, _WAYS, Grouping.IMMEDIATE) for user_id in readers]
        if recipients:
            post(db, [(_event(contract, news, (home, organisation), now), recipients)], now)


def _event(
    contract: Contract, news: ContractNews, place: tuple[int, str], now: datetime
) -> NotificationEvent:
    home, organisation = place
    return NotificationEvent(
        key=f"{news.kind}:{home}:{contract.uid}:{now.isoformat()}",
        kind=news.kind,
        organisation_id=home,
        pce_number="",
        site=organisation,
        severity=_SEVERITIES.get(news.kind, Severity.WARNING),
        gas_day=now.astimezone(PARIS).date(),
        params=news.params(contract, organisation),
        path=f"/contrats?contrat={contract.uid}",
        subject=("contract", contract.id),
    )


def name_of(viewer: Viewer) -> str:
    """Return the actor's name for the other side; staff appear with the distributor's name."""
    return viewer.name if not viewer.staff else f"{viewer.name} ({viewer.organisation})".strip()
