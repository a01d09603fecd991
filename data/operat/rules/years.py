"""A calendar year from published periods and daily readings, and what of it is to be seen to."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from data.operat.types import Fault, Finding, Line, Year
from data.settings.rules import PCS_PER_PCI

_HUNDRED = 100


class Published(NamedTuple):
    """A published period, both ends included; Wh PCS."""

    first: date
    last: date
    energy_wh: int
    estimated: bool


class Daily(NamedTuple):
    """A gas day that has a value; Wh PCS."""

    energy_wh: int
    estimated: bool


def pci_wh(energy_wh_pcs: int | None) -> int | None:
    """The same gas in Wh PCI, to the nearest: a kWh PCI is 1.11 kWh PCS of it (see PCS_PER_PCI)."""
    if energy_wh_pcs is None:
        return None
    ratio = int(PCS_PER_PCI * _HUNDRED)
    return (2 * energy_wh_pcs * _HUNDRED + ratio) // (2 * ratio)


def year_of(year: int, periods: Sequence[Published], days: Mapping[int, Daily]) -> Year:
    """What *year* was: published periods first, the latest statement first where two overlap.

    A period that is cut, by an end of the year or by a later statement, counts for its days that
    remain: by their daily values where all are known, else by its even share. Days that no period
    covers count by their daily value. *days* are by ordinal.
    """
    start, stop = date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()
    found = _Sum(start, stop)
    for period in periods:
        found.take(period, days)
    for day in range(start, stop):
        one = days.get(day)
        if one is not None and not found.covered[day - start]:
            found.add(1, one.energy_wh, estimated=one.estimated)
    return Year(
        year,
        found.energy_wh if found.days else None,
        found.days,
        found.days - found.estimated,
        found.estimated,
        found.prorated,
        found.overlaps,
        stop - start,
        found.published,
    )


class _Sum:
    """A year under way: which of its days are covered by a period, and what is counted so far."""

    def __init__(self, start: int, stop: int) -> None:
        self.start, self.stop = start, stop
        self.covered = bytearray(stop - start)
        self.energy_wh = self.days = self.estimated = self.prorated = self.overlaps = 0
        self.published = 0

    def add(self, days: int, energy_wh: int, *, estimated: bool) -> None:
        self.energy_wh += energy_wh
        self.days += days
        self.estimated += days if estimated else 0

    def take(self, period: Published, days: Mapping[int, Daily]) -> None:
        first, last = period.first.toordinal(), period.last.toordinal()
        inside = range(max(first, self.start), min(last + 1, self.stop))
        left = [day for day in inside if not self.covered[day - self.start]]
        self.overlaps += len(inside) - len(left)
        for day in left:
            self.covered[day - self.start] = 1
        length = last - first + 1
        if len(left) == length:
            self.add(length, period.energy_wh, estimated=period.estimated)
            self.published += length
        elif left and all(day in days for day in left):
            for day in left:
                self.add(1, days[day].energy_wh, estimated=days[day].estimated)
        elif left:
            share = sum(_share(period.energy_wh, day - first, length) for day in left)
            self.add(len(left), share, estimated=True)  # a share is no reading of these days
            self.prorated += len(left)
            self.published += len(left)


def _share(total: int, rank: int, parts: int) -> int:
    """The part *rank* of *total*: all of them sum to it exactly."""
    return total * (rank + 1) // parts - total * rank // parts


def findings(lines: Iterable[Line]) -> tuple[Finding, ...]:
    """What of *lines* is to be seen to before they are declared, the gravest first."""
    found = [finding for line in lines for finding in _of(line)]
    order = list(Fault)
    return tuple(sorted(found, key=lambda one: (order.index(one.fault), -one.count)))


def _of(line: Line) -> Iterable[Finding]:
    year, draft = line.year, line.site.draft
    if not year.days:
        yield Finding(Fault.NO_DATA, line, year.length)
    elif year.missing:
        yield Finding(Fault.GAP, line, year.missing)
    if year.overlaps:
        yield Finding(Fault.OVERLAP, line, year.overlaps)
    if not draft.efa:
        yield Finding(Fault.NO_EFA, line)
    if not draft.surface_dm2:
        yield Finding(Fault.NO_SURFACE, line)
    if not (draft.siren and draft.siret):
        yield Finding(Fault.NO_SIRET, line)
