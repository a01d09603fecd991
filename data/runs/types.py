"""The words of runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RunKind(StrEnum):
    READINGS = "readings"


class RunState(StrEnum):
    RECEIVED = "received"
    WORKING = "working"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run as its organisation sees it; `problem` is (sentence, params) when refused.

    `counts` holds days, absent, m3, kwh, new, changed, same, periods and pces of the file.
    """

    id: int
    kind: RunKind
    state: RunState
    file_name: str
    file_size: int
    who: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    done: int
    total: int
    counts: Mapping[str, int]
    problem: tuple[str, Mapping[str, object]] | None
    pce: str | None
