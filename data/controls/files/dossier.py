"""What an evidence pack holds of a control, in its reader's language."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from data.controls.rules.states import DECISIONS
from data.controls.rules.words import FACTS, MOTIVES
from data.controls.types import (
    ControlDetail,
    DecisionRow,
    EntryRow,
    MessageRow,
    Motive,
    PieceRow,
    Side,
)
from data.controls.types.pieces import (
    Evidence,
    PackedLink,
    PackedMessage,
    PackedPiece,
    PackedStep,
)
from i18n import _


@dataclass(frozen=True, slots=True)
class Told:
    """All that is read of a control for its pack, internal notes left out."""

    detail: ControlDetail
    messages: Sequence[MessageRow]
    entries: Sequence[EntryRow]
    links: tuple[PackedLink, ...]


def pieces_of(told: Told) -> list[tuple[int, datetime, PieceRow]]:
    """Each piece with its deposit (1 the first, 0 for a message) and when it was sent."""
    deposits = reversed(told.detail.deposits)
    found = [
        (place, one.sent_at or one.created_at, piece)
        for place, one in enumerate(deposits, start=1)
        for piece in one.pieces
    ]
    return found + [(0, one.at, piece) for one in told.messages for piece in one.pieces]


def evidence_of(told: Told, contents: Mapping[str, bytes], *, operator: str) -> Evidence:
    """The evidence; *contents* are the octets of each piece, by its uid."""
    row, expected = told.detail.row, told.detail.expected
    dues = [str(one.detail["due"]) for one in told.entries if "due" in one.detail]
    return Evidence(
        uid=row.uid,
        number=row.number,
        holder=expected.holder,
        third_party=expected.third_party,
        operator=operator,
        deadline=date.fromisoformat(dues[-1]) if dues else row.due_on,
        as_of=max((one.at for one in told.entries), default=row.opened_at),
        steps=tuple(_steps(told.entries, told.detail.decisions, operator)),
        messages=tuple(PackedMessage(one.at, one.by, one.text) for one in told.messages),
        pieces=tuple(
            PackedPiece(place, piece.name, piece.kind, piece.sha256, at, contents[piece.uid])
            for place, at, piece in pieces_of(told)
        ),
        links=told.links,
    )


def _steps(
    entries: Iterable[EntryRow], decisions: Iterable[DecisionRow], operator: str
) -> Iterable[PackedStep]:
    """Each fact of the journal in words; the words of a decision are with the decision."""
    said = {one.at: one.text for one in decisions if one.undone_at is None}
    for entry in entries:
        motive = entry.detail.get("motive")
        yield PackedStep(
            at=entry.at,
            state=_(FACTS[entry.fact]),
            by=entry.by or (operator if entry.side is not Side.THIRD_PARTY else ""),
            motive=_(MOTIVES[Motive(str(motive))]) if motive else "",
            text=said.get(entry.at, "") if entry.fact in DECISIONS else "",
            fact=entry.fact.value,
            why=str(motive or ""),
        )
