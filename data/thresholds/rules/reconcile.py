"""Holding the spells that the rules find against the episodes that are kept.

Episodes are reconciled, never counted up: what is new is told, what ended is told, what was never
true is withdrawn and told, what only moved is rewritten in silence.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from data.thresholds.types import Ending, EpisodeState, Spell


class Told(StrEnum):
    """What a person is told of an episode."""

    WARNED = "warned"
    EXCEEDED = "exceeded"
    NORMAL = "normal"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Kept:
    """An episode as it is stored; `turn` counts the times it was told to begin anew."""

    id: int
    state: EpisodeState
    spell: Spell
    turn: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to write: a new row (`kept` is None), a row rewritten, a row withdrawn."""

    kept: Kept | None
    spell: Spell
    state: EpisodeState
    turn: int = 0
    told: tuple[Told, ...] = ()


def reconcile(kept: Sequence[Kept], found: Sequence[Spell]) -> list[Step]:
    """The steps from the episodes *kept* (none withdrawn) to those *found*, both oldest first."""
    pairs, left = _paired(kept, found)
    steps: list[Step] = []
    for row in left:
        absorbed = any(_touch(row.spell, spell) for spell in found)
        told = () if absorbed or row.spell.exceeded_on is None else (Told.WITHDRAWN,)
        steps.append(Step(row, row.spell, EpisodeState.WITHDRAWN, row.turn, told))
    for spell, mine in pairs:
        steps += _begun(spell) if mine is None else _moved(mine, spell, left)
    return steps


def _paired(
    kept: Sequence[Kept], found: Sequence[Spell]
) -> tuple[list[tuple[Spell, Kept | None]], list[Kept]]:
    """Each spell with the episode it continues: that of the same first day, else one it touches."""
    left = {row.id: row for row in kept}
    starts = {row.spell.first: row for row in kept}
    mine: dict[int, Kept] = {}
    for place, spell in enumerate(found):
        same = starts.get(spell.first)
        if same is not None and same.id in left:
            mine[place] = left.pop(same.id)
    for place, spell in enumerate(found):
        near = next((row for row in left.values() if _touch(row.spell, spell)), None)
        if place not in mine and near is not None:
            mine[place] = left.pop(near.id)
    return [(spell, mine.get(place)) for place, spell in enumerate(found)], list(left.values())


def _touch(one: Spell, other: Spell) -> bool:
    return one.first <= (other.ended_on or date.max) and other.first <= (one.ended_on or date.max)


def _begun(spell: Spell) -> list[Step]:
    """A new episode; one that is learnt when it is over already tells both ends at once."""
    if spell.exceeded_on is None:
        told: tuple[Told, ...] = () if spell.ended_on else (Told.WARNED,)
    else:
        told = (Told.EXCEEDED, *_end_told(spell))
    return [Step(None, spell, spell.state, 0, told)]


def _end_told(spell: Spell) -> tuple[Told, ...]:
    """One stopped by hand is no news to anybody: nothing says that it is normal again."""
    over = spell.ended_on is not None and spell.ending is not Ending.STOPPED
    return (Told.NORMAL,) if over and spell.exceeded_on is not None else ()


def _moved(mine: Kept, spell: Spell, absorbed: Sequence[Kept]) -> list[Step]:
    before, after = mine.spell, spell
    if before == after and mine.state is after.state:
        return []
    if before.exceeded_on is not None and after.exceeded_on is None:
        # It never exceeded: that is withdrawn, and what is left of it is only a warning, untold.
        gone = Step(mine, before, EpisodeState.WITHDRAWN, mine.turn, (Told.WITHDRAWN,))
        return [gone, Step(None, after, after.state)]
    turn, told = mine.turn, _news(before, after)
    if before.ended_on is not None and after.ended_on is None and before.exceeded_on is not None:
        # Told "normal again" too early: it begins anew, unless one that it absorbs was told.
        turn += 1
        told = () if any(_touch(row.spell, after) for row in absorbed) else (Told.EXCEEDED,)
    return [Step(mine, after, after.state, turn, told)]


def _news(before: Spell, after: Spell) -> tuple[Told, ...]:
    exceeded = before.exceeded_on is None and after.exceeded_on is not None
    ended = (before.ended_on is None or exceeded) and after.ended_on is not None
    return ((Told.EXCEEDED,) if exceeded else ()) + (_end_told(after) if ended else ())
