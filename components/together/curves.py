"""Draw several PCEs as curves, in their unit or in percent of their base year."""

from html import escape
from typing import Any

from dash.development.base_component import Component

from components.kit import Palette, html
from components.together.labels import is_open, part_name
from core.i18n import _, month_year
from data.metering.consumption.rules.table import UNITS
from data.metering.consumption.types import CombinedBar, CombinedSeries, Measure, Unit
from data.metering.surfaces.types import DM2, area_on

SYMBOLS = {  # of plotly, and as text in the legend
    "circle": "●",
    "square": "■",
    "triangle-up": "▲",
    "diamond": "◆",
    "circle-open": "○",
    "square-open": "□",
    "triangle-up-open": "△",
    "diamond-open": "◇",
}
FEW = 62  # bars above which markers would touch
TINT = 0.45  # share of the tone in the paler half of the colours


def tone_of(place: int, colours: Palette) -> str:
    """Return the colour of a part: four tones, then the same ones paler."""
    tones = (colours.current, colours.temperature, colours.budget, colours.previous)
    tone = tones[place % len(tones)]
    return tone if place < len(tones) else _mixed(tone, colours.surface)


def _mixed(tone: str, under: str) -> str:
    channels = [
        round(int(tone[at : at + 2], 16) * TINT + int(under[at : at + 2], 16) * (1 - TINT))
        for at in (1, 3, 5)
    ]
    return "#" + "".join(f"{channel:02X}" for channel in channels)


def unit_of(combined_series: CombinedSeries) -> str:
    """Return the unit of the value axis."""
    measure, unit = combined_series.query.measure, combined_series.query.view.unit
    return {Measure.BASE: "%", Measure.M2: UNITS[Unit.M2]}.get(measure, UNITS[unit])


def curves(
    combined_series: CombinedSeries, names: list[str], colours: Palette
) -> list[dict[str, Any]]:
    """Return a line per part, dotted to a bar that is not complete."""
    tones = (colours.current, colours.temperature, colours.budget, colours.previous)
    has_markers = len(names) <= FEW
    traces = []
    for place, part in enumerate(combined_series.parts):
        values = [part_value(combined_series, bar, place) for bar in combined_series.bars]
        tone = tones[place % len(tones)]
        common = {
            "type": "scatter",
            "name": escape(part_name(part), quote=False),
            "mode": "lines+markers" if has_markers else "lines",
            "connectgaps": False,
            "marker": {"symbol": list(SYMBOLS)[place % len(SYMBOLS)], "size": 8, "color": tone},
        }
        complete, ending = _split(combined_series, values)
        line = {"color": tone, "width": 2}
        traces.append(common | {"x": names, "y": complete, "line": line})
        if ending:
            dotted = {"x": names, "y": ending, "line": line | {"dash": "dot"}}
            traces.append(common | dotted)
    return traces


def _split(
    combined_series: CombinedSeries, values: list[float | None]
) -> tuple[list[float | None], list[float | None]]:
    """Return the values of the line, and those of its end when a bar is not complete."""
    unfinished = [is_open(combined_series, bar) for bar in combined_series.bars]
    if True not in unfinished:
        return values, []
    at = unfinished.index(True)
    ending = [value if at - 1 <= rank <= at else None for rank, value in enumerate(values)]
    return [*values[:at], *[None] * (len(values) - at)], ending


def part_value(combined_series: CombinedSeries, bar: CombinedBar, place: int) -> float | None:
    """Return the value of a part in its measure.

    In percent, it is over as many mean days of its base year; by square metre, over its surface on
    the first day of the bar.
    """
    value, base = bar.parts[place], combined_series.base
    if value is None:
        return None
    if combined_series.surfaces:
        area = area_on(combined_series.surfaces[place], bar.first)
        return round(value / 1000 * DM2 / area, 3) if area else None
    if base is None:
        return value / 1000
    mean, until = base.means[place], combined_series.until or bar.last
    days = (min(bar.last, until) - bar.first).days + 1
    return None if mean is None or days < 1 else round(100 * value / (mean * days), 1)


def curve_legend(combined_series: CombinedSeries) -> Component:
    """Return the names of the curves, each with its symbol."""
    items = [
        html.Li([html.Span(symbol, className=f"part-symbol part-{place}"), part_name(part)])
        for place, (part, symbol) in enumerate(
            zip(combined_series.parts, SYMBOLS.values(), strict=False)
        )
    ]
    if combined_series.others:
        items.append(html.Li(_("seuls les plus gros PCE ont une courbe")))
    return html.Ul(items, className="part-legend")


def curve_notes(combined_series: CombinedSeries) -> list[Component]:
    """Return what the measure is made of, and the PCEs that lack what it needs."""
    if combined_series.surfaces:
        return _surface_notes(combined_series)
    base = combined_series.base
    if base is None:
        return []
    words = _(
        "100\u00a0%\u00a0: le jour moyen de chaque site, de {first} à {last}.",
        first=month_year(base.first),
        last=month_year(base.last),
    )
    lacking = [
        part_name(part)
        for part, mean in zip(combined_series.parts, base.means, strict=True)
        if mean is None
    ]
    missing = _(" Année de base incomplète : {names}.", names=", ".join(lacking)) if lacking else ""
    return [html.P(words + missing, className="consumption-axis")]


def _surface_notes(combined_series: CombinedSeries) -> list[Component]:
    sites = zip(combined_series.parts, combined_series.surfaces, strict=True)
    lacking = [part_name(part) for part, surfaces in sites if not surfaces]
    if not lacking:
        return []
    words = _(
        "Surface inconnue\u00a0: {names}. Ajoutez-la sur la page du site.", names=", ".join(lacking)
    )
    return [html.P(words, className="consumption-axis")]
