"""Parse the filters of an address; unknown values are ignored."""

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import TypeVar

from data.controls.types import ControlFilter, ControlFolder, ControlSort
from data.rights.types import ProofState

TO_DO = "todo"  # as owner: controls that wait for the viewer
DOWN = "-"  # before a column: descending
_LONGEST_TEXT, _LONGEST_KEY, _LONGEST_UID = 100, 9, 36
_Word = TypeVar("_Word", bound=StrEnum)


def read_filter(query: Mapping[str, str]) -> ControlFilter:
    """Parse `q`, `state` and `box` (comma-separated), `org`, `owner`, `campaign`, `right`, days."""
    return ControlFilter(
        text=query.get("q", "")[:_LONGEST_TEXT],
        states=_words(ProofState, query.get("state", "")),
        boxes=_words(ControlFolder, query.get("box", "")),
        organisation_id=_key(query.get("org", "")),
        owner_id=_key(query.get("owner", "")),
        for_viewer=query.get("owner") == TO_DO,
        campaign=query.get("campaign", "")[:_LONGEST_UID],
        right=query.get("right", "")[:_LONGEST_UID],
        due_first=_day(query.get("due_first", "")),
        due_last=_day(query.get("due_last", "")),
    )


def read_sort(query: Mapping[str, str]) -> tuple[ControlSort, bool]:
    """Return the column of `sort`, and whether it is descending."""
    sort_text = query.get("sort", "")
    sorts = _words(ControlSort, sort_text.removeprefix(DOWN))
    return (sorts[0], sort_text.startswith(DOWN)) if sorts else (ControlSort.DUE, False)


def _words(kind: Callable[[str], _Word], text: str) -> tuple[_Word, ...]:
    unique_words: dict[_Word, None] = {}
    for word in text.split(",")[:20]:
        try:
            unique_words[kind(word)] = None
        except ValueError:
            continue
    return tuple(unique_words)


def _key(text: str) -> int | None:
    digits = text.isascii() and text.isdigit() and len(text) <= _LONGEST_KEY
    return int(text) if digits else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
