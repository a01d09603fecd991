"""Query a PCE's weather-corrected thresholds: frozen signature and expectation."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.thresholds.models import ThresholdReference
from data.thresholds.queries.winter import Readable, load_frozen_signatures, load_temperatures
from data.thresholds.rules.evaluation import Segment
from data.thresholds.rules.winter import expected
from data.thresholds.types import LearnedReference, ThresholdKind


def is_winter_known(segments: Sequence[Segment]) -> bool:
    return any(segment.draft.kind is ThresholdKind.WEATHER for segment in segments)


def list_expected_segments(
    segments: Sequence[Segment],
    frozen: Mapping[date, LearnedReference],
    temperatures: Mapping[date, int],
) -> list[Segment]:
    """Return `segments` with the expectation of its frozen signature; without one, none."""
    return [_fill_segment(segment, frozen, temperatures) for segment in segments]


def _fill_segment(
    segment: Segment, frozen: Mapping[date, LearnedReference], temperatures: Mapping[date, int]
) -> Segment:
    draft = segment.draft
    learnt = None if draft.learnt_to is None else frozen.get(draft.learnt_to)
    if draft.kind is not ThresholdKind.WEATHER or learnt is None:
        return segment
    return replace(segment, draft=replace(draft, expected=expected(learnt, temperatures)))


def load_expected_segments(
    db: Session, segments: Mapping[int, list[Segment]], span: Readable
) -> dict[int, list[Segment]]:
    """Return the segments of one PCE, with expectations for weather-corrected ones.

    `span` covers readable days.
    """
    mine = {
        key: threshold_segments
        for key, threshold_segments in segments.items()
        if is_winter_known(threshold_segments)
    }
    if not mine:
        return dict(segments)
    temperatures = load_temperatures(db, [span])[span.pce_id]
    reference = ThresholdReference
    rows = db.scalars(
        select(reference).where(reference.pce_id == span.pce_id, reference.threshold_id.in_(mine))
    )
    frozen = load_frozen_signatures(rows)
    return dict(segments) | {
        key: list_expected_segments(
            threshold_segments, frozen.get((key, span.pce_id), {}), temperatures
        )
        for key, threshold_segments in mine.items()
    }
