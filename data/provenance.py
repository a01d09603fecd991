"""The source of a value: the distributor's side, or an organisation's deposit."""

from dataclasses import dataclass
from enum import IntEnum


class DataSource(IntEnum):
    """Source of a value, as stored in the columns `source`."""

    DISTRIBUTOR = 1  # the distributor's own feed, or what the mirror read there
    STAFF = 2  # a file deposited by the distributor's staff
    OPERATOR = 3  # a file imported by the portal's operator by command
    DEPOSIT = 4  # a file deposited by an organisation, in any layout


@dataclass(frozen=True, slots=True)
class Provenance:
    """Source of a stored value; `run_id` is its deposit, 0 without one."""

    source: DataSource
    run_id: int = 0


FEED = Provenance(DataSource.DISTRIBUTOR)
COMMAND = Provenance(DataSource.OPERATOR)
