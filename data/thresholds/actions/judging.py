"""The evaluation: what changed is replayed by the rules, and the episodes kept are made to agree.

A chunk is one transaction: the marks it takes, the episodes it writes and the notices it posts
stand or fall together, so that a process killed anywhere repeats nothing and misses nothing.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from data.db import blocks
from data.thresholds.actions.expecting import expecting
from data.thresholds.actions.loading import (
    Pair,
    Rules,
    Watched,
    kept_of,
    readings_of,
    rules_of,
    watched,
)
from data.thresholds.actions.screening import Candidate, busy, claim, release, screened
from data.thresholds.actions.writing import Case, write
from data.thresholds.rules.point import Day
from data.thresholds.rules.reconcile import Kept, Step, reconcile
from data.thresholds.rules.replay import Segment, Span, judge, readings_from, restart, segments
from data.thresholds.types import OPEN, Ending, EpisodeState
from i18n import PARIS

CHUNK = 20_000  # changed PCE in one transaction, of which
MOST = 4000  # candidates to replay, whatever is left of the chunk: others wait to write
GROUP = 1000  # candidates written together
READ = 200  # candidates whose readings are in memory at once


@dataclass(frozen=True, slots=True)
class Judged:
    """What one chunk did; `last` is the highest PCE id looked at, None when none was left."""

    last: int | None
    episodes: int = 0
    posted: int = 0


@dataclass(frozen=True, slots=True)
class _Work:
    """A candidate with all that judging it needs but its readings."""

    site: Watched
    rules: Rules
    judged: list[Segment]
    kept: list[Kept]
    begin: date | None


def judge_chunk(db: Session, after: int, now: datetime, most: int = CHUNK) -> Judged:
    """Judge at most *most* changed PCE beyond id *after*, in the caller's transaction."""
    ids = claim(db, after, most)
    if not ids:
        return Judged(None)
    found, rest = screened(db, ids), len(ids) == most
    if len(found) > MOST:  # a threshold by day may be the candidate of every PCE: stop earlier
        last = found[MOST - 1].pce_id
        found = [one for one in found if one.pce_id <= last]
        ids, rest = ids[: bisect_right(ids, last)], True
    held = busy(db, sorted({one.pce_id for one in found}))
    candidates = [one for one in found if one.pce_id not in held]
    episodes = posted = 0
    for some in blocks(candidates, GROUP):
        written, told = _judge(db, some, now)
        episodes, posted = episodes + written, posted + told
    release(db, ids, held)
    return Judged(ids[-1] if rest else None, episodes, posted)


def _judge(db: Session, candidates: Sequence[Candidate], now: datetime) -> tuple[int, int]:
    today = now.astimezone(PARIS).date()
    work = _prepared(db, candidates, today)
    cases: list[Case] = []
    for block in blocks(work, READ):
        needed = _needed(block)
        readings, some = readings_of(db, needed), _expecting(db, block, needed, today)
        cases += [
            Case(one.site, one.rules.draft, step)
            for one in some
            for step in _steps(one, readings.get(one.site.pce_id, []), today)
        ]
    return write(db, cases, now)


def _prepared(db: Session, candidates: Sequence[Candidate], today: date) -> list[_Work]:
    pairs: list[Pair] = [(one.threshold_id, one.pce_id) for one in candidates]
    sites, kept = watched(db, pairs, today), kept_of(db, pairs)
    rules = rules_of(db, [threshold_id for threshold_id, _ in pairs])
    return [
        _work(one.day, sites[pair], rules[one.threshold_id], kept.get(pair, []))
        for one, pair in zip(candidates, pairs, strict=True)
    ]


def _work(day: date, site: Watched, rules: Rules, kept: list[Kept]) -> _Work:
    judged = segments(rules.versions, _within(site.spans, site.window))
    opened = [row.spell.first for row in kept if row.state in OPEN]
    return _Work(site, rules, judged, kept, restart(judged, min([day, *opened])))


def _expecting(
    db: Session, work: Sequence[_Work], needed: Mapping[int, date], today: date
) -> list[_Work]:
    """*work*, those that know the weather with what they expect of each day."""
    judged = {(one.site.threshold_id, one.site.pce_id): one.judged for one in work}
    found = expecting(db, judged, needed, today)
    return [
        replace(one, judged=found.get((one.site.threshold_id, one.site.pce_id), one.judged))
        for one in work
    ]


def _within(spans: Sequence[Span], window: Span | None) -> list[Span]:
    if window is None:
        return []
    return [(max(first, window[0]), min(last, window[1])) for first, last in spans]


def _needed(work: Sequence[_Work]) -> Mapping[int, date]:
    """From which day the readings of each PCE are needed."""
    since: dict[int, date] = {}
    for one in work:
        if one.site.window is None or not one.judged:
            continue
        first = max(readings_from(one.judged, one.begin), one.site.window[0])
        since[one.site.pce_id] = min(first, since.get(one.site.pce_id, first))
    return since


def _steps(one: _Work, days: Sequence[Day], today: date) -> list[Step]:
    """What is to be written of one candidate."""
    if one.site.window is None:
        return _closed(one, today)
    low, high = one.site.window
    whole = low == date.min and high == date.max
    readable = days if whole else [day for day in days if low <= day[0] <= high]
    found = judge(readable, one.judged, until=one.site.until, today=today, begin=one.begin)
    begin = one.begin or date.min
    return reconcile([row for row in one.kept if row.spell.first >= begin], found)


def _closed(one: _Work, today: date) -> list[Step]:
    """Nothing of the PCE may be read any more: what was found stands, what is open stops."""
    day = today - timedelta(days=1)
    return [
        Step(
            row,
            replace(row.spell, ended_on=max(day, row.spell.first), ending=Ending.STOPPED),
            EpisodeState.NORMAL,
            row.turn,
        )
        for row in one.kept
        if row.state in OPEN
    ]
