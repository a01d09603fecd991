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
    PICKED = "exports-picked"  # the kept selection that the address names
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
    """The button of the list that does *verb* to one export; either may be `ALL`."""
    return {"type": "exports-one", "verb": verb, "export": export}


def own_button(verb: object, export: object) -> dict[str, Any]:
    """The same on the page of that export alone."""
    return {"type": "exports-own", "verb": verb, "export": export}


def schedule_button(schedule: object) -> dict[str, Any]:
    """The button that ends an export made each month; *schedule* may be `ALL`."""
    return {"type": "exports-monthly", "schedule": schedule}
