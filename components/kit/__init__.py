"""Components with no feature's word in them; each is accessible on its own."""

from components.kit.asked import DOWN, filter_in, filter_model, sort_in
from components.kit.base import Child, Children, Id, aria, data
from components.kit.button import (
    asks_first,
    button,
    icon_button,
    link,
    multi_segments,
    segment_options,
    segments,
    selection_acts,
)
from components.kit.field import (
    at_most,
    count_line,
    date_field,
    search_box,
    select_field,
    switch,
    text_field,
    textarea_field,
    unsaved,
)
from components.kit.file_words import Way
from components.kit.files import file_field, what_is_taken
from components.kit.graph import Palette, base_layout, graph, palette
from components.kit.grid import column, fitted, grid
from components.kit.icon import icon
from components.kit.item import item
from components.kit.notice import ToastTone, alert, error_card, nothing_found, to_review, toast
from components.kit.page import card, columns, heading_of, lead, page, section, stack, tabs
from components.kit.pager import page_of, pager
from components.kit.picker import picker, picker_options
from components.kit.shown import (
    Kpi,
    badge,
    chip,
    definition_list,
    delta,
    digits_of,
    empty,
    kpi_strip,
    meter,
    progress,
    skeleton,
    table,
)
from components.kit.still import settle

__all__ = [
    "DOWN",
    "Child",
    "Children",
    "Id",
    "Kpi",
    "Palette",
    "ToastTone",
    "Way",
    "alert",
    "aria",
    "asks_first",
    "at_most",
    "badge",
    "base_layout",
    "button",
    "card",
    "chip",
    "column",
    "columns",
    "count_line",
    "data",
    "date_field",
    "definition_list",
    "delta",
    "digits_of",
    "empty",
    "error_card",
    "file_field",
    "filter_in",
    "filter_model",
    "fitted",
    "graph",
    "grid",
    "heading_of",
    "icon",
    "icon_button",
    "item",
    "kpi_strip",
    "lead",
    "link",
    "meter",
    "multi_segments",
    "nothing_found",
    "page",
    "page_of",
    "pager",
    "palette",
    "picker",
    "picker_options",
    "progress",
    "search_box",
    "section",
    "segment_options",
    "segments",
    "select_field",
    "selection_acts",
    "settle",
    "skeleton",
    "sort_in",
    "stack",
    "switch",
    "table",
    "tabs",
    "text_field",
    "textarea_field",
    "to_review",
    "toast",
    "unsaved",
    "what_is_taken",
]
