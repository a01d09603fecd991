"""Component ids of the operations page."""

from enum import StrEnum
from typing import Any


class Ids(StrEnum):
    FILES = "runs-files"
    DEPOSITED = "runs-deposited"  # server response to the last deposit
    LIST = "runs-list"
    RECEIPT = "runs-receipt"
    POLL = "runs-poll"  # of the list
    WATCH = "runs-watch"  # of one receipt
    SHOWN = "runs-shown"
    CHECK_BODY = "runs-check-body"
    CHECK_WAYS = "runs-check-ways"
    CHECKING = "runs-checking"  # refreshes while files are read
    CHECK = "runs-check"  # {"run", "at"}: the deposit, and the part whose curve is shown
    SEEN = "runs-seen"  # version of each run to confirm
    CURVE = "runs-curve"
    CONFIRM = "runs-confirm"
    DROP = "runs-drop"
    MISSING_PCE = "runs-missing-pce"
    MISSING_PCE_LIST = "runs-missing-pce-list"
    MISSING_PCE_CHOICE = "runs-missing-pce-choice"
    MISSING_PCE_ERROR = "runs-missing-pce-error"
    RESUME = "runs-resume"


EVERY = (0, 0)  # no run, no place: every pending decision


def keep_button(run: object, place: object) -> dict[str, Any]:
    """Return the id of the button that accepts an unlikely delivery; both may be `ALL`."""
    return {"type": "runs-keep", "run": run, "place": place}


def choose_button(run: object, number: object) -> dict[str, Any]:
    """Return the id of the button that assigns a file to another PCE; both may be `ALL`."""
    return {"type": "runs-choose", "run": run, "number": number}


def unit_button(run: object, use: object) -> dict[str, Any]:
    """Return the id of the button that reads energy in another unit; both may be `ALL`."""
    return {"type": "runs-unit", "run": run, "use": use}


def column_field(run: object, place: object) -> dict[str, Any]:
    """Return the id of the select for the meaning of a column; both may be `ALL`."""
    return {"type": "runs-column", "run": run, "place": place}


def columns_button(run: object) -> dict[str, Any]:
    """Return the id of the button that checks a file again; `run` may be `ALL`."""
    return {"type": "runs-columns", "run": run}


def undo_button(verb: object, run: object) -> dict[str, Any]:
    """Return the id of the button that undoes or restores a deposit; both may be `ALL`."""
    return {"type": "runs-undo", "verb": verb, "run": run}
