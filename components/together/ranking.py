"""Rank several sites in one sentence, over the periods that all of them know."""

from collections.abc import Mapping, Sequence

from components.together.curves import part_value
from components.together.labels import lacks_days, part_name
from core.i18n import _, long_day, number
from data.metering.consumption.types import CombinedBar, CombinedSeries, Measure
from data.metering.surfaces.types import DM2, area_on

CLOSE = 1.05  # ratio under which it is not said
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
        "most": most,
        "high": _figure(high),
        "least": least,
        "low": _figure(low),
        "first": long_day(bars[0].first),
        "last": long_day(bars[-1].last),
    }
    between = [f"{name} ({_figure(value)})" for value, name in ranked[1:-1]]
    others = [_("Entre les deux\u00a0: {names}.", names=", ".join(between))] if between else []
    return " ".join(
        [_ends_words(found.query.measure, high / low if low > 0 else 0, words), *others]
    )


def _ends_words(measure: Measure, ratio: float, words: Mapping[str, str]) -> str:
    """Return the sentence of the highest and the lowest site."""
    if measure is Measure.BASE:
        return _(
            "Face à son année de base, {most} est au plus haut ({high}\u00a0%) et {least} au plus"
            " bas ({low}\u00a0%), du {first} au {last}.",
            **words,
        )
    if ratio < CLOSE:
        return _(
            "À surface égale, {most} consomme le plus ({high}\u00a0kWh/m²) et {least} le moins"
            " ({low}), du {first} au {last}.",
            **words,
        )
    return _(
        "À surface égale, {most} consomme {ratio}\u00a0fois ce que consomme {least} ({high} et"
        " {low}\u00a0kWh/m²), du {first} au {last}.",
        ratio=number(ratio, 1),
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
