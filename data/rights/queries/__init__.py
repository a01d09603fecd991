"""Query access rights; each query starts from `visible(viewer)` or a holder's link."""

from data.rights.queries.attempts import count_tries, list_tries
from data.rights.queries.bulk_acts import (
    get_act_receipt,
    get_filter_split,
    get_uids_split,
    list_act_lines,
    list_acts,
    read_act_number,
)
from data.rights.queries.detail import (
    find_last_right,
    find_only,
    get_revocation_loss,
    get_right,
    get_visible_or_raise,
    list_right_events,
)
from data.rights.queries.import_lines import iter_imported_lines, list_lines
from data.rights.queries.imports import (
    find_last_stored_line,
    get_import_receipt,
    get_rejected_lines,
    list_imports,
)
from data.rights.queries.letter_opt_outs import get_letter_stop, list_stopped_emails
from data.rights.queries.letter_pages import (
    count_last_answer,
    find_ticked,
    get_letter_page,
    read_letter,
)
from data.rights.queries.letter_reminders import get_recall
from data.rights.queries.letter_scope import find_in_scope, read_scope
from data.rights.queries.lists import (
    EVERY,
    count_rights,
    count_states,
    find_numbers,
    find_uids,
    list_rights,
)
from data.rights.queries.passport import count_letter_rights, get_passport
from data.rights.queries.past_answers import find_last_answer
from data.rights.queries.pending import get_awaited_rights
from data.rights.queries.readers import list_readers_of_held
from data.rights.queries.readers_of_held import (
    count_asked,
    count_held,
    find_oldest_request,
    get_held_view,
    get_read,
    has_held_pce,
    list_chosen_held,
    list_held,
    list_reads_of_ours,
)
from data.rights.queries.reads import list_unrecorded_reads
from data.rights.queries.template import list_template_rows
from data.rights.queries.upstream_mode import is_decided_upstream
from data.rights.queries.views import list_views

__all__ = [
    "EVERY",
    "count_asked",
    "count_held",
    "count_last_answer",
    "count_letter_rights",
    "count_rights",
    "count_states",
    "count_tries",
    "find_in_scope",
    "find_last_answer",
    "find_last_right",
    "find_last_stored_line",
    "find_numbers",
    "find_oldest_request",
    "find_only",
    "find_ticked",
    "find_uids",
    "get_act_receipt",
    "get_awaited_rights",
    "get_filter_split",
    "get_held_view",
    "get_import_receipt",
    "get_letter_page",
    "get_letter_stop",
    "get_passport",
    "get_read",
    "get_recall",
    "get_rejected_lines",
    "get_revocation_loss",
    "get_right",
    "get_uids_split",
    "get_visible_or_raise",
    "has_held_pce",
    "is_decided_upstream",
    "iter_imported_lines",
    "list_act_lines",
    "list_acts",
    "list_chosen_held",
    "list_held",
    "list_imports",
    "list_lines",
    "list_readers_of_held",
    "list_reads_of_ours",
    "list_right_events",
    "list_rights",
    "list_stopped_emails",
    "list_template_rows",
    "list_tries",
    "list_unrecorded_reads",
    "list_views",
    "read_act_number",
    "read_letter",
    "read_scope",
]
