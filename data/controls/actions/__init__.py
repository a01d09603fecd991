"""Change controls, each in the caller's transaction."""

from data.controls.actions.calendars import create_calendar, revoke_calendar
from data.controls.actions.campaigns import open_campaign, preview_campaign
from data.controls.actions.checklist import REPLACED, answer_points, assign
from data.controls.actions.deadlines import apply, close_ended, hold_open, reject_late, remind
from data.controls.actions.decisions import decide, decide_many, undo
from data.controls.actions.deposits import (
    check_deposit,
    cover,
    is_sent,
    send,
    stage,
    submit,
    unstage,
)
from data.controls.actions.packs import note_pack
from data.controls.actions.thread import mark_read, write_message, write_note
from data.controls.actions.upstream_controls import (
    UpstreamDecision,
    close_followed,
    open_followed,
    rule_followed,
)

__all__ = [
    "REPLACED",
    "UpstreamDecision",
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
