"""Query exports and their contents."""

from data.exports.queries.closing import get_shown, list_shown
from data.exports.queries.estimates import get_estimate
from data.exports.queries.lists import get_export, get_stored, list_exports, list_schedules
from data.exports.queries.paused import count_paused
from data.exports.queries.selections import get_picked

__all__ = [
    "count_paused",
    "get_estimate",
    "get_export",
    "get_picked",
    "get_shown",
    "get_stored",
    "list_exports",
    "list_schedules",
    "list_shown",
]
