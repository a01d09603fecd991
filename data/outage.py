"""The database is not there: stopped, started again meanwhile, or without a connection left."""

from psycopg import OperationalError
from sqlalchemy.exc import DBAPIError

from i18n import N_

DOWN = N_("La base de données du portail ne répond pas : rien n’est perdu, réessayez bientôt.")
_GONE = ("08", "53", "57P")  # classes of PostgreSQL: no connection, no room for one, it stops


def is_outage(error: Exception) -> bool:
    """Whether *error*, the driver's own or SQLAlchemy's, says so; who is gone gives no code."""
    found = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(found, OperationalError):
        return False
    return found.sqlstate is None or found.sqlstate.startswith(_GONE)
