"""Change webhooks: administration, events and deliveries."""

from data.exchange.hooks.actions.administration import (
    add_hook,
    choose_topics,
    ping_hook,
    remove_hook,
    rotate_secret,
    turn_off_hook,
    turn_on_hook,
)
from data.exchange.hooks.actions.events import queue_data_events, queue_state_events
from data.exchange.hooks.actions.outbox import (
    SEND_WEBHOOKS,
    drop_queue,
    find_next,
    is_on,
    next_due,
    record_failure,
    record_sent,
)
from data.exchange.hooks.actions.redelivery import resend, resend_failed

__all__ = [
    "SEND_WEBHOOKS",
    "add_hook",
    "choose_topics",
    "drop_queue",
    "find_next",
    "is_on",
    "next_due",
    "ping_hook",
    "queue_data_events",
    "queue_state_events",
    "record_failure",
    "record_sent",
    "remove_hook",
    "resend",
    "resend_failed",
    "rotate_secret",
    "turn_off_hook",
    "turn_on_hook",
]
