"""Draw the thirteen months of one PCE or of all together, from the monthly roll-up."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from dash.development.base_component import Component

from components.consumption.scale import fit_scale
from components.consumption.source import LEGEND, LETTER, deposited_words
from components.home.ids import Ids
from components.kit import (
    Palette,
    base_layout,
    digits_of,
    graph,
    html,
    palette,
)
from core.i18n import _, month_name, month_year, number, percent, short_month
from data.metering.consumption.rules.calendar import month_end
from data.metering.consumption.types import FleetMonth, HomeFigures

CHART_HEIGHT = 300
LINES = 4  # of the axis
OUTLINE, BAR = 0.76, 0.56  # share of a column


def month_chart(figures: HomeFigures, theme: str, height: int = CHART_HEIGHT) -> list[Component]:
    """Return the unit, the chart and its legend, without last months of which nothing is known."""
    drawn_figures = _without_empty_end(figures)
    return [
        html.P(_("MWh par mois"), className="home-unit"),
        graph(Ids.CHART, figure(drawn_figures, theme), chart_text(drawn_figures), height=height),
        html.Ul(
            [
                html.Li([html.Span(className=f"swatch swatch-{drawing}"), html.Span(words)])
                for drawing, words in _legend(drawn_figures)
            ],
            className="consumption-legend home-legend",
        ),
    ]


def _without_empty_end(figures: HomeFigures) -> HomeFigures:
    months = list(figures.months)
    while len(months) > 1 and months[-1].energy_wh is None:
        months.pop()
    return replace(figures, months=tuple(months))


def _legend(figures: HomeFigures) -> Iterator[tuple[str, str]]:
    """Return each drawing of the chart, and its words."""
    yield "measured", _("Consommation")
    yield "before1", _("Mêmes jours un an avant")
    if any(is_mixed(month) for month in figures.months):
        yield "prorated", _("Jours sans équivalent")
    until = _until(figures)
    if any(month.energy_wh and until < month_end(month.month) for month in figures.months):
        yield "current", _("Fin du mois pas encore reçue")
    if any(month.days_deposited for month in figures.months):
        yield "deposited", _(LEGEND)


def chart_text(figures: HomeFigures) -> str:
    """Return the text alternative: each month and its figure."""
    months = ", ".join(f"{month_name(m.month)} {mwh(m.energy_wh)}{_own(m)}" for m in figures.months)
    return _("Consommation par mois en MWh : {months}", months=months)


def _own(month: FleetMonth) -> str:
    words = deposited_words(month.days_deposited)
    return f" ({words})" if words else ""


def mwh(wh: int | None) -> str:
    return "–" if wh is None else number(wh / 1_000_000, 1)


def is_mixed(month: FleetMonth) -> bool:
    """Return whether only some days of a month have a value a year earlier."""
    return month.face.days > 0 and month.face.this_wh < (month.energy_wh or 0)


def figure(figures: HomeFigures, theme: str) -> dict[str, Any]:
    """Return thirteen months, each over the outline of the same days a year earlier.

    Days without an earlier value are paler, so that the darker part compares with the outline.
    """
    colours, months = palette(theme), figures.months
    outline = {"color": "rgba(0,0,0,0)", "line": {"color": colours.previous, "width": 1.5}}
    hatched = hatch(figures, colours)
    hovers = {
        "text": [hover(month) for month in months],
        "textposition": "none",
        "hovertemplate": "%{text}<extra></extra>",
    }
    monthly_mwh = [in_mwh(month.energy_wh) for month in months]
    pale = {
        "color": [colours.current_hatch if is_mixed(m) else colours.current for m in months],
        "line": {"color": colours.current, "width": 1},
        "pattern": hatched,
    }
    faced = [in_mwh(month.face.this_wh) if is_mixed(month) else None for month in months]
    return {
        "data": [
            bar([in_mwh(before(month)) for month in months], OUTLINE, outline)
            | {"hoverinfo": "skip"},
            bar(monthly_mwh, BAR, pale) | hovers,
            bar(faced, BAR, {"color": colours.current, "pattern": hatched}) | {"hoverinfo": "skip"},
        ],
        "layout": chart_layout(months, theme),
    }


def before(month: FleetMonth) -> int | None:
    return month.face.before_wh if month.face.days else None


def in_mwh(wh: int | None) -> float | None:
    return None if wh is None else wh / 1e6


def hover(month: FleetMonth) -> str:
    label = f"<b>{month_year(month.month)}</b><br>{mwh(month.energy_wh)} MWh"
    change = month.face.percent
    if change is not None:
        gap = _("{gap} à jours égaux", gap=percent(change, digits_of(change)))
        label = f"{label}<br>{gap}"
    words = deposited_words(month.days_deposited)
    return f"{label}<br>{words}" if words else label


def bar(values: Sequence[float | None], width: float, marker: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "bar",
        "x": list(range(len(values))),
        "y": list(values),
        "width": width,
        "marker": marker,
    }


def _until(figures: HomeFigures) -> date:
    return figures.data_until or date.min


def hatch(figures: HomeFigures, colours: Palette) -> dict[str, Any]:
    """Return the pattern of the incomplete months."""
    until = _until(figures)
    return {
        "shape": ["/" if until < month_end(month.month) else "" for month in figures.months],
        "fgcolor": colours.current,
        "bgcolor": colours.current_hatch,
        "size": 7,
        "solidity": 0.3,
    }


def chart_layout(months: Sequence[FleetMonth], theme: str) -> dict[str, Any]:
    layout = base_layout(theme, barmode="overlay", hovermode="closest")
    bare = {"ticks": "", "showline": False}
    layout["xaxis"] |= bare | {  # lists.css hides every other name on a phone
        "tickvals": list(range(len(months))),
        "ticktext": [tick(month.month, first=n == 0) for n, month in enumerate(months)],
        "tickangle": 0,
    }
    layout["annotations"] = [
        letter(n, month) for n, month in enumerate(months) if month.days_deposited
    ]
    amounts = [in_mwh(value) or 0 for m in months for value in (m.energy_wh, before(m))]
    axis = fit_scale(max(amounts, default=0), LINES)
    marks = ",d" if axis.every >= 1 else ",.2~f"
    layout["yaxis"] |= bare | {"range": [0, axis.top], "dtick": axis.every, "tickformat": marks}
    return layout


def letter(place: int, month: FleetMonth) -> dict[str, Any]:
    """Return the letter above the bar of a month with deposited days."""
    top = max(in_mwh(month.energy_wh) or 0, in_mwh(before(month)) or 0)
    return {"x": place, "y": top, "text": LETTER, "showarrow": False, "yanchor": "bottom"}


def tick(month: date, *, first: bool) -> str:
    """Return `nov.`, with the year below January and the first month."""
    turned = month.month == 1 or first
    return f"{short_month(month)}<br>{month.year}" if turned else short_month(month)
