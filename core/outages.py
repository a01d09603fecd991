"""Recognise outages: an unreachable database, a full disk."""

import errno
import sqlite3

from psycopg import OperationalError
from sqlalchemy.exc import DBAPIError

from core.errors import PortalError, StorageFull, Unavailable
from core.i18n import N_

DOWN = N_("La base de données du portail ne répond pas : rien n’est perdu, réessayez bientôt.")
FULL = N_(
    "Le disque du portail est plein : rien n’a été enregistré, et rien de ce qui l’était n’est"
    " perdu. Prévenez l’exploitant du portail, puis recommencez."
)
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
_GONE = ("08", "53", "57P")  # PostgreSQL: no connection, no resources, server shutdown


def is_outage(error: Exception) -> bool:
    """Return whether `error`, from the driver or SQLAlchemy, says that the database is down.

    A server that has disappeared gives no error code.
    """
    cause = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(cause, OperationalError):
        return False
    return cause.sqlstate is None or cause.sqlstate.startswith(_GONE)


def outage_of(error: Exception) -> PortalError | None:
    """Return the error to show for a full disk or a database that is down; None for others."""
    if isinstance(error, StorageFull):
        return error
    full = isinstance(error, OSError) and error.errno in _NO_ROOM
    if full or getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:  # driver error
        return StorageFull(FULL)
    return Unavailable(DOWN) if is_outage(error) else None
