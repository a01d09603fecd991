"""Types of letters to holders, who have no account."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from data.rights.types.holder import PassportRight


class LetterKind(StrEnum):
    CONSENT = "consent"  # do you accept?
    INFORMED = "informed"  # a right is now active
    RECEIPT = "receipt"  # for the holder's answer or withdrawal
    ENDED = "ended"
    REMINDER = "reminder"  # you have not answered

    @property
    def asks(self) -> bool:
        """Return whether it asks for an answer."""
        return self in ASKS


ASKS = frozenset({LetterKind.CONSENT, LetterKind.REMINDER})


@dataclass(frozen=True, slots=True)
class RightLetter:
    """A claimed letter, before it is written in the recipient's language."""

    id: int
    kind: LetterKind
    email: str
    language: str
    token: str = field(repr=False)
    message_id: str
    attempts: int
    rights: tuple[PassportRight, ...]


@dataclass(frozen=True, slots=True)
class LetterStop:
    """Whether the recipient of a letter opted out, and since when."""

    mailbox: str = field(repr=False)
    language: str
    at: datetime | None
    answers: bool = True  # whether its address can still decide on its requests
