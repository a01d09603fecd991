"""What stands of the weather-corrected thresholds of a PCE: what they froze, what they expect."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.thresholds.models import ThresholdReference
from data.thresholds.queries.winter import Readable, learnt_of, temperatures_of
from data.thresholds.rules.replay import Segment
from data.thresholds.rules.winter import expected
from data.thresholds.types import Learnt, ThresholdKind


def know_winter(judged: Sequence[Segment]) -> bool:
    return any(one.draft.kind is ThresholdKind.WEATHER for one in judged)


def told_winter(
    judged: Sequence[Segment], frozen: Mapping[date, Learnt], temperatures: Mapping[date, int]
) -> list[Segment]:
    """*judged*, each with what its own signature expects; without one it expects nothing."""
    return [_told(one, frozen, temperatures) for one in judged]


def _told(
    segment: Segment, frozen: Mapping[date, Learnt], temperatures: Mapping[date, int]
) -> Segment:
    draft = segment.draft
    learnt = None if draft.learnt_to is None else frozen.get(draft.learnt_to)
    if draft.kind is not ThresholdKind.WEATHER or learnt is None:
        return segment
    return replace(segment, draft=replace(draft, expected=expected(learnt, temperatures)))


def expecting_of(
    db: Session, judged: Mapping[int, list[Segment]], span: Readable
) -> dict[int, list[Segment]]:
    """The segments of each threshold of one PCE, those that know the weather with what they expect.

    *span* is of days that may be read.
    """
    mine = {key: some for key, some in judged.items() if know_winter(some)}
    if not mine:
        return dict(judged)
    temperatures = temperatures_of(db, [span])[span.pce_id]
    reference = ThresholdReference
    rows = db.scalars(
        select(reference).where(reference.pce_id == span.pce_id, reference.threshold_id.in_(mine))
    )
    frozen = learnt_of(rows)
    return dict(judged) | {
        key: told_winter(some, frozen.get((key, span.pce_id), {}), temperatures)
        for key, some in mine.items()
    }
