"""A sheet of thresholds, read whole, and what it did."""

from collections.abc import Mapping
from dataclasses import dataclass

from data.runs.types import SheetProblem
from data.thresholds.types.setting import Draft


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One line of a sheet: a PCE and its threshold; without a name of its own, *draft* has one."""

    line: int
    pce: str
    draft: Draft
    reference: int | None = None  # which threshold it is, as an export said
    named: bool = True


@dataclass(frozen=True, slots=True)
class Known:
    """A threshold that stands and names a PCE; `shared` with other PCE, or with a tag."""

    id: int
    draft: Draft
    shared: bool
    version: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet read whole: good rows, problems by line, and the cells of every line as written."""

    rows: tuple[SheetRow, ...]
    problems: tuple[SheetProblem, ...]
    header: tuple[str, ...]
    lines: Mapping[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Imported:
    """What a sheet did, or would do: a line is created, changed, already so, or refused."""

    created: int
    changed: int
    same: int
    problems: tuple[SheetProblem, ...]
