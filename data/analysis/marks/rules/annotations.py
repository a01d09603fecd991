"""Rules of annotations: validity, visibility and edit rights."""

from collections.abc import Mapping
from datetime import date, timedelta

from core.access import Permission, Viewer
from core.i18n import N_
from core.unicode_safety import undirected
from data.analysis.marks.types import AnnotationDraft, AnnotationKind
from data.metering.consumption.rules.view import EARLIEST, day_in
from data.metering.pces.rules import storable
from data.metering.pces.types import Holes, PceScope

LONGEST = 300  # characters of an annotation
MOST = 500  # annotations of an organisation on one PCE
FURTHEST = timedelta(days=731)  # after today: works may be planned
Problems = Mapping[str, str]  # French message by field
DATE, ORDER, REACH, KIND, NOTHING, LONG = (
    N_("Donnez un jour : année-mois-jour, 2026-02-28."),
    N_("Le dernier jour est avant le premier : inversez-les."),
    N_("Donnez un jour à partir du 01/01/2000, et dans deux ans au plus tard."),
    N_("Choisissez dans la liste ce dont il s’agit."),
    N_("Écrivez ce qui s’est passé, en quelques mots."),
    N_("Écrivez au plus 300 signes."),
)


def draft_of_form(
    first: str, last: str, kind: str, words: str, *, today: date, shared: bool = False
) -> tuple[AnnotationDraft | None, Problems]:
    """Return the annotation of a form, or the problems by field.

    Without `last`, the annotation is on one day.
    """
    typed = {"first": first, **({"last": last} if last else {})}
    days = {name: day_in(text) for name, text in typed.items()}
    body = " ".join(undirected(storable(words)).split())
    problems = {name: DATE for name, day in days.items() if day is None}
    latest = today + FURTHEST
    problems |= {name: REACH for name, day in days.items() if day and not EARLIEST <= day <= latest}
    starts, ends = days["first"], days.get("last", days["first"])
    if not problems and starts and ends and ends < starts:
        problems["last"] = ORDER
    if kind not in set(AnnotationKind):
        problems["kind"] = KIND
    if not body:
        problems["words"] = NOTHING
    elif len(body) > LONGEST:
        problems["words"] = LONG
    if problems or starts is None or ends is None:
        return None, problems
    return AnnotationDraft(starts, ends, AnnotationKind(kind), body, shared), {}


def may_change(viewer: Viewer, author_id: int | None) -> bool:
    """Return whether the viewer is the author, or manages the organisation's PCEs."""
    if not viewer.may(Permission.MARKS_WRITE):
        return False
    return author_id == viewer.user_id or viewer.may(Permission.PCES_WRITE)


def is_readable(scope: PceScope, first: date, last: date) -> bool:
    """Return whether at least one day from `first` to `last` is readable, by day or by period."""
    by_day = _reaches(scope.first, scope.last, scope.holes, (first, last))
    published = scope.published_first, scope.published_last, scope.published_holes
    return by_day or _reaches(*published, (first, last))


def _reaches(low: date | None, high: date | None, holes: Holes, days: tuple[date, date]) -> bool:
    start, end = max(days[0], low or days[0]), min(days[1], high or days[1])
    for first, last in holes:  # sorted by first day
        if first <= start <= last:
            start = last + timedelta(days=1)
    return start <= end
