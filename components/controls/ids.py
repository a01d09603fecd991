"""Component ids of the client's screens of controls."""

from enum import StrEnum


class Ids(StrEnum):
    # the list
    GRID = "controls-grid"
    SEARCH = "controls-search"
    STATE = "controls-state"
    BOX = "controls-box"
    OF_RIGHT = "controls-of-right"  # the right in the address
    COUNT = "controls-count"
    NOTHING = "controls-nothing"
    WORDS = "controls-words"  # text of filters without result
    CLEAR = "controls-clear"
    SELECTED = "controls-selected"
    MANY = "controls-many-acts"  # actions on the selection
    TOTALS = "controls-totals"  # summary and figures
    CHANGED = "controls-changed"  # a new value reloads the rows
    # the drawer
    OPENED = "controls-opened"  # {"uid", "n"}: the one to show, "" closes
    DRAWER = "controls-drawer"
    ASKED = "controls-asked"  # {"act": "many", "n"}: one proof for the selected rows
    ACTED = "controls-acted"  # {"act", "deposit", "n"}: send or unstage
    STAGED = "controls-staged"  # response of the route: {"deposit", "checks", "others"}
    KEPT = "controls-kept"  # the last such response
    COVERS = "controls-covers"  # checkboxes of the controls that a deposit proves
    COVERED = "controls-covered"  # those selected, stored even without checkboxes
    WRITTEN = "controls-written"  # response of the messages route: {"message"}
    READ = "controls-read"  # control whose thread is on screen, to mark as read
    # the calendar
    CALENDARS = "controls-calendars"
    NEW_CALENDAR = "controls-new-calendar"
    DROP_CALENDAR = "controls-drop-calendar"  # {"id", "n"}
