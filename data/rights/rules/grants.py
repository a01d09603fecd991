"""From the Active rights of an organisation on a PCE to what it may read: their union.

Validity is cut where it changes, so that on any day at most one grant holds; the days of each kind
of data are joined where they touch, and stay apart where they do not (ADR 0016).
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from data.rights.types import ActiveRight, Grant, Kind, Span

_DAY = timedelta(days=1)
Days = tuple[date, date]


def grants_of(
    rights: Sequence[ActiveRight], since: Sequence[date | None] = (), *, daily: bool = False
) -> tuple[Grant, ...]:
    """The grants that *rights* make, by first day of validity.

    No day is read before any of *since*: the holder's arrival and the commissioning. *daily* says
    that the daily readings are the published data (frequency JJ, domain.md §1.2).
    """
    floor = floor_of(since)
    grants: list[Grant] = []
    for first, last in _stretches([right.valid for right in rights]):
        valid = [right for right in rights if _holds(right.valid, first)]
        if not valid:
            continue
        grant = _union(_span(first, last), valid, floor, daily=daily)
        if grants and _continues(grants[-1], grant):
            grant = replace(grant, valid=Span(grants.pop().valid.first, grant.valid.last))
        grants.append(grant)
    return tuple(grants)


def floor_of(since: Iterable[date | None]) -> date | None:
    """The first day that may be read at all: the latest of *since*."""
    return max((day for day in since if day is not None), default=None)


def _continues(one: Grant, other: Grant) -> bool:
    """The same may be read, from the very next day."""
    follows = one.valid.last is not None and _first(other.valid) == one.valid.last + _DAY
    return follows and replace(one, valid=other.valid) == other


def _stretches(spans: Iterable[Span]) -> list[Days]:
    """The runs of days between which no validity begins or ends."""
    spans = list(spans)
    starts = {_first(span) for span in spans}
    after = {_last(span) + _DAY for span in spans if _last(span) < date.max}
    edges = sorted(starts | after)
    ends = [*(edge - _DAY for edge in edges[1:]), date.max]
    return list(zip(edges, ends, strict=False))  # no edge at all, no stretch


def _union(valid: Span, rights: Sequence[ActiveRight], floor: date | None, *, daily: bool) -> Grant:
    kinds = frozenset().union(*(right.kinds for right in rights))
    published = _covered(rights, Kind.PUBLISHED, floor)
    return Grant(
        valid=valid,
        days=published if daily else _covered(rights, Kind.INFORMATIVE, floor),
        periods=published,
        contractual=Kind.CONTRACTUAL in kinds,
        technical=Kind.TECHNICAL in kinds,
        injections=_injected(rights, floor),
    )


def _covered(rights: Sequence[ActiveRight], kind: Kind, floor: date | None) -> tuple[Span, ...]:
    wanted = [right.supply for right in rights if right.supply and kind in right.kinds]
    return _joined_after(wanted, floor)


def _injected(rights: Sequence[ActiveRight], floor: date | None) -> tuple[Span, ...]:
    """Injected gas is published data: a right without these opens none of it."""
    wanted = [one.injection for one in rights if one.injection and Kind.PUBLISHED in one.kinds]
    return _joined_after(wanted, floor)


def _joined_after(wanted: Iterable[Span], floor: date | None) -> tuple[Span, ...]:
    return joined([left for span in wanted if (left := cut(span, floor))])


def cut(span: Span, floor: date | None) -> Span | None:
    """*span* from *floor* on; None when nothing is left of it."""
    if floor is None or _first(span) >= floor:
        return span
    return Span(floor, span.last) if _last(span) >= floor else None


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """*spans* by first day, those that touch or overlap made one; empty ones left out."""
    found: list[Days] = []
    for first, last in sorted((_first(span), _last(span)) for span in spans):
        if last < first:
            continue
        if found and (found[-1][1] == date.max or first <= found[-1][1] + _DAY):
            found[-1] = found[-1][0], max(found[-1][1], last)
        else:
            found.append((first, last))
    return tuple(_span(first, last) for first, last in found)


def holes_of(spans: Sequence[Span]) -> tuple[Days, ...]:
    """The days between *spans*, which are apart and in order."""
    return tuple((_last(one) + _DAY, _first(other) - _DAY) for one, other in pairwise(spans))


def _holds(span: Span, day: date) -> bool:
    return _first(span) <= day <= _last(span)


def _first(span: Span) -> date:
    return span.first or date.min


def _last(span: Span) -> date:
    return span.last or date.max


def _span(first: date, last: date) -> Span:
    return Span(None if first == date.min else first, None if last == date.max else last)
