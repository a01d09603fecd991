"""Component ids of the consumption screen."""

from enum import StrEnum


class Ids(StrEnum):
    VIEW = "consumption-view"  # the query string of what is shown
    DRILL = "consumption-drill"  # the bar that was opened: {"day": ISO, "n": counter}
    TITLE = "consumption-title"
    CRUMB = "consumption-crumb"
    ASKED = "consumption-asked"  # what of the address could not be followed
    LEAD = "consumption-lead"
    KPIS = "consumption-kpis"
    INJECTED = "consumption-injected"
    PICKER = "consumption-pce"
    PICKER_LIST = "consumption-pce-list"
    PICKER_CHOICE = "consumption-pce-choice"
    PRESET = "consumption-preset"
    STEP = "consumption-step"
    COMPARE = "consumption-compare"
    DATA = "consumption-data"
    TEMPERATURE = "consumption-temperature"
    UNIT = "consumption-unit"
    CHANGED = "consumption-changed"  # how many filters are not as usual
    FIRST = "consumption-first"
    LAST = "consumption-last"
    DATES = "consumption-dates"
    TRAIL = "consumption-trail"
    DRAWING = "consumption-drawing"  # the way to the other drawing of the PCE
    LEGEND = "consumption-legend"
    CHART = "consumption-chart"
    CHART_BOX = "consumption-chart-box"
    UNITS = "consumption-units"
    OVER = "consumption-over"
    OVER_FIRST = "consumption-over-first"
    OVER_WORDS = "consumption-over-words"  # what assets/consumption.js writes in OVER
    LATER = "consumption-later"  # what assets/consumption.js puts in place after the bars
    NOTES = "consumption-notes"
    WAYS = "consumption-ways"
    PLOT = "consumption-plot"
    EMPTY = "consumption-empty"
    TIP = "consumption-tip"
    EPISODES = "consumption-episodes"  # the strip under the chart, and its words
    EPISODE = "consumption-episode"  # the one that is open
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
    TABLE_FIRST = "consumption-table-first"  # what comes there once the first bars are drawn
    EXPORTS = "consumption-exports"
    EXPORT = "consumption-export"
