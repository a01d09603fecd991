"""Types of a sheet of thresholds: lines and existing thresholds."""

from dataclasses import dataclass

from data.thresholds.types.threshold import ThresholdDraft


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One line of a sheet: a PCE and its threshold; without a name of its own, *draft* has one."""

    line: int
    pce: str
    draft: ThresholdDraft
    reference: int | None = None  # which threshold it is, as an export said
    named: bool = True


@dataclass(frozen=True, slots=True)
class KnownThreshold:
    """A threshold that stands and names a PCE; `shared` with other PCE, or with a tag."""

    id: int
    draft: ThresholdDraft
    shared: bool
    version: int
