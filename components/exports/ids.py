"""Component ids of the exports page."""

from enum import StrEnum
from typing import Any


class Ids(StrEnum):
    CONTENT = "exports-content"
    WHICH = "exports-which"
    TAG = "exports-tag"
    TAG_BOX = "exports-tag-box"
    TEXT = "exports-text"
    TEXT_BOX = "exports-text-box"
    NUMBERS = "exports-numbers"
    PICKED = "exports-picked"  # the saved selection named in the address
    NUMBERS_BOX = "exports-numbers-box"
    PERIOD = "exports-period"
    PERIOD_BOX = "exports-period-box"
    FIRST = "exports-first"
    LAST = "exports-last"
    DATES_BOX = "exports-dates-box"
    FILE = "exports-file"
    APART = "exports-apart"
    TELL = "exports-tell"
    ESTIMATE = "exports-estimate"
    ASK = "exports-ask"
    DAY = "exports-day"
    MONTHS = "exports-months"
    SCHEDULE = "exports-schedule"
    SCHEDULES = "exports-schedules"
    LIST = "exports-list"
    POLL = "exports-poll"
    DETAIL = "exports-detail"
    WATCH = "exports-watch"
    SHOWN = "exports-shown"


def export_button(verb: object, export: object) -> dict[str, Any]:
    """Return the id of the button `verb` of a listed export; either value may be `ALL`."""
    return {"type": "exports-one", "verb": verb, "export": export}


def own_button(verb: object, export: object) -> dict[str, Any]:
    """Return the id of the button `verb` on the page of one export."""
    return {"type": "exports-own", "verb": verb, "export": export}


def schedule_button(schedule: object) -> dict[str, Any]:
    """Return the id of the button that ends a monthly export; `schedule` may be `ALL`."""
    return {"type": "exports-monthly", "schedule": schedule}


def report_button(content: object, year: object, pce: object) -> dict[str, Any]:
    """Return the id of the button that asks for a report; each value may be `ALL`.

    `year` is 0 for the last twelve months, `pce` "" for all of them.
    """
    return {"type": "exports-report", "content": content, "year": year, "pce": pce}
