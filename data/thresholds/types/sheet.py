"""The lines of a sheet of thresholds, and what they are held against."""

from dataclasses import dataclass

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
