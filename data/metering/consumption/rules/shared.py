"""Share periods out over the days without a reading, for the roll-up."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from data.metering.consumption.rules.days import (
    DayRow,
    Extent,
    StoredPeriod,
    days_of,
    put_published,
    put_sheet,
)


class SharedDay(NamedTuple):
    """A gas day without reading, and its share of the period `first`…`last`."""

    day: date
    energy_wh: int | None
    volume_dm3: int | None
    quality: int
    source: int
    first: date
    last: date
    billed: bool  # published period, else a line of a sheet


def shares_of(
    sheets: Sequence[StoredPeriod], published: Sequence[StoredPeriod], rows: Sequence[DayRow]
) -> Iterator[SharedDay]:
    """Yield the shares that the page of a PCE draws: sheet lines beside the days of `rows`.

    Without either, `published` periods are shared out. The latest statement comes first.
    """
    lines = sorted(sheets, key=lambda line: (line.last - line.first, line.first))
    billed = not (lines or rows)
    spread = put_published if billed else put_sheet
    lines = [*published] if billed else lines
    if not lines:
        return
    first, last = min(line.first for line in lines), max(line.last for line in lines)
    days = days_of((first, last), Extent(first, last), rows)
    used = bytearray(len(days.prorated))
    for line in lines:
        spread(days, [line])
        part = days.slice(line.first, line.last)
        for at in range(part.start, part.stop):
            if days.prorated[at] and not used[at]:
                used[at] = 1
                yield SharedDay(
                    date.fromordinal(days.base + at),
                    days.energy[at],
                    days.volume[at],
                    line.quality,
                    line.source,
                    line.first,
                    line.last,
                    billed,
                )
