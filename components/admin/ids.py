"""Component ids of the administration."""

from enum import StrEnum
from typing import Any

from data.identity.settings.types import Name


class Ids(StrEnum):
    # list of people
    GRID = "admin-grid"
    SEARCH = "admin-search"
    STATE = "admin-state"
    COUNT = "admin-count"
    NOTHING = "admin-nothing"
    ASKED = "admin-asked"
    CLEAR = "admin-clear"
    PLACE = "admin-place"  # data: organisation of the page; None for all
    # invitations
    INVITATIONS = "admin-invitations"
    NAME = "admin-name"
    EMAIL = "admin-email"
    ROLE = "admin-role"
    LANGUAGE = "admin-language"
    INVITE = "admin-invite"
    INVITING = "admin-inviting"  # the form, redrawn by each response
    # tags to which a person is restricted, at invitation or later
    TAGS = "admin-tags"
    REACH = "admin-reach"
    # organisations
    ORGANISATIONS = "admin-organisations"
    FIND = "admin-find"
    KIND = "admin-kind"
    FOUND = "admin-found"
    UNFOUND = "admin-unfound"
    WORDS = "admin-words"
    UNFILTER = "admin-unfilter"
    ORGANISATION = "admin-organisation"
    NEW_FORM = "admin-new-form"  # its fields, redrawn with their errors
    NEW_KIND = "admin-new-kind"
    SIREN = "admin-siren"
    CREATE = "admin-create"
    TRIES = "admin-tries"  # failed attempts of an organisation, and the button that lifts the limit
    LIFT = "admin-lift"
    # one person
    PERSON = "admin-person"
    SHOWN = "admin-shown"  # data: the person, and the counts of what would move
    NEW_NAME = "admin-new-name"
    RENAME = "admin-rename"
    NEW_ROLE = "admin-new-role"
    GIVE_ROLE = "admin-give-role"
    LIMIT = "admin-limit"
    HEIR = "admin-heir"
    HAND_OVER = "admin-hand-over"
    HANDING = "admin-handing"  # summary of what would move, before confirmation
    HANDED = "admin-handed"
    HEIR_SAID = "admin-heir-said"  # data: id of the recipient named in the summary
    DISABLE = "admin-disable"
    ENABLE = "admin-enable"
    REASON = "admin-reason"
    # settings of the operator
    SETTINGS = "admin-settings"
    SEEN = "admin-seen"  # data: initial text and version of each field, by key
    SAVE = "admin-save"
    SAID = "admin-said"
    SET_OPERATOR = "admin-set-operator"
    SET_ADDRESS = "admin-set-address"
    SET_EMAIL = "admin-set-email"
    SET_PHONE = "admin-set-phone"
    SET_ANSWER_DAYS = "admin-set-answer-days"
    SET_LONGEST_YEARS = "admin-set-longest-years"
    SET_PROOF_DAYS = "admin-set-proof-days"
    SET_PROOF_AGAIN_DAYS = "admin-set-proof-again-days"
    SET_PROOF_GRACE_DAYS = "admin-set-proof-grace-days"
    SET_PROOF_UNDO_MINUTES = "admin-set-proof-undo-minutes"
    SET_EXPORT_DAYS = "admin-set-export-days"
    SET_CO2_FACTOR = "admin-set-co2-factor"
    SET_CO2_BASIS = "admin-set-co2-basis"
    SET_CO2_SOURCE = "admin-set-co2-source"
    # mail texts
    WORDING = "admin-wording"
    TEXT = "admin-text"
    MAIL = "admin-mail"
    KEEP = "admin-keep"
    RESTORE = "admin-restore"
    READ = "admin-read"  # data: initial value of the field of the passage on screen

    # webhooks
    HOOKS = "admin-hooks"
    HOOKS_LEAD = "admin-hooks-lead"
    HOOK_JOURNAL = "admin-hook-journal"
    HOOK_NAME = "admin-hook-name"
    HOOK_URL = "admin-hook-url"
    HOOK_TOPICS = "admin-hook-topics"
    HOOK_URL_ERROR = "admin-hook-url-error"
    HOOK_TOPICS_ERROR = "admin-hook-topics-error"
    HOOK_ADD = "admin-hook-add"
    HOOK_NAME_ERROR = "admin-hook-name-error"
    HOOK_KEPT = "admin-hook-kept"  # new secrets, while the page that showed them is open
    HOOK_POLL = "admin-hook-poll"
    HOOK_LOOKING = "admin-hook-looking"  # checksum of the journal shown, set at each refresh
    HOOK_RESEND = "admin-hook-resend"
    FAILED_WORK = "admin-failed-work"


def hook_button(verb: object, hook: object) -> dict[str, Any]:
    """Return the id of a button of one webhook; either value may be `ALL`."""
    return {"type": "admin-hook-act", "verb": verb, "hook": hook}


def hook_story(hook: object) -> dict[str, Any]:
    """Return the id of the status texts of one webhook; `hook` may be `ALL`."""
    return {"type": "admin-hook-story", "hook": hook}


def hook_topics(hook: object) -> dict[str, Any]:
    """Return the id of the events field of one webhook; `hook` may be `ALL`."""
    return {"type": "admin-hook-hears", "hook": hook}


def delivery_button(delivery: object) -> dict[str, Any]:
    """Return the id of the button that sends a delivery again; `delivery` may be `ALL`."""
    return {"type": "admin-hook-delivery", "delivery": delivery}


def failed_work_button(verb: object, item: object) -> dict[str, Any]:
    """Return the id of a button of a failed job; either value may be `ALL`."""
    return {"type": "admin-failed-work-act", "verb": verb, "item": item}


def invitation_button(verb: object, invitation: object) -> dict[str, Any]:
    """Return the id of a button of one invitation; either value may be `ALL`."""
    return {"type": "admin-invitation", "verb": verb, "invitation": invitation}


SETTINGS = {
    Name.OPERATOR: Ids.SET_OPERATOR,
    Name.ADDRESS: Ids.SET_ADDRESS,
    Name.EMAIL: Ids.SET_EMAIL,
    Name.PHONE: Ids.SET_PHONE,
    Name.ANSWER_DAYS: Ids.SET_ANSWER_DAYS,
    Name.LONGEST_YEARS: Ids.SET_LONGEST_YEARS,
    Name.PROOF_DAYS: Ids.SET_PROOF_DAYS,
    Name.PROOF_AGAIN_DAYS: Ids.SET_PROOF_AGAIN_DAYS,
    Name.PROOF_GRACE_DAYS: Ids.SET_PROOF_GRACE_DAYS,
    Name.PROOF_UNDO_MINUTES: Ids.SET_PROOF_UNDO_MINUTES,
    Name.EXPORT_DAYS: Ids.SET_EXPORT_DAYS,
    Name.CO2_FACTOR: Ids.SET_CO2_FACTOR,
    Name.CO2_BASIS: Ids.SET_CO2_BASIS,
    Name.CO2_SOURCE: Ids.SET_CO2_SOURCE,
}


def put_back_button(key: object) -> dict[str, Any]:
    """Return the id of the button that resets a setting; `key` may be `ALL`."""
    return {"type": "admin-put-back", "key": key}
