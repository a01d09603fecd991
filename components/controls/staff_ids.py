"""Component ids of the account managers' screens of controls."""

from enum import StrEnum


class Ids(StrEnum):
    # the cockpit
    DESK = "controls-desk"
    TOTALS = "controls-desk-totals"  # the sentence and the figures
    SEARCH = "controls-desk-search"
    STATE = "controls-desk-state"
    OWNER = "controls-desk-owner"
    THIRD_PARTY = "controls-desk-third-party"
    SORT = "controls-desk-sort"
    CAMPAIGN = "controls-desk-campaign"  # kept of the address
    MORE = "controls-desk-more"  # {"limit"}: how many lines are shown
    QUEUE = "controls-desk-queue"
    OPENED = "controls-desk-opened"  # {"uid", "n"}: which one to show
    PIECE = "controls-desk-piece"
    PAGES = "controls-desk-pages"  # filled by the script: the pages of a piece
    CHECK = "controls-desk-check"
    EXPORT = "controls-desk-export"
    ADDRESS = "controls-desk-address"  # what the address bar is to say
    TOLD = "controls-desk-told"  # the message for the corner
    LAST = "controls-desk-last"  # the last decision, while it may be undone
    # what a press sends
    ANSWERED = "controls-desk-answered"  # {"uid", "deposit", "answers": {point: bool}, "n"}
    DECIDED = "controls-desk-decided"  # {"seen": {uid: version}, "verdict", "motive", "text", …}
    RULED = "controls-desk-ruled"  # {"n", "lost"}: what came of it, for the dialog
    UNDONE = "controls-desk-undone"  # {"uids", "n"}
    ASSIGNED = "controls-desk-assigned"  # {"uids", "owner", "n"}
    READ = "controls-desk-read"  # {"uid", "n"}: its thread was shown
    WRITTEN = "controls-desk-written"  # {"uid", "deposit", "n"}: its thread has one message more
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
    ZEROS = "controls-draw-zeros"  # gives back those that a list lost
    PREVIEWED = "controls-draw-previewed"  # what it brings
    DRAWN = "controls-draw-drawn"  # a page of the rights that it takes
    EARLIER = "controls-draw-earlier"  # the page before, in a list of buttons
    LATER = "controls-draw-later"
    PLANNED = "controls-draw-planned"  # the fields that were previewed, and the mark
    OPEN = "controls-draw-open"
    # figures
    SPAN = "controls-figures-span"
    FIGURES = "controls-figures"
