"""The figures of all the PCE together, from the monthly roll-up."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from dash.development.base_component import Component

from components.home.ids import Ids
from components.kit import (
    Kpi,
    Palette,
    base_layout,
    card,
    delta,
    digits_of,
    graph,
    kpi_strip,
    palette,
)
from data.access import Viewer
from data.consumption.rules.words import ordinal
from data.consumption.types import FleetEqual, FleetMonth, HomeFigures
from i18n import _, month_name, month_year, number, percent, plural, short_month

CHART_HEIGHT = 260
OUTLINE, BAR = 0.76, 0.56  # of a column
MANY = 10_000_000_000  # Wh


def gap(now: int | None, before: int | None) -> float | None:
    """The gap in percent, None when either side is unknown or nothing."""
    if now is None or not before:
        return None
    return (now - before) / before * 100


def quantity(wh: int | None, *, mega: bool) -> tuple[str, str]:
    """The figure and its unit."""
    unit, size = ("MWh", 1e6) if mega else ("kWh", 1e3)
    return ("–" if wh is None else number(round(wh / size))), unit


def are_many(*months: FleetMonth) -> bool:
    """Whether kWh would be too long to read for one of them: the others follow, to be compared."""
    return any((month.energy_wh or 0) >= MANY for month in months)


def kpis(figures: HomeFigures, equal: FleetEqual | None = None) -> Component:
    current, year = figures.months[-1], figures.year
    last = figures.months[-2]
    mega = are_many(current, last)
    return kpi_strip(
        [
            current_kpi(figures, mega=mega),
            month_kpi(
                _("{month}, complet", month=month_name(last.month).capitalize()),
                last,
                plural(
                    "sur {count} PCE complet les deux années",
                    "sur {count} PCE complets les deux années",
                    last.shared_pces,
                ),
                mega=mega,
            ),
            month_kpi(_("12 mois complets"), year, _year_words(equal), mega=are_many(year)),
            Kpi(
                _("Jours mesurés"),
                number(share(year), 1),
                "%",
                _("des jours connus sur 12 mois"),
                meter=share(year) / 100,
            ),
        ]
    )


def _year_words(equal: FleetEqual | None) -> str:
    """On what the gap was computed; and what is left of it at equal climate, where it is told."""
    said = _("sur les mêmes PCE et les mêmes mois")
    told = equal.face.percent if equal else None
    if equal is None or told is None:
        return said
    return plural(
        "{said} ; {gap} à climat égal, sur {count} PCE",
        "{said} ; {gap} à climat égal, sur {count} PCE",
        equal.pces,
        said=said,
        gap=percent(told, digits_of(told)),
    )


def current_kpi(figures: HomeFigures, *, mega: bool) -> Kpi:
    """The month under way up to the last day known, against the same days of the year before."""
    current, until = figures.months[-1], figures.data_until
    name = month_name(current.month).capitalize()
    if until is not None and until >= current.month:
        label = _("{month}, au {day}", month=name, day=ordinal(until.day))
    else:
        label = _("{month}, en cours", month=name)
    change = gap(current.this_wh, current.before_wh)
    if change is None:
        said = plural("{count} PCE a des données", "{count} PCE ont des données", current.pces)
        return Kpi(label, *quantity(current.energy_wh, mega=mega), said)
    shared = plural(
        "à jours égaux, sur {count} PCE",
        "à jours égaux, sur {count} PCE",
        current.shared_pces,
    )
    return Kpi(label, *quantity(current.energy_wh, mega=mega), [delta(change), " ", shared])


def share(month: FleetMonth) -> float:
    """Measured days among the days known or absent, in percent."""
    days = month.days_known + month.days_absent
    return 100 * month.days_measured / days if days else 0.0


def month_kpi(label: str, month: FleetMonth, shared: str, *, mega: bool) -> Kpi:
    """A month against the year before; *shared* says on what the gap was computed."""
    change = gap(month.this_wh, month.before_wh)
    if change is None:
        note: Any = _("pas de comparaison possible à l’an dernier")
    else:
        note = [delta(change), " ", shared]
    return Kpi(label, *quantity(month.energy_wh, mega=mega), note)


def chart_card(figures: HomeFigures, viewer: Viewer) -> Component:
    title = plural("Consommation de mon PCE", "Consommation de tous mes PCE", max(1, figures.pces))
    return card(
        graph(Ids.CHART, figure(figures, viewer.theme), chart_text(figures), height=CHART_HEIGHT),
        title=title,
        hint=_(
            "MWh par mois ; contour : année précédente ; hachuré : mois en cours, à jours égaux"
        ),
    )


def chart_text(figures: HomeFigures) -> str:
    """The chart in words: each month and its figure."""
    months = ", ".join(f"{month_name(m.month)} {mwh(m.energy_wh)}" for m in figures.months)
    return _("Consommation par mois en MWh : {months}", months=months)


def mwh(wh: int | None) -> str:
    return "–" if wh is None else number(wh / 1_000_000, 1)


def figure(figures: HomeFigures, theme: str) -> dict[str, Any]:
    """Thirteen months, the last one hatched, the year before as an outline."""
    colours, months = palette(theme), figures.months
    # Of a month under way, only the same days of the same PCE make a fair outline.
    earlier = [in_mwh(month.before_wh if month.current else month.earlier_wh) for month in months]
    outline = {"color": "rgba(0,0,0,0)", "line": {"color": colours.previous, "width": 1.5}}
    bars = {
        "text": [hover(month) for month in months],
        "textposition": "none",
        "hovertemplate": "%{text}<extra></extra>",
    }
    marker = {"color": colours.current, "pattern": hatch(months, colours)}
    return {
        "data": [
            bar(earlier, OUTLINE, outline) | {"hoverinfo": "skip"},
            bar([in_mwh(month.energy_wh) for month in months], BAR, marker) | bars,
        ],
        "layout": chart_layout(months, theme),
    }


def in_mwh(wh: int | None) -> float | None:
    return None if wh is None else wh / 1e6


def hover(month: FleetMonth) -> str:
    return f"<b>{month_year(month.month)}</b><br>{mwh(month.energy_wh)} MWh"


def bar(values: Sequence[float | None], width: float, marker: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "bar",
        "x": list(range(len(values))),
        "y": list(values),
        "width": width,
        "marker": marker,
    }


def hatch(months: Sequence[FleetMonth], colours: Palette) -> dict[str, Any]:
    return {
        "shape": ["/" if month.current else "" for month in months],
        "fgcolor": colours.current,
        "bgcolor": colours.current_hatch,
        "size": 7,
        "solidity": 0.3,
    }


def chart_layout(months: Sequence[FleetMonth], theme: str) -> dict[str, Any]:
    layout = base_layout(theme, barmode="overlay", hovermode="closest")
    bare = {"ticks": "", "showline": False}
    layout["xaxis"] |= bare | {  # lists.css leaves every other name out on a phone
        "tickvals": list(range(len(months))),
        "ticktext": [tick(month.month, first=n == 0) for n, month in enumerate(months)],
        "tickangle": 0,
    }
    layout["yaxis"] |= bare | {"rangemode": "tozero", "nticks": 5, "tickformat": ",d"}
    return layout


def tick(month: date, *, first: bool) -> str:
    """`nov.`, its year below on the first one and at the turn of a year."""
    turned = first or month.month == 1
    return f"{short_month(month)}<br>{month.year}" if turned else short_month(month)
