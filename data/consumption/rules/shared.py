"""The days that periods stand for, of who may read them all: what the roll-up adds to readings."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from data.consumption.rules.days import DayRow, Extent, Period, days_of, put_published, put_sheet


class SharedDay(NamedTuple):
    """A gas day that no reading tells, and its share of the period *first*…*last*."""

    day: date
    energy_wh: int | None
    volume_dm3: int | None
    quality: int
    source: int
    first: date
    last: date
    billed: bool  # published; or a line of a sheet


def shares_of(
    sheets: Sequence[Period], published: Sequence[Period], rows: Sequence[DayRow]
) -> Iterator[SharedDay]:
    """What the page of one PCE draws of its periods: lines of sheets, beside the days of *rows*.

    Where there are neither, *published* periods. The latest statement comes first.
    """
    lines = sorted(sheets, key=lambda line: (line.last - line.first, line.first))
    billed = not (lines or rows)
    put = put_published if billed else put_sheet
    lines = [*published] if billed else lines
    if not lines:
        return
    first, last = min(line.first for line in lines), max(line.last for line in lines)
    days = days_of((first, last), Extent(first, last), rows)
    taken = bytearray(len(days.prorated))
    for line in lines:
        put(days, [line])
        part = days.slice(line.first, line.last)
        for at in range(part.start, part.stop):
            if days.prorated[at] and not taken[at]:
                taken[at] = 1
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
