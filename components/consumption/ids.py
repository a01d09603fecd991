"""Component ids of the consumption screen."""

from enum import StrEnum


class Ids(StrEnum):
    VIEW = "consumption-view"  # query string of the view
    DRILL = "consumption-drill"  # the opened bar: {"day": ISO, "n": counter}
    TITLE = "consumption-title"
    CRUMB = "consumption-crumb"
    ASKED = "consumption-asked"  # parts of the address that were ignored
    LEAD = "consumption-lead"
    KPIS = "consumption-kpis"
    INJECTED = "consumption-injected"
    PICKER = "consumption-pce"
    PICKER_LIST = "consumption-pce-list"
    PICKER_CHOICE = "consumption-pce-choice"
    TURN = "consumption-turn"  # a press on previous or next: {"by": -1 or 1, "n": counter}
    PRESET = "consumption-preset"
    STEP = "consumption-step"
    COMPARE = "consumption-compare"
    ALIGN = "consumption-align"
    AGAINST = "consumption-against"  # first day of another period to compare with
    OTHER = "consumption-other"  # another site to compare with
    OTHER_LIST = "consumption-other-list"
    OTHER_CHOICE = "consumption-other-choice"
    DATA = "consumption-data"
    TEMPERATURE = "consumption-temperature"
    MEASURED = "consumption-measured"
    UNIT = "consumption-unit"
    PERIOD_WORDS = "consumption-period-words"  # what a closed cell of the bar shows
    STEP_WORDS = "consumption-step-words"
    COMPARE_WORDS = "consumption-compare-words"
    UNIT_WORDS = "consumption-unit-words"
    FIRST = "consumption-first"
    LAST = "consumption-last"
    DATES = "consumption-dates"
    TRAIL = "consumption-trail"
    HEAD = "consumption-head"  # the two actions beside the title
    ACTS = "consumption-acts"  # those of the menu of the bar
    LEGEND = "consumption-legend"
    CHART = "consumption-chart"
    CHART_BOX = "consumption-chart-box"
    UNITS = "consumption-units"
    OVER = "consumption-over"
    OVER_FIRST = "consumption-over-first"
    OVER_WORDS = "consumption-over-words"  # filled in OVER by assets/consumption.js
    LATER = "consumption-later"  # applied by assets/consumption.js after the bars
    NOTES = "consumption-notes"
    PLOT = "consumption-plot"
    EMPTY = "consumption-empty"
    TIP = "consumption-tip"
    EPISODES = "consumption-episodes"  # strip and list below the chart
    EPISODE = "consumption-episode"  # the open episode
    EPISODE_COMMENT = "consumption-episode-comment"
    EPISODE_SEEN = "consumption-episode-seen"
    EPISODE_LATER = "consumption-episode-later"
    EPISODE_WHO = "consumption-episode-who"
    EPISODE_ASSIGN = "consumption-episode-assign"
    DAY = "consumption-day"
    DAY_PANEL = "consumption-day-panel"
    DAY_CLOSE = "consumption-day-close"
    DAY_TITLE = "consumption-day-title"
    TABLE_TITLE = "consumption-table-title"
    TABLE = "consumption-table"
    TABLE_PLACE = "consumption-table-place"
    TABLE_FIRST = "consumption-table-first"  # moved there once the first bars are drawn
    EXPORTS = "consumption-exports"
