"""Changing access rights, each in the transaction of its caller."""

from data.rights.actions.answering import answer_by_link
from data.rights.actions.declaring import declare, declare_many, preview_many
from data.rights.actions.following import follow_holders, holders_moved
from data.rights.actions.reading import note_read
from data.rights.actions.renewing import renew_many
from data.rights.actions.revoking import cancel, end_contract, revoke, undo
from data.rights.actions.settling import reject_proof, settle_identity
from data.rights.actions.views import drop_view, keep_view

__all__ = [
    "answer_by_link",
    "cancel",
    "declare",
    "declare_many",
    "drop_view",
    "end_contract",
    "follow_holders",
    "holders_moved",
    "keep_view",
    "note_read",
    "preview_many",
    "reject_proof",
    "renew_many",
    "revoke",
    "settle_identity",
    "undo",
]
