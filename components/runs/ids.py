"""Component ids of the operations page."""

from enum import StrEnum
from typing import Any


class Ids(StrEnum):
    FILES = "runs-files"
    DEPOSITED = "runs-deposited"  # what the server answered to the last deposit
    PCE = "runs-pce"
    LIST = "runs-list"
    RECEIPT = "runs-receipt"
    POLL = "runs-poll"  # of the list
    WATCH = "runs-watch"  # of one receipt
    SHOWN = "runs-shown"
    CHECK_BODY = "runs-check-body"
    CHECK_WAYS = "runs-check-ways"
    CHECKING = "runs-checking"  # asks again while files are read
    CHECK = "runs-check"  # {"run", "at"}: which deposit, and of which part the curve is drawn
    SEEN = "runs-seen"  # the version of each run that is to be confirmed
    CURVE = "runs-curve"
    CONFIRM = "runs-confirm"
    DROP = "runs-drop"
    MISSING_PCE = "runs-missing-pce"
    MISSING_PCE_LIST = "runs-missing-pce-list"
    MISSING_PCE_CHOICE = "runs-missing-pce-choice"
    MISSING_PCE_ERROR = "runs-missing-pce-error"
    RESUME = "runs-resume"


EVERY = (0, 0)  # no run, no place: all that waits for a word


def keep_button(run: object, place: object) -> dict[str, Any]:
    """The id of the button that keeps one delivery, however odd; both may be `ALL`."""
    return {"type": "runs-keep", "run": run, "place": place}


def choose_button(run: object, number: object) -> dict[str, Any]:
    """The id of the button that gives a file to another PCE; both may be `ALL`."""
    return {"type": "runs-choose", "run": run, "number": number}


def unit_button(run: object, use: object) -> dict[str, Any]:
    """The id of the button that reads the energy of a file in another unit; both may be `ALL`."""
    return {"type": "runs-unit", "run": run, "use": use}


def column_field(run: object, place: object) -> dict[str, Any]:
    """The id of the list that says what a column of a file is; both may be `ALL`."""
    return {"type": "runs-column", "run": run, "place": place}


def columns_button(run: object) -> dict[str, Any]:
    """The id of the button that checks a file again with its columns; it may be `ALL`."""
    return {"type": "runs-columns", "run": run}


def undo_button(verb: object, run: object) -> dict[str, Any]:
    """The id of the button that takes a deposit back, or puts it back; both may be `ALL`."""
    return {"type": "runs-undo", "verb": verb, "run": run}
