"""Versions, memberships and spells as they are kept."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from data.access import Viewer
from data.notifications.types import Severity
from data.pces.queries import get_scope
from data.thresholds.models import Threshold, ThresholdMember, ThresholdVersion
from data.thresholds.queries.visible import visible
from data.thresholds.rules.lines import line_of
from data.thresholds.rules.replay import Span, segments
from data.thresholds.rules.wire import unpacked
from data.thresholds.types import LimitLine, Spell, ThresholdKind, Version

_version = ThresholdVersion
VERSIONS = select(
    _version.threshold_id, _version.first_day, _version.draft, _version.active
).order_by(_version.threshold_id, _version.number)


def versions_of(rows: Iterable[Row[int, date, dict[str, Any], bool]]) -> dict[int, list[Version]]:
    """Rows of `VERSIONS` by threshold, in the order they were made."""
    found: dict[int, list[Version]] = {}
    for key, first, draft, active in rows:
        found.setdefault(key, []).append(Version(first, unpacked(draft), active))
    return found


def spell_of(row: Any) -> Spell:  # noqa: ANN401 (an Episode, or a row of its table)
    return Spell(
        first=row.first_day,
        warned_on=row.warned_on,
        exceeded_on=row.exceeded_on,
        value_wh=row.value_wh,
        limit_wh=row.limit_wh,
        peak_wh=row.peak_wh,
        peak_on=row.peak_on,
        excess_wh=row.excess_wh,
        last=row.last_day,
        ended_on=row.ended_on,
        ending=row.ending,
        provisional=bool(row.provisional),
        period=row.period,
        last_wh=row.last_wh,
        last_limit_wh=row.last_limit_wh,
    )


def limits_of(
    db: Session, viewer: Viewer, number: str, first: date, last: date
) -> tuple[LimitLine, ...]:
    """The limits that the viewer's organisation has on a PCE over *first*…*last*.

    Those of its past days are the limits of those days; what is still to come is drawn too.
    """
    scope = get_scope(db, viewer, number)
    spans: dict[int, list[Span]] = {}
    member = ThresholdMember
    for key, since, until in db.execute(
        select(member.threshold_id, member.since, member.until).where(member.pce_id == scope.id)
    ):
        spans.setdefault(key, []).append((since, until or date.max))
    rows = db.execute(
        visible(viewer)
        .with_only_columns(Threshold)
        .where(
            Threshold.id.in_(spans),
            Threshold.organisation_id == viewer.organisation_id,
            Threshold.kind.in_([ThresholdKind.FIXED, ThresholdKind.LOW]),
        )
        .order_by(Threshold.severity.desc(), Threshold.search, Threshold.id)
    ).scalars()
    thresholds = list(rows)
    ids = [row.id for row in thresholds]
    versions = versions_of(db.execute(VERSIONS.where(ThresholdVersion.threshold_id.in_(ids))))
    lines = [
        LimitLine(
            row.id,
            row.name,
            row.kind,
            row.period,
            Severity(row.severity),
            line_of(segments(versions[row.id], sorted(spans[row.id])), first, last),
        )
        for row in thresholds
    ]
    return tuple(line for line in lines if line.limits)
