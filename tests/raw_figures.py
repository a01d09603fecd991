"""Figures of the screens done again from the raw rows: plain Python, and nothing of the portal.

It opens the file of the database by itself, reads the days of a PCE, and adds. Amounts are in Wh
and dm³, days are dates; an amount that nobody stated is None.
"""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from functools import cache

DAY = timedelta(days=1)
Amounts = tuple[int | None, int | None]  # Wh, dm³
NARROW, MINUS, NOTHING = "\u202f", "\u2212", "–"


@dataclass(frozen=True)
class Raw:
    """The database at *path*, on the morning of *today*."""

    path: str
    today: date

    def rows(self, sentence: str, *values: object) -> list[tuple]:
        with sqlite3.connect(f"file:{self.path}?mode=ro", uri=True) as connection:
            return connection.execute(sentence, values).fetchall()

    def numbers(self, organisation: int) -> list[str]:
        held = "SELECT number FROM pces WHERE holder_id = ? ORDER BY number"
        return [number for (number,) in self.rows(held, organisation)]

    @cache  # noqa: B019 (lives as long as its test)
    def days(self, number: str, unit: str) -> dict[date, int]:
        column = {"kwh": "energy_wh", "m3": "volume_dm3"}[unit]
        found = self.rows(
            f"SELECT gas_day, {column} FROM readings JOIN pces ON pces.id = pce_id"
            f" WHERE number = ? AND {column} IS NOT NULL",
            number,
        )
        return {date.fromisoformat(day): amount for day, amount in found}

    @cache  # noqa: B019
    def filled(
        self,
        number: str,
        right: tuple[date | None, date | None],
        holes: tuple[tuple[date, date], ...],
    ) -> dict[date, Amounts]:
        """Wh and dm³ by day, of what a *right* less its *holes* lets read.

        Where no day says any, a line of a sheet that may be read whole is spread evenly over its
        days, the shortest first; over the days it leaves, where some are known and nothing was
        said of the others. Published periods are, where there are neither days nor sheets.
        """
        low, high = right[0] or date.min, right[1] or date.max

        def reads(first: date, last: date) -> bool:
            cut = any(first <= end and begin <= last for begin, end in holes)
            return low <= first and last <= high and not cut

        said = {
            day: (wh, dm3)
            for text, wh, dm3 in self.rows(
                "SELECT gas_day, energy_wh, volume_dm3 FROM readings"
                " JOIN pces ON pces.id = pce_id WHERE number = ?",
                number,
            )
            if reads(day := date.fromisoformat(text), day)
        }
        lines = [
            (kind == "PUBLISHED", *spans_of(first, last), (wh, dm3))
            for kind, first, last, wh, dm3 in self.rows(
                "SELECT kind, first_day, last_day, energy_wh, volume_dm3 FROM consumption_periods"
                " JOIN pces ON pces.id = pce_id WHERE number = ? AND NOT replaced"
                " ORDER BY as_of DESC, first_day",
                number,
            )
        ]
        months = [line[1:3] for line in lines if not line[0] and (line[2] - line[1]).days > 7]
        lines = [
            line
            for line in lines
            if reads(*line[1:3])
            and not (
                (line[2] - line[1]).days < 7  # a week over two months, of which one has a line
                and any(
                    first <= line[2] and line[1] <= last and (line[1] < first or last < line[2])
                    for first, last in months
                )
            )
        ]
        known = {day: both for day, both in said.items() if both != (None, None)}
        sheets = sorted(line[1:] for line in lines if not line[0])
        if not said and not sheets:
            for _published, first, last, total in lines:
                for day, both in spread_over(list(every(first, last)), total).items():
                    known.setdefault(day, both)
            return known
        for first, last, total in sorted(sheets, key=lambda line: line[1] - line[0]):
            days = list(every(first, last))
            empty = [day for day in days if day not in known]
            if len(empty) < len(days):
                if any(day in said for day in empty):
                    continue
                told = less(total, [known[day] for day in days if day in known])
            else:
                told = total
            if told != (None, None):
                known |= spread_over(empty, told)
        return known

    @cache  # noqa: B019
    def extent(self, number: str) -> tuple[date, date]:
        """The first day stated, and the last one with a value."""
        first, last = self.rows(
            "SELECT min(gas_day), max(CASE WHEN energy_wh IS NOT NULL OR volume_dm3 IS NOT NULL"
            " THEN gas_day END) FROM readings JOIN pces ON pces.id = pce_id WHERE number = ?",
            number,
        )[0]
        return date.fromisoformat(first), date.fromisoformat(last)

    def total(self, number: str, unit: str, first: date, last: date) -> int | None:
        known = self.days(number, unit)
        return added(known[day] for day in every(first, last) if day in known)

    def known(self, number: str, unit: str, first: date, last: date) -> tuple[int, int]:
        """Days with a value, of those of the history that are over."""
        begins, until = self.extent(number)
        low, high = max(first, begins), min(last, max(until, self.today - DAY))
        known = self.days(number, unit)
        return sum(day in known for day in every(low, high)), max(0, (high - low).days + 1)

    def shared(
        self, number: str, unit: str, first: date, last: date, step: str = "day"
    ) -> tuple[int, int, int]:
        """Days known in both years, and the sums of these: now, a year before."""
        known, (begins, until) = self.days(number, unit), self.extent(number)
        faced = a_week_of_its_number_before if step == "week" else a_year_before
        both = [
            (known[day], known[then])
            for day in every(max(first, begins), min(last, until))
            if (then := faced(day)) and day in known and then in known
        ]
        return len(both), sum(now for now, _then in both), sum(then for _now, then in both)

    def equal(self, number: str, first: date, last: date) -> tuple[int, int, int] | None:
        """The same in the climate of the year before, by the ratio that is said of the site."""
        ((ratio,),) = self.rows(
            "SELECT (SELECT ratio FROM signature_verdicts WHERE pce_id = pces.id AND year = ?)"
            " FROM pces WHERE number = ?",
            first.isoformat(),
            number,
        )
        days, now, then = self.shared(number, "kwh", first, last)
        return None if ratio is None else (days, round(now * ratio), then)

    @cache  # noqa: B019
    def prices(self) -> list[tuple[str, Fraction, date, date]]:
        """(kind, € a kWh, a month or a share, first and last day) of those for every PCE."""
        found = self.rows(
            "SELECT kind, amount, first_day, coalesce(last_day, '9999-12-31')"
            " FROM price_components WHERE pce_id IS NULL AND tag = ''"
        )
        return [
            (kind, Fraction(amount, MILLION if kind == "rate" else BILLION), *spans_of(*days))
            for kind, amount, *days in found
        ]

    def rate_of(self, day: date, kinds: set[str]) -> Fraction:
        held = (one for one in self.prices() if one[0] in kinds and one[2] <= day <= one[3])
        return sum((amount for _kind, amount, _first, _last in held), Fraction(0))

    def price(self, day: date) -> Fraction:
        """Of one more kWh on that day, taxes included, in euros."""
        return self.rate_of(day, {"variable", "tax"}) * (1 + self.rate_of(day, {"rate"}))

    def spent(self, number: str, first: date, last: date) -> Fraction:
        """Day by day, in euros; a month's fixed part by the share of its days that have a value."""
        known = self.days(number, "kwh")
        total = Fraction(0)
        for day in every(first, last):
            if day in known:
                share = self.rate_of(day, {"fixed"}) / end_of("month", day).day
                taxed = share * (1 + self.rate_of(day, {"rate"}))
                total += Fraction(known[day], 1000) * self.price(day) + taxed
        return total

    def drift_cost(self, equal: tuple[int, int, int], today: date) -> Fraction:
        """What *equal* costs at today's price."""
        return Fraction(equal[1] - equal[2], 1000) * self.price(today)


