"""Reading contracts."""

from data.contracts.queries.before import renewed_until, text_before
from data.contracts.queries.dossier import dossier_of, paper_of, steps_of
from data.contracts.queries.ending import consequences_of_ending
from data.contracts.queries.lists import (
    count_by_state,
    count_waiting,
    list_contracts,
    list_uncontracted,
)
from data.contracts.queries.one import (
    find_contract,
    find_current,
    find_text,
    find_under_way,
    list_texts,
    timeline_of,
)
from data.contracts.queries.service import (
    known_keys,
    list_ending,
    list_inviting,
    list_lingering,
    list_over,
    list_presumed,
    list_starting,
)
from data.contracts.queries.visible import members_of, signers_of

__all__ = [
    "consequences_of_ending",
    "count_by_state",
    "count_waiting",
    "dossier_of",
    "find_contract",
    "find_current",
    "find_text",
    "find_under_way",
    "known_keys",
    "list_contracts",
    "list_ending",
    "list_inviting",
    "list_lingering",
    "list_over",
    "list_presumed",
    "list_starting",
    "list_texts",
    "list_uncontracted",
    "members_of",
    "paper_of",
    "renewed_until",
    "signers_of",
    "steps_of",
    "text_before",
    "timeline_of",
]
