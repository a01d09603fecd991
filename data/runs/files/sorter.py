"""Sort the lines of a sheet: those that create, change, repeat a stored row, or are refused."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from core.errors import PortalError
from core.i18n import N_
from data.runs.files.faults import FieldFaults
from data.runs.files.refusals import RefusedCell
from data.runs.files.rows import Cells, problem_of
from data.runs.types import SheetProblem, SheetSorted, SheetTable

T = TypeVar("T")
Read = TypeVar("Read")
RowKey = tuple[int, int]  # of a row that stands: its id and its version
HIDDEN_PCE = N_("Ligne {line} : ce PCE est introuvable.")


@dataclass(slots=True)
class SheetSorter(Generic[T]):
    """Collect what the lines of a sheet do."""

    new: list[T] = field(default_factory=list)
    changed: list[tuple[RowKey, T]] = field(default_factory=list)
    same: int = 0
    problems: list[SheetProblem] = field(default_factory=list)

    def read(
        self, table: SheetTable, parse: Callable[[Cells], Read], column: str
    ) -> dict[int, Read]:
        """Parse each line, by number; an error without a column is noted at `column`."""
        lines = {}
        for line, cells in table.lines.items():
            try:
                lines[line] = parse(cells)
            except FieldFaults as faults:
                self.problems += [problem_of(line, error, column) for error in faults.errors]
            except (RefusedCell, PortalError) as error:
                self.fail(line, error, column)
        return lines

    def fail(self, line: int, error: RefusedCell | PortalError, column: str) -> None:
        self.problems.append(problem_of(line, error, column))

    def refuse(self, line: int, column: str, sentence: str, **blanks: object) -> None:
        self.problems.append(SheetProblem(line, column, sentence, {"line": line, **blanks}))

    def keep(self, draft: T, standing: tuple[RowKey, T] | None) -> None:
        """Create `draft`, or replace the stored row where it differs."""
        if standing is None:
            self.new.append(draft)
        elif standing[1] == draft:
            self.same += 1
        else:
            self.changed.append((standing[0], draft))

    def sorted(self) -> SheetSorted[T]:
        problems = sorted(self.problems, key=lambda problem: problem.line)
        return SheetSorted(tuple(self.new), tuple(self.changed), self.same, tuple(problems))
