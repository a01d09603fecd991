"""Component ids of the thresholds' screens."""

from enum import StrEnum


class Ids(StrEnum):
    # the list
    GRID = "thresholds-grid"
    SEARCH = "thresholds-search"
    FOR_PCE = "thresholds-for-pce"  # the one PCE that the address asks about
    SHOW = "thresholds-show"
    COUNT = "thresholds-count"
    NOTHING = "thresholds-nothing"
    CLEAR = "thresholds-clear"
    SELECTED = "thresholds-selected"
    PAUSE = "thresholds-pause"
    RESUME = "thresholds-resume"
    REMOVE = "thresholds-remove"
    RESTORE = "thresholds-restore"
    STANDING = "thresholds-standing"  # what may be done to those that stand
    GONE = "thresholds-gone"  # and to removed ones
    CHANGED = "thresholds-changed"  # another word each time that the rows are to be asked again
    # episodes
    SHOW_EPISODES = "thresholds-show-episodes"
    EPISODES = "thresholds-episodes"
    EPISODE_PAGES = "thresholds-episode-pages"  # the way to those not shown
    PLACE = "thresholds-place"  # which alerts are shown: {"past", "page", "total"}
    SEEN = "thresholds-seen"  # the press of a line's "J’ai vu": {"id": 12, "n": counter}
    EPISODE = "thresholds-episode"  # which one is open
    EPISODE_FACTS = "thresholds-episode-facts"
    COMMENT = "thresholds-comment"
    ACKNOWLEDGE = "thresholds-acknowledge"
    ASSIGNEE = "thresholds-assignee"
    ASSIGN = "thresholds-assign"
    UNTIL = "thresholds-until"
    SNOOZE = "thresholds-snooze"
    WAKE = "thresholds-wake"
    # the editor
    EDITED = "thresholds-edited"  # {"id", "version"} of what is changed
    KIND = "thresholds-kind"
    EVERY = "thresholds-every"  # the period of a relative one
    SCOPE = "thresholds-scope"
    PCE = "thresholds-pce"
    PCE_LIST = "thresholds-pce-list"
    PCE_CHOICE = "thresholds-pce-choice"
    SEVERAL = "thresholds-several"
    SEVERAL_BOX = "thresholds-several-box"
    EACH = "thresholds-each"
    VALUES = "thresholds-values"  # in kWh: a number dragged, or a text as typed
    WRONG = "thresholds-wrong"  # by the rank of a value: assets/thresholds.js marks its field
    VALUES_ERRORS = "thresholds-values-errors"
    FORM = "thresholds-form"
    NAME = "thresholds-name"
    PERCENT = "thresholds-percent"
    EXCESS = "thresholds-excess"  # over what is expected in this weather, in percent
    WINDOW = "thresholds-window"
    LEARNT = "thresholds-learnt"  # the last day of the reference
    WINTER = "thresholds-winter"  # by which signature, why that excess
    DELAY = "thresholds-delay"
    WARN = "thresholds-warn"
    HYSTERESIS = "thresholds-hysteresis"
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
    CHART_KEYS = "thresholds-chart-keys"  # the legend and the unit
    CHART_BOX = "thresholds-chart-box"
    DRAWN = "thresholds-drawn"  # what assets/thresholds.js puts over the chart
    OVER = "thresholds-over"
    VALUES_CARD = "thresholds-values-card"
    TOLD = "thresholds-told"  # who is told: [{"who", "by", "every"}]
    TOLD_LIST = "thresholds-told-list"
    TELL_PANEL = "thresholds-tell-panel"
    WHO = "thresholds-who"
    BY = "thresholds-by"
    OFTEN = "thresholds-often"
    TELL = "thresholds-tell"
    UNTELL = "thresholds-untell"
    PRESSED = "thresholds-pressed"  # a line's "Modifier", or "Ajouter": {"who", "n"}
    SAVE = "thresholds-save"
    # one action for many PCE
    MANY_GRID = "thresholds-many-grid"
    MANY_SEARCH = "thresholds-many-search"
    MANY_TAG = "thresholds-many-tag"
    MANY_COUNT = "thresholds-many-count"
    MANY_KIND = "thresholds-many-kind"
    MANY_PROPOSED = "thresholds-many-proposed"
    MANY_DRAFT = "thresholds-many-draft"
    MANY_PREVIEW = "thresholds-many-preview"
    MANY_PLANNED = "thresholds-many-planned"  # what is previewed: {"kind", "pces", "tag", "again"}
    MANY_AGAIN = "thresholds-many-again"
    MANY_CONFIRM = "thresholds-many-confirm"
    MANY_CANCEL = "thresholds-many-cancel"
