"""Query the organisation's marks on what the viewer can read."""

from data.analysis.marks.queries.annotations import (
    get_annotation,
    get_chart_mark,
    list_annotations,
    load_annotated_series,
)
from data.analysis.marks.queries.links import get_opened_link, list_links
from data.analysis.marks.queries.views import find_home_view, get_view, list_views

__all__ = [
    "find_home_view",
    "get_annotation",
    "get_chart_mark",
    "get_opened_link",
    "get_view",
    "list_annotations",
    "list_links",
    "list_views",
    "load_annotated_series",
]
