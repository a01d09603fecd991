"""Component ids of the thresholds' screens."""

from enum import StrEnum


class Ids(StrEnum):
    # list
    GRID = "thresholds-grid"
    SEARCH = "thresholds-search"
    FOR_PCE = "thresholds-for-pce"  # the PCE in the address
    SHOW = "thresholds-show"
    COUNT = "thresholds-count"
    NOTHING = "thresholds-nothing"
    CLEAR = "thresholds-clear"
    SELECTED = "thresholds-selected"
    PAUSE = "thresholds-pause"
    RESUME = "thresholds-resume"
    REMOVE = "thresholds-remove"
    RESTORE = "thresholds-restore"
    STANDING = "thresholds-standing"  # actions on active thresholds
    GONE = "thresholds-gone"  # actions on removed ones
    CHANGED = "thresholds-changed"  # a new value reloads the rows
    # episodes
    SHOW_EPISODES = "thresholds-show-episodes"
    EPISODES = "thresholds-episodes"
    EPISODE_PAGES = "thresholds-episode-pages"  # links to the other pages
    PLACE = "thresholds-place"  # position: {"past", "page", "total"}
    SEEN = "thresholds-seen"  # click on "J’ai vu": {"id": 12, "n": counter}
    EPISODE = "thresholds-episode"  # the open one
    EPISODE_FACTS = "thresholds-episode-facts"
    COMMENT = "thresholds-comment"
    ACKNOWLEDGE = "thresholds-acknowledge"
    ASSIGNEE = "thresholds-assignee"
    ASSIGN = "thresholds-assign"
    UNTIL = "thresholds-until"
    SNOOZE = "thresholds-snooze"
    WAKE = "thresholds-wake"
    # editor
    EDITED = "thresholds-edited"  # {"id", "version"} of the threshold being edited
    KIND = "thresholds-kind"
    EVERY = "thresholds-every"  # period of a relative one
    SCOPE = "thresholds-scope"
    PCE = "thresholds-pce"
    PCE_LIST = "thresholds-pce-list"
    PCE_CHOICE = "thresholds-pce-choice"
    SEVERAL = "thresholds-several"
    SEVERAL_BOX = "thresholds-several-box"
    EACH = "thresholds-each"
    VALUES = "thresholds-values"  # in kWh: a dragged number, or typed text
    WRONG = "thresholds-wrong"  # errors by index of value, shown by assets/thresholds.js
    VALUES_ERRORS = "thresholds-values-errors"
    FORM = "thresholds-form"
    NAME = "thresholds-name"
    WEEKEND = "thresholds-weekend"  # limit in kWh, as the next one
    WEEKEND_HINT = "thresholds-weekend-hint"
    CLOSED = "thresholds-closed"
    CLOSED_HINT = "thresholds-closed-hint"
    CLOSED_ON = "thresholds-closed-on"  # weekdays
    PERCENT = "thresholds-percent"
    EXCESS = "thresholds-excess"  # over the expected consumption, in percent
    WINDOW = "thresholds-window"
    LEARNT = "thresholds-learnt"  # last day of the reference period
    WINTER = "thresholds-winter"  # the signature used, and the reason of the excess proposed
    DELAY = "thresholds-delay"
    WARN = "thresholds-warn"
    HYSTERESIS = "thresholds-hysteresis"
    MARGIN = "thresholds-margin"
    CONSECUTIVE = "thresholds-consecutive"
    FIRST = "thresholds-first"
    LAST = "thresholds-last"
    SEVERITY = "thresholds-severity"
    TITLE = "thresholds-title"
    LEAD = "thresholds-lead"
    TRIAL = "thresholds-trial"
    PROBLEMS = "thresholds-problems"
    CHART = "thresholds-chart"
    CHART_TITLE = "thresholds-chart-title"
    CHART_KEYS = "thresholds-chart-keys"  # legend and unit
    CHART_BOX = "thresholds-chart-box"
    DRAWN = "thresholds-drawn"  # overlay drawn by assets/thresholds.js
    OVER = "thresholds-over"
    VALUES_CARD = "thresholds-values-card"
    TOLD = "thresholds-told"  # recipients: [{"who", "by", "every"}]
    TOLD_LIST = "thresholds-told-list"
    TELL_PANEL = "thresholds-tell-panel"
    WHO = "thresholds-who"
    BY = "thresholds-by"
    OFTEN = "thresholds-often"
    AFTER = "thresholds-after"  # hours before a second person is notified
    TELL = "thresholds-tell"
    UNTELL = "thresholds-untell"
    PRESSED = "thresholds-pressed"  # "Modifier" or "Ajouter": {"who", "n"}
    SAVE = "thresholds-save"
    # bulk creation
    MANY_GRID = "thresholds-many-grid"
    MANY_SEARCH = "thresholds-many-search"
    MANY_TAG = "thresholds-many-tag"
    MANY_COUNT = "thresholds-many-count"
    MANY_KIND = "thresholds-many-kind"
    MANY_PROPOSED = "thresholds-many-proposed"
    MANY_DRAFT = "thresholds-many-draft"
    MANY_PREVIEW = "thresholds-many-preview"
    MANY_PLANNED = "thresholds-many-planned"  # previewed: {"kind", "pces", "tag", "again"}
    MANY_AGAIN = "thresholds-many-again"
    MANY_CONFIRM = "thresholds-many-confirm"
    MANY_CANCEL = "thresholds-many-cancel"
