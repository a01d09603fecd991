"""Count each typed code before checking it, and warn the account's owner of guessing."""

from collections.abc import Iterator
from contextlib import contextmanager

from api.context import now, portal
from core.errors import Invalid
from data.identity.accounts import actions
from data.identity.accounts.types import TypedCode
from data.notifications.actions import queue
from data.notifications.types import NotificationKind


@contextmanager
def counted(typed: TypedCode) -> Iterator[None]:
    """Count the attempt, then run the block that checks the code; raise TooMany.

    The only Invalid that the block may raise is about the code: the password is checked before.
    """
    database, limits = portal().database, portal().limits
    with database.transaction() as db:
        actions.count_code(db, typed, now(), limits)
    try:
        yield
    except Invalid:
        with database.transaction() as db:
            actions.note_code(db, typed, now())
            if actions.raise_alarm(db, typed, now(), limits):
                queue(db, typed.user_id, NotificationKind.CODES_GUESSED, now())
        raise
