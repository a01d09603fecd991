"""Telling in the inbox, beside the mail: one line whatever the number of controls."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.access import Permission, permissions_of
from data.accounts.models import Organisation, User
from data.controls.models import Control
from data.db import blocks
from data.notifications.actions import post
from data.notifications.types import (
    JSON,
    ChannelKind,
    Event,
    Grouping,
    Kind,
    Recipient,
    Severity,
)
from data.rights.models import AccessRight
from i18n import PARIS

_WAYS = frozenset({ChannelKind.INBOX})
Known = Mapping[int, tuple[int, str]]  # id and uid of a control, by the id of its right


@dataclass(frozen=True, slots=True)
class Ring:
    """What is told; *params* are for `data.notifications.rules.words.proofs`."""

    kind: Kind
    params: Mapping[str, JSON]
    severity: Severity = Severity.WARNING


def controls_of(db: Session, rights: Collection[AccessRight]) -> Known:
    """The last control of each right."""
    found: dict[int, tuple[int, str]] = {}
    for block in blocks(sorted({right.id for right in rights})):
        query = select(Control.right_id, Control.id, Control.uid).order_by(Control.id)
        for right_id, id_, uid in db.execute(query.where(Control.right_id.in_(block))):
            found[right_id] = id_, uid
    return found


def accounts_of(db: Session, organisation_ids: Collection[int]) -> Mapping[int, dict[int, bool]]:
    """The open accounts of each organisation, and whether each may answer a control."""
    there: dict[int, dict[int, bool]] = {}
    for block in blocks(sorted(organisation_ids)):
        query = (
            select(User.id, User.role, User.organisation_id, Organisation.kind)
            .join(Organisation, Organisation.id == User.organisation_id)
            .where(User.organisation_id.in_(block), User.disabled_at.is_(None))
        )
        found = db.execute(query.order_by(User.id)).all()
        homes = Counter(row.organisation_id for row in found)
        for row in found:
            alone = homes[row.organisation_id] == 1
            may = Permission.CONTROLS_ANSWER in permissions_of(row.role, row.kind, alone=alone)
            there.setdefault(row.organisation_id, {})[row.id] = may
    return there


def ring(  # noqa: PLR0913 (each by its name)
    db: Session,
    told: Ring,
    rights: Collection[AccessRight],
    known: Known,
    *,
    home: int,
    readers: Collection[int],
    now: datetime,
) -> None:
    """One line about *rights* for these accounts of the organisation *home*."""
    some = sorted(rights, key=lambda right: right.id)
    people = [Recipient(one, None, _WAYS, Grouping.IMMEDIATE) for one in sorted(readers)]
    post(db, [(_event(told, some, known, home, now), people)], now)


def _event(
    told: Ring, rights: Sequence[AccessRight], known: Known, home: int, now: datetime
) -> Event:
    first, alone = rights[0], len(rights) == 1
    id_, uid = known[first.id]
    holder = first.company or first.person
    return Event(
        key=f"{told.kind}:{home}:{uid}:{len(rights)}:{now.isoformat()}",
        kind=told.kind,
        organisation_id=home,
        pce_number=first.number if alone else "",
        site=(first.site or first.number) if alone else "",
        severity=told.severity,
        gas_day=now.astimezone(PARIS).date(),
        params={**told.params, "count": len(rights), **({"holder": holder} if alone else {})},
        path=f"/controles?controle={uid}" if alone else "/controles",
        subject=("control" if alone else "controls", id_),
    )
