"""Where each figure is on the lines of a table, and the loop that names the wrong line."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from data.consumption.files import cells, days
from data.consumption.files.faults import each
from data.consumption.files.ledger import Values
from data.runs.files.refused import shown

Row = Sequence[object]
_PARSERS: Mapping[str, Callable[[object, str], object]] = {
    "start": cells.index,
    "end": cells.index,
    "volume": cells.volume,
    "energy": cells.energy,
    "coefficient": cells.coefficient,
    "temperature": cells.temperature,
    "quality": cells.quality,
    "status": cells.status,
    "source": cells.source,
}


class Shape:
    """The columns of one table; `lettered` names them as a spreadsheet does: `F, Energie`."""

    def __init__(self, header: Row, places: Mapping[str, int], *, lettered: bool = False) -> None:
        self.places = places
        self._labels = {
            field: (f"{letters(position)}, " if lettered else "") + shown(header[position])
            for field, position in places.items()
        }
        self._parsed = [
            (field, position, self._labels[field], _PARSERS[field])
            for field, position in places.items()
            if field in _PARSERS
        ]

    def values(self, row: Row) -> Values:
        """The figures of *row*, each parsed; raises Refused naming the column."""
        values = Values()
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
        return None if cells.is_blank(cell) else cells.pce(cell, self._labels["pce"])


def letters(position: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    name, rest = "", position + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        name = chr(65 + letter) + name
    return name


def each_line(rows: Iterable[tuple[int, Row]], take: Callable[[int, Row], None]) -> None:
    """*take* every line that is not blank; those refused become one Unreadable."""
    each(((line, row) for line, row in rows if not all(map(cells.is_blank, row))), take)
