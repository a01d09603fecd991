"""Compute what an organisation can read of a PCE: the union of its active rights.

Validity is split at each change, so that on any day at most one grant applies; the days of each
kind of data are merged where they touch, and kept apart where they do not (ADR 0016).
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from data.rights.types import ActiveRight, PceGrantTerms, RightDataKind, RightSpan

_DAY = timedelta(days=1)
Days = tuple[date, date]


def grants_of(
    rights: Sequence[ActiveRight], since: Sequence[date | None] = (), *, daily: bool = False
) -> tuple[PceGrantTerms, ...]:
    """Return the grants that `rights` give, by first day of validity.

    No day is readable before the latest of `since`: the holder's arrival and the commissioning.
    `daily` says that the daily readings are the published data (frequency JJ, domain.md §1.2).
    """
    floor = floor_of(since)
    grants: list[PceGrantTerms] = []
    for first, last in _stretches([right.valid for right in rights]):
        valid = [right for right in rights if _first(right.valid) <= first <= _last(right.valid)]
        if not valid:
            continue
        grant = _union(_span(first, last), valid, floor, daily=daily)
        if grants and _continues(grants[-1], grant):
            grant = replace(grant, valid=RightSpan(grants.pop().valid.first, grant.valid.last))
        grants.append(grant)
    return tuple(grants)


def floor_of(since: Iterable[date | None]) -> date | None:
    """Return the first readable day: the latest of `since`."""
    return max((day for day in since if day is not None), default=None)


def _continues(grant: PceGrantTerms, other: PceGrantTerms) -> bool:
    """Return whether `other` opens the same data from the day after `grant` ends."""
    follows = grant.valid.last is not None and _first(other.valid) == grant.valid.last + _DAY
    return follows and replace(grant, valid=other.valid) == other


def _stretches(spans: Iterable[RightSpan]) -> list[Days]:
    """Return the runs of days within which no validity starts or ends."""
    spans = list(spans)
    starts = {_first(span) for span in spans}
    after = {_last(span) + _DAY for span in spans if _last(span) < date.max}
    edges = sorted(starts | after)
    ends = [*(edge - _DAY for edge in edges[1:]), date.max]
    return list(zip(edges, ends, strict=False))  # without edges, there is no stretch


def _union(
    valid: RightSpan, rights: Sequence[ActiveRight], floor: date | None, *, daily: bool
) -> PceGrantTerms:
    kinds = frozenset().union(*(right.kinds for right in rights))
    published = _covered(rights, RightDataKind.PUBLISHED, floor)
    return PceGrantTerms(
        valid=valid,
        days=published if daily else _covered(rights, RightDataKind.INFORMATIVE, floor),
        periods=published,
        contractual=RightDataKind.CONTRACTUAL in kinds,
        technical=RightDataKind.TECHNICAL in kinds,
        injections=_injected(rights, floor),
    )


def _covered(
    rights: Sequence[ActiveRight], kind: RightDataKind, floor: date | None
) -> tuple[RightSpan, ...]:
    spans = [right.supply for right in rights if right.supply and kind in right.kinds]
    return _joined_after(spans, floor)


def _injected(rights: Sequence[ActiveRight], floor: date | None) -> tuple[RightSpan, ...]:
    """Return the covered days of injected gas, which needs access to published data."""
    spans = [
        right.injection
        for right in rights
        if right.injection and RightDataKind.PUBLISHED in right.kinds
    ]
    return _joined_after(spans, floor)


def _joined_after(spans: Iterable[RightSpan], floor: date | None) -> tuple[RightSpan, ...]:
    return joined([remainder for span in spans if (remainder := cut(span, floor))])


def cut(span: RightSpan, floor: date | None) -> RightSpan | None:
    """Return `span` from `floor` on, None when nothing is left."""
    if floor is None or _first(span) >= floor:
        return span
    return RightSpan(floor, span.last) if _last(span) >= floor else None


def joined(spans: Iterable[RightSpan]) -> tuple[RightSpan, ...]:
    """Return `spans` sorted, without empty ones; adjacent and overlapping ones are merged."""
    merged_spans: list[Days] = []
    for first, last in sorted((_first(span), _last(span)) for span in spans):
        if last < first:
            continue
        if merged_spans and (
            merged_spans[-1][1] == date.max or first <= merged_spans[-1][1] + _DAY
        ):
            merged_spans[-1] = merged_spans[-1][0], max(merged_spans[-1][1], last)
        else:
            merged_spans.append((first, last))
    return tuple(_span(first, last) for first, last in merged_spans)


def holes_of(spans: Sequence[RightSpan]) -> tuple[Days, ...]:
    """Return the days between `spans`, which are sorted and disjoint."""
    return tuple(
        (_last(previous) + _DAY, _first(other) - _DAY) for previous, other in pairwise(spans)
    )


def _first(span: RightSpan) -> date:
    return span.first or date.min


def _last(span: RightSpan) -> date:
    return span.last or date.max


def _span(first: date, last: date) -> RightSpan:
    return RightSpan(None if first == date.min else first, None if last == date.max else last)
