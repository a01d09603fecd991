"""Component ids of marks."""

from enum import StrEnum


class Ids(StrEnum):
    ASKED = "marks-asked"  # the requested form: {"do", "id" or "day", "n"}
    DONE = "marks-done"  # an annotation deleted or restored: {"do", "id", "n"}
    CHANGED = "marks-changed"  # time of the last change of annotations
    FORM = "marks-form"
    EDITED = "marks-edited"  # annotation being edited; None for a new one
    FIRST = "marks-first"
    LAST = "marks-last"
    KIND = "marks-kind"
    WORDS = "marks-words"
    WITH_STAFF = "marks-with-staff"
    SAVE = "marks-save"
    VIEWS = "marks-views"  # views that the user can open
    VIEWS_DONE = "marks-views-done"  # a view set as home or deleted: {"do", "id", "n"}
    ADDRESS = "marks-address"  # of the page being saved
    NAME = "marks-name"
    SHARED = "marks-shared"
    RENAMED = "marks-renamed"  # view being edited; None for a new one
    KEEP = "marks-keep"
    GOING = "marks-going"  # link to the view
    GOES = "marks-goes"  # address to which `/` redirects the user
    LINKS = "marks-links"  # the user's links
    LINKS_DONE = "marks-links-done"  # a link revoked: {"do", "id", "n"}
    LINK_VIEW = "marks-link-view"  # query string of the view to share
    LINK_DAYS = "marks-link-days"
    LINK_LABEL = "marks-link-label"
    LINK_MAKE = "marks-link-make"
    LINK_MADE = "marks-link-made"  # its address, shown once
    DAY = "marks-day"  # annotations of the open day
