"""Restrict the archive of a person limited to tags to the PCEs with these tags.

The same rules as on pages apply: data about a PCE is cut by its tags, and objects that can name
PCEs, such as files, are theirs since the restriction. Holder details in a right belong to the
holder and are left out.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import aliased

from data.administration.subjects.queries.holdings.base import Where
from data.administration.subjects.types import Subject
from data.analysis.marks.models import AnnotationRow, KeptViewRow, SharedLink
from data.controls.models import (
    ChecklistAnswer,
    Control,
    Decision,
    DepositedControl,
    JournalEntry,
    Message,
    MessageMark,
    ProofPiece,
)
from data.exports.models import Export, ExportedPce, ExportPick, ExportSchedule
from data.identity.audit.models import AuditEvent
from data.identity.audit.queries import READ
from data.money.budgets.models import BudgetChange, BudgetRow
from data.notifications.models import Notice, NoticeEvent, NoticeSnooze, Notification
from data.rights.models import AccessRight, RightEventRow, SavedViewRow
from data.runs.models import Run
from data.tag_limits import knows_tag, own_since, within, within_number
from data.thresholds.models import Episode, Threshold, ThresholdVersion
from data.thresholds.queries.visible import is_watching


def _since(table: Any) -> Where:  # noqa: ANN401 (a model of somebody's own work)
    return lambda subject: own_since(subject, table.user_id, table.created_at)


def _is_visible_event(subject: Subject) -> ColumnElement[bool]:
    return and_(
        NoticeEvent.organisation_id == subject.organisation_id,
        within_number(subject, NoticeEvent.pce_number),
    )


def _listed(subject: Subject) -> ColumnElement[bool]:
    return Notice.event_id.in_(select(NoticeEvent.id).where(_is_visible_event(subject)))


def _put_off(subject: Subject) -> ColumnElement[bool]:
    """Return the condition of subjects without any event that the person may not see."""
    beyond = select(NoticeEvent.id).where(
        NoticeEvent.subject_kind == NoticeSnooze.subject_kind,
        NoticeEvent.subject_id == NoticeSnooze.subject_id,
        ~_is_visible_event(subject),
    )
    return ~beyond.exists()


def _rights(subject: Subject, column: Any) -> Any:  # noqa: ANN401 (a column, a subquery)
    right = aliased(AccessRight)
    return select(getattr(right, column)).where(within(subject, right.pce_id))


def _controls(subject: Subject) -> Any:  # noqa: ANN401 (a subquery of ids)
    return select(Control.id).where(Control.right_id.in_(_rights(subject, "id")))


def _on_control(column: Any) -> Where:  # noqa: ANN401 (a column of a model)
    return lambda subject: column.in_(_controls(subject))


def _pieces(subject: Subject) -> ColumnElement[bool]:
    covering = select(DepositedControl.deposit_id).where(
        DepositedControl.control_id.in_(_controls(subject))
    )
    words = select(Message.id).where(Message.control_id.in_(_controls(subject)))
    return or_(ProofPiece.deposit_id.in_(covering), ProofPiece.message_id.in_(words))


def _watched(subject: Subject) -> ColumnElement[bool]:
    """Return the condition of thresholds on their PCEs, unless by a tag they may not know."""
    tag_condition = or_(Threshold.tag == "", knows_tag(subject, Threshold.tag))
    return and_(is_watching(subject), tag_condition)


def _budgets(subject: Subject) -> Any:  # noqa: ANN401 (a subquery of ids)
    """Return the ids of budgets of their PCEs and tags, without the organisation's total."""
    row = BudgetRow
    own = and_(row.pce_id.is_not(None), within(subject, row.pce_id))
    return select(row.id).where(or_(own, and_(row.tag != "", knows_tag(subject, row.tag))))


def _set(subject: Subject) -> ColumnElement[bool]:
    return ThresholdVersion.threshold_id.in_(select(Threshold.id).where(_watched(subject)))


def _journal(subject: Subject) -> ColumnElement[bool]:
    """Return the condition of events about accounts, or done since on visible objects."""
    event = AuditEvent
    named = event.object_type.in_(("pce", READ))
    inside = and_(
        or_(~named, within_number(subject, event.object_id)),
        or_(event.object_type != "right", event.object_id.in_(_rights(subject, "uid"))),
    )
    done = and_(own_since(subject, event.actor_id, event.at), inside)
    return or_(event.object_type == "user", done)


LIMITS: Mapping[str, Where] = {
    "alerts": _is_visible_event,
    "annotations": lambda subject: within(subject, AnnotationRow.pce_id),
    "budgets": lambda subject: BudgetChange.budget_id.in_(_budgets(subject)),
    "inbox": _listed,
    "messages": _since(Notification),
    "put_off": _put_off,
    "acts_on_rights": lambda subject: RightEventRow.right_id.in_(_rights(subject, "id")),
    "rights_declared": lambda subject: within(subject, AccessRight.pce_id),
    "kept_views": _since(KeptViewRow),
    "links_shared": lambda subject: within(subject, SharedLink.pce_id),
    "saved_views": _since(SavedViewRow),
    "files": _since(Run),
    "exported_points": lambda subject: within(subject, ExportedPce.pce_id),
    "exports": _since(Export),
    "points_picked": _since(ExportPick),
    "monthly_exports": _since(ExportSchedule),
    "controls_followed": _on_control(Control.id),
    "pieces": _pieces,
    "words_on_controls": _on_control(Message.control_id),
    "words_read": _on_control(MessageMark.control_id),
    "decisions": _on_control(Decision.control_id),
    "points_checked": _on_control(ChecklistAnswer.control_id),
    "journal_of_controls": _on_control(JournalEntry.control_id),
    "thresholds_telling_me": _watched,
    "thresholds_set": _set,
    "alerts_answered": lambda subject: within(subject, Episode.pce_id),
    "alerts_given": lambda subject: within(subject, Episode.pce_id),
    "journal": _journal,
}
