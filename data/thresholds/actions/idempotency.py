"""Ignore a repeated request: the same thresholds created by the same person within a minute."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from data.identity.accounts.models import User
from data.thresholds.actions.changes import completed, create_all
from data.thresholds.models import Threshold, ThresholdVersion
from data.thresholds.queries.visible import visible
from data.thresholds.rules.serializer import packed
from data.thresholds.types import ThresholdChange, ThresholdDraft

JUST_NOW = timedelta(minutes=1)


def create_once(
    db: Session, viewer: Viewer, drafts: Sequence[ThresholdDraft], *, now: datetime
) -> list[int]:
    """Create thresholds, or return the identical ones this person created within the minute.

    If only some of them exist, all are created, as a different request.
    """
    viewer.require(Permission.THRESHOLDS_WRITE)
    # A second click waits for the first one's transaction (SQLite has a single writer).
    db.execute(select(User.id).where(User.id == viewer.user_id).with_for_update())
    return _just_made(db, viewer, drafts, now) or create_all(db, viewer, drafts, now=now)


def _just_made(
    db: Session, viewer: Viewer, drafts: Sequence[ThresholdDraft], now: datetime
) -> list[int] | None:
    marks = [_mark(packed(completed(viewer, draft))) for draft in drafts]
    mine = (
        visible(viewer)
        .join(ThresholdVersion, ThresholdVersion.threshold_id == Threshold.id)
        .where(
            Threshold.version == 1,
            Threshold.removed_at.is_(None),
            Threshold.organisation_id == viewer.organisation_id,
            ThresholdVersion.user_id == viewer.user_id,
            ThresholdVersion.change == ThresholdChange.CREATED,
            ThresholdVersion.at > now - JUST_NOW,
        )
        .with_only_columns(Threshold.id, ThresholdVersion.draft)
        .order_by(Threshold.id)
    )
    ids_by_mark: dict[str, list[int]] = {}
    for id_, stored_draft in db.execute(mine):
        ids_by_mark.setdefault(_mark(stored_draft), []).append(id_)
    if any(count > len(ids_by_mark.get(mark, ())) for mark, count in Counter(marks).items()):
        return None
    return [ids_by_mark[mark].pop(0) for mark in marks]


def _mark(stored_draft: object) -> str:
    return json.dumps(stored_draft, sort_keys=True)
