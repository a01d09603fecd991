"""Find the thresholds that ring on many sites for little, and what a higher one would change."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from data.thresholds.models import Episode, Threshold, ThresholdVersion
from data.thresholds.queries.visible import visible, visible_episodes
from data.thresholds.rules.raises import RAISED, RAISES, limit_percent
from data.thresholds.rules.serializer import unpacked
from data.thresholds.types import EpisodeState, ThresholdDraft
from data.thresholds.types.alerts import RaiseProposal

_YEAR = timedelta(days=365)
_SHARE = 2  # half of the exceedances at least are within the margin


def load_drafts(
    db: Session, viewer: Viewer, threshold_ids: Collection[int]
) -> dict[int, ThresholdDraft]:
    """Return the current draft of the visible thresholds among these."""
    query = (
        visible(viewer)
        .join(ThresholdVersion, ThresholdVersion.threshold_id == Threshold.id)
        .where(ThresholdVersion.number == Threshold.version, Threshold.id.in_(threshold_ids))
        .with_only_columns(ThresholdVersion.threshold_id, ThresholdVersion.draft)
    )
    return {threshold_id: unpacked(draft) for threshold_id, draft in db.execute(query)}


def load_raise_proposals(
    db: Session, viewer: Viewer, threshold_ids: Collection[int]
) -> Mapping[int, RaiseProposal]:
    """Return the smallest raise of each of these thresholds that keeps half of them quiet.

    From the exceedances of a year that the viewer sees, of the values of today; only thresholds
    that the viewer may change.
    """
    if not threshold_ids or viewer.limited or not viewer.may(Permission.THRESHOLDS_WRITE):
        return {}
    query = visible(viewer).with_only_columns(Threshold.id)
    own = query.where(
        Threshold.id.in_(threshold_ids),
        Threshold.organisation_id == viewer.organisation_id,
        Threshold.kind.in_(RAISED),
        Threshold.removed_at.is_(None),
        ~Threshold.paused,
    )
    drafts = load_drafts(db, viewer, list(db.scalars(own)))
    if not drafts:
        return {}
    percents = {threshold_id: limit_percent(draft) for threshold_id, draft in drafts.items()}
    percent = case(percents, value=Episode.threshold_id, else_=0)
    still_rings = [Episode.peak_wh * percent > Episode.limit_wh * (percent + by) for by in RAISES]
    episodes = visible_episodes(viewer).with_only_columns(
        Episode.threshold_id,
        func.count(),
        *(func.count(case((rings, 1))) for rings in still_rings),
    )
    since = (
        select(ThresholdVersion.first_day)
        .join(Threshold, Threshold.id == ThresholdVersion.threshold_id)
        .where(
            ThresholdVersion.number == Threshold.version,
            Threshold.id == Episode.threshold_id,
        )
        .scalar_subquery()
    )
    rows = db.execute(
        episodes.where(
            Episode.threshold_id.in_(drafts),
            Episode.exceeded_on > viewer.today - _YEAR,
            Episode.exceeded_on >= since,
            Episode.state != EpisodeState.WITHDRAWN,
        ).group_by(Episode.threshold_id)
    )
    proposals = {
        threshold_id: _find_smallest(total, ringing) for threshold_id, total, *ringing in rows
    }
    return {id_: proposal for id_, proposal in proposals.items() if proposal is not None}


def _find_smallest(total: int, ringing: Sequence[int]) -> RaiseProposal | None:
    """Return the first raise that keeps half quiet; `ringing` counts what each leaves."""
    return next(
        (
            RaiseProposal(total, total - loud, percent)
            for percent, loud in zip(RAISES, ringing, strict=True)
            if (total - loud) * _SHARE >= total
        ),
        None,
    )
