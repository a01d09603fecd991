"""Types of a sheet of thresholds: lines and existing thresholds."""

from dataclasses import dataclass

from data.thresholds.types.threshold import ThresholdDraft


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A line of a sheet: a PCE and its threshold, with a default name when it has none."""

    line: int
    pce: str
    draft: ThresholdDraft
    reference: int | None = None  # the threshold id written by an export
    named: bool = True


@dataclass(frozen=True, slots=True)
class KnownThreshold:
    """An existing threshold that names a PCE; `shared` with other PCEs or a tag."""

    id: int
    draft: ThresholdDraft
    shared: bool
    version: int
