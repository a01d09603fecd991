"""Component ids of the client's screens of controls."""

from enum import StrEnum


class Ids(StrEnum):
    # the list
    GRID = "controls-grid"
    SEARCH = "controls-search"
    STATE = "controls-state"
    BOX = "controls-box"
    OF_RIGHT = "controls-of-right"  # the right that the address asks about
    COUNT = "controls-count"
    NOTHING = "controls-nothing"
    WORDS = "controls-words"  # the filters in words, where they find nothing
    CLEAR = "controls-clear"
    SELECTED = "controls-selected"
    MANY = "controls-many-acts"  # what may be done to them
    TOTALS = "controls-totals"  # the sentence and the figures
    CHANGED = "controls-changed"  # another word each time that the rows are to be asked again
    # the drawer
    OPENED = "controls-opened"  # {"uid", "n"}: which one to show, "" closes
    DRAWER = "controls-drawer"
    ASKED = "controls-asked"  # {"act": "many", "n"}: one proof for the lines ticked
    ACTED = "controls-acted"  # {"act", "deposit", "n"}: send or unstage
    STAGED = "controls-staged"  # what the route answered: {"deposit", "checks", "others"}
    KEPT = "controls-kept"  # the last such answer
    COVERS = "controls-covers"  # the boxes of what one deposit proves
    COVERED = "controls-covered"  # those ticked, known even while there is no box
    WRITTEN = "controls-written"  # what the route of messages answered: {"message"}
    READ = "controls-read"  # the control whose thread is on the screen, unread until then
    # the calendar
    CALENDARS = "controls-calendars"
    NEW_CALENDAR = "controls-new-calendar"
    DROP_CALENDAR = "controls-drop-calendar"  # {"id", "n"}
