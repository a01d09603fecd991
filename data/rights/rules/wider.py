"""What a holder learns of a right that is made as its distributor has it: it reads more."""

from datetime import date

from data.rights.types import News, RightState, Terms

_FIRST = ("starts_on", "supply_first", "injection_first")
_LAST = ("ends_on", "supply_last", "injection_last")


def news_of(before: Terms, after: Terms, *, again: bool) -> News | None:
    """What *after* allows that *before* did not; None for no more.

    *again*: a right that waits was made so before, and its holder told of no declaration since.
    """
    if after.state is not RightState.ACTIVE:
        return None
    if before.state.final or (before.state.waiting and again):
        return News.OPENED
    return News.WIDER if is_wider(before, after) else None


def is_wider(before: Terms, after: Terms) -> bool:
    """Whether it opens more data, or more days; what has no limit is as wide as can be."""
    return (
        bool(after.kinds - before.kinds)
        or any(_first(after, name) < _first(before, name) for name in _FIRST)
        or any(_last(after, name) > _last(before, name) for name in _LAST)
    )


def _first(terms: Terms, name: str) -> date:
    return getattr(terms, name) or date.min


def _last(terms: Terms, name: str) -> date:
    return getattr(terms, name) or date.max
