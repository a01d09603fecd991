"""Compute tariffs from components, and costs from tariffs and energies.

Among components of the same name, the most specific applies: that of the PCE, else of one of its
tags (the first by name), else of all PCEs. Fixed parts are divided by the days of their month or
year so that whole months and years cost exactly what was entered.
"""

from bisect import bisect_right
from calendar import isleap, monthrange
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from data.metering.pces.rules import folded
from data.metering.prices.types import (
    MILLION,
    NOTHING,
    Cost,
    MonthUse,
    PriceDraft,
    PriceKind,
    PriceUnit,
    Tariff,
    Tariffs,
    round_cents,
)

Values = Sequence[int | None]
DAY = timedelta(days=1)
_PICO = 1000  # pico-euros in a nano-euro: 1 Wh at 1 nano-euro per kWh costs 1 pico-euro
_RATES = {
    PriceKind.RATE: ("rate_variable", "rate_fixed"),
    PriceKind.RATE_VARIABLE: ("rate_variable",),
    PriceKind.RATE_FIXED: ("rate_fixed",),
}
_FIELDS = {
    PriceUnit.EUR_M3: "per_m3",
    PriceUnit.EUR_MONTH: "month",
    PriceUnit.EUR_YEAR: "year",
}


def key_of(draft: PriceDraft) -> str:
    """Return the key of components that replace each other: their name without accents."""
    return folded(draft.name)


def rank_of(draft: PriceDraft) -> tuple[int, str]:
    """Return the precedence of a component, smallest first: PCE, tag by name, all."""
    if draft.target.pce:
        return 0, ""
    return (1, draft.target.tag) if draft.target.tag else (2, "")


def tariffs_of(drafts: Sequence[PriceDraft]) -> Tariffs:
    """Return the tariffs of one PCE with these components, from each day of a change."""
    edges = {draft.first for draft in drafts}
    edges |= {draft.last + DAY for draft in drafts if draft.last and draft.last < date.max}
    starts = sorted(edges)
    tariffs: list[Tariff] = []
    for first, after in zip(starts, [*starts, None][1:], strict=True):
        tariff = _tariff(in_force(drafts, first), first, after - DAY if after else None)
        if tariff:
            tariffs.append(tariff)
    return tuple(tariffs)


def in_force(drafts: Sequence[PriceDraft], day: date) -> list[PriceDraft]:
    """Return the component of each name that applies on `day`."""
    best: dict[str, PriceDraft] = {}
    for draft in sorted(drafts, key=rank_of):
        if draft.first <= day and (draft.last is None or day <= draft.last):
            best.setdefault(key_of(draft), draft)
    return list(best.values())


def _tariff(drafts: Sequence[PriceDraft], first: date, last: date | None) -> Tariff | None:
    """Return the sum of components; None without a gas price, as with taxes or discounts alone."""
    if all(draft.kind is not PriceKind.VARIABLE or draft.amount < 0 for draft in drafts):
        return None
    sums: dict[str, int] = {}
    for draft in drafts:
        for name in _RATES.get(draft.kind) or (_FIELDS.get(draft.unit, "per_kwh_pcs"),):
            sums[name] = sums.get(name, 0) + draft.amount
    return Tariff(first, last, **sums)


def tariff_on(tariffs: Tariffs, day: date) -> Tariff | None:
    at = bisect_right(tariffs, day, key=lambda one: one.first) - 1
    return tariffs[at] if at >= 0 and tariffs[at].holds(day) else None


def day_costs(
    tariffs: Tariffs, first: date, energy_wh: Values, volume_dm3: Values
) -> list[int | None]:
    """Return the cost of each gas day from `first` on, in atto-euros.

    `energy_wh` (PCS) and `volume_dm3` have the same length. A day is None without a value or a
    price.
    """
    costs: list[int | None] = [None] * len(energy_wh)
    end = first + timedelta(days=len(energy_wh) - 1)
    for tariff in tariffs:
        low, high = max(tariff.first, first), min(tariff.last or end, end)
        day = low
        for at in range((low - first).days, (high - first).days + 1):
            costs[at] = day_cost(tariff, day, energy_wh[at], volume_dm3[at])
            day += DAY
    return costs


