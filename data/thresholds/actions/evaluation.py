"""Evaluate changed PCEs by replaying the rules, and reconcile stored episodes.

A chunk is one transaction: its marks, episodes and notices are committed together, so that a
process killed at any point repeats nothing and misses nothing.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from core.database import blocks
from core.i18n import PARIS
from data.thresholds.actions.episode_writer import EpisodeStep, write
from data.thresholds.actions.evaluation_loader import (
    Pair,
    Rules,
    WatchedPce,
    kept_of,
    readings_of,
    rules_of,
    watched,
)
from data.thresholds.actions.expected_consumption import expecting
from data.thresholds.actions.prefilter import (
    EvaluationCandidate,
    claim_chunk,
    is_claimed,
    list_candidates,
    release,
)
from data.thresholds.rules.evaluated_days import Day
from data.thresholds.rules.evaluation import (
    Segment,
    Span,
    evaluate_segments,
    first_day_to_evaluate,
    first_reading_day,
    segments_in_force,
)
from data.thresholds.rules.reconcile import ReconcileStep, StoredEpisode, reconcile
from data.thresholds.types import OPEN, Ending, EpisodeState

CHUNK = 20_000  # changed PCEs in one transaction, of which
MOST = 4000  # candidates to replay, whatever remains of the chunk: other writers wait
GROUP = 1000  # candidates written together
READ = 200  # candidates whose readings are in memory at once


@dataclass(frozen=True, slots=True)
class EvaluatedChunk:
    """The outcome of a chunk; `last` is the highest PCE id examined, None when none is left."""

    last: int | None
    episodes: int = 0
    posted: int = 0


@dataclass(frozen=True, slots=True)
class _Work:
    """A candidate with all that its evaluation needs except readings."""

    site: WatchedPce
    rules: Rules
    segments: list[Segment]
    stored_episodes: list[StoredEpisode]
    begin: date | None


def evaluate_chunk(db: Session, after: int, now: datetime, most: int = CHUNK) -> EvaluatedChunk:
    """Evaluate at most `most` changed PCEs after id `after`, in the caller's transaction."""
    ids = claim_chunk(db, after, most)
    if not ids:
        return EvaluatedChunk(None)
    matches, rest = list_candidates(db, ids), len(ids) == most
    if len(matches) > MOST:  # every PCE may be a candidate of a daily threshold
        last = matches[MOST - 1].pce_id
        matches = [candidate for candidate in matches if candidate.pce_id <= last]
        ids, rest = ids[: bisect_right(ids, last)], True
    busy_ids = is_claimed(db, sorted({candidate.pce_id for candidate in matches}))
    candidates = [candidate for candidate in matches if candidate.pce_id not in busy_ids]
    episodes = posted = 0
    for group in blocks(candidates, GROUP):
        written, new_notices = _judge(db, group, now)
        episodes, posted = episodes + written, posted + new_notices
    release(db, ids, busy_ids)
    return EvaluatedChunk(ids[-1] if rest else None, episodes, posted)


def _judge(
    db: Session, candidates: Sequence[EvaluationCandidate], now: datetime
) -> tuple[int, int]:
    today = now.astimezone(PARIS).date()
    work = _prepared(db, candidates, today)
    cases: list[EpisodeStep] = []
    for block in blocks(work, READ):
        needed = _needed(block)
        readings, work_items = readings_of(db, needed), _expecting(db, block, needed, today)
        cases += [
            EpisodeStep(work_item.site, work_item.rules.draft, step)
            for work_item in work_items
            for step in _steps(work_item, readings.get(work_item.site.pce_id, []), today)
        ]
    return write(db, cases, now)


def _prepared(db: Session, candidates: Sequence[EvaluationCandidate], today: date) -> list[_Work]:
    pairs: list[Pair] = [(candidate.threshold_id, candidate.pce_id) for candidate in candidates]
    sites, stored_episodes = watched(db, pairs, today), kept_of(db, pairs)
    rules = rules_of(db, [threshold_id for threshold_id, _ in pairs])
    return [
        _work(
            candidate.day, sites[pair], rules[candidate.threshold_id], stored_episodes.get(pair, [])
        )
        for candidate, pair in zip(candidates, pairs, strict=True)
    ]


def _work(day: date, site: WatchedPce, rules: Rules, stored_episodes: list[StoredEpisode]) -> _Work:
    segments = segments_in_force(rules.versions, _within(site.spans, site.window))
    opened = [row.exceedance.first for row in stored_episodes if row.state in OPEN]
    return _Work(
        site, rules, segments, stored_episodes, first_day_to_evaluate(segments, min([day, *opened]))
    )


def _expecting(
    db: Session, work: Sequence[_Work], needed: Mapping[int, date], today: date
) -> list[_Work]:
    """Return `work` with the expected consumption of weather-corrected segments."""
    segments = {
        (work_item.site.threshold_id, work_item.site.pce_id): work_item.segments
        for work_item in work
    }
    winter_segments = expecting(db, segments, needed, today)
    return [
        replace(
            work_item,
            segments=winter_segments.get(
                (work_item.site.threshold_id, work_item.site.pce_id), work_item.segments
            ),
        )
        for work_item in work
    ]


def _within(spans: Sequence[Span], window: Span | None) -> list[Span]:
    if window is None:
        return []
    return [(max(first, window[0]), min(last, window[1])) for first, last in spans]


def _needed(work: Sequence[_Work]) -> Mapping[int, date]:
    """Return the first day from which the readings of each PCE are needed."""
    since: dict[int, date] = {}
    for work_item in work:
        if work_item.site.window is None or not work_item.segments:
            continue
        first = max(
            first_reading_day(work_item.segments, work_item.begin), work_item.site.window[0]
        )
        since[work_item.site.pce_id] = min(first, since.get(work_item.site.pce_id, first))
    return since


def _steps(work_item: _Work, days: Sequence[Day], today: date) -> list[ReconcileStep]:
    """Return the steps to write for a candidate."""
    if work_item.site.window is None:
        return _closed(work_item, today)
    low, high = work_item.site.window
    is_unlimited = low == date.min and high == date.max
    readable = days if is_unlimited else [day for day in days if low <= day[0] <= high]
    exceedances = evaluate_segments(
        readable, work_item.segments, until=work_item.site.until, today=today, begin=work_item.begin
    )
    begin = work_item.begin or date.min
    return reconcile(
        [row for row in work_item.stored_episodes if row.exceedance.first >= begin], exceedances
    )


def _closed(work_item: _Work, today: date) -> list[ReconcileStep]:
    """Stop open episodes of a PCE that is no longer readable; others stay."""
    day = today - timedelta(days=1)
    return [
        ReconcileStep(
            row,
            replace(row.exceedance, ended_on=max(day, row.exceedance.first), ending=Ending.STOPPED),
            EpisodeState.NORMAL,
            row.turn,
        )
        for row in work_item.stored_episodes
        if row.state in OPEN
    ]
