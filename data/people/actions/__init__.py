"""Changing people: invited, given a role, cut, followed by somebody else."""

from data.people.actions.guests import invite_guests
from data.people.actions.invitations import (
    accept,
    forget_invitations,
    invite,
    refusals,
    resend,
    withdraw,
)
from data.people.actions.leaving import hand_over
from data.people.actions.looking import look_as, note_look, stop_looking
from data.people.actions.names import rename, rename_self
from data.people.actions.organisations import found
from data.people.actions.roles import disable, enable, give_role, limit
from data.people.actions.sheets import invite_all, sort_out

__all__ = [
    "accept",
    "disable",
    "enable",
    "forget_invitations",
    "found",
    "give_role",
    "hand_over",
    "invite",
    "invite_all",
    "invite_guests",
    "limit",
    "look_as",
    "note_look",
    "refusals",
    "rename",
    "rename_self",
    "resend",
    "sort_out",
    "stop_looking",
    "withdraw",
]
