"""Query contracts."""

from data.contracts.queries.detail import (
    find_contract,
    find_current,
    find_text,
    find_under_way,
    list_contract_events,
    list_texts,
)
from data.contracts.queries.dossier import get_contract_paper, get_dossier, list_dossier_steps
from data.contracts.queries.lists import (
    count_by_state,
    count_waiting,
    list_contracts,
    list_uncontracted,
)
from data.contracts.queries.opened import get_opened_contract
from data.contracts.queries.previous_version import find_renewed_end, get_comparison
from data.contracts.queries.termination_effects import count_ending_consequences
from data.contracts.queries.unscoped import (
    list_ending,
    list_inviting,
    list_lingering,
    list_over,
    list_presumed,
    list_starting,
    list_stored_keys,
)
from data.contracts.queries.visible import list_member_emails, load_signers

__all__ = [
    "count_by_state",
    "count_ending_consequences",
    "count_waiting",
    "find_contract",
    "find_current",
    "find_renewed_end",
    "find_text",
    "find_under_way",
    "get_comparison",
    "get_contract_paper",
    "get_dossier",
    "get_opened_contract",
    "list_contract_events",
    "list_contracts",
    "list_dossier_steps",
    "list_ending",
    "list_inviting",
    "list_lingering",
    "list_member_emails",
    "list_over",
    "list_presumed",
    "list_starting",
    "list_stored_keys",
    "list_texts",
    "list_uncontracted",
    "load_signers",
]
