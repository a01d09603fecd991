"""Notify both sides of a contract's transitions, by mail and inbox."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import OrganisationKind, Permission, Viewer, permissions_of
from core.i18n import PARIS
from data.contracts.models import Contract
from data.identity.accounts.models import Organisation, User
from data.notifications.actions import post_to_accounts, queue, who_stopped
from data.notifications.types import (
    JSON,
    ChannelKind,
    NotificationEvent,
    NotificationKind,
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
    _tell(db, contract, news, staff_by_home(db, Permission.CONTRACTS_COUNTERSIGN), now)


def staff_by_home(db: Session, permission: Permission) -> dict[int, list[int]]:
    """Return the distributor's accounts with a permission, by organisation."""
    query = select(Organisation.id).where(Organisation.kind == OrganisationKind.DISTRIBUTOR)
    homes = db.scalars(query.order_by(Organisation.id)).all()
    return {home: people_of(db, home, permission) for home in homes}


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
    organisation = db.get_one(Organisation, contract.organisation_id).name
    for home, people in homes.items():
        event = NotificationEvent(
            key=f"{news.kind}:{home}:{contract.uid}:{now.isoformat()}",
            kind=news.kind,
            organisation_id=home,
            site=organisation,
            severity=_SEVERITIES.get(news.kind, Severity.WARNING),
            gas_day=now.astimezone(PARIS).date(),
            params=news.params(contract, organisation),
            path=f"/contrats?contrat={contract.uid}",
            subject=("contract", contract.id),
        )
        notify(db, event, [user_id for user_id in people if user_id not in news.but], now)


def notify(db: Session, event: NotificationEvent, readers: Collection[int], now: datetime) -> None:
    """Send a notice to each reader, and a mail to those who did not stop such mails."""
    if readers:
        post_to_accounts(db, event, readers, now, _WAYS)
    stopped = who_stopped(db, event.kind, readers, now)
    for user_id in readers:
        if user_id not in stopped:
            queue(db, user_id, event.kind, now, params=event.params)


def name_of(viewer: Viewer) -> str:
    """Return the actor's name for the other side; staff appear with the distributor's name."""
    return viewer.name if not viewer.staff else f"{viewer.name} ({viewer.organisation})".strip()
