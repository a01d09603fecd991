"""Query what a person owns and would leave behind."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, or_, select
from sqlalchemy.orm import Session

from core.access import Viewer
from data.administration.people.queries.visible import get_person
from data.administration.people.types import Belongings
from data.analysis.marks.models import KeptViewRow
from data.controls.models import Control
from data.controls.queries.visible import is_open
from data.exports.models import ExportSchedule
from data.identity.accounts.models import User
from data.rights.models import SavedViewRow
from data.runs.models import Run
from data.runs.types import STORED, RunState
from data.thresholds.models import Episode, Threshold, ThresholdVersion
from data.thresholds.rules.serializer import unpacked
from data.thresholds.types import OPEN, ThresholdDraft

UNFINISHED = (RunState.DRAFT, RunState.RECEIVED, RunState.WORKING)


def count_belongings(db: Session, viewer: Viewer, user_id: int) -> Belongings:
    """Count what a person owns, by kind.

    Raise NotFound if the viewer does not administer them.
    """
    person = get_person(db, viewer, user_id)
    counted = {
        "episodes": select(func.count(Episode.id)).where(is_assigned_to(user_id)),
        "views": _views_of(user_id),
        "runs": select(func.count(Run.id)).where(is_unfinished_deposit(user_id)),
        "schedules": select(func.count(ExportSchedule.id)).where(ExportSchedule.user_id == user_id),
        "controls": select(func.count(Control.id)).where(is_followed_by(user_id)),
    }
    counts = {name: db.scalar(query) or 0 for name, query in counted.items()}
    return Belongings(thresholds=len(load_notifying_thresholds(db, viewer, person)), **counts)


def _views_of(user_id: int) -> Select[int]:
    """Count the saved views of rights and of consumption."""
    rights = select(SavedViewRow.id).where(SavedViewRow.user_id == user_id)
    views = select(KeptViewRow.id).where(KeptViewRow.user_id == user_id)
    return select(func.count()).select_from(rights.union_all(views).subquery())


def is_assigned_to(user_id: int) -> ColumnElement[bool]:
    """Return the condition of open episodes assigned to a user."""
    return and_(Episode.assigned_to == user_id, Episode.state.in_(OPEN))


def is_unfinished_deposit(user_id: int) -> ColumnElement[bool]:
    """Return the condition of files a user uploaded that are not finished yet."""
    waits = and_(Run.stored_name != "", Run.state.not_in(STORED))
    return and_(Run.user_id == user_id, or_(Run.state.in_(UNFINISHED), waits))


def is_followed_by(user_id: int) -> ColumnElement[bool]:
    return and_(Control.owner_id == user_id, is_open())


def load_notifying_thresholds(
    db: Session, viewer: Viewer, person: User
) -> Mapping[int, ThresholdDraft]:
    """Return the thresholds in force that notify `person`, in their current version, by id."""
    get_person(db, viewer, person.id)
    fragment = f'"user_id": {person.id},'  # as it is stored; each match is then checked
    query = (
        select(Threshold.id, ThresholdVersion.draft)
        .join(ThresholdVersion, ThresholdVersion.threshold_id == Threshold.id)
        .where(
            Threshold.organisation_id == person.organisation_id,
            Threshold.removed_at.is_(None),
            ThresholdVersion.number == Threshold.version,
            cast(ThresholdVersion.draft, String).contains(fragment, autoescape=True),
        )
        .order_by(Threshold.id)
    )
    drafts = {id_: unpacked(stored_draft) for id_, stored_draft in db.execute(query)}
    return {
        id_: draft
        for id_, draft in drafts.items()
        if any(recipient.user_id == person.id for recipient in draft.recipients)
    }
