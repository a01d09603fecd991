"""Query webhooks, for pages and for the job."""

from data.exchange.hooks.queries.hooks import get_journal, list_hooks
from data.exchange.hooks.queries.unscoped import (
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
