"""Select the thresholds and episodes that a viewer can read.

A viewer sees those of the organisation, on readable PCEs; the distributor's staff see all of them.
"""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from core.access import Permission, Viewer
from core.database import blocks
from data.identity.accounts.models import UserTag
from data.metering.pces.models import Pce
from data.metering.pces.queries import visible as visible_pces
from data.notifications.models import Notice, NoticeEvent
from data.tag_limits import Limited, knows_tag, within
from data.thresholds.models import Episode, Threshold, ThresholdMember, ThresholdPce
from data.thresholds.types import ThresholdScope


def is_of_organisation(viewer: Viewer) -> ColumnElement[bool]:
    viewer.require(Permission.THRESHOLDS_READ)
    if viewer.staff:
        return true()
    is_own = Threshold.organisation_id == viewer.organisation_id
    return and_(is_own, is_watching(viewer)) if viewer.limited else is_own


def is_watching(viewer: Limited) -> ColumnElement[bool]:
    """Return whether it is about one of the viewer's tags, or has watched such a PCE."""
    # other queries join these tables
    named, member = aliased(ThresholdPce), aliased(ThresholdMember)
    return or_(
        and_(Threshold.tag != "", knows_tag(viewer, Threshold.tag)),
        *(
            select(table.pce_id)
            .where(table.threshold_id == Threshold.id, within(viewer, table.pce_id))
            .exists()
            for table in (named, member)
        ),
    )


def is_whole(viewer: Viewer) -> ColumnElement[bool]:
    """Return whether everything a threshold covers is within the viewer's restriction."""
    if not viewer.limited:
        return true()
    named = aliased(ThresholdPce)
    beyond = select(named.pce_id).where(
        named.threshold_id == Threshold.id, ~within(viewer, named.pce_id)
    )
    return and_(or_(Threshold.tag == "", knows_tag(viewer, Threshold.tag)), ~beyond.exists())


def visible(viewer: Viewer) -> Select[Threshold]:
    """Select the thresholds that the viewer may read, removed ones included."""
    return select(Threshold).where(is_of_organisation(viewer))


def count_whole(db: Session, viewer: Viewer, ids: Collection[int]) -> int:
    """Count the thresholds that are entirely within the viewer's restriction."""
    query = visible(viewer).where(is_whole(viewer)).with_only_columns(func.count(Threshold.id))
    statements = [query.where(Threshold.id.in_(block)) for block in blocks(sorted(ids))]
    return sum(db.scalar(statement) or 0 for statement in statements)


def list_limiting_tags(db: Session, viewer: Viewer) -> frozenset[str]:
    """Return the tags that the viewer is restricted to; empty without a restriction."""
    mine = select(UserTag.tag).where(UserTag.user_id == viewer.user_id)
    return frozenset(db.scalars(mine)) if viewer.limited else frozenset()


def get_visible_scopes(
    db: Session, viewer: Viewer, scopes: Collection[ThresholdScope]
) -> dict[ThresholdScope, ThresholdScope]:
    """Restrict each scope to the PCEs and tags that the viewer can see."""
    if not viewer.limited:
        return {scope: scope for scope in scopes}
    numbers = {number for scope in scopes for number in scope.pces}
    own_numbers: set[str] = set()
    for block in blocks(sorted(numbers)):
        query = visible_pces(viewer).with_only_columns(Pce.number).where(Pce.number.in_(block))
        own_numbers |= set(db.scalars(query))
    tags = list_limiting_tags(db, viewer)
    return {
        scope: ThresholdScope(
            tuple(number for number in scope.pces if number in own_numbers),
            scope.tag if scope.tag in tags else "",
        )
        for scope in scopes
    }


def get_pce_ids_query(viewer: Viewer) -> Select[int]:
    return visible_pces(viewer).with_only_columns(Pce.id)


def visible_episodes(viewer: Viewer) -> Select[Episode]:
    """Select the episodes of visible thresholds on PCEs that are still readable."""
    query = (
        select(Episode)
        .join(Threshold, Threshold.id == Episode.threshold_id)
        .where(is_of_organisation(viewer))
    )
    return query if viewer.staff else query.where(Episode.pce_id.in_(get_pce_ids_query(viewer)))


def visible_answerable_episodes(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition for episodes that the viewer may acknowledge or snooze.

    Allowed to those who manage thresholds, and to the people notified of it.
    """
    is_own = Threshold.organisation_id == viewer.organisation_id
    if viewer.may(Permission.THRESHOLDS_WRITE):
        return is_own
    own_notices = (
        select(Notice.id)
        .join(NoticeEvent, NoticeEvent.id == Notice.event_id)
        .where(
            NoticeEvent.subject_kind == "episode",
            NoticeEvent.subject_id == Episode.id,
            Notice.user_id == viewer.user_id,
        )
        .exists()
    )
    return and_(is_own, own_notices)
