"""Changing webhooks: their administrators, what is to be told, and what was sent."""

from data.hooks.actions.managing import (
    add_hook,
    choose_topics,
    ping_hook,
    remove_hook,
    rotate_secret,
    turn_off_hook,
    turn_on_hook,
)
from data.hooks.actions.outbox import claim, record_failure, record_sent, release_stuck
from data.hooks.actions.resending import resend, resend_failed
from data.hooks.actions.telling import tell_data, tell_states

__all__ = [
    "add_hook",
    "choose_topics",
    "claim",
    "ping_hook",
    "record_failure",
    "record_sent",
    "release_stuck",
    "remove_hook",
    "resend",
    "resend_failed",
    "rotate_secret",
    "tell_data",
    "tell_states",
    "turn_off_hook",
    "turn_on_hook",
]
