"""Change access rights, each in the caller's transaction."""

from data.rights.actions.alignment import adopt, align, end_absent
from data.rights.actions.answers import LetterAnswering, answer_as_holder, answer_by_link
from data.rights.actions.bulk_acts import ActWork, begin_act, do_now, open_act, stop_act, undo_act
from data.rights.actions.declarations import check, declare, declare_many
from data.rights.actions.distributor_decisions import reject_proofs, settle_identity
from data.rights.actions.enumeration import charge_lookups, lift_tries
from data.rights.actions.holder_moves import follow_holders, holders_moved
from data.rights.actions.imports import (
    accept_repairs,
    confirm,
    drop,
    dropped,
    edit_line,
    edited,
    keep_plan,
    map_columns,
    open_import,
    plan_of,
    table_of,
    undo_import,
)
from data.rights.actions.letter_opt_out import resume_letters, stop_letters
from data.rights.actions.letter_reminders import recall
from data.rights.actions.lines import (
    learn_rights,
    preview,
    preview_rejects,
    read_lines,
    sort_rights,
    store_lines,
)
from data.rights.actions.reads_log import note_read
from data.rights.actions.renewal import renew_many
from data.rights.actions.revocation import cancel, close_for_contract, end_contract, revoke, undo
from data.rights.actions.views import drop_view, keep_view

__all__ = [
    "ActWork",
    "LetterAnswering",
    "accept_repairs",
    "adopt",
    "align",
    "answer_as_holder",
    "answer_by_link",
    "begin_act",
    "cancel",
    "charge_lookups",
    "check",
    "close_for_contract",
    "confirm",
    "declare",
    "declare_many",
    "do_now",
    "drop",
    "drop_view",
    "dropped",
    "edit_line",
    "edited",
    "end_absent",
    "end_contract",
    "follow_holders",
    "holders_moved",
    "keep_plan",
    "keep_view",
    "learn_rights",
    "lift_tries",
    "map_columns",
    "note_read",
    "open_act",
    "open_import",
    "plan_of",
    "preview",
    "preview_rejects",
    "read_lines",
    "recall",
    "reject_proofs",
    "renew_many",
    "resume_letters",
    "revoke",
    "settle_identity",
    "sort_rights",
    "stop_act",
    "stop_letters",
    "store_lines",
    "table_of",
    "undo",
    "undo_act",
    "undo_import",
]
