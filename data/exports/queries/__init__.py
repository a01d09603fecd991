"""Reading exports, and what they read."""

from data.exports.queries.estimating import estimate
from data.exports.queries.lists import (
    get_export,
    get_stored,
    list_exports,
    list_schedules,
)

__all__ = ["estimate", "get_export", "get_stored", "list_exports", "list_schedules"]
