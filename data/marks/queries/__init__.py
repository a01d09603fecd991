"""Reading marks: what the viewer's organisation left, on what the viewer may read."""

from data.marks.queries.annotations import annotations_on, get_annotation, mark_of, marked

__all__ = ["annotations_on", "get_annotation", "mark_of", "marked"]
