"""Component ids of the rights screens."""

from enum import StrEnum


class Ids(StrEnum):
    # the list
    GRID = "rights-grid"
    SEARCH = "rights-search"
    STATE = "rights-state"
    ROLE = "rights-role"
    ENDING = "rights-ending"
    ORGANISATION = "rights-organisation"
    FULL = "rights-full"
    OF_RUN = "rights-of-run"  # the import that the address asks about
    COUNT = "rights-count"
    COUNTING = "rights-counting"  # the request whose filters are to be counted
    COUNTS = "rights-counts"  # of which filters the chips have the counts, and since when
    NOTHING = "rights-nothing"
    WORDS = "rights-words"  # the filters in words, where they find nothing
    CLEAR = "rights-clear"
    CHANGED = "rights-changed"  # another word each time that the rows are to be asked again
    SELECTED = "rights-selected"
    ACTS = "rights-acts"  # what may be done to them
    EXPORT = "rights-export"
    EXPORT_TICKED = "rights-export-ticked"
    EVERY = "rights-every"  # "choose them all", across pages
    PICKED = "rights-picked"  # {"all": true} once they are
    BAR = "rights-bar"
    # saved views
    VIEWS = "rights-views"
    VIEW_NAME = "rights-view-name"
    VIEW_ERROR = "rights-view-name-error"  # made by the field
    KEEP_VIEW = "rights-keep-view"
    DROP_VIEW = "rights-drop-view"  # {"id", "n"}: the press of a line's cross
    VIEWS_PANEL = "rights-views-panel"
    # the drawer: a right, or what is asked before rights end
    OPENED = "rights-opened"  # {"uid", "n"}: which one to show, "" closes
    DRAWER = "rights-drawer"
    ASKED = "rights-asked"  # {"act", "uid", "n"}: what a button asks for
    CONFIRMED = "rights-confirmed"  # {"act", "uids", "ends_on", "n"}
    # an act on many rights
    ACT = "rights-act"
    ACT_SHOWN = "rights-act-shown"  # data: its number
    ACT_POLL = "rights-act-poll"
    ACT_STOP = "rights-act-stop"
    ACT_UNDO = "rights-act-undo"
    OPENING = "rights-opening"  # the sentence that says how rights stand
    # who reads what one holds
    HELD = "rights-held"  # {"act", "uids", "n"}: what a button answers
    HELD_SEARCH = "rights-held-search"
    HELD_BODY = "rights-held-body"
    # the form
    FORM = "rights-form"
    CHECKED = "rights-checked"  # the fields somebody has been in
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
    NOTE = "rights-note"  # what stands in the way, or that all is well
    CHECK = "rights-check"
    SUMMARY = "rights-summary"
    SEND = "rights-send"
    BACK = "rights-back"
    # the message below each field
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
    # the import of a file
    FILE = "rights-file"
    SENT = "rights-sent"  # what the server answered to the deposit: {"run": 12}
    PURPOSE = "rights-purpose"
    RUN = "rights-run"
    STEPPED = "rights-stepped"  # nothing: what a new step says first is shown
    MAP = "rights-map"
    CHECK_BODY = "rights-check-body"
    CHECK_WAYS = "rights-check-ways"  # back to the columns, or on with what is ready
    MENDED = "rights-mended"  # {"repair", "on"} or {"line", "field", "text"}, and "n"
    CONFIRM_IMPORT = "rights-confirm-import"
    DROP_IMPORT = "rights-drop-import"
    RECEIPT = "rights-receipt"
    FOLLOW = "rights-follow"
    UNDO = "rights-undo"  # {"n"}: the second press of an undo
