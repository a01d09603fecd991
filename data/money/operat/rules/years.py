"""Compute a calendar year from published periods and daily readings, with issues."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from data.identity.settings.rules import PCS_PER_PCI
from data.money.operat.rules.entities import unlike
from data.money.operat.types import OperatFault, OperatFinding, OperatLine, Year

_HUNDRED = 100
BASE_C100 = 1800  # 18 °C: the base of degree days (domain.md §8.1)


class Published(NamedTuple):
    """A published period, both ends included; Wh PCS."""

    first: date
    last: date
    energy_wh: int
    estimated: bool
    deposited: bool = False  # by an organisation, not by the distributor


class Daily(NamedTuple):
    """A gas day that has a value; Wh PCS."""

    energy_wh: int
    estimated: bool
    deposited: bool = False


def pci_wh(energy_wh_pcs: int | None) -> int | None:
    """Return the energy in Wh PCI, rounded; 1 kWh PCI is 1.11 kWh PCS (`PCS_PER_PCI`)."""
    if energy_wh_pcs is None:
        return None
    ratio = int(PCS_PER_PCI * _HUNDRED)
    return (2 * energy_wh_pcs * _HUNDRED + ratio) // (2 * ratio)


def year_of(year: int, periods: Sequence[Published], days: Mapping[int, Daily]) -> Year:
    """Return the sums of `year` from published periods, then from daily values.

    `periods` come with the latest statement first, which wins where two overlap; `days` are by
    ordinal. A period cut by an end of the year or a later statement counts for its remaining days:
    by their daily values if all are known, else by its even share.
    """
    start, stop = date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()
    year_sum = _Sum(start, stop)
    for period in periods:
        year_sum.take(period, days)
    for day, reading in days.items():
        if start <= day < stop and not year_sum.covered[day - start]:
            year_sum.add(
                1, reading.energy_wh, estimated=reading.estimated, deposited=reading.deposited
            )
    return Year(
        year,
        year_sum.energy_wh if year_sum.days else None,
        year_sum.days,
        year_sum.days - year_sum.estimated,
        year_sum.estimated,
        year_sum.prorated,
        year_sum.overlaps,
        stop - start,
        year_sum.published,
        year_sum.deposited,
    )


def year_of_sums(
    year: int, energy_wh: int, measured: int, estimated: int, deposited: int = 0
) -> Year:
    """Return the year of a PCE without published periods, from its monthly sums."""
    length = date(year + 1, 1, 1).toordinal() - date(year, 1, 1).toordinal()
    days = measured + estimated
    energy = energy_wh if days else None
    return Year(year, energy, days, measured, estimated, 0, 0, length, deposited=deposited)


def days_wanted(year: int, periods: Sequence[Published]) -> list[tuple[date, date]]:
    """Return the runs of days of `year` that `year_of` reads: those without a whole period."""
    start, stop = date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()
    covered, missing_days = bytearray(stop - start), bytearray(b"\1") * (stop - start)
    for period in periods:
        first, last = period.first.toordinal() - start, period.last.toordinal() - start
        low, high = max(first, 0), min(last + 1, stop - start)
        if low == first and high == last + 1 and covered.find(1, low, high) < 0:
            missing_days[low:high] = bytes(high - low)
        covered[low:high] = b"\1" * max(0, high - low)
    return _runs(missing_days, date(year, 1, 1))


def _runs(missing_days: bytearray, first: date) -> list[tuple[date, date]]:
    runs, start = [], missing_days.find(1)
    while start >= 0:
        stop = missing_days.find(0, start)
        stop = len(missing_days) if stop < 0 else stop
        runs.append((first + timedelta(days=start), first + timedelta(days=stop - 1)))
        start = missing_days.find(1, stop)
    return runs


def degree_days_of(year: int, means_c100: Mapping[date, int]) -> float | None:
    """Return the degree days of `year` at base 18; None unless every day has a mean."""
    first, after = date(year, 1, 1), date(year + 1, 1, 1)
    means = [mean for day, mean in means_c100.items() if first <= day < after]
    if len(means) < (after - first).days:
        return None
    return sum(max(0, BASE_C100 - mean) for mean in means) / _HUNDRED


class _Sum:
    """Year being summed: the days covered by periods, and the sums so far."""

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
        uncovered_days = (
            inside if free else [day for day in inside if not self.covered[day - self.start]]
        )
        self.overlaps += len(inside) - len(uncovered_days)
        self.covered[low:high] = b"\1" * len(inside)
        length = last - first + 1
        if len(uncovered_days) == length:
            own = period.deposited
            self.add(length, period.energy_wh, estimated=period.estimated, deposited=own)
            self.published += length
        elif uncovered_days and None not in (readings := [days.get(day) for day in uncovered_days]):
            self.energy_wh += sum(reading.energy_wh for reading in readings if reading)
            self.days += len(uncovered_days)
            self.estimated += sum(reading.estimated for reading in readings if reading)
            self.deposited += sum(reading.deposited for reading in readings if reading)
        elif uncovered_days:
            share = sum(_share(period.energy_wh, day - first, length) for day in uncovered_days)
            # A share is no reading of these days.
            self.add(len(uncovered_days), share, estimated=True, deposited=period.deposited)
            self.prorated += len(uncovered_days)
            self.published += len(uncovered_days)


def _share(total: int, rank: int, parts: int) -> int:
    """Return part number `rank` of `total`; all parts sum to it exactly."""
    return total * (rank + 1) // parts - total * rank // parts


def findings(lines: Iterable[OperatLine]) -> tuple[OperatFinding, ...]:
    """Return the findings on `lines` to resolve before declaring, the most serious first."""
    every = tuple(lines)
    results = [finding for line in every for finding in _of(line)]
    results += [OperatFinding(OperatFault.SURFACES, line) for line in unlike(every)]
    order = list(OperatFault)
    return tuple(sorted(results, key=lambda one: (order.index(one.fault), -one.count)))


def _of(line: OperatLine) -> Iterable[OperatFinding]:
    year, draft = line.year, line.site.draft
    if not year.days:
        yield OperatFinding(OperatFault.NO_DATA, line, year.length)
    elif year.missing:
        yield OperatFinding(OperatFault.GAP, line, year.missing)
    if year.overlaps:
        yield OperatFinding(OperatFault.OVERLAP, line, year.overlaps)
    if year.deposited:
        yield OperatFinding(OperatFault.DEPOSITED, line, year.deposited)
    if not draft.efa:
        yield OperatFinding(OperatFault.NO_EFA, line)
    if not draft.surface_dm2:
        yield OperatFinding(OperatFault.NO_SURFACE, line)
    if not (draft.siren and draft.siret):
        yield OperatFinding(OperatFault.NO_SIRET, line)
