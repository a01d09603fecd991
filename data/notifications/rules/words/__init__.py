"""Texts of notices, shared by the inbox, mails and the journal."""

from data.notifications.rules.words.contracts import contract_act
from data.notifications.rules.words.figures import facts_of, over_mark, share, story_of
from data.notifications.rules.words.help import act_of
from data.notifications.rules.words.lines import WordedLine, day_in, energy, euros
from data.notifications.rules.words.names import (
    channel_name,
    error_name,
    grouping_name,
    kind_name,
    severity_name,
    state_name,
    tag_of,
)
from data.notifications.rules.words.proofs import proof_act, quoted_note
from data.notifications.rules.words.sentences import headline_of, label_of, reason_of, title_of

__all__ = [
    "WordedLine",
    "act_of",
    "channel_name",
    "contract_act",
    "day_in",
    "energy",
    "error_name",
    "euros",
    "facts_of",
    "grouping_name",
    "headline_of",
    "kind_name",
    "label_of",
    "over_mark",
    "proof_act",
    "quoted_note",
    "reason_of",
    "severity_name",
    "share",
    "state_name",
    "story_of",
    "tag_of",
    "title_of",
]