def day_cost(
    tariff: Tariff, day: date, energy_wh: int | None, volume_dm3: int | None
) -> int | None:
    """Return the cost of a day under `tariff`, in atto-euros; None without the needed value."""
    variable = _variable(tariff, energy_wh, volume_dm3)
    return None if variable is None else _taxed(tariff, variable, _fixed(tariff, day, day))


def day_parts(
    tariff: Tariff, day: date, energy_wh: int | None, volume_dm3: int | None
) -> tuple[int, int, int] | None:
    """Return the parts of `day_cost`: variable, fixed, and rates on both."""
    variable = _variable(tariff, energy_wh, volume_dm3)
    if variable is None:
        return None
    fixed = _fixed(tariff, day, day)
    rates = variable * tariff.rate_variable + fixed * tariff.rate_fixed
    return variable * MILLION, fixed * MILLION, rates


def _variable(tariff: Tariff, energy_wh: int | None, volume_dm3: int | None) -> int | None:
    """Return the variable part before rates, in pico-euros; None without the needed value.

    A tariff per m³ only needs no energy, and conversely.
    """
    if (energy_wh is None and (tariff.per_kwh_pcs or not tariff.per_m3)) or (
        volume_dm3 is None and tariff.per_m3
    ):
        return None
    return (energy_wh or 0) * tariff.per_kwh_pcs + (volume_dm3 or 0) * tariff.per_m3


def _taxed(tariff: Tariff, variable: int, fixed: int) -> int:
    """Return the cost with rates, in atto-euros, from pico-euros."""
    return variable * (MILLION + tariff.rate_variable) + fixed * (MILLION + tariff.rate_fixed)


def _fixed(tariff: Tariff, first: date, last: date) -> int:
    """Return the fixed parts from `first` to `last`, days of one month, in pico-euros."""
    length = monthrange(first.year, first.month)[1]
    year = 366 if isleap(first.year) else 365
    start = (first - date(first.year, 1, 1)).days
    return _share(tariff.month * _PICO, first.day - 1, last.day, length) + _share(
        tariff.year * _PICO, start, start + (last - first).days + 1, year
    )


def _share(amount: int, start: int, stop: int, parts: int) -> int:
    """Return the parts `start` to `stop` (excluded) of `amount`; all parts sum to it exactly."""
    return amount * stop // parts - amount * start // parts


def cost(tariffs: Tariffs, first: date, energy_wh: Values, volume_dm3: Values = ()) -> Cost:
    """Return the cost of the gas days from `first` on; `volume_dm3` may be omitted.

    Days with a value but no price are counted as unpriced and missing from the sum.
    """
    volumes = volume_dm3 or [None] * len(energy_wh)
    return total(day_costs(tariffs, first, energy_wh, volumes), energy_wh, volumes)


def total(costs: Values, energy_wh: Values, volume_dm3: Values) -> Cost:
    """Return the sum of the costs returned by `day_costs`."""
    known_costs = [cost for cost in costs if cost is not None]
    days_with_data = sum(
        wh is not None or dm3 is not None for wh, dm3 in zip(energy_wh, volume_dm3, strict=True)
    )
    return Cost(
        sum(known_costs) if known_costs else None,
        len(known_costs),
        days_with_data - len(known_costs),
    )


def span_cost(tariffs: Tariffs, first: date, days: int, use: tuple[int, int | None]) -> Cost:
    """Return the cost of `days` days from `first` on when only their sum is known, as on a bill.

    `use` is (Wh PCS, dm³), spread evenly over the days: exact when no price changes.
    """
    cost, energy_wh, volume_dm3 = NOTHING, *use
    for tariff in tariffs:
        start = max(0, (tariff.first - first).days)
        stop = min(days, (tariff.last - first).days + 1) if tariff.last else days
        if start >= stop:
            continue
        energy = _share(energy_wh, start, stop, days)
        volume = None if volume_dm3 is None else _share(volume_dm3, start, stop, days)
        variable = _variable(tariff, energy, volume)
        if variable is not None:
            fixed = _fixed_over(tariff, first + DAY * start, first + DAY * (stop - 1))
            cost += Cost(_taxed(tariff, variable, fixed), stop - start)
    return Cost(cost.atto_eur, cost.days, days - cost.days, spread=len(tariffs) > 1)


