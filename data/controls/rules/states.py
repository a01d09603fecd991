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
MOST_WORDS = 4000  # signs of a message, a note or a motive
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
    ): _UNDER_CHECK,  # another deposit takes the place of the last
    (_UNDER_CHECK, ControlStep.ACCEPTED, _DISTRIBUTOR): ProofState.ACCEPTED,
    (_UNDER_CHECK, ControlStep.AGAIN, _DISTRIBUTOR): _AWAITED,
    (_UNDER_CHECK, ControlStep.REJECTED, _DISTRIBUTOR): ProofState.REJECTED,
    (_AWAITED, ControlStep.LATE, _SYSTEM): ProofState.REJECTED,
}


def next_state(state: ProofState | None, step: ControlStep, side: Side) -> ProofState | None:
    """Where *step*, done by *side*, leads from *state*; None when it may not happen there."""
    return TRANSITIONS.get((state, step, side))


def is_undoable(
    at: datetime, effect_at: datetime, *, applied: datetime | None, undone: datetime | None
) -> bool:
    """Whether a decision may still be taken back *at* a moment: nothing followed from it yet."""
    return applied is None and undone is None and at < effect_at


def told_of(entries: Iterable[EntryT]) -> list[EntryT]:
    """The entries of one control that the third party may know of, in their order.

    A decision is among them once it had its effects; one that was undone is not, nor its undoing.
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
    """What was written, trimmed; Invalid when it is too long, or nothing and *needed* says so.

    The end of a line is one sign, as it was where it was typed: a form sends it as two.
    """
    written = text.replace("\r\n", "\n").strip()
    if needed and not written:
        raise Invalid(needed)
    if len(written) > MOST_WORDS:
        raise Invalid(N_("Ce texte est trop long : au plus {most} signes."), most=MOST_WORDS)
    return written


def unfit_points(checks: Mapping[ChecklistPoint, bool], *, verified: bool) -> list[int]:
    """The points, from 1, that keep a proof from being accepted.

    Each must be answered, be it by no; when the others are taken as *verified*, none may be a no.
    """
    stops = False if verified else None
    return [rank for rank, point in enumerate(ChecklistPoint, 1) if checks.get(point) is stops]


def checked_ruling(ruling: Ruling) -> Ruling:
    """The decision with its text trimmed; Invalid when its motive is missing or not a person's."""
    text = words_of(ruling.text)
    if ruling.verdict is ControlVerdict.ACCEPT:
        return Ruling(ControlVerdict.ACCEPT, None, text, ruling.verified)
    if ruling.motive is None or ruling.motive is Motive.NOTHING_SENT:
        raise Invalid(N_("Choisissez un motif dans la liste."))
    if ruling.motive is Motive.OTHER and not text:
        raise Invalid(N_("Dites en quelques mots ce qui manque : le motif est « autre »."))
    return Ruling(ruling.verdict, ruling.motive, text)
