"""The ids of the administration."""

from enum import StrEnum
from typing import Any


class Ids(StrEnum):
    # the list of people
    GRID = "admin-grid"
    SEARCH = "admin-search"
    STATE = "admin-state"
    COUNT = "admin-count"
    NOTHING = "admin-nothing"
    ASKED = "admin-asked"
    CLEAR = "admin-clear"
    PLACE = "admin-place"  # data: which organisation the page is about; None, all of them
    # invitations
    INVITATIONS = "admin-invitations"
    NAME = "admin-name"
    EMAIL = "admin-email"
    ROLE = "admin-role"
    LANGUAGE = "admin-language"
    INVITE = "admin-invite"
    # the tags that somebody is limited to, when invited or since
    TAGS = "admin-tags"
    REACH = "admin-reach"
    # a sheet of people
    FILE = "admin-file"
    SENT = "admin-sent"
    PREVIEW = "admin-preview"
    PREVIEWED = "admin-previewed"
    SHEET_ACTIONS = "admin-sheet-actions"
    CONFIRM = "admin-confirm"
    # organisations
    ORGANISATIONS = "admin-organisations"
    FIND = "admin-find"
    KIND = "admin-kind"
    FOUND = "admin-found"
    UNFOUND = "admin-unfound"
    WORDS = "admin-words"
    UNFILTER = "admin-unfilter"
    ORGANISATION = "admin-organisation"
    NEW_KIND = "admin-new-kind"
    SIREN = "admin-siren"
    CREATE = "admin-create"
    # one person
    PERSON = "admin-person"
    SHOWN = "admin-shown"  # data: who, and what was said to move
    NEW_ROLE = "admin-new-role"
    GIVE_ROLE = "admin-give-role"
    LIMIT = "admin-limit"
    HEIR = "admin-heir"
    HAND_OVER = "admin-hand-over"
    DISABLE = "admin-disable"
    ENABLE = "admin-enable"
    REASON = "admin-reason"


def invitation_button(verb: object, invitation: object) -> dict[str, Any]:
    """The id of a button of one invitation; either may be `ALL`."""
    return {"type": "admin-invitation", "verb": verb, "invitation": invitation}
