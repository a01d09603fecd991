"""Reading access rights: every read starts from `visible(viewer)`, or from a holder's link."""

from data.rights.queries.acts import (
    act_number,
    get_act_receipt,
    list_act_lines,
    list_acts,
    split_filter,
    split_uids,
)
from data.rights.queries.answered import answered_held
from data.rights.queries.awaited import awaited
from data.rights.queries.held import (
    choose_held,
    count_asked,
    count_held,
    get_read,
    holds_any,
    list_held,
    list_reads_of_ours,
    view_held,
)
from data.rights.queries.imported import every_line, list_lines
from data.rights.queries.imports import (
    last_stored,
    list_imports,
    receipt,
    rejected_lines,
)
from data.rights.queries.letter_pages import (
    count_last_answer,
    find_ticked,
    read_letter,
    view_letter,
)
from data.rights.queries.letter_scope import find_in_scope, read_scope
from data.rights.queries.lists import (
    EVERY,
    count_rights,
    count_states,
    find_numbers,
    find_uids,
    list_rights,
)
from data.rights.queries.one import (
    check_seen,
    find_only,
    get_right,
    last_right,
    loss_of,
    timeline,
)
from data.rights.queries.passport import count_letter_rights, passport
from data.rights.queries.readers import readers_of_ours
from data.rights.queries.reads import unsaid_reads
from data.rights.queries.recalled import recall_of
from data.rights.queries.relayed import relays
from data.rights.queries.stopped import letter_stop, stopped_in
from data.rights.queries.template import template_rows
from data.rights.queries.tries import count_tries, list_tries
from data.rights.queries.views import list_views

__all__ = [
    "EVERY",
    "act_number",
    "answered_held",
    "awaited",
    "check_seen",
    "choose_held",
    "count_asked",
    "count_held",
    "count_last_answer",
    "count_letter_rights",
    "count_rights",
    "count_states",
    "count_tries",
    "every_line",
    "find_in_scope",
    "find_numbers",
    "find_only",
    "find_ticked",
    "find_uids",
    "get_act_receipt",
    "get_read",
    "get_right",
    "holds_any",
    "last_right",
    "last_stored",
    "letter_stop",
    "list_act_lines",
    "list_acts",
    "list_held",
    "list_imports",
    "list_lines",
    "list_reads_of_ours",
    "list_rights",
    "list_tries",
    "list_views",
    "loss_of",
    "passport",
    "read_letter",
    "read_scope",
    "readers_of_ours",
    "recall_of",
    "receipt",
    "rejected_lines",
    "relays",
    "split_filter",
    "split_uids",
    "stopped_in",
    "template_rows",
    "timeline",
    "unsaid_reads",
    "view_held",
    "view_letter",
]
