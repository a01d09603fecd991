"""A calendar year from published periods and daily readings, and what of it is to be seen to."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from data.operat.rules.entities import unlike
from data.operat.types import Fault, Finding, Line, Year
from data.settings.rules import PCS_PER_PCI

_HUNDRED = 100
BASE_C100 = 1800  # 18 °C: the base of degree days (domain.md §8.1)


class Published(NamedTuple):
    """A published period, both ends included; Wh PCS."""

    first: date
    last: date
    energy_wh: int
    estimated: bool
    deposited: bool = False  # by an organisation: not the distributor's word


class Daily(NamedTuple):
    """A gas day that has a value; Wh PCS."""

    energy_wh: int
    estimated: bool
    deposited: bool = False


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
    for day, one in days.items():
        if start <= day < stop and not found.covered[day - start]:
            found.add(1, one.energy_wh, estimated=one.estimated, deposited=one.deposited)
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
        found.deposited,
    )


def year_of_sums(
    year: int, energy_wh: int, measured: int, estimated: int, deposited: int = 0
) -> Year:
    """The same of a PCE without a published period, of which the sums are known."""
    length = date(year + 1, 1, 1).toordinal() - date(year, 1, 1).toordinal()
    days = measured + estimated
    energy = energy_wh if days else None
    return Year(year, energy, days, measured, estimated, 0, 0, length, deposited=deposited)


def days_wanted(year: int, periods: Sequence[Published]) -> list[tuple[date, date]]:
    """The runs of days of *year* that `year_of` looks up: those that no whole period covers."""
    start, stop = date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()
    covered, wanted = bytearray(stop - start), bytearray(b"\1") * (stop - start)
    for period in periods:
        first, last = period.first.toordinal() - start, period.last.toordinal() - start
        low, high = max(first, 0), min(last + 1, stop - start)
        if low == first and high == last + 1 and covered.find(1, low, high) < 0:
            wanted[low:high] = bytes(high - low)
        covered[low:high] = b"\1" * max(0, high - low)
    return _runs(wanted, date(year, 1, 1))


def _runs(wanted: bytearray, first: date) -> list[tuple[date, date]]:
    found, start = [], wanted.find(1)
    while start >= 0:
        stop = wanted.find(0, start)
        stop = len(wanted) if stop < 0 else stop
        found.append((first + timedelta(days=start), first + timedelta(days=stop - 1)))
        start = wanted.find(1, stop)
    return found


def degree_days_of(year: int, means_c100: Mapping[date, int]) -> float | None:
    """Those of *year* on base 18 by the daily means; None unless each day has one."""
    first, after = date(year, 1, 1), date(year + 1, 1, 1)
    known = [mean for day, mean in means_c100.items() if first <= day < after]
    if len(known) < (after - first).days:
        return None
    return sum(max(0, BASE_C100 - mean) for mean in known) / _HUNDRED


class _Sum:
    """A year under way: which of its days are covered by a period, and what is counted so far."""

    def __init__(self, start: int, stop: int) -> None:
        self.start, self.stop = start, stop
        self.covered = bytearray(stop - start)
        self.energy_wh = self.days = self.estimated = self.prorated = self.overlaps = 0
        self.published = self.deposited = 0

    def add(self, days: int, energy_wh: int, *, estimated: bool, deposited: bool) -> None:
        self.energy_wh += energy_wh
        self.days += days
        self.estimated += days if estimated else 0
        self.deposited += days if deposited else 0

    def take(self, period: Published, days: Mapping[int, Daily]) -> None:
        first, last = period.first.toordinal(), period.last.toordinal()
        inside = range(max(first, self.start), min(last + 1, self.stop))
        low, high = inside.start - self.start, inside.start - self.start + len(inside)
        free = self.covered.find(1, low, high) < 0
        left = inside if free else [day for day in inside if not self.covered[day - self.start]]
        self.overlaps += len(inside) - len(left)
        self.covered[low:high] = b"\1" * len(inside)
        length = last - first + 1
        if len(left) == length:
            own = period.deposited
            self.add(length, period.energy_wh, estimated=period.estimated, deposited=own)
            self.published += length
        elif left and None not in (known := [days.get(day) for day in left]):
            self.energy_wh += sum(one.energy_wh for one in known if one)
            self.days += len(left)
            self.estimated += sum(one.estimated for one in known if one)
            self.deposited += sum(one.deposited for one in known if one)
        elif left:
            share = sum(_share(period.energy_wh, day - first, length) for day in left)
            # A share is no reading of these days.
            self.add(len(left), share, estimated=True, deposited=period.deposited)
            self.prorated += len(left)
            self.published += len(left)


def _share(total: int, rank: int, parts: int) -> int:
    """The part *rank* of *total*: all of them sum to it exactly."""
    return total * (rank + 1) // parts - total * rank // parts


def findings(lines: Iterable[Line]) -> tuple[Finding, ...]:
    """What of *lines* is to be seen to before they are declared, the gravest first."""
    every = tuple(lines)
    found = [finding for line in every for finding in _of(line)]
    found += [Finding(Fault.SURFACES, line) for line in unlike(every)]
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
    if year.deposited:
        yield Finding(Fault.DEPOSITED, line, year.deposited)
    if not draft.efa:
        yield Finding(Fault.NO_EFA, line)
    if not draft.surface_dm2:
        yield Finding(Fault.NO_SURFACE, line)
    if not (draft.siren and draft.siret):
        yield Finding(Fault.NO_SIRET, line)
