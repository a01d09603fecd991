"""Query the holders that can be reminded: no answer, and no recent letter."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import blocks
from data.rights.models import AccessRight, RightEventRow
from data.rights.queries.detail import get_visible_or_raise
from data.rights.queries.letter_opt_outs import list_stopped_emails
from data.rights.queries.lists import read_chosen_uids
from data.rights.queries.visible import is_own_right, visible
from data.rights.types import Recall, RightState, RightTrigger

EVERY = timedelta(days=7)  # between two requests about the same right
ASKING = (RightTrigger.DECLARED, RightTrigger.ASKED, RightTrigger.RECALLED)


def get_recall(db: Session, viewer: Viewer, uids: Collection[str], now: datetime) -> Recall:
    """Preview a reminder about `uids`; raise NotFound when one is not visible."""
    viewer.require(Permission.RIGHTS_RENEW)
    unique_uids = read_chosen_uids(uids)
    get_visible_or_raise(db, viewer, unique_uids)
    waits: dict[int, tuple[str, str]] = {}
    relayed = 0
    for block in blocks(unique_uids):
        query = visible(viewer).where(
            is_own_right(viewer),
            AccessRight.uid.in_(block),
            AccessRight.state == RightState.PENDING,
        )
        rows = db.execute(
            query.with_only_columns(
                AccessRight.id, AccessRight.uid, AccessRight.email, AccessRight.relayed
            )
        )
        for id_, uid, email, elsewhere in rows:
            if elsewhere:  # the distributor asks
                relayed += 1
            else:
                waits[id_] = uid, email
    asked_ids = list_recently_asked(db, waits, now)
    stopped = list_stopped_emails(db, {email for _uid, email in waits.values()})
    free = {id_: wait for id_, wait in waits.items() if id_ not in asked_ids}
    due = tuple(uid for uid, email in free.values() if email not in stopped)
    idle = len(unique_uids) - len(waits) - relayed
    return Recall(due, len(asked_ids), len(free) - len(due), idle, relayed)


def list_recently_asked(db: Session, right_ids: Collection[int], now: datetime) -> frozenset[int]:
    """Return those of `right_ids` whose holder was asked recently."""
    event, asked_ids = RightEventRow, set[int]()
    for block in blocks(sorted(right_ids)):
        query = select(event.right_id).where(
            event.right_id.in_(block), event.trigger.in_(ASKING), event.at > now - EVERY
        )
        asked_ids |= set(db.scalars(query))
    return frozenset(asked_ids)
