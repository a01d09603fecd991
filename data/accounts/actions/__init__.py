"""Changing accounts: signing in and out, passwords, people."""

from data.accounts.actions.passwords import (
    change_password,
    hash_password,
    prove,
    request_reset,
    reset_password,
)
from data.accounts.actions.people import (
    THEMES,
    create_organisation,
    create_user,
    disable_user,
    set_preferences,
)
from data.accounts.actions.sessions import (
    close_other_sessions,
    close_session,
    count_reset,
    purge_sessions,
    sign_in,
    sign_out,
    touch,
    try_sign_in,
)

__all__ = [
    "THEMES",
    "change_password",
    "close_other_sessions",
    "close_session",
    "count_reset",
    "create_organisation",
    "create_user",
    "disable_user",
    "hash_password",
    "prove",
    "purge_sessions",
    "request_reset",
    "reset_password",
    "set_preferences",
    "sign_in",
    "sign_out",
    "touch",
    "try_sign_in",
]
