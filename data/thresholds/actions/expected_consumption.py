"""Compute the weather-corrected consumption expected on the days to evaluate."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.bulk import is_among
from data.thresholds.actions.evaluation_loader import Pair
from data.thresholds.models import ThresholdReference
from data.thresholds.queries.expected_consumption import is_winter_known, list_expected_segments
from data.thresholds.queries.winter import Readable, load_frozen_signatures, load_temperatures
from data.thresholds.rules.evaluation import Segment
from data.thresholds.types import LearnedReference


def frozen_of(db: Session, pairs: Sequence[Pair]) -> dict[Pair, dict[date, LearnedReference]]:
    """Return the frozen signatures of each pair, by the last day of their reference."""
    mine = is_among(db, ThresholdReference.pce_id, sorted({pce_id for _key, pce_id in pairs}))
    return load_frozen_signatures(db.scalars(select(ThresholdReference).where(mine)))


def expecting(
    db: Session, segments: Mapping[Pair, Sequence[Segment]], since: Mapping[int, date], today: date
) -> dict[Pair, list[Segment]]:
    """Return the weather-corrected segments of `segments` with the expectation of each day.

    `since` is the day from which each PCE's readings are needed.
    """
    mine = {
        pair: pair_segments
        for pair, pair_segments in segments.items()
        if is_winter_known(pair_segments)
    }
    if not mine:
        return {}
    spans = [Readable(pce, since.get(pce, today), today) for pce in {pce for _key, pce in mine}]
    temperatures, frozen = load_temperatures(db, spans), frozen_of(db, list(mine))
    return {
        pair: list_expected_segments(pair_segments, frozen.get(pair, {}), temperatures[pair[1]])
        for pair, pair_segments in mine.items()
    }
