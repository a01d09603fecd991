"""Reading marks: what the viewer's organisation left, on what the viewer may read."""

from data.marks.queries.annotations import annotations_on, get_annotation, mark_of, marked
from data.marks.queries.links import list_links, open_link
from data.marks.queries.views import get_view, home_view, list_views

__all__ = [
    "annotations_on",
    "get_annotation",
    "get_view",
    "home_view",
    "list_links",
    "list_views",
    "mark_of",
    "marked",
    "open_link",
]
