"""Component ids of the account managers' screens of controls."""

from enum import StrEnum


class Ids(StrEnum):
    # the cockpit
    DESK = "controls-desk"
    TOTALS = "controls-desk-totals"  # summary and figures
    SEARCH = "controls-desk-search"
    STATE = "controls-desk-state"
    OWNER = "controls-desk-owner"
    THIRD_PARTY = "controls-desk-third-party"
    SORT = "controls-desk-sort"
    CAMPAIGN = "controls-desk-campaign"  # from the address
    MORE = "controls-desk-more"  # {"limit"}: number of rows shown
    QUEUE = "controls-desk-queue"
    OPENED = "controls-desk-opened"  # {"uid", "n"}: the control to show
    PIECE = "controls-desk-piece"
    PAGES = "controls-desk-pages"  # pages of a piece, filled by the script
    CHECK = "controls-desk-check"
    EXPORT = "controls-desk-export"
    ADDRESS = "controls-desk-address"  # address for the address bar
    TOLD = "controls-desk-told"  # a toast
    LAST = "controls-desk-last"  # last decision, while it can be undone
    # sent by buttons
    ANSWERED = "controls-desk-answered"  # {"uid", "deposit", "answers": {point: bool}, "n"}
    DECIDED = "controls-desk-decided"  # {"seen": {uid: version}, "verdict", "motive", "text", …}
    RULED = "controls-desk-ruled"  # {"n", "lost"}: the outcome, for the dialog
    UNDONE = "controls-desk-undone"  # {"uids", "n"}
    ASSIGNED = "controls-desk-assigned"  # {"uids", "owner", "n"}
    READ = "controls-desk-read"  # {"uid", "n"}: its thread was shown
    WRITTEN = "controls-desk-written"  # {"uid", "deposit", "n"}: a message was added
    # a campaign
    WAY = "controls-draw-way"
    RATE = "controls-draw-rate"
    SEED = "controls-draw-seed"
    AMONG = "controls-draw-among"  # the third party
    STAGE = "controls-draw-stage"  # of the right
    FIRST = "controls-draw-first"
    LAST_DAY = "controls-draw-last"
    PROOFS = "controls-draw-proofs"
    LISTED = "controls-draw-listed"
    ONE = "controls-draw-one"
    RATE_ERROR = "controls-draw-rate-error"
    SEED_ERROR = "controls-draw-seed-error"
    FIRST_ERROR = "controls-draw-first-error"
    LAST_ERROR = "controls-draw-last-error"
    LISTED_ERROR = "controls-draw-listed-error"
    ONE_ERROR = "controls-draw-one-error"
    SAMPLE_FIELDS = "controls-draw-sample-fields"
    LIST_FIELDS = "controls-draw-list-fields"
    ONE_FIELDS = "controls-draw-one-fields"
    RESEED = "controls-draw-reseed"
    PREVIEW = "controls-draw-preview"  # the button
    ZEROS = "controls-draw-zeros"  # restores lost zeros of a list
    PREVIEWED = "controls-draw-previewed"  # the preview
    DRAWN = "controls-draw-drawn"  # a page of the drawn rights
    EARLIER = "controls-draw-earlier"  # the previous page, in a list of buttons
    LATER = "controls-draw-later"
    PLANNED = "controls-draw-planned"  # the previewed fields and the checksum
    OPEN = "controls-draw-open"
    # figures
    SPAN = "controls-figures-span"
    FIGURES = "controls-figures"
