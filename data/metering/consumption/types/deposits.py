"""Types of a deposit of readings before it is stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from data.metering.pces.types import PceRow
from data.runs.types import ColumnUse, RunPart, RunRow, RunState


@dataclass(frozen=True, slots=True)
class DepositCheck:
    """What the files of a deposit contain and would change, before it is confirmed."""

    runs: Sequence[RunRow]
    parts: Sequence[RunPart]  # parts that wait for a decision come first
    names: Mapping[str, str]  # of the PCEs, by number
    readers: int  # organisations with a right on some of them
    at: str = ""  # `run-place` of the part whose curve is drawn
    lookalikes_by_place: Mapping[tuple[int, int], str] = field(
        default_factory=dict
    )  # (run, place): another PCE
    sites: Sequence[PceRow] = ()  # offered where the PCE of a file must be chosen
    units_by_place: Mapping[tuple[int, int], ColumnUse] = field(
        default_factory=dict
    )  # (run, place): what its energy is read as, were its unit another one

    @property
    def drafts(self) -> Sequence[RunRow]:
        return [run for run in self.runs if run.state is RunState.DRAFT]

    @property
    def pending_runs(self) -> Sequence[RunRow]:
        """The files that may still be confirmed, or of which the columns may be said."""
        return [run for run in self.runs if run.state is RunState.DRAFT or run.takes_columns]

    def run_of(self, part: RunPart) -> RunRow:
        return next(run for run in self.runs if run.id == part.run_id)

    @property
    def waiting(self) -> Sequence[RunPart]:
        """Return the implausible parts that nobody has accepted."""
        return [part for part in self.parts if part.odd and not part.accepted]

    @property
    def displayed_part(self) -> RunPart | None:
        """Return the part whose curve is drawn: the requested one, else the first."""
        chosen = (part for part in self.parts if f"{part.run_id}-{part.place}" == self.at)
        return next(chosen, next(iter(self.parts), None))

    def name_of(self, part: RunPart) -> str:
        return self.names.get(part.pce) or part.pce


@dataclass(frozen=True, slots=True)
class DepositReceipt:
    """A run and the part of its file whose curve is drawn, if any."""

    run: RunRow
    part: RunPart | None = None
    name: str = ""  # of the PCE of its file, where there is one only
