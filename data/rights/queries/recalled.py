"""Which holders may be written to again: those that answer nothing, not too often."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.access import Permission, Viewer
from data.db import blocks
from data.rights.models import AccessRight, RightEventRow
from data.rights.queries.lists import few_enough
from data.rights.queries.one import check_seen
from data.rights.queries.stopped import stopped_in
from data.rights.queries.visible import mine, visible
from data.rights.types import Recall, RightState, Trigger

EVERY = timedelta(days=7)  # between two letters that ask about the same right
ASKING = (Trigger.DECLARED, Trigger.ASKED, Trigger.RECALLED)


def recall_of(db: Session, viewer: Viewer, uids: Collection[str], now: datetime) -> Recall:
    """What reminding the holders of *uids* would do; NotFound when one is absent or hidden."""
    viewer.require(Permission.RIGHTS_RENEW)
    wanted = few_enough(uids)
    check_seen(db, viewer, wanted)
    waits: dict[int, tuple[str, str]] = {}
    relayed = 0
    for block in blocks(wanted):
        query = visible(viewer).where(
            mine(viewer),
            AccessRight.uid.in_(block),
            AccessRight.state == RightState.PENDING,
        )
        found = db.execute(
            query.with_only_columns(
                AccessRight.id, AccessRight.uid, AccessRight.email, AccessRight.relayed
            )
        )
        for id_, uid, email, elsewhere in found:
            if elsewhere:  # the distributor asks
                relayed += 1
            else:
                waits[id_] = uid, email
    asked = asked_lately(db, waits, now)
    stopped = stopped_in(db, {email for _uid, email in waits.values()})
    free = {id_: one for id_, one in waits.items() if id_ not in asked}
    due = tuple(uid for uid, email in free.values() if email not in stopped)
    idle = len(wanted) - len(waits) - relayed
    return Recall(due, len(asked), len(free) - len(due), idle, relayed)


def asked_lately(db: Session, right_ids: Collection[int], now: datetime) -> frozenset[int]:
    """Those of *right_ids* whose holder was asked in the last days."""
    event, found = RightEventRow, set[int]()
    for block in blocks(sorted(right_ids)):
        query = select(event.right_id).where(
            event.right_id.in_(block), event.trigger.in_(ASKING), event.at > now - EVERY
        )
        found |= set(db.scalars(query))
    return frozenset(found)
