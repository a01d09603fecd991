"""Query annotations on readable PCEs: the organisation's, and for staff those shared with it."""

from dataclasses import replace
from datetime import date

from sqlalchemy import Boolean, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import Prepared
from core.errors import NotFound
from core.i18n import N_
from data.analysis.marks.models import AnnotationRow
from data.analysis.marks.rules.annotations import is_readable, may_change
from data.analysis.marks.types import Annotation, AnnotationDraft
from data.identity.accounts.models import Organisation, User
from data.metering.consumption.types import ChartMark, Series
from data.metering.pces.models import Pce
from data.metering.pces.queries import get_scope

_row, _user = AnnotationRow.__table__.c, User.__table__.c
_organisation = Organisation.__table__.c
_COLUMNS = (
    _row.id,
    _row.first_day,
    _row.last_day,
    _row.kind,
    _row.words,
    _row.shared,
    _user.name,
    _row.user_id,
    _row.organisation_id,
    _organisation.name,
)
_ON = Prepared(
    select(*_COLUMNS)
    .join_from(AnnotationRow.__table__, User.__table__, _user.id == _row.user_id)
    .join(Organisation.__table__, _organisation.id == _row.organisation_id)
    .where(
        _row.pce_id == bindparam("pce"),
        or_(
            _row.organisation_id == bindparam("organisation"),
            and_(_row.shared, bindparam("staff", type_=Boolean)),
        ),
        _row.removed_at.is_(None),
        _row.first_day <= bindparam("last"),
        _row.last_day >= bindparam("first"),
    )
    .order_by(_row.first_day, _row.id)
)
_GONE = N_("Cette annotation est introuvable.")


def list_annotations(
    db: Session, viewer: Viewer, number: str, first: date, last: date
) -> tuple[Annotation, ...]:
    """Return the annotations on a PCE that overlap `first` to `last`, oldest first.

    Annotations without any readable day are left out. Raise NotFound when the PCE is not readable.
    """
    viewer.require(Permission.CONSUMPTION_READ)
    scope = get_scope(db, viewer, number)
    rows = _ON.rows(db, {**_readers(viewer, scope.id), "first": first, "last": last})
    annotations = []
    for key, *values, author, user_id, organisation_id, organisation in rows:
        draft = AnnotationDraft(*values)
        if not is_readable(scope, draft.first, draft.last):
            continue
        is_own = organisation_id == viewer.organisation_id
        who = author if is_own else ", ".join(filter(None, (author, organisation)))
        yours = is_own and may_change(viewer, user_id)
        annotations.append(Annotation(key, scope.number, draft, who, yours))
    return tuple(annotations)


def _readers(viewer: Viewer, pce_id: int) -> dict[str, int | bool]:
    """Return what says which annotations of a PCE the viewer reads."""
    return {"pce": pce_id, "organisation": viewer.organisation_id, "staff": viewer.staff}


def load_annotated_series(db: Session, viewer: Viewer, series: Series) -> Series:
    """Return `series` with its annotations among its marks, by day.

    Those that begin after its last day are in `ahead`.
    """
    days = series.first, date.max
    readers = _readers(viewer, series.pce_id)
    if not _ON.raw(db, {**readers, "first": days[0], "last": days[1]}):
        return series
    annotations = list_annotations(db, viewer, series.number, *days)
    annotation_marks = list(map(get_chart_mark, annotations))
    inside = [mark for mark in annotation_marks if mark.day <= series.last]
    marks = sorted((*series.marks, *inside), key=lambda mark: mark.day)
    return replace(series, marks=tuple(marks), ahead=tuple(annotation_marks[len(inside) :]))


def get_chart_mark(annotation: Annotation) -> ChartMark:
    """Return the chart mark of an annotation, drawn like an event."""
    draft = annotation.draft
    return ChartMark(
        draft.first,
        draft.kind.value,
        None,
        draft.words,
        last=draft.last,
        annotation=annotation.id,
        author=annotation.author,
        yours=annotation.yours,
        shared=draft.shared,
    )


def get_annotation(db: Session, viewer: Viewer, annotation_id: int) -> Annotation:
    """Return an annotation that is not removed.

    Raise NotFound for one of another organisation, or whose days are not readable.
    """
    viewer.require(Permission.CONSUMPTION_READ)
    query = (
        select(Pce.number, AnnotationRow.first_day, AnnotationRow.last_day)
        .join(AnnotationRow, AnnotationRow.pce_id == Pce.id)
        .where(
            AnnotationRow.id == annotation_id,
            AnnotationRow.organisation_id == viewer.organisation_id,
        )
    )
    for number, first, last in db.execute(query):
        for annotation in list_annotations(db, viewer, number, first, last):
            if annotation.id == annotation_id:
                return annotation
    raise NotFound(_GONE)
