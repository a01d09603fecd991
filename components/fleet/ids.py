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
    WORK = "fleet-work"  # the list of drifts
    WORK_SEARCH = "fleet-work-search"
    CORRECTED = "fleet-corrected"  # what was searched in place of a typing error
    DRIFTS = "fleet-drifts"  # how many are in the list
    MORE = "fleet-filters"  # the filters that a phone folds
    REVIEW = "fleet-review"  # types of the ids below
    RESTORE = "fleet-restore"


def review_button(pce: object, reason: object) -> dict[str, object]:
    return {"type": Ids.REVIEW.value, "pce": pce, "reason": reason}


def restore_button(pce: object, place: object = "list") -> dict[str, object]:
    """Return the id of a button that takes a review back; `place` tells it from a toast's."""
    return {"type": Ids.RESTORE.value, "pce": pce, "place": place}
