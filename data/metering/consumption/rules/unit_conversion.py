"""Compute a figure in euros or kg CO₂e again, from its readings."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from data.identity.settings.types import Carbon
from data.metering.consumption.rules.spending import emission_of
from data.metering.consumption.types import ConvertedFigure, DayStatement, TurnedLine, Unit
from data.metering.prices.rules.costs import day_parts, tariff_on
from data.metering.prices.types import Tariff, Tariffs

Parts = tuple[int, int, int]
Costed = tuple[DayStatement, Tariff, Parts]


def in_euros(days: Sequence[DayStatement], tariffs: Tariffs, value: int | None) -> ConvertedFigure:
    """Return how a cost is computed; `value` is the screen's figure in thousandths.

    A day without price costs nothing.
    """
    costed = list(_costed(days, tariffs))
    by_line = groupby(costed, lambda one: (one[0].gas_day.replace(day=1), one[1]))
    lines = tuple(_line(list(costed_days)) for _key, costed_days in by_line)
    return ConvertedFigure(Unit.EUR, value, lines, None, sum(line.energy_wh for line in lines))


def in_carbon(days: Iterable[DayStatement], carbon: Carbon, value: int | None) -> ConvertedFigure:
    return ConvertedFigure(Unit.CO2, value, (), carbon, sum(day.energy_wh or 0 for day in days))


def sum_converted(conversion: ConvertedFigure) -> int:
    """Return the sum recomputed from the days, in 1e-18 € or kg."""
    if conversion.carbon:
        return emission_of(conversion.energy_wh, conversion.carbon)
    return sum(line.total for line in conversion.lines)


def _costed(days: Iterable[DayStatement], tariffs: Tariffs) -> Iterable[Costed]:
    for day in days:
        tariff = tariff_on(tariffs, day.gas_day)
        energy, volume = day.energy_wh, day.volume_dm3
        parts = day_parts(tariff, day.gas_day, energy, volume) if tariff else None
        if tariff and parts:
            yield day, tariff, parts


def _line(some: Sequence[Costed]) -> TurnedLine:
    days, tariff = [day for day, _tariff, _parts in some], some[0][1]
    variable, fixed, rates = (sum(parts[at] for _d, _t, parts in some) for at in range(3))
    return TurnedLine(
        days[0].gas_day,
        days[-1].gas_day,
        len(days),
        sum(day.energy_wh or 0 for day in days),
        sum(day.volume_dm3 or 0 for day in days),
        tariff,
        variable,
        fixed,
        rates,
    )
