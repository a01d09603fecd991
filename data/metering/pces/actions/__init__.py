"""Change delivery points, each in the caller's transaction."""

from data.metering.pces.actions.changes import (
    LONGEST_ALIAS,
    MOST_AT_ONCE,
    MOST_TAGS,
    assign_holder,
    attach_unheld,
    create_unknown,
    find_or_create_pce,
    importable,
    rename,
    set_tags,
)
from data.metering.pces.actions.descriptions import describe

__all__ = [
    "LONGEST_ALIAS",
    "MOST_AT_ONCE",
    "MOST_TAGS",
    "assign_holder",
    "attach_unheld",
    "create_unknown",
    "describe",
    "find_or_create_pce",
    "importable",
    "rename",
    "set_tags",
]
