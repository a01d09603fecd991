"""Classify each line of a file: new, changed, same, or ignored with a reason."""

from collections.abc import Hashable, Iterable, Mapping
from typing import TypeAlias, TypeVar

from data.consumption.types import Status, StoreOutcome
from data.provenance import DataSource
from data.runs.types import IGNORED

K = TypeVar("K", bound=Hashable)
Amounts: TypeAlias = tuple[int | None, int | None]  # energy, volume
Word: TypeAlias = tuple[int | None, int | None, int, int]  # energy, volume, status, source


def is_agreeing(statement: Amounts, standing: Amounts) -> bool:
    """Whether *said* gives the *standing* energy and volume, or one of them and nothing else."""
    if statement in (standing, (None, None)):
        return statement == standing
    return all(
        mine in {None, standing_value}
        for mine, standing_value in zip(statement, standing, strict=True)
    )


def reason_of(word: Word, standing: Word | None) -> str:
    """Why *word* does not win over the one that is *standing*: a field of `Outcome`."""
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
    """Count the lines of a file by what stood *before* them and *after*, each by its key.

    A key that is not in *before* was not said of yet. Of the lines of one key, one makes it new or
    changed. *beside* is what stands where nothing of that key does.
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
            counts["changed" if key in before else "new"] += 1
        settled.add(key)
    return StoreOutcome(**counts)
