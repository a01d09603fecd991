"""Withdraw pending notices to holders about declarations that no longer exist."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.database import blocks
from data.identity.accounts.models import Organisation, User
from data.metering.pces.models import Pce
from data.notifications.models import Notification
from data.notifications.types import MessageDelivery, NotificationKind
from data.rights.actions.third_party_notices import About, named
from data.rights.models import AccessRight

# params of a warning that do not depend on the PCE
_SAID: tuple[str, ...] = ("who", "decides", "deciders")


@dataclass(frozen=True, slots=True)
class _Span:
    """When the declarations on the PCEs of one holder were made."""

    first: datetime
    last: datetime


def withdraw_warnings(db: Session, declared: Mapping[int, datetime], organisation_id: int) -> int:
    """Withdraw the warnings about `declared` PCEs, by id; return how many holders got theirs.

    Called once the rights are deleted. A mail about other PCEs as well keeps those; a mail being
    sent, or sent, cannot be withdrawn.
    """
    spans = _spans(db, declared, organisation_id)
    asker = db.scalars(select(Organisation.name).where(Organisation.id == organisation_id)).one()
    waiting: set[int] = set()
    for mail, holder_id in _mails(db, spans, (MessageDelivery.QUEUED,)):
        if mail.params.get("who") != asker or mail.created_at > spans[holder_id].last:
            continue
        waiting.add(holder_id)
        remaining_details = _declared_since(db, organisation_id, holder_id, mail.created_at)
        if remaining_details:
            params = {key: mail.params[key] for key in _SAID if key in mail.params}
            mail.params = named(params, {}, remaining_details)
        else:
            db.delete(mail)
    db.flush()
    gone = {
        holder_id
        for mail, holder_id in _mails(db, spans, (MessageDelivery.SENDING, MessageDelivery.SENT))
        if _covers(mail, spans[holder_id])
    }
    return len(gone - waiting)


def _spans(db: Session, declared: Mapping[int, datetime], organisation_id: int) -> dict[int, _Span]:
    """Return the span of declarations by holder other than the declarant."""
    times_by_holder: dict[int, list[datetime]] = {}
    for block in blocks(sorted(declared)):
        query = select(Pce.id, Pce.holder_id).where(
            Pce.id.in_(block), Pce.holder_id != organisation_id
        )
        for pce_id, holder_id in db.execute(query):
            if holder_id is not None:
                times_by_holder.setdefault(holder_id, []).append(declared[pce_id])
    return {
        holder_id: _Span(min(times), max(times)) for holder_id, times in times_by_holder.items()
    }


def _mails(
    db: Session, holder_ids: Collection[int], states: Collection[MessageDelivery]
) -> Iterator[tuple[Notification, int]]:
    """Yield the warnings to the accounts of these holders, locked so that none is sent."""
    for block in blocks(sorted(holder_ids)):
        query = (
            select(Notification, User.organisation_id)
            .join(User, User.id == Notification.user_id)
            .where(
                User.organisation_id.in_(block),
                Notification.kind == NotificationKind.RIGHTS_DECLARED,
                Notification.state.in_(states),
            )
            .order_by(Notification.id)
            .with_for_update(of=Notification)
        )
        rows = db.execute(query.execution_options(populate_existing=True)).all()
        yield from ((mail, holder_id) for mail, holder_id in rows)


def _covers(mail: Notification, span: _Span) -> bool:
    """Return whether a sent mail included these declarations, judging by its dates."""
    is_leaving = mail.state is MessageDelivery.SENDING
    has_left = mail.sent_at is not None and mail.sent_at >= span.first
    return mail.created_at <= span.last and (is_leaving or has_left)


def _declared_since(
    db: Session, organisation_id: int, holder_id: int, since: datetime
) -> dict[str, About]:
    """Return the PCEs of a holder that the organisation declared since, and still has."""
    right = AccessRight
    query = (
        select(right.number, Pce.alias)
        .join(Pce, Pce.id == right.pce_id)
        .where(
            Pce.holder_id == holder_id,
            right.organisation_id == organisation_id,
            right.created_at >= since,
        )
        .distinct()
    )
    return {number: (alias, "", "") for number, alias in db.execute(query)}
