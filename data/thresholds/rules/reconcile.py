"""Reconcile the exceedances of an evaluation with the stored episodes.

Episodes are reconciled, never incremented: new and ended ones are notified, those that were never
true are withdrawn with a notice, and those that only moved are updated silently.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from data.thresholds.types import Ending, EpisodeState, Exceedance


class EpisodeNotice(StrEnum):
    """A notified transition of an episode."""

    WARNED = "warned"
    EXCEEDED = "exceeded"
    NORMAL = "normal"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class StoredEpisode:
    """A stored episode; `turn` counts how often it started again after a notice."""

    id: int
    state: EpisodeState
    exceedance: Exceedance
    turn: int = 0


@dataclass(frozen=True, slots=True)
class ReconcileStep:
    """A row to insert (`episode` is None), update or withdraw."""

    episode: StoredEpisode | None
    exceedance: Exceedance
    state: EpisodeState
    turn: int = 0
    transitions: tuple[EpisodeNotice, ...] = ()


def reconcile(
    episodes: Sequence[StoredEpisode], exceedances: Sequence[Exceedance]
) -> list[ReconcileStep]:
    """Return the steps from stored `episodes` (none withdrawn) to `exceedances`, oldest first."""
    pairs, unmatched_episodes = _paired(episodes, exceedances)
    steps: list[ReconcileStep] = []
    for row in unmatched_episodes:
        absorbed = any(_touch(row.exceedance, exceedance) for exceedance in exceedances)
        transitions = (
            () if absorbed or row.exceedance.exceeded_on is None else (EpisodeNotice.WITHDRAWN,)
        )
        steps.append(
            ReconcileStep(row, row.exceedance, EpisodeState.WITHDRAWN, row.turn, transitions)
        )
    for exceedance, mine in pairs:
        steps += (
            _begun(exceedance) if mine is None else _moved(mine, exceedance, unmatched_episodes)
        )
    return steps


def _paired(
    episodes: Sequence[StoredEpisode], exceedances: Sequence[Exceedance]
) -> tuple[list[tuple[Exceedance, StoredEpisode | None]], list[StoredEpisode]]:
    """Pair each exceedance with the episode that it continues: same first day, else overlapping."""
    episodes_by_id = {row.id: row for row in episodes}
    starts = {row.exceedance.first: row for row in episodes}
    mine: dict[int, StoredEpisode] = {}
    for place, exceedance in enumerate(exceedances):
        same = starts.get(exceedance.first)
        if same is not None and same.id in episodes_by_id:
            mine[place] = episodes_by_id.pop(same.id)
    for place, exceedance in enumerate(exceedances):
        near = next(
            (row for row in episodes_by_id.values() if _touch(row.exceedance, exceedance)), None
        )
        if place not in mine and near is not None:
            mine[place] = episodes_by_id.pop(near.id)
    return [(exceedance, mine.get(place)) for place, exceedance in enumerate(exceedances)], list(
        episodes_by_id.values()
    )


def _touch(exceedance: Exceedance, other: Exceedance) -> bool:
    return exceedance.first <= (other.ended_on or date.max) and other.first <= (
        exceedance.ended_on or date.max
    )


def _begun(exceedance: Exceedance) -> list[ReconcileStep]:
    """Return the step of a new episode; one that is already over announces both ends at once."""
    if exceedance.exceeded_on is None:
        transitions: tuple[EpisodeNotice, ...] = (
            () if exceedance.ended_on else (EpisodeNotice.WARNED,)
        )
    else:
        transitions = (EpisodeNotice.EXCEEDED, *_end_told(exceedance))
    return [ReconcileStep(None, exceedance, exceedance.state, 0, transitions)]


def _end_told(exceedance: Exceedance) -> tuple[EpisodeNotice, ...]:
    """Return the end notice; an episode stopped by hand has none."""
    over = exceedance.ended_on is not None and exceedance.ending is not Ending.STOPPED
    return (EpisodeNotice.NORMAL,) if over and exceedance.exceeded_on is not None else ()


def _moved(
    mine: StoredEpisode, exceedance: Exceedance, absorbed: Sequence[StoredEpisode]
) -> list[ReconcileStep]:
    before, after = mine.exceedance, exceedance
    if before == after and mine.state is after.state:
        return []
    if before.exceeded_on is not None and after.exceeded_on is None:
        # It never exceeded: withdraw the notice; what remains is an unannounced warning.
        gone = ReconcileStep(
            mine, before, EpisodeState.WITHDRAWN, mine.turn, (EpisodeNotice.WITHDRAWN,)
        )
        return [gone, ReconcileStep(None, after, after.state)]
    turn, transitions = mine.turn, _news(before, after)
    if before.ended_on is not None and after.ended_on is None and before.exceeded_on is not None:
        # Its end was announced too early: it starts again, unless it absorbs an announced one.
        turn += 1
        transitions = (
            ()
            if any(_touch(row.exceedance, after) for row in absorbed)
            else (EpisodeNotice.EXCEEDED,)
        )
    return [ReconcileStep(mine, after, after.state, turn, transitions)]


def _news(before: Exceedance, after: Exceedance) -> tuple[EpisodeNotice, ...]:
    exceeded = before.exceeded_on is None and after.exceeded_on is not None
    ended = (before.ended_on is None or exceeded) and after.ended_on is not None
    return ((EpisodeNotice.EXCEEDED,) if exceeded else ()) + (_end_told(after) if ended else ())
