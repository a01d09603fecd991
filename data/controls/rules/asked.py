"""The filters that an address asks for, each word checked; what is unknown is left out."""

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import TypeVar

from data.controls.types import Box, ControlFilter, ControlSort
from data.rights.types import ProofState

TO_DO = "todo"  # as an owner: the viewer or nobody, what waits for them
DOWN = "-"  # before a column, for the other order
_LONGEST_TEXT, _LONGEST_KEY, _LONGEST_UID = 100, 9, 36
_Word = TypeVar("_Word", bound=StrEnum)


def read_filter(query: Mapping[str, str]) -> ControlFilter:
    """`q`, `state` and `box` (between commas), `org`, `owner`, `campaign`, `right`, days."""
    return ControlFilter(
        text=query.get("q", "")[:_LONGEST_TEXT],
        states=_words(ProofState, query.get("state", "")),
        boxes=_words(Box, query.get("box", "")),
        organisation_id=_key(query.get("org", "")),
        owner_id=_key(query.get("owner", "")),
        for_viewer=query.get("owner") == TO_DO,
        campaign=query.get("campaign", "")[:_LONGEST_UID],
        right=query.get("right", "")[:_LONGEST_UID],
        due_first=_day(query.get("due_first", "")),
        due_last=_day(query.get("due_last", "")),
    )


def read_sort(query: Mapping[str, str]) -> tuple[ControlSort, bool]:
    """The column of `sort`, and whether it goes down."""
    asked = query.get("sort", "")
    known = _words(ControlSort, asked.removeprefix(DOWN))
    return (known[0], asked.startswith(DOWN)) if known else (ControlSort.DUE, False)


def _words(kind: Callable[[str], _Word], text: str) -> tuple[_Word, ...]:
    found: dict[_Word, None] = {}
    for word in text.split(",")[:20]:
        try:
            found[kind(word)] = None
        except ValueError:
            continue
    return tuple(found)


def _key(text: str) -> int | None:
    digits = text.isascii() and text.isdigit() and len(text) <= _LONGEST_KEY
    return int(text) if digits else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
