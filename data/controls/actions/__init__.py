"""Changing controls, each in the transaction of its caller."""

from data.controls.actions.calendars import create_calendar, revoke_calendar
from data.controls.actions.checking import REPLACED, answer_points, assign
from data.controls.actions.deciding import decide, decide_many, undo
from data.controls.actions.depositing import (
    check_deposit,
    cover,
    is_sent,
    send,
    stage,
    submit,
    unstage,
)
from data.controls.actions.drawing import open_campaign, preview_campaign
from data.controls.actions.following import Ruled, close_followed, open_followed, rule_followed
from data.controls.actions.packing import note_pack
from data.controls.actions.settling import apply, close_ended, hold_open, reject_late, remind
from data.controls.actions.talking import mark_read, write_message, write_note

__all__ = [
    "REPLACED",
    "Ruled",
    "answer_points",
    "apply",
    "assign",
    "check_deposit",
    "close_ended",
    "close_followed",
    "cover",
    "create_calendar",
    "decide",
    "decide_many",
    "hold_open",
    "is_sent",
    "mark_read",
    "note_pack",
    "open_campaign",
    "open_followed",
    "preview_campaign",
    "reject_late",
    "remind",
    "revoke_calendar",
    "rule_followed",
    "send",
    "stage",
    "submit",
    "undo",
    "unstage",
    "write_message",
    "write_note",
]
