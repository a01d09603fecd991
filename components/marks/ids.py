"""The names by which pages and callbacks meet on marks."""

from enum import StrEnum


class Ids(StrEnum):
    ASKED = "marks-asked"  # the form that is asked for: {"do", "id" or "day", "n"}
    DONE = "marks-done"  # an annotation taken away or brought back: {"do", "id", "n"}
    CHANGED = "marks-changed"  # annotations are other ones now: when
    FORM = "marks-form"
    EDITED = "marks-edited"  # the annotation that the form changes; none, a new one
    FIRST = "marks-first"
    LAST = "marks-last"
    KIND = "marks-kind"
    WORDS = "marks-words"
    SAVE = "marks-save"
    DAY = "marks-day"  # those of the day whose detail is open
