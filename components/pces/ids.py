"""Component ids of the list and of a PCE's page."""

from enum import StrEnum


class Ids(StrEnum):
    GRID = "pces-grid"
    SEARCH = "pces-search"
    TAG = "pces-tag"
    FRESHNESS = "pces-freshness"
    COUNT = "pces-count"
    NOTHING = "pces-nothing"
    ASKED = "pces-asked"
    CLEAR = "pces-clear"
    UNHELD = "pces-unheld"
    NEW_TAG = "pces-new-tag"
    EXPORT = "pces-export"
    EXPORT_TICKED = "pces-export-ticked"
    ADD_TAG = "pces-add-tag"
    REMOVE_TAG = "pces-remove-tag"
    HOLDER = "pces-holder"
    ASSIGN = "pces-assign"
    ALIAS = "pces-alias"
    RENAME = "pces-rename"
    RENAMED = "pces-renamed"
    NUMBER = "pces-number"
    ACTS = "pces-acts"  # actions on selected rows that any viewer has
    SELECTED = "pces-selected"
