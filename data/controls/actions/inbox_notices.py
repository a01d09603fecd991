"""Add inbox notices beside mails: one line whatever the number of controls."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Permission, permissions_of
from core.database import blocks
from core.i18n import PARIS
from data.controls.models import Control
from data.identity.accounts.models import Organisation, User
from data.notifications.actions import post_to_accounts
from data.notifications.types import (
    JSON,
    ChannelKind,
    NotificationEvent,
    NotificationKind,
    Severity,
)
from data.rights.models import AccessRight

_WAYS = frozenset({ChannelKind.INBOX})
Known = Mapping[int, tuple[int, str]]  # id and uid of a control, by right id


@dataclass(frozen=True, slots=True)
class InboxNotice:
    """A notice; `params` are those of `data.notifications.rules.words.proofs`."""

    kind: NotificationKind
    params: Mapping[str, JSON]
    severity: Severity = Severity.WARNING


def controls_of(db: Session, rights: Collection[AccessRight]) -> Known:
    """Return the last control of each right."""
    controls_by_right: dict[int, tuple[int, str]] = {}
    for block in blocks(sorted({right.id for right in rights})):
        query = select(Control.right_id, Control.id, Control.uid).order_by(Control.id)
        for right_id, id_, uid in db.execute(query.where(Control.right_id.in_(block))):
            controls_by_right[right_id] = id_, uid
    return controls_by_right


def accounts_of(db: Session, organisation_ids: Collection[int]) -> Mapping[int, dict[int, bool]]:
    """Return the open accounts of each organisation, and whether each can answer a control."""
    accounts_by_home: dict[int, dict[int, bool]] = {}
    for block in blocks(sorted(organisation_ids)):
        query = (
            select(User.id, User.role, User.organisation_id, Organisation.kind)
            .join(Organisation, Organisation.id == User.organisation_id)
            .where(User.organisation_id.in_(block), User.disabled_at.is_(None))
        )
        rows = db.execute(query.order_by(User.id)).all()
        homes = Counter(row.organisation_id for row in rows)
        for row in rows:
            alone = homes[row.organisation_id] == 1
            may = Permission.CONTROLS_ANSWER in permissions_of(row.role, row.kind, alone=alone)
            accounts_by_home.setdefault(row.organisation_id, {})[row.id] = may
    return accounts_by_home


def notify(  # noqa: PLR0913 (passed by name)
    db: Session,
    notice: InboxNotice,
    rights: Collection[AccessRight],
    controls_by_right: Known,
    *,
    home: int,
    readers: Collection[int],
    now: datetime,
) -> None:
    """Add a notice about `rights` for these accounts of organisation `home`."""
    sorted_rights = sorted(rights, key=lambda right: right.id)
    event = _event(notice, sorted_rights, controls_by_right, home, now)
    post_to_accounts(db, event, sorted(readers), now, _WAYS)


def _event(
    notice: InboxNotice,
    rights: Sequence[AccessRight],
    controls_by_right: Known,
    home: int,
    now: datetime,
) -> NotificationEvent:
    first, alone = rights[0], len(rights) == 1
    id_, uid = controls_by_right[first.id]
    holder = first.company or first.person
    return NotificationEvent(
        key=f"{notice.kind}:{home}:{uid}:{len(rights)}:{now.isoformat()}",
        kind=notice.kind,
        organisation_id=home,
        pce_number=first.number if alone else "",
        site=(first.site or first.number) if alone else "",
        severity=notice.severity,
        gas_day=now.astimezone(PARIS).date(),
        params={**notice.params, "count": len(rights), **({"holder": holder} if alone else {})},
        path=f"/controles?controle={uid}" if alone else "/controles",
        subject=("control" if alone else "controls", id_),
    )
