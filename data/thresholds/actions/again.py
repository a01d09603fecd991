"""A press heard twice: what the same person set just now, in every field, is not set again."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.access import Permission, Viewer
from data.accounts.models import User
from data.thresholds.actions.setting import completed, create_all
from data.thresholds.models import Threshold, ThresholdVersion
from data.thresholds.queries.visible import visible
from data.thresholds.rules.wire import packed
from data.thresholds.types import Change, Draft

JUST_NOW = timedelta(minutes=1)


def create_once(
    db: Session, viewer: Viewer, drafts: Sequence[Draft], *, now: datetime
) -> list[int]:
    """As `create_all`; all set by this person within the minute, they are those that stand.

    Some of them only is another wish, and is done as it is said.
    """
    viewer.require(Permission.THRESHOLDS_WRITE)
    # The second of two presses waits for what the first has written (SQLite has one writer).
    db.execute(select(User.id).where(User.id == viewer.user_id).with_for_update())
    return _just_made(db, viewer, drafts, now) or create_all(db, viewer, drafts, now=now)


def _just_made(
    db: Session, viewer: Viewer, drafts: Sequence[Draft], now: datetime
) -> list[int] | None:
    wanted = [_mark(packed(completed(viewer, draft))) for draft in drafts]
    mine = (
        visible(viewer)
        .join(ThresholdVersion, ThresholdVersion.threshold_id == Threshold.id)
        .where(
            Threshold.version == 1,
            Threshold.removed_at.is_(None),
            Threshold.organisation_id == viewer.organisation_id,
            ThresholdVersion.user_id == viewer.user_id,
            ThresholdVersion.change == Change.CREATED,
            ThresholdVersion.at > now - JUST_NOW,
        )
        .with_only_columns(Threshold.id, ThresholdVersion.draft)
        .order_by(Threshold.id)
    )
    made: dict[str, list[int]] = {}
    for id_, kept in db.execute(mine):
        made.setdefault(_mark(kept), []).append(id_)
    if any(count > len(made.get(mark, ())) for mark, count in Counter(wanted).items()):
        return None
    return [made[mark].pop(0) for mark in wanted]


def _mark(kept: object) -> str:
    return json.dumps(kept, sort_keys=True)
