"""Component ids of marks."""

from enum import StrEnum


class Ids(StrEnum):
    ASKED = "marks-asked"  # the form that is asked for: {"do", "id" or "day", "n"}
    DONE = "marks-done"  # an annotation taken away or brought back: {"do", "id", "n"}
    CHANGED = "marks-changed"  # annotations are other ones now: when
    FORM = "marks-form"
    EDITED = "marks-edited"  # the annotation that the form changes; none, a new one
    FIRST = "marks-first"
    LAST = "marks-last"
    KIND = "marks-kind"
    WORDS = "marks-words"
    SAVE = "marks-save"
    VIEWS = "marks-views"  # those that one may open
    VIEWS_DONE = "marks-views-done"  # one opened first, or forgotten: {"do", "id", "n"}
    ADDRESS = "marks-address"  # of the page that is being kept
    NAME = "marks-name"
    SHARED = "marks-shared"
    RENAMED = "marks-renamed"  # the view that the form changes; none, a new one
    KEEP = "marks-keep"
    GOING = "marks-going"  # the way there, in words
    GOES = "marks-goes"  # where `/` leads its reader
    LINKS = "marks-links"  # those that one made
    LINKS_DONE = "marks-links-done"  # one revoked: {"do", "id", "n"}
    LINK_VIEW = "marks-link-view"  # the query string of what would be shared
    LINK_DAYS = "marks-link-days"
    LINK_LABEL = "marks-link-label"
    LINK_MAKE = "marks-link-make"
    LINK_MADE = "marks-link-made"  # its address, shown once
    DAY = "marks-day"  # those of the day whose detail is open
