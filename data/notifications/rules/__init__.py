"""Decide when, to which recipients and under which name a message is sent."""

from data.notifications.rules.identity import batch_message_id, mask_of, message_id
from data.notifications.rules.plain_text import plain
from data.notifications.rules.public_addresses import (
    forces_an_option,
    is_public,
    problems_in_url,
    target_of,
    unquoted,
)
from data.notifications.rules.signatures import read_link, sign_link, webhook_signature
from data.notifications.rules.timing import (
    RECALL_AFTER,
    ask_again,
    due_at,
    grouping_of,
    is_quiet,
    is_settled,
    next_attempt,
    retry_when_down,
    still_ahead,
)

__all__ = [
    "RECALL_AFTER",
    "ask_again",
    "batch_message_id",
    "due_at",
    "forces_an_option",
    "grouping_of",
    "is_public",
    "is_quiet",
    "is_settled",
    "mask_of",
    "message_id",
    "next_attempt",
    "plain",
    "problems_in_url",
    "read_link",
    "retry_when_down",
    "sign_link",
    "still_ahead",
    "target_of",
    "unquoted",
    "webhook_signature",
]
