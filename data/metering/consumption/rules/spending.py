"""Convert days to euros, kg CO₂e or kWh/m²: a column beside energies, in 1e-18 of either."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from data.identity.settings.rules import factor_on
from data.identity.settings.types import Carbon, HeatingValue
from data.metering.consumption.rules.days import DayColumns, DayState
from data.metering.consumption.types import ChartCosts, Series
from data.metering.prices.rules.costs import day_costs
from data.metering.prices.types import THOUSANDTH, Tariffs
from data.metering.surfaces.types import DM2, SurfaceDraft

ATTO = 10**18
_WH = 1000  # in a kWh


def priced(days: DayColumns, tariffs: Tariffs) -> DayColumns:
    """Return `days` with their costs.

    A day with a value but no price becomes absent and unpriced.
    """
    costs = day_costs(tariffs, date.fromordinal(days.base), days.energy, days.volume)
    state, unpriced = bytearray(days.state), bytearray(len(days.state))
    for at, cost in enumerate(costs):
        if cost is not None and state[at] <= DayState.ABSENT:
            costs[at] = None  # outside the readable days
        elif cost is None and state[at] > DayState.ABSENT:
            state[at], unpriced[at] = DayState.ABSENT, 1
    return replace(days, spent=costs, state=state, unpriced=unpriced)


def chart_costs(days: DayColumns, series: Series) -> ChartCosts:
    """Return the costs of the figures of `series`; `days` are those of `priced`."""
    month, year = series.headline, series.year
    spans = [
        (bucket.first, bucket.last) if bucket else None
        for bucket in (*series.buckets, series.total, series.period_bucket, year)
    ]
    *bars, total, period_cost, year_cost = [_cost_of(days, span) for span in spans]
    headline = _cost_of(days, (month.month, month.until) if month else None)
    return ChartCosts(tuple(bars), total, period=period_cost, headline=headline, year=year_cost)


def _cost_of(days: DayColumns, span: tuple[date, date] | None) -> int | None:
    if span is None:
        return None
    part = days.slice(max(span[0], date.fromordinal(days.base)), span[1])
    costs = [cost for cost in days.spent[part] if cost is not None]
    is_whole = days.unpriced.find(1, part.start, part.stop) < 0
    return thousandths(sum(costs)) if costs and is_whole else None


def emitting(days: DayColumns, carbon: Carbon) -> DayColumns:
    """Return `days` with their emissions; the factor is per kWh PCS, as energies are."""
    each = emission_of(1, carbon)
    return replace(days, spent=[None if wh is None else wh * each for wh in days.energy])


def per_square_metre(days: DayColumns, surfaces: Iterable[SurfaceDraft]) -> DayColumns:
    """Return `days` with their energy a square metre, each over its surface.

    A day with a value but no surface becomes absent and unpriced.
    """
    count = len(days.state)
    areas: list[int | None] = [None] * count
    for surface in surfaces:
        start = surface.first.toordinal() - days.base if surface.first else 0
        stop = surface.last.toordinal() - days.base + 1 if surface.last else count
        start, stop = max(0, start), min(count, stop)
        areas[start:stop] = [surface.area_dm2] * (stop - start)
    state, missing = bytearray(days.state), bytearray(count)
    spent: list[int | None] = [None] * count
    for at, (wh, area) in enumerate(zip(days.energy, areas, strict=True)):
        if state[at] <= DayState.ABSENT:
            continue
        if area is None:
            state[at], missing[at] = DayState.ABSENT, 1
        elif wh is not None:
            spent[at] = wh * (ATTO // _WH) * DM2 // area
    return replace(days, spent=spent, state=state, unpriced=missing)


def emission_of(energy_wh: int, carbon: Carbon) -> int:
    """Return the emission of an energy in Wh PCS, in 1e-18 kg CO₂e."""
    return energy_wh * round(factor_on(carbon, HeatingValue.PCS) * (ATTO // _WH))


def thousandths(spent: int | None) -> int | None:
    """Round 1e-18 € or kg to thousandths, half away from zero."""
    if spent is None:
        return None
    half = (2 * abs(spent) + THOUSANDTH) // (2 * THOUSANDTH)
    return half if spent >= 0 else -half
