"""Classify each line of a file: new, changed, same, or ignored with a reason."""

from collections.abc import Hashable, Iterable, Mapping
from typing import TypeAlias, TypeVar

from data.metering.consumption.types import Status, StoreOutcome
from data.provenance import DataSource
from data.runs.types import IGNORED

K = TypeVar("K", bound=Hashable)
Amounts: TypeAlias = tuple[int | None, int | None]  # energy, volume
Word: TypeAlias = tuple[int | None, int | None, int, int]  # energy, volume, status, source


def is_agreeing(statement: Amounts, standing: Amounts) -> bool:
    """Return whether `statement` agrees with the values in force; a missing one may be left out."""
    if statement in (standing, (None, None)):
        return statement == standing
    return all(
        mine in {None, standing_value}
        for mine, standing_value in zip(statement, standing, strict=True)
    )


def reason_of(word: Word, standing: Word | None) -> str:
    """Return why `word` does not override `standing`: the name of a field of `StoreOutcome`."""
    if standing is None:
        return "older"
    if word[:2] == (None, None):
        return "blank"
    if word[3] == DataSource.DEPOSIT and standing[3] != DataSource.DEPOSIT:
        return "contested"
    if standing[2] == Status.DEFINITIVE and word[2] != Status.DEFINITIVE:
        return "provisional"
    return "older"


def count_rows(
    rows: Iterable[tuple[K, Word]],
    before: Mapping[K, Word | None],
    after: Mapping[K, Word],
    beside: Mapping[K, Word] | None = None,
) -> StoreOutcome:
    """Count the lines of a file by the values in force `before` and `after`, each by key.

    A key missing from `before` had no statement; an absent value is none either. One line of a key
    makes it new or changed. `beside` holds what is in force where nothing with that key is.
    """
    counts = dict.fromkeys(("new", "changed", "same", *IGNORED), 0)
    settled: set[K] = set()
    for key, word in rows:
        standing = after.get(key)
        if standing is None or not is_agreeing(word[:2], standing[:2]):
            counts[reason_of(word, standing or (beside or {}).get(key))] += 1
            continue
        previous_word = before.get(key)
        if key in settled or (previous_word is not None and previous_word[:2] == standing[:2]):
            counts["same"] += 1
        else:
            stated = key in before and (previous_word is None or previous_word[:2] != (None, None))
            counts["changed" if stated else "new"] += 1
        settled.add(key)
    return StoreOutcome(**counts)
