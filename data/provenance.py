"""The source of a value: the distributor's side, or an organisation's deposit."""

from dataclasses import dataclass
from enum import IntEnum


class DataSource(IntEnum):
    """The source of a value: the numbers of the columns `source`."""

    DISTRIBUTOR = 1  # its own feed, or what the mirror read there
    STAFF = 2  # a file that an agent of the distributor deposited
    OPERATOR = 3  # a file that the operator of the portal imported by command
    DEPOSIT = 4  # a file that an organisation deposited, whatever its layout


@dataclass(frozen=True, slots=True)
class Provenance:
    """The source of what is stored; `run_id` is its deposit, 0 without any."""

    source: DataSource
    run_id: int = 0


FEED = Provenance(DataSource.DISTRIBUTOR)
COMMAND = Provenance(DataSource.OPERATOR)
