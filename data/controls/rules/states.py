"""The transition table (domain.md §3.1), and the requirements of a decision."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol, TypeVar

from core.errors import Invalid
from core.i18n import N_
from data.controls.types import (
    ChecklistPoint,
    ControlStep,
    ControlVerdict,
    Fact,
    Motive,
    Ruling,
    Side,
)
from data.rights.types import ProofState

_AWAITED, _UNDER_CHECK = ProofState.AWAITED, ProofState.UNDER_CHECK
_THIRD, _DISTRIBUTOR, _SYSTEM = Side.THIRD_PARTY, Side.DISTRIBUTOR, Side.SYSTEM
MOST_WORDS = 4000  # characters of a message, a note or a motive
OPEN = (_AWAITED, _UNDER_CHECK)
DECISIONS = frozenset({Fact.ACCEPTED, Fact.AGAIN, Fact.REJECTED})


class _Numbered(Protocol):
    """An entry of the journal."""

    @property
    def seq(self) -> int: ...
    @property
    def fact(self) -> Fact: ...


EntryT = TypeVar("EntryT", bound=_Numbered)

TRANSITIONS: Mapping[tuple[ProofState | None, ControlStep, Side], ProofState] = {
    (None, ControlStep.ASKED, _DISTRIBUTOR): _AWAITED,
    (_AWAITED, ControlStep.SENT, _THIRD): _UNDER_CHECK,
    (
        _UNDER_CHECK,
        ControlStep.SENT,
        _THIRD,
    ): _UNDER_CHECK,  # another deposit replaces the last one
    (_UNDER_CHECK, ControlStep.ACCEPTED, _DISTRIBUTOR): ProofState.ACCEPTED,
    (_UNDER_CHECK, ControlStep.AGAIN, _DISTRIBUTOR): _AWAITED,
    (_UNDER_CHECK, ControlStep.REJECTED, _DISTRIBUTOR): ProofState.REJECTED,
    (_AWAITED, ControlStep.LATE, _SYSTEM): ProofState.REJECTED,
}


def next_state(state: ProofState | None, step: ControlStep, side: Side) -> ProofState | None:
    """Return the state after `step` by `side` from `state`, None when not allowed."""
    return TRANSITIONS.get((state, step, side))


def is_undoable(
    at: datetime, effect_at: datetime, *, applied: datetime | None, undone: datetime | None
) -> bool:
    """Return whether a decision can still be undone at `at`: it has had no effect."""
    return applied is None and undone is None and at < effect_at


def told_of(entries: Iterable[EntryT]) -> list[EntryT]:
    """Return the entries of a control that the third party may see, in order.

    A decision is included once it took effect; an undone one and its undoing are not.
    """
    visible_entries: list[EntryT] = []
    waiting: list[EntryT] = []
    for entry in entries:
        if entry.fact in DECISIONS:
            waiting = [entry]
        elif entry.fact is Fact.UNDONE:
            waiting = []
        elif not entry.fact.internal:
            if entry.fact is Fact.APPLIED:
                visible_entries += waiting
                waiting = []
            visible_entries.append(entry)
    return sorted(visible_entries, key=lambda entry: entry.seq)


def words_of(text: str, *, needed: str = "") -> str:
    """Return a trimmed text; raise Invalid if too long, or empty when `needed`.

    Line ends are normalised, since forms send two characters.
    """
    written = text.replace("\r\n", "\n").strip()
    if needed and not written:
        raise Invalid(needed)
    if len(written) > MOST_WORDS:
        raise Invalid(N_("Ce texte est trop long : au plus {most} signes."), most=MOST_WORDS)
    return written


def unfit_points(checks: Mapping[ChecklistPoint, bool], *, verified: bool) -> list[int]:
    """Return the points (from 1) that prevent acceptance.

    Each must be answered, even negatively; with `verified`, none may be negative.
    """
    stops = False if verified else None
    return [rank for rank, point in enumerate(ChecklistPoint, 1) if checks.get(point) is stops]


def checked_ruling(ruling: Ruling) -> Ruling:
    """Return the ruling with trimmed text; raise Invalid for a missing or automatic motive."""
    text = words_of(ruling.text)
    if ruling.verdict is ControlVerdict.ACCEPT:
        return Ruling(ControlVerdict.ACCEPT, None, text, ruling.verified)
    if ruling.motive is None or ruling.motive is Motive.NOTHING_SENT:
        raise Invalid(N_("Choisissez un motif dans la liste."))
    if ruling.motive is Motive.OTHER and not text:
        raise Invalid(N_("Dites en quelques mots ce qui manque : le motif est « autre »."))
    return Ruling(ruling.verdict, ruling.motive, text)
