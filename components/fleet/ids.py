"""Component ids of the fleet page."""

from enum import StrEnum


class Ids(StrEnum):
    VIEW = "fleet-view"  # query string of the view
    TAG = "fleet-tag"
    HOLDER = "fleet-holder"
    PERIOD = "fleet-period"
    SEARCH = "fleet-search"
    SAID = "fleet-said"
    FIGURES = "fleet-figures"
    GRID = "fleet-grid"
    COUNT = "fleet-count"
    NOTHING = "fleet-nothing"
    ASKED = "fleet-asked"
    CLEAR = "fleet-clear"
    EXPORT = "fleet-export"
    CHOSEN = "fleet-chosen"  # actions on the selected rows
