"""Telling who holds a PCE that the distributor lets somebody read it, or read more of it."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.audit.actions import note_all
from data.audit.models import AuditEvent
from data.bulk import among
from data.db import blocks
from data.notifications.types import Kind as Notice
from data.pces.models import Pce
from data.rights.actions.moving import By
from data.rights.actions.warning import warn_holders
from data.rights.types import News
from i18n import PARIS


def tell_opened(
    db: Session, organisation_id: int, found: Iterable[tuple[int, News]], by: By
) -> None:
    """Warn who holds each PCE, by its id, of what is new: the same at most once a day of Paris.

    A right that ends and comes back each quarter of an hour writes one message a day, not a
    hundred. What a mail said is forgotten once it left: the journal says of which PCE it was.
    """
    told = sorted(set(found))
    for news in News:
        numbers = _untold(db, organisation_id, [id_ for id_, one in told if one is news], news, by)
        warn_holders(db, numbers, organisation_id, by.now, kind=Notice.RIGHTS_FOUND)
        detail = {"asker": organisation_id}
        note_all(db, by.now, _action(news), "pce", numbers.values(), detail=detail)


def _action(news: News) -> str:
    return f"rights.told_{news.value}"


def _untold(
    db: Session, organisation_id: int, pce_ids: list[int], news: News, by: By
) -> Mapping[int, str]:
    """Of these PCE, those that another organisation holds, which was not told of it today."""
    midnight = datetime.combine(by.now.astimezone(PARIS).date(), time(), PARIS).astimezone(UTC)
    said = select(AuditEvent.id).where(
        AuditEvent.object_type == "pce",
        AuditEvent.object_id == Pce.number,
        AuditEvent.action == _action(news),
        AuditEvent.at >= midnight,
        AuditEvent.detail["asker"].as_integer() == organisation_id,
    )
    held = select(Pce.id, Pce.number).where(Pce.holder_id != organisation_id, ~said.exists())
    return {
        row.id: row.number
        for block in blocks(pce_ids)
        for row in db.execute(held.where(among(db, Pce.id, block)).order_by(Pce.id))
    }
