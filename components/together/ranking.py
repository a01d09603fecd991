"""Rank several sites in one sentence, over the periods that all of them know."""

from collections.abc import Sequence

from components.together.curves import part_value
from components.together.labels import lacks_days, part_name
from core.i18n import _, long_day, number
from data.metering.consumption.types import CombinedBar, CombinedSeries, Measure
from data.metering.surfaces.types import DM2, area_on

CLOSE = 1.05  # ratio under which sites use about as much
DECIMAL = 10  # kWh/m² under which a decimal is written


def ranking_sentence(found: CombinedSeries) -> str:
    """Return which site uses most by its measure, and the figure of each; "" without a measure."""
    if found.query.measure is Measure.UNIT:
        return ""
    bars = _common_bars(found)
    ranked = sorted(_values(found, bars), reverse=True)
    if len(ranked) < 2:  # noqa: PLR2004 (a comparison)
        return ""
    (high, most), (low, least) = ranked[0], ranked[-1]
    words = {
        "figures": ", ".join(f"{name} {_figure(value)}" for value, name in ranked),
        "first": long_day(bars[0].first),
        "last": long_day(bars[-1].last),
        "most": most,
        "least": least,
    }
    if found.query.measure is Measure.BASE:
        return _(
            "Face au jour moyen de son année de base, {most} est le plus haut et {least} le plus"
            " bas, du {first} au {last}, en\u00a0%\u00a0: {figures}.",
            **words,
        )
    if low <= 0 or high < CLOSE * low:
        return _("Par m², du {first} au {last}, en kWh\u00a0: {figures}.", **words)
    return _(
        "Par m², {most} consomme {ratio}\u00a0fois ce que consomme {least}, du {first} au {last},"
        " en kWh\u00a0: {figures}.",
        ratio=number(high / low, 1),
        **words,
    )


def _figure(value: float) -> str:
    return number(value, 1 if value < DECIMAL else 0)


def _common_bars(found: CombinedSeries) -> list[CombinedBar]:
    """Return the complete bars in which each comparable site has a value."""
    places = _places(found)
    return [
        bar
        for bar in found.bars
        if not lacks_days(found, bar)
        and all(part_value(found, bar, place) is not None for place in places)
    ]


def _places(found: CombinedSeries) -> Sequence[int]:
    """Return the sites that have what the measure needs."""
    places = range(len(found.parts))
    if found.base:
        return [place for place in places if found.base.means[place] is not None]
    return [place for place in places if found.surfaces[place]]


def _values(found: CombinedSeries, bars: Sequence[CombinedBar]) -> list[tuple[float, str]]:
    """Return the value of each site over `bars`: kWh/m², or percent of its base year."""
    if not bars:
        return []
    return [(_value(found, bars, place), part_name(found.parts[place])) for place in _places(found)]


def _value(found: CombinedSeries, bars: Sequence[CombinedBar], place: int) -> float:
    if found.base:
        days = sum((bar.last - bar.first).days + 1 for bar in bars)
        energy = sum(bar.parts[place] or 0 for bar in bars)
        return 100 * energy / ((found.base.means[place] or 1) * days)
    areas = [area_on(found.surfaces[place], bar.first) or 1 for bar in bars]
    energies = [bar.parts[place] or 0 for bar in bars]
    by_area = (energy / area for energy, area in zip(energies, areas, strict=True))
    return sum(by_area) * DM2 / 1000
