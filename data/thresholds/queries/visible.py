"""Which thresholds and episodes a viewer may read.

One's organisation's, on the PCE that one may read; the distributor's staff read everybody's.
"""

from sqlalchemy import ColumnElement, Select, and_, select, true

from data.access import Permission, Viewer
from data.notifications.models import Notice, NoticeEvent
from data.pces.models import Pce
from data.pces.queries import visible as visible_pces
from data.thresholds.models import Episode, Threshold


def of_organisation(viewer: Viewer) -> ColumnElement[bool]:
    viewer.require(Permission.THRESHOLDS_READ)
    return true() if viewer.staff else Threshold.organisation_id == viewer.organisation_id


def visible(viewer: Viewer) -> Select[Threshold]:
    """The thresholds this viewer may read, removed ones included."""
    return select(Threshold).where(of_organisation(viewer))


def pce_ids(viewer: Viewer) -> Select[int]:
    return visible_pces(viewer).with_only_columns(Pce.id)


def visible_episodes(viewer: Viewer) -> Select[Episode]:
    """The episodes of those thresholds, on the PCE that may still be read."""
    query = (
        select(Episode)
        .join(Threshold, Threshold.id == Episode.threshold_id)
        .where(of_organisation(viewer))
    )
    return query if viewer.staff else query.where(Episode.pce_id.in_(pce_ids(viewer)))


def answerable(viewer: Viewer) -> ColumnElement[bool]:
    """Those of `visible_episodes` that the viewer may say seen, or put off.

    Who sets the organisation's thresholds may; so may any reader of it who was told.
    """
    ours = Threshold.organisation_id == viewer.organisation_id
    if viewer.may(Permission.THRESHOLDS_WRITE):
        return ours
    told = (
        select(Notice.id)
        .join(NoticeEvent, NoticeEvent.id == Notice.event_id)
        .where(
            NoticeEvent.subject_kind == "episode",
            NoticeEvent.subject_id == Episode.id,
            Notice.user_id == viewer.user_id,
        )
        .exists()
    )
    return and_(ours, told)
