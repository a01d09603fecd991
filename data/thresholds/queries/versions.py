"""Query stored versions, memberships and episodes."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.access import Viewer
from data.metering.pces.queries import get_scope
from data.notifications.types import Severity
from data.thresholds.models import Episode, Threshold, ThresholdMember, ThresholdVersion
from data.thresholds.queries.expected_consumption import load_expected_segments
from data.thresholds.queries.signature_status import get_readable_days
from data.thresholds.queries.visible import visible
from data.thresholds.queries.winter import Readable
from data.thresholds.rules.evaluation import Span, segments_in_force
from data.thresholds.rules.lines import line_of
from data.thresholds.rules.serializer import unpacked
from data.thresholds.types import Exceedance, LimitLine, ThresholdKind, Version

_version = ThresholdVersion
VERSIONS = select(
    _version.threshold_id, _version.first_day, _version.draft, _version.active
).order_by(_version.threshold_id, _version.number)


_episode = Episode
SPELL = (  # in the order of `Exceedance`
    _episode.first_day,
    _episode.warned_on,
    _episode.exceeded_on,
    _episode.value_wh,
    _episode.limit_wh,
    _episode.peak_wh,
    _episode.peak_on,
    _episode.excess_wh,
    _episode.last_day,
    _episode.ended_on,
    _episode.ending,
    _episode.provisional,
    _episode.period,
    _episode.last_wh,
    _episode.last_limit_wh,
    _episode.expected_wh,
)


def load_versions(rows: Iterable[Any]) -> dict[int, list[Version]]:
    """Group rows of `VERSIONS` by threshold, in their order."""
    versions: dict[int, list[Version]] = {}
    for key, first, draft, active in rows:
        versions.setdefault(key, []).append(Version(first, unpacked(draft), active))
    return versions


def read_exceedance(row: Any) -> Exceedance:  # noqa: ANN401 (an Episode, or a row of its table)
    return Exceedance(*(getattr(row, column.key) for column in SPELL))


def list_limit_lines(
    db: Session, viewer: Viewer, number: str, first: date, last: date
) -> tuple[LimitLine, ...]:
    """Return the organisation's limits on a PCE over `first`…`last`.

    Past days have the limits of their day; future days have the current ones.
    """
    scope = get_scope(db, viewer, number)
    spans = _spans(db, scope.id)
    thresholds = list(db.scalars(_drawn(viewer, spans)))
    ids = [row.id for row in thresholds]
    versions = load_versions(db.execute(VERSIONS.where(ThresholdVersion.threshold_id.in_(ids))))
    segments = {
        row.id: segments_in_force(versions[row.id], sorted(spans[row.id])) for row in thresholds
    }
    low, high = get_readable_days(scope)
    segments = load_expected_segments(
        db, segments, Readable(scope.id, max(first, low), min(last, high))
    )
    lines = [
        LimitLine(
            row.id,
            row.name,
            row.kind,
            row.period,
            Severity(row.severity),
            line_of(segments[row.id], first, last),
        )
        for row in thresholds
    ]
    return tuple(line for line in lines if line.limits)


def _spans(db: Session, pce_id: int) -> dict[int, list[Span]]:
    """Return the days that a PCE was in the scope of each threshold."""
    spans: dict[int, list[Span]] = {}
    member = ThresholdMember
    for key, since, until in db.execute(
        select(member.threshold_id, member.since, member.until).where(member.pce_id == pce_id)
    ):
        spans.setdefault(key, []).append((since, until or date.max))
    return spans


def _drawn(viewer: Viewer, ids: Iterable[int]) -> Select[Threshold]:
    """Select those of `ids` that a chart can draw, most severe first."""
    drawn = [ThresholdKind.FIXED, ThresholdKind.LOW, ThresholdKind.WEATHER]
    return (
        visible(viewer)
        .with_only_columns(Threshold)
        .where(
            Threshold.id.in_(ids),
            Threshold.organisation_id == viewer.organisation_id,
            Threshold.kind.in_(drawn),
        )
        .order_by(Threshold.severity.desc(), Threshold.search, Threshold.id)
    )
