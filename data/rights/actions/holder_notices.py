"""Notify holders of a PCE that the distributor opens a right, or widens it."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.bulk import is_among
from core.database import blocks
from core.i18n import PARIS
from data.identity.audit.actions import note_all
from data.identity.audit.models import AuditEvent
from data.metering.pces.models import Pce
from data.notifications.types import NotificationKind
from data.rights.actions.holder_warnings import warn_holders
from data.rights.actions.transitions import RightAuthor
from data.rights.types import RightNews


def tell_opened(
    db: Session, organisation_id: int, news_pairs: Iterable[tuple[int, RightNews]], by: RightAuthor
) -> None:
    """Notify the holders of PCEs of opened rights, each news at most once a day (Paris time).

    A right that closes and reopens every quarter of an hour thus causes one message a day. The
    journal records the PCEs, since sent mails are purged.
    """
    sorted_pairs = sorted(set(news_pairs))
    for news in RightNews:
        numbers = _untold(
            db, organisation_id, [id_ for id_, item in sorted_pairs if item is news], news, by
        )
        warn_holders(db, numbers, organisation_id, by.now, kind=NotificationKind.RIGHTS_FOUND)
        detail = {"asker": organisation_id}
        note_all(db, by.now, _action(news), "pce", numbers.values(), detail=detail)


def _action(news: RightNews) -> str:
    return f"rights.told_{news.value}"


def _untold(
    db: Session, organisation_id: int, pce_ids: list[int], news: RightNews, by: RightAuthor
) -> Mapping[int, str]:
    """Return the PCEs held by another organisation that was not notified today."""
    midnight = datetime.combine(by.now.astimezone(PARIS).date(), time(), PARIS).astimezone(UTC)
    earlier_notices = select(AuditEvent.id).where(
        AuditEvent.object_type == "pce",
        AuditEvent.object_id == Pce.number,
        AuditEvent.action == _action(news),
        AuditEvent.at >= midnight,
        AuditEvent.detail["asker"].as_integer() == organisation_id,
    )
    held_pces = select(Pce.id, Pce.number).where(
        Pce.holder_id != organisation_id, ~earlier_notices.exists()
    )
    return {
        row.id: row.number
        for block in blocks(pce_ids)
        for row in db.execute(held_pces.where(is_among(db, Pce.id, block)).order_by(Pce.id))
    }
