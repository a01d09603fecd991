"""Change marks, each in the caller's transaction."""

from data.analysis.marks.actions.annotations import annotate, change, remove, restore
from data.analysis.marks.actions.links import note_opening, revoke_link, share
from data.analysis.marks.actions.views import drop_view, keep_view, open_first, rename_view

__all__ = [
    "annotate",
    "change",
    "drop_view",
    "keep_view",
    "note_opening",
    "open_first",
    "remove",
    "rename_view",
    "restore",
    "revoke_link",
    "share",
]
