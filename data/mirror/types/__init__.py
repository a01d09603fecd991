"""The words of the mirror."""

from data.mirror.types.screen import (
    Choice,
    ConnectionRow,
    Counts,
    DriftRow,
    FaultRow,
    RoundRow,
    SendingRow,
)
from data.mirror.types.wire import (
    JSON,
    Address,
    Answer,
    Credentials,
    Down,
    Enclosed,
    Fault,
    NotTaken,
    Spent,
    TheirRight,
)
from data.mirror.types.words import (
    ConnectionState,
    DriftKind,
    Part,
    RoundState,
    RoundWay,
    SendingState,
    Verb,
)

__all__ = [
    "JSON",
    "Address",
    "Answer",
    "Choice",
    "ConnectionRow",
    "ConnectionState",
    "Counts",
    "Credentials",
    "Down",
    "DriftKind",
    "DriftRow",
    "Enclosed",
    "Fault",
    "FaultRow",
    "NotTaken",
    "Part",
    "RoundRow",
    "RoundState",
    "RoundWay",
    "SendingRow",
    "SendingState",
    "Spent",
    "TheirRight",
    "Verb",
]
