"""Every table and column: what of it is somebody's, given to them, erased or kept, and as what.

A test lists the schema: a column that is in none of this fails it the day it is born.
"""

from data.subjects.queries.holdings import accounts, notifications, rights, work
from data.subjects.queries.holdings.base import Holding
from data.subjects.queries.holdings.nobody import NOBODY, WITHHELD

# In the order of an erasure: what refers to a row goes before it.
HOLDINGS: tuple[Holding, ...] = (
    *notifications.HOLDINGS,
    *rights.HOLDINGS,
    *work.HOLDINGS,
    *accounts.HOLDINGS,
)

__all__ = ["HOLDINGS", "NOBODY", "WITHHELD", "Holding"]
