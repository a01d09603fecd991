"""Build an evidence pack's contents about a control, in its reader's language."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from core.i18n import _
from data.controls.rules.labels import FACTS, MOTIVES
from data.controls.rules.states import DECISIONS
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
    ControlEvidence,
    PackedLink,
    PackedMessage,
    PackedPiece,
    PackedStep,
)


@dataclass(frozen=True, slots=True)
class PackDossier:
    """What a pack contains about a control, internal notes excluded."""

    detail: ControlDetail
    messages: Sequence[MessageRow]
    entries: Sequence[EntryRow]
    links: tuple[PackedLink, ...]


def pieces_of(case_file: PackDossier) -> list[tuple[int, datetime, PieceRow]]:
    """Return each piece with its deposit (from 1; 0 for a message) and its date."""
    deposits = reversed(case_file.detail.deposits)
    numbered_pieces = [
        (place, source.sent_at or source.created_at, piece)
        for place, source in enumerate(deposits, start=1)
        for piece in source.pieces
    ]
    return numbered_pieces + [
        (0, source.at, piece) for source in case_file.messages for piece in source.pieces
    ]


def evidence_of(
    case_file: PackDossier, contents: Mapping[str, bytes], *, operator: str
) -> ControlEvidence:
    """Build the evidence; `contents` are the bytes of each piece by uid."""
    row, expected = case_file.detail.row, case_file.detail.expected
    dues = [str(entry.detail["due"]) for entry in case_file.entries if "due" in entry.detail]
    return ControlEvidence(
        uid=row.uid,
        number=row.number,
        holder=expected.holder,
        third_party=expected.third_party,
        operator=operator,
        deadline=date.fromisoformat(dues[-1]) if dues else row.due_on,
        as_of=max((entry.at for entry in case_file.entries), default=row.opened_at),
        steps=tuple(_steps(case_file.entries, case_file.detail.decisions, operator)),
        messages=tuple(
            PackedMessage(entry.at, entry.by, entry.text) for entry in case_file.messages
        ),
        pieces=tuple(
            PackedPiece(place, piece.name, piece.kind, piece.sha256, at, contents[piece.uid])
            for place, at, piece in pieces_of(case_file)
        ),
        links=case_file.links,
    )


def _steps(
    entries: Iterable[EntryRow], decisions: Iterable[DecisionRow], operator: str
) -> Iterable[PackedStep]:
    """Yield each fact of the journal in words; a decision's text comes from the decision."""
    text_by_time = {
        decision.at: decision.text for decision in decisions if decision.undone_at is None
    }
    for entry in entries:
        motive = entry.detail.get("motive")
        yield PackedStep(
            at=entry.at,
            state=_(FACTS[entry.fact]),
            by=entry.by or (operator if entry.side is not Side.THIRD_PARTY else ""),
            motive=_(MOTIVES[Motive(str(motive))]) if motive else "",
            text=text_by_time.get(entry.at, "") if entry.fact in DECISIONS else "",
            fact=entry.fact.value,
            why=str(motive or ""),
        )
