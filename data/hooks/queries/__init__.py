"""Reading webhooks: what a screen shows of one's organisation, and what the job has to do."""

from data.hooks.queries.hooks import get_journal, list_hooks
from data.hooks.queries.service import (
    list_gone,
    list_listening,
    list_moves,
    list_news,
    list_proof_states,
)

__all__ = [
    "get_journal",
    "list_gone",
    "list_hooks",
    "list_listening",
    "list_moves",
    "list_news",
    "list_proof_states",
]
