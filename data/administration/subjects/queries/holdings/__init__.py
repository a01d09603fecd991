"""Registry of all tables and columns: personal data, its delivery and its erasure.

A test lists the schema and fails for a column that is not registered here.
"""

from data.administration.subjects.queries.holdings import accounts, notifications, rights, work
from data.administration.subjects.queries.holdings.base import Holding
from data.administration.subjects.queries.holdings.nobody import NOBODY, WITHHELD

# In the order of erasure: rows that refer to another one go before it.
HOLDINGS: tuple[Holding, ...] = (
    *notifications.HOLDINGS,
    *rights.HOLDINGS,
    *work.HOLDINGS,
    *accounts.HOLDINGS,
)

__all__ = ["HOLDINGS", "NOBODY", "WITHHELD", "Holding"]
