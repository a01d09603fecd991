"""Component ids of the notifications page."""

from enum import StrEnum
from typing import Any


class Ids(StrEnum):
    QUERY = "notifications-query"  # query string of the list shown
    UNREAD = "notifications-unread"
    KIND = "notifications-kind"
    SITE = "notifications-site"
    COUNT = "notifications-count"
    LIST = "notifications-list"
    READ_ALL = "notifications-read-all"
    READ_ALL_BOX = "notifications-read-all-box"  # hidden without unread notices
    EMAIL = "notifications-email"
    GROUPING = "notifications-grouping"
    HOUR = "notifications-hour"
    WEEKDAY = "notifications-weekday"
    QUIET_FROM = "notifications-quiet-from"
    QUIET_TO = "notifications-quiet-to"
    URGENT = "notifications-urgent"
    SAVE = "notifications-save"
    EMAIL_OFF = "notifications-email-off"
    MUTES = "notifications-mutes"
    STOP_KIND = "notifications-stop-kind"
    STOP_REASON = "notifications-stop-reason"
    STOP_UNTIL = "notifications-stop-until"
    STOP = "notifications-stop"
    CHANNELS = "notifications-channels"
    NEW_WAY = "notifications-new-way"
    NEW_NAME = "notifications-new-name"
    NEW_URL = "notifications-new-url"
    ADD_CHANNEL = "notifications-add-channel"
    ADDED = "notifications-added"
    ADDRESSES = "notifications-addresses"
    NEW_EMAIL = "notifications-new-email"
    NEW_LANGUAGE = "notifications-new-language"
    ADD_ADDRESS = "notifications-add-address"


def notice_button(verb: object, notice: object) -> dict[str, Any]:
    """Return the id of the button `verb` of a notice; either value may be `ALL`."""
    return {"type": "notifications-notice", "verb": verb, "notice": notice}


def mute_button(mute: object) -> dict[str, Any]:
    return {"type": "notifications-mute", "mute": mute}


def channel_button(verb: object, channel: object) -> dict[str, Any]:
    return {"type": "notifications-channel", "verb": verb, "channel": channel}


def address_button(address: object) -> dict[str, Any]:
    return {"type": "notifications-address", "address": address}
