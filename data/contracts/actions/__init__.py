"""Changing contracts, each in the transaction of its caller."""

from data.contracts.actions.codes import ask_code, prove
from data.contracts.actions.downloading import note_download
from data.contracts.actions.ending import end_for, terminate
from data.contracts.actions.inviting import take_guests
from data.contracts.actions.offering import (
    amend,
    amendment_base,
    refuse,
    refuse_signature,
    send,
    take_back,
)
from data.contracts.actions.onboarding import begin, keep_step
from data.contracts.actions.outcome import close_rights, keep_outcome
from data.contracts.actions.recalling import recall_paper, recall_papers, recall_seal
from data.contracts.actions.renewing import abandon, renew
from data.contracts.actions.signing import countersign, sign
from data.contracts.actions.starting import expire_due, remind_due, start_due

__all__ = [
    "abandon",
    "amend",
    "amendment_base",
    "ask_code",
    "begin",
    "close_rights",
    "countersign",
    "end_for",
    "expire_due",
    "keep_outcome",
    "keep_step",
    "note_download",
    "prove",
    "recall_paper",
    "recall_papers",
    "recall_seal",
    "refuse",
    "refuse_signature",
    "remind_due",
    "renew",
    "send",
    "sign",
    "start_due",
    "take_back",
    "take_guests",
    "terminate",
]
