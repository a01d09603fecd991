"""Reading exports, and what they read."""

from data.exports.queries.estimating import estimate
from data.exports.queries.lists import (
    get_export,
    get_stored,
    list_exports,
    list_schedules,
)
from data.exports.queries.pausing import count_paused
from data.exports.queries.picked import get_picked
from data.exports.queries.shown import get_shown, list_shown

__all__ = [
    "count_paused",
    "estimate",
    "get_export",
    "get_picked",
    "get_shown",
    "get_stored",
    "list_exports",
    "list_schedules",
    "list_shown",
]