MILLION, BILLION = 10**6, 10**9


def spread_over(days: list[date], total: Amounts) -> dict[date, Amounts]:
    """Whole amounts that differ by one at most, the larger ones spread evenly."""
    size = len(days)

    def part(amount: int | None, n: int) -> int | None:
        return None if amount is None else amount * (n + 1) // size - amount * n // size

    return {day: (part(total[0], n), part(total[1], n)) for n, day in enumerate(days)}


def less(total: Amounts, parts: list[Amounts]) -> Amounts:
    """What *parts* leave of *total*; None where they leave nothing."""
    left = [
        None if amount is None else amount - sum(part[n] or 0 for part in parts)
        for n, amount in enumerate(total)
    ]
    return tuple(amount if amount and amount > 0 else None for amount in left)


def spans_of(first: str, last: str) -> tuple[date, date]:
    return date.fromisoformat(first), date.fromisoformat(last)


def every(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += DAY


def added(amounts: Iterator[int]) -> int | None:
    found = list(amounts)
    return sum(found) if found else None


def a_year_before(day: date) -> date | None:
    """The same date; the 29th of February has none."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return None


def a_week_of_its_number_before(day: date) -> date | None:
    """The same weekday of the ISO week of the same number; a week 53 may have none."""
    year, week, weekday = day.isocalendar()
    try:
        return date.fromisocalendar(year - 1, week, weekday)
    except ValueError:
        return None


def end_of(step: str, day: date) -> date:
    """The last day of the day, ISO week, month or year of *day*."""
    if step == "week":
        return day + timedelta(days=7 - day.isoweekday())
    following: Callable[[date], date] = {
        "day": lambda one: one + DAY,
        "month": lambda one: (one.replace(day=28) + timedelta(days=4)).replace(day=1),
        "year": lambda one: date(one.year + 1, 1, 1),
    }[step]
    return following(day) - DAY


def whole(amount: int | Fraction | None, over: int = 1000, digits: int = 0) -> str:
    """As French writes it: `12 340`, `−8,1`, a dash for nothing."""
    if amount is None:
        return NOTHING
    exact = Fraction(amount) / over
    step = Decimal(1).scaleb(-digits)
    value = Decimal(exact.numerator) / Decimal(exact.denominator)
    text = f"{value.quantize(step, ROUND_HALF_EVEN) + 0:,}"
    return text.replace(",", NARROW).replace(".", ",").replace("-", MINUS)


def gap(shared: tuple[int, int, int], *, coarse: bool = False) -> str:
    """`+1,3`, of the shared days; a dash when nothing is to be compared with.

    *coarse* leaves the decimal out from 10 on.
    """
    days, now, then = shared
    if not days or not then:
        return NOTHING
    share = Fraction(now - then, then) * 100
    return signed(whole(share, 1, 0 if coarse and abs(share) >= Fraction(199, 20) else 1))


def signed(text: str) -> str:
    return text if text.startswith(MINUS) or not set(text) - {"0", ","} else f"+{text}"
