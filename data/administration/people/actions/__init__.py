"""Change people: invitations, roles, deactivation and handover."""

from data.administration.people.actions.guests import invite_guests
from data.administration.people.actions.handover import hand_over
from data.administration.people.actions.impersonation import (
    impersonate,
    record_impersonated_read,
    stop_impersonating,
)
from data.administration.people.actions.invitations import (
    accept,
    forget_invitations,
    invite,
    refusals,
    resend,
    withdraw,
)
from data.administration.people.actions.names import rename, rename_self
from data.administration.people.actions.organisations import create_with_administrator
from data.administration.people.actions.roles import disable, enable, give_role, limit
from data.administration.people.actions.sheets import invite_all, sort_out

__all__ = [
    "accept",
    "create_with_administrator",
    "disable",
    "enable",
    "forget_invitations",
    "give_role",
    "hand_over",
    "impersonate",
    "invite",
    "invite_all",
    "invite_guests",
    "limit",
    "record_impersonated_read",
    "refusals",
    "rename",
    "rename_self",
    "resend",
    "sort_out",
    "stop_impersonating",
    "withdraw",
]
