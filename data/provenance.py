"""Whose word a value is: the distributor's side, or an organisation that deposited a file."""

from dataclasses import dataclass
from enum import IntEnum


class DataSource(IntEnum):
    """Who said a value: the numbers of the columns `source`."""

    DISTRIBUTOR = 1  # its own feed, or what the mirror read there
    STAFF = 2  # a file that an agent of the distributor deposited
    OPERATOR = 3  # a file that the operator of the portal imported by command
    DEPOSIT = 4  # a file that an organisation deposited, whatever its layout


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who says what is stored; `run_id` is the deposit that it came with, 0 where it is none."""

    source: DataSource
    run_id: int = 0


FEED = Provenance(DataSource.DISTRIBUTOR)
COMMAND = Provenance(DataSource.OPERATOR)
