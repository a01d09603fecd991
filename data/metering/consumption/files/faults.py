"""Collect the faulty lines of a file, to report several at once."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeVar

from core.errors import Unreadable
from data.runs.files.refusals import RefusedCell

NAMED = 5
_Line = TypeVar("_Line")
MOST = 1000  # counting stops here: the file is wrong as a whole


class ReadingFaults:
    """Refusals in file order; when there is one, nothing read from the file is returned."""

    def __init__(self) -> None:
        self.count = 0
        self._named: list[Unreadable] = []

    @property
    def full(self) -> bool:
        return self.count >= MOST

    def add(self, name: Callable[[], Unreadable]) -> None:
        """Count a refusal; `name` builds its message and is only called for the first ones."""
        self.count += 1
        if len(self._named) < NAMED:
            self._named.append(name())

    def stop(self, end: Unreadable) -> None:
        """Record the fault `end` after which nothing can be read.

        Raise it if it is the only one.
        """
        if not self.count:
            raise end
        self.count += 1
        if len(self._named) < NAMED:
            self._named.append(end)

    def settle(self) -> None:
        """Raise the collected faults as one Unreadable, if there are any."""
        problem = self.together()
        if problem is not None:
            raise problem from None

    def together(self) -> Unreadable | None:
        """Return all faults as one: the first, `also` the next ones, `further` how many others.

        `stopped` says that counting stopped, so `further` is a minimum.
        """
        if not self._named:
            return None
        first, *others = self._named
        also = [[other.message, dict(other.params)] for other in others]
        rest = {"also": also, "further": self.count - len(self._named), "stopped": self.full}
        return Unreadable(first.message, **first.params, **(rest if also else {}))


def placed(error: RefusedCell, line: int) -> Unreadable:
    return Unreadable(error.message, **{"line": line, **error.params})


def each(lines: Iterable[tuple[int, _Line]], take: Callable[[int, _Line], None]) -> None:
    """Call `take` on every line, then raise all refusals together as one Unreadable.

    When `lines` itself cannot continue, its fault is reported last.
    """
    faults = ReadingFaults()
    try:
        for line, row in lines:
            try:
                take(line, row)
            except RefusedCell as error:
                faults.add(partial(placed, error, line))
                if faults.full:
                    break
    except Unreadable as end:
        faults.stop(end)
    faults.settle()
