"""Raise a threshold that rings on many sites, and undo it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import NO_ID
from core.errors import Invalid, NotFound
from core.i18n import N_
from data.thresholds.actions.changes import change
from data.thresholds.models import Threshold, ThresholdVersion
from data.thresholds.queries.visible import visible
from data.thresholds.rules.raises import RAISED, RAISES, raise_draft
from data.thresholds.rules.serializer import packed, unpacked
from data.thresholds.types import ThresholdDraft

_GONE = N_("Ce seuil est introuvable.")
_LATE = N_("Ce seuil a changé depuis : modifiez-le dans la page des seuils.")


def raise_threshold(
    db: Session, viewer: Viewer, threshold_id: int, percent: int = RAISES[0], *, now: datetime
) -> int:
    """Raise a threshold by one of `RAISES`, from today on; return its new version.

    Raise as `change`.
    """
    viewer.require(Permission.THRESHOLDS_WRITE)
    number = _get_version(db, viewer, threshold_id)
    draft = _get_draft(db, threshold_id, number)
    if draft.kind not in RAISED:
        raise Invalid(N_("Ce seuil n’a pas de valeur à relever."))
    if _is_raised_today(db, viewer, threshold_id, number):
        raise Invalid(N_("Ce seuil a déjà été relevé aujourd’hui."))
    change(db, viewer, threshold_id, raise_draft(draft, percent), version=number, now=now)
    return number + 1


def undo_raise(
    db: Session, viewer: Viewer, threshold_id: int, version: int, *, now: datetime
) -> None:
    """Put back the values before the raise that made `version`.

    Raise Invalid when it is no longer the latest, or no raise.
    """
    viewer.require(Permission.THRESHOLDS_WRITE)
    if _get_version(db, viewer, threshold_id) != version or version <= 1:
        raise Invalid(_LATE)
    before = _get_draft(db, threshold_id, version - 1)
    if not _is_raise(db, threshold_id, version):
        raise Invalid(_LATE)
    change(db, viewer, threshold_id, before, version=version, now=now)


def _is_raised_today(db: Session, viewer: Viewer, threshold_id: int, number: int) -> bool:
    """Return whether the latest version is a raise of today, such as that of a colleague."""
    version = ThresholdVersion
    since = select(version.first_day).where(
        version.threshold_id == threshold_id, version.number == number
    )
    return db.scalar(since) == viewer.today and _is_raise(db, threshold_id, number)


def _is_raise(db: Session, threshold_id: int, number: int) -> bool:
    if number <= 1:
        return False
    before, after = (_get_draft(db, threshold_id, place) for place in (number - 1, number))
    return packed(after) in [packed(raise_draft(before, percent)) for percent in RAISES]


def _get_version(db: Session, viewer: Viewer, threshold_id: int) -> int:
    if not 0 < threshold_id < NO_ID:
        raise NotFound(_GONE)
    query = visible(viewer).with_only_columns(Threshold.version)
    number = db.scalar(query.where(Threshold.id == threshold_id))
    if number is None:
        raise NotFound(_GONE)
    return number


def _get_draft(db: Session, threshold_id: int, number: int) -> ThresholdDraft:
    query = select(ThresholdVersion.draft).where(
        ThresholdVersion.threshold_id == threshold_id, ThresholdVersion.number == number
    )
    return unpacked(db.execute(query).scalar_one())
