"""Changing delivery points, each in the transaction of its caller."""

from data.pces.actions.changing import (
    LONGEST_ALIAS,
    MOST_AT_ONCE,
    MOST_TAGS,
    assign_holder,
    create_unknown,
    find_or_create_pce,
    importable,
    rename,
    set_tags,
)
from data.pces.actions.describing import describe

__all__ = [
    "LONGEST_ALIAS",
    "MOST_AT_ONCE",
    "MOST_TAGS",
    "assign_holder",
    "create_unknown",
    "describe",
    "find_or_create_pce",
    "importable",
    "rename",
    "set_tags",
]