def _fixed_over(tariff: Tariff, first: date, last: date) -> int:
    """Return the fixed parts over several months, in pico-euros."""
    total = 0
    while first <= last:
        end = min(last, first.replace(day=monthrange(first.year, first.month)[1]))
        total += _fixed(tariff, first, end)
        first = end + DAY
    return total


def months_cost(tariffs: Tariffs, uses: Sequence[MonthUse]) -> Cost:
    """Return the cost of several months of monthly sums."""
    cost = NOTHING
    for use in uses:
        cost += month_cost(tariffs, use)
    return cost


def month_cost(tariffs: Tariffs, use: MonthUse) -> Cost:
    """Return the cost of a month when only its sum is known.

    It equals the sum of its days when one tariff applies all month and all days are known. Else
    fixed parts are reduced to the share of known days, and where tariffs change the energy is
    spread evenly over the month.
    """
    length = monthrange(use.month.year, use.month.month)[1]
    if not use.days or (use.energy_wh is None and use.volume_dm3 is None):
        return NOTHING
    cost = NOTHING
    parts = list(_parts(tariffs, use.month, length))
    for tariff, start, stop in parts:
        cost += _part_cost(tariff, use, start, stop, length)
    priced = sum(stop - start for _unused_tariff, start, stop in parts)
    days = min(use.days, length) * priced // length if cost.days else 0
    spread = len(parts) > 1 or priced < length
    return Cost(cost.atto_eur, days * use.pces, (use.days - days) * use.pces, spread=spread)


def _parts(tariffs: Tariffs, month: date, length: int) -> Iterator[tuple[Tariff, int, int]]:
    """Yield the tariffs of `month` with their first day (from 0) and end (excluded)."""
    for tariff in tariffs:
        start = max(0, (tariff.first - month).days)
        stop = min(length, (tariff.last - month).days + 1) if tariff.last else length
        if start < stop:
            yield tariff, start, stop


def _part_cost(tariff: Tariff, use: MonthUse, start: int, stop: int, length: int) -> Cost:
    energy, volume = (
        None if value is None else _share(value, start, stop, length)
        for value in (use.energy_wh, use.volume_dm3)
    )
    variable = _variable(tariff, energy, volume)
    if variable is None:
        return NOTHING
    month_fixed = _fixed(tariff, use.month + DAY * start, use.month + DAY * (stop - 1))
    fixed = month_fixed * min(use.days, length) // length * use.pces
    return Cost(_taxed(tariff, variable, fixed), stop - start)


def marginal(tariff: Tariff, coefficient_e4: int | None = None) -> int | None:
    """Return the cost of one more Wh PCS, taxes included, in atto-euros.

    Used to value a drift or a base load: fixed parts are due anyway. A price per m³ needs
    `coefficient_e4`, in 1/10 000 kWh PCS/m³; None without it.
    """
    if tariff.per_m3 and not coefficient_e4:
        return None
    by_volume = tariff.per_m3 * 10_000 // coefficient_e4 if coefficient_e4 else 0
    return (tariff.per_kwh_pcs + by_volume) * (MILLION + tariff.rate_variable)


def excess_cents(tariffs: Tariffs, day: date, excess_wh: int) -> int | None:
    """Return the cost of an excess at the variable price of `day`; None without a price."""
    tariff = tariff_on(tariffs, day)
    price = marginal(tariff) if tariff else None
    return None if price is None else round_cents(price * excess_wh)


def covers(tariffs: Tariffs, first: date, last: date) -> bool:
    """Return whether each day from `first` to `last` has a price."""
    day = first
    for tariff in tariffs:
        if tariff.holds(day):
            if tariff.last is None or tariff.last >= last:
                return True
            day = tariff.last + DAY
    return False


def gap_cost(tariffs: Tariffs, use: MonthUse, gap_wh: int) -> int:
    """Return the cost of `gap_wh` more in the month of `use`, without fixed parts, in atto-euros.

    It is spread evenly over the month where its price changes. A price per m³ uses the month's mean
    coefficient, and is left out when unknown.
    """
    length = monthrange(use.month.year, use.month.month)[1]
    volume = use.volume_dm3 or 0
    coefficient = (use.energy_wh or 0) * 10_000 // volume if volume > 0 else None
    return sum(
        _share(gap_wh, start, stop, length) * (marginal(tariff, coefficient) or 0)
        for tariff, start, stop in _parts(tariffs, use.month, length)
    )
