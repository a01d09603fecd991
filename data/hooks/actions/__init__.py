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
from data.hooks.actions.outbox import (
    SEND_WEBHOOKS,
    drop_queue,
    find_next,
    is_on,
    next_due,
    record_failure,
    record_sent,
)
from data.hooks.actions.resending import resend, resend_failed
from data.hooks.actions.telling import tell_data, tell_states

__all__ = [
    "SEND_WEBHOOKS",
    "add_hook",
    "choose_topics",
    "drop_queue",
    "find_next",
    "is_on",
    "next_due",
    "ping_hook",
    "record_failure",
    "record_sent",
    "remove_hook",
    "resend",
    "resend_failed",
    "rotate_secret",
    "tell_data",
    "tell_states",
    "turn_off_hook",
    "turn_on_hook",
]
