"""The words of the digital contract."""

from data.contracts.types.paper import (
    RESERVED,
    Amendment,
    Change,
    Checked,
    Clause,
    Fault,
    Level,
    Method,
    Paper,
    Party,
    Piece,
    Sealed,
    Signing,
    seals_of,
)

__all__ = [
    "RESERVED",
    "Amendment",
    "Change",
    "Checked",
    "Clause",
    "Fault",
    "Level",
    "Method",
    "Paper",
    "Party",
    "Piece",
    "Sealed",
    "Signing",
    "seals_of",
]
