"""Compute what a right gains when it is aligned with the distributor's, for the holder."""

from datetime import date

from data.rights.types import RightNews, RightState, RightTerms

_FIRST = ("starts_on", "supply_first", "injection_first")
_LAST = ("ends_on", "supply_last", "injection_last")


def news_of(before: RightTerms, after: RightTerms, *, is_repeat: bool) -> RightNews | None:
    """Return what `after` allows that `before` did not, None for nothing.

    `is_repeat`: the distributor had made the waiting right so before, without a declaration since.
    """
    if after.state is not RightState.ACTIVE:
        return None
    if before.state.final or (before.state.waiting and is_repeat):
        return RightNews.OPENED
    return RightNews.WIDER if is_wider(before, after) else None


def is_wider(before: RightTerms, after: RightTerms) -> bool:
    """Return whether more data or days are readable; an unbounded end is the widest."""
    return (
        bool(after.kinds - before.kinds)
        or any(_first(after, name) < _first(before, name) for name in _FIRST)
        or any(_last(after, name) > _last(before, name) for name in _LAST)
    )


def _first(terms: RightTerms, name: str) -> date:
    return getattr(terms, name) or date.min


def _last(terms: RightTerms, name: str) -> date:
    return getattr(terms, name) or date.max
