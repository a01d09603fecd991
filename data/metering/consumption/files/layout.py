"""Locate each figure in the lines of a table, and report faulty lines."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import partial

from data.metering.consumption.files import cell_parser, days
from data.metering.consumption.files.columns import energy_unit
from data.metering.consumption.files.faults import each
from data.metering.consumption.files.ledger import LineValues
from data.runs.files.refusals import quoted_value
from data.runs.rules import column_letters

Row = Sequence[object]
_PARSERS: Mapping[str, Callable[[object, str], object]] = {
    "start": cell_parser.index,
    "end": cell_parser.index,
    "volume": cell_parser.volume,
    "energy": cell_parser.energy,
    "coefficient": cell_parser.coefficient,
    "temperature": cell_parser.temperature,
    "quality": cell_parser.quality,
    "status": cell_parser.status,
    "source": cell_parser.source,
}


class Shape:
    """The columns of one table; `lettered` labels them as a spreadsheet does: `F, Energie`.

    `header_read` is the header that tells the unit of the energy, where it is not that of the file.
    """

    def __init__(
        self,
        header: Row,
        places: Mapping[str, int],
        *,
        lettered: bool = False,
        header_read: Row | None = None,
    ) -> None:
        self.places = places
        parsers = dict(_PARSERS)
        if "energy" in places:
            unit = energy_unit((header_read or header)[places["energy"]])
            parsers["energy"] = partial(cell_parser.energy, unit=unit)
        self._labels = {
            field: (f"{column_letters(position)}, " if lettered else "")
            + quoted_value(header[position])
            for field, position in places.items()
        }
        self._parsed = [
            (field, position, self._labels[field], parsers[field])
            for field, position in places.items()
            if field in parsers
        ]

    def values(self, row: Row) -> LineValues:
        """Parse the figures of `row`; raise RefusedCell naming the column."""
        values = LineValues()
        for field, position, label, parse in self._parsed:
            setattr(values, field, parse(row[position], label))
        return values

    def label(self, field: str) -> str:
        return self._labels[field]

    def cell(self, row: Row, field: str) -> object:
        return row[self.places[field]] if field in self.places else None

    def day(self, row: Row) -> date:
        return days.day(self.cell(row, "day"), self._labels["day"])

    def pce_of(self, cell: object) -> str | None:
        return None if cell_parser.is_blank(cell) else cell_parser.pce(cell, self._labels["pce"])


def each_line(rows: Iterable[tuple[int, Row]], take: Callable[[int, Row], None]) -> None:
    """Call `take` on every line that is not blank; refusals are raised as one Unreadable."""
    each(((line, row) for line, row in rows if not all(map(cell_parser.is_blank, row))), take)
