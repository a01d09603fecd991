"""Component ids of the alerts page."""

from enum import StrEnum
from typing import Any


class Ids(StrEnum):
    QUERY = "notifications-query"  # query string of the list shown
    SITE = "notifications-site"
    LEAD = "notifications-lead"
    TABS = "notifications-tabs"
    LIST = "notifications-list"
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


def alert_button(verb: object, alert: object) -> dict[str, Any]:
    """Return the id of the button `verb` of a line; either value may be `ALL`.

    `alert` is the number of its latest episode, of its threshold for all its sites; the verb "over"
    is about all those that are over.
    """
    return {"type": "notifications-alert", "verb": verb, "alert": alert}


def panel_button(verb: object, alert: object) -> dict[str, Any]:
    """Return the id of the same button in the panel of the bell."""
    return {"type": "notifications-panel", "verb": verb, "alert": alert}


def undo_button(seen_at: object) -> dict[str, Any]:
    """Return the id of the button that undoes what was marked as seen at one moment, in ISO."""
    return {"type": "notifications-undo", "seen_at": seen_at}


def raise_verb(percent: int) -> str:
    """Return the verb of the button that raises a threshold by so many percent."""
    return f"raise-{percent}"


def lower_button(threshold: object, version: object) -> dict[str, Any]:
    """Return the id of the button that undoes the raise which made a version of a threshold."""
    return {"type": "notifications-lower", "threshold": threshold, "version": version}


def notice_button(verb: object, notice: object) -> dict[str, Any]:
    """Return the id of the button `verb` of another message; either value may be `ALL`.

    The verb "all" is about all of them.
    """
    return {"type": "notifications-notice", "verb": verb, "notice": notice}


def mute_button(mute: object) -> dict[str, Any]:
    return {"type": "notifications-mute", "mute": mute}


def channel_button(verb: object, channel: object) -> dict[str, Any]:
    return {"type": "notifications-channel", "verb": verb, "channel": channel}


def address_button(address: object) -> dict[str, Any]:
    return {"type": "notifications-address", "address": address}


def code_field(channel: object) -> dict[str, Any]:
    """Return the id of the field of a code that a mobile received."""
    return {"type": "notifications-code", "channel": channel}


def confirm_button(channel: object) -> dict[str, Any]:
    return {"type": "notifications-confirm", "channel": channel}
