"""Component ids of the rights screens."""

from enum import StrEnum


class Ids(StrEnum):
    # list
    GRID = "rights-grid"
    SEARCH = "rights-search"
    STATE = "rights-state"
    ROLE = "rights-role"
    ENDING = "rights-ending"
    ORGANISATION = "rights-organisation"
    FULL = "rights-full"
    OF_RUN = "rights-of-run"  # the import in the address
    COUNT = "rights-count"
    COUNTING = "rights-counting"  # request whose filters are to be counted
    COUNTS = "rights-counts"  # cached counts, with their filters and time
    NOTHING = "rights-nothing"
    WORDS = "rights-words"  # text of filters without result
    CLEAR = "rights-clear"
    CHANGED = "rights-changed"  # a new value reloads the rows
    SELECTED = "rights-selected"
    ACTS = "rights-acts"  # actions on the selection
    EXPORT = "rights-export"
    EXPORT_TICKED = "rights-export-ticked"
    EVERY = "rights-every"  # "select all", across pages
    PICKED = "rights-picked"  # {"all": true} after "select all"
    BAR = "rights-bar"
    # saved views
    VIEWS = "rights-views"
    VIEW_NAME = "rights-view-name"
    VIEW_ERROR = "rights-view-name-error"  # created by the field
    KEEP_VIEW = "rights-keep-view"
    DROP_VIEW = "rights-drop-view"  # {"id", "n"}: a view to delete
    VIEWS_PANEL = "rights-views-panel"
    # the drawer: a right, or a confirmation
    OPENED = "rights-opened"  # {"uid", "n"}: the right to show, "" closes
    DRAWER = "rights-drawer"
    ASKED = "rights-asked"  # {"act", "uid", "n"}: the action of a button
    CONFIRMED = "rights-confirmed"  # {"act", "uids", "ends_on", "n"}
    # a bulk operation
    ACT = "rights-act"
    ACT_SHOWN = "rights-act-shown"  # data: its id
    ACT_POLL = "rights-act-poll"
    ACT_STOP = "rights-act-stop"
    ACT_UNDO = "rights-act-undo"
    OPENING = "rights-opening"  # the summary sentence
    # readers of the organisation's PCEs
    HELD = "rights-held"  # {"act", "uids", "n"}: an answer
    HELD_SEARCH = "rights-held-search"
    HELD_BODY = "rights-held-body"
    # declaration form
    FORM = "rights-form"
    CHECKED = "rights-checked"  # the fields visited
    PCE = "rights-pce"
    SITE = "rights-site"
    AS_ROLE = "rights-as-role"
    HOLDER_KIND = "rights-holder-kind"
    HOLDER = "rights-holder"
    POSTAL = "rights-postal"
    EMAIL = "rights-email"
    PHONE = "rights-phone"
    LASTS = "rights-lasts"
    STARTS = "rights-starts"
    ENDS = "rights-ends"
    FIRST = "rights-first"
    LAST = "rights-last"
    KINDS = "rights-kinds"
    WHY = "rights-why"
    CONSENTED = "rights-consented"
    NOTE = "rights-note"  # the obstacle, or a success
    CHECK = "rights-check"
    SUMMARY = "rights-summary"
    SEND = "rights-send"
    BACK = "rights-back"
    # error messages below the fields
    PCE_ERROR = "rights-pce-error"
    SITE_ERROR = "rights-site-error"
    AS_ROLE_ERROR = "rights-as-role-error"
    HOLDER_ERROR = "rights-holder-error"
    POSTAL_ERROR = "rights-postal-error"
    EMAIL_ERROR = "rights-email-error"
    PHONE_ERROR = "rights-phone-error"
    STARTS_ERROR = "rights-starts-error"
    ENDS_ERROR = "rights-ends-error"
    FIRST_ERROR = "rights-first-error"
    LAST_ERROR = "rights-last-error"
    KINDS_ERROR = "rights-kinds-error"
    WHY_ERROR = "rights-why-error"
    CONSENTED_ERROR = "rights-consented-error"
    # file import
    FILE = "rights-file"
    SENT = "rights-sent"  # the server's response to the upload: {"run": 12}
    PURPOSE = "rights-purpose"
    RUN = "rights-run"
    STEPPED = "rights-stepped"  # no data: scrolls to the top of a new step
    MAP = "rights-map"
    CHECK_BODY = "rights-check-body"
    CHECK_WAYS = "rights-check-ways"  # links back to the columns and on to confirmation
    MENDED = "rights-mended"  # {"repair", "on"} or {"line", "field", "text"}, and "n"
    CONFIRM_IMPORT = "rights-confirm-import"
    DROP_IMPORT = "rights-drop-import"
    RECEIPT = "rights-receipt"
    FOLLOW = "rights-follow"
    UNDO = "rights-undo"  # {"n"}: confirmation of an undo
