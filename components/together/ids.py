"""Component ids of the page of several PCEs."""

from enum import StrEnum


class Ids(StrEnum):
    VIEW = "together-view"  # query string of the view
    SHAPE = "together-shape"
    PERIOD = "together-period"
    STEP = "together-step"
    UNIT = "together-unit"
    COMPARE = "together-compare"
    FIRST = "together-first"
    LAST = "together-last"
    DATES = "together-dates"  # the button that shows the days between them
    PICKER = "together-pce"
    PICKER_LIST = "together-pce-list"
    PICKER_CHOICE = "together-pce-choice"
    CHART = "together-chart"
    SHAPE_WORDS = "together-shape-words"
    PERIOD_WORDS = "together-period-words"
    STEP_WORDS = "together-step-words"
    COMPARE_WORDS = "together-compare-words"
    UNIT_WORDS = "together-unit-words"
