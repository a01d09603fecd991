"""The words of a notice, the same in the inbox, the mails and the journal."""

from data.notifications.rules.words.names import (
    channel_name,
    error_name,
    grouping_name,
    kind_name,
    severity_name,
    state_name,
    tag_of,
)
from data.notifications.rules.words.sentences import (
    Told,
    energy,
    facts_of,
    headline_of,
    reason_of,
    story_of,
    title_of,
)

__all__ = [
    "Told",
    "channel_name",
    "energy",
    "error_name",
    "facts_of",
    "grouping_name",
    "headline_of",
    "kind_name",
    "reason_of",
    "severity_name",
    "state_name",
    "story_of",
    "tag_of",
    "title_of",
]
