"""The words of notifications."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Delivery(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


class Kind(StrEnum):
    PASSWORD_RESET = "password_reset"  # noqa: S105 (a kind of mail, not a password)
    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    SECOND_FACTOR_ON = "second_factor_on"
    SECOND_FACTOR_OFF = "second_factor_off"
    CODES_GUESSED = "codes_guessed"
    RIGHTS_MOVED = "rights_moved"
    RIGHTS_ENDING = "rights_ending"


@dataclass(frozen=True, slots=True)
class Letter:
    """A claimed message, before it is written in its reader's language."""

    id: int
    kind: Kind
    params: Mapping[str, object] = field(repr=False)
    message_id: str
    attempts: int
    email: str
    name: str
    language: str


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail ready to leave."""

    to: str
    subject: str
    text: str
    message_id: str
