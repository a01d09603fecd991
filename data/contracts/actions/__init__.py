"""Change contracts, each in the caller's transaction."""

from data.contracts.actions.codes import ask_code, prove
from data.contracts.actions.contract_periods import close_rights, keep_outcome
from data.contracts.actions.daily_transitions import expire_due, remind_due, start_due
from data.contracts.actions.download_log import note_download
from data.contracts.actions.invitations import take_guests
from data.contracts.actions.offers import (
    amend,
    amendment_base,
    refuse,
    refuse_signature,
    send,
    take_back,
)
from data.contracts.actions.onboarding import begin, keep_step
from data.contracts.actions.reminders import recall_paper, recall_papers, recall_seal
from data.contracts.actions.renewal import abandon, renew
from data.contracts.actions.signatures import countersign, sign
from data.contracts.actions.termination import end_for, terminate

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
