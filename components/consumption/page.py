"""Render the consumption screen, and the parts of it that change with the view."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from dash import dcc, no_update
from dash.development.base_component import Component

from components.consumption import overlay, table
from components.consumption.acts import acts, other_chart_links
from components.consumption.annotations import chart_acts, chart_notes, sharing_buttons
from components.consumption.day import day_panel
from components.consumption.empty_state import empty_chart
from components.consumption.episode import People, episode_panel
from components.consumption.episodes import block, episodes, find_opened
from components.consumption.exports import export_buttons
from components.consumption.figure import figure
from components.consumption.filters import changed, dates_look, either, entry, filters, picked
from components.consumption.gestures import address
from components.consumption.ids import Ids
from components.consumption.injection import injected
from components.consumption.kpis import kpis
from components.consumption.legend import legend
from components.consumption.sentence import alternative, opening
from components.kit import (
    alert,
    aria,
    card,
    data,
    graph,
    html,
    kpi_strip,
    lead,
    link,
    page,
    switch,
)
from components.marks.annotations import about_day
from components.marks.annotations import place as marks_place
from core.access import Viewer
from core.i18n import N_, _, month_year, short_day
from data.metering.consumption.rules.calendar import span_of
from data.metering.consumption.rules.view import breadcrumb, write_view
from data.metering.consumption.types import DayDetail, Preset, Series, SeriesStep, View
from data.metering.pces.types import PceRow
from data.thresholds.types import EpisodeRow

HEIGHT = 404  # px; 320 on a phone, see assets/consumption.css
TRAIL = {
    Preset.DAYS30: N_("30 derniers jours"),
    Preset.MONTHS12: N_("12 derniers mois et mois en cours"),
    Preset.YEARS3: N_("3 ans"),
}


def consumption_page(  # noqa: PLR0913 (what the screen is made of)
    series: Series,
    viewer: Viewer,
    rows: Sequence[PceRow],
    day: DayDetail | None = None,
    notes: Sequence[str] = (),
    *,
    crossed: Sequence[EpisodeRow] = (),
    people: People = (),
) -> Component:
    """Return the page, first figures and table included.

    `rows` are the first suggestions of the picker; `day` is the open day, if any; `notes` list the
    parts of the address that are ignored; `crossed` are the episodes of the days shown, and
    `people` the possible assignees of an episode.
    """
    view = replace(series.view, day=day.gas_day if day else None)
    crumb = html.Span(_crumb(series), id=Ids.CRUMB)
    day_notes = about_day(series.marks, day, viewer)
    return page(
        html.Span(picked(series), id=Ids.TITLE),
        _("Comprendre une facture ou une dérive, du mois jusqu’au jour."),
        crumbs=((_("Points de livraison"), "/pces"), (crumb, None)),
        actions=html.Div(acts(series, viewer), id=Ids.EXPORT),
        lead=lead(opening(series), id=Ids.LEAD),
        children=[
            html.Div(asked_alert(notes), id=Ids.ASKED, className="consumption-asked"),
            filters(series, rows),
            html.Div(kpi_strip(kpis(series, viewer.today)), id=Ids.KPIS),
            html.Div(injected(series), id=Ids.INJECTED, className="consumption-injected"),
            _chart_card(series, viewer, crossed),
            *marks_place(),
            episode_panel(find_opened(series, crossed), viewer, people),
            day_panel(day, day_notes),
            _table_card(series),
            dcc.Store(id=Ids.VIEW, data=write_view(view)),
            dcc.Store(id=Ids.DRILL),
            dcc.Store(id=Ids.OVER_WORDS),
            dcc.Store(id=Ids.OVER_FIRST, data=overlay.overlay(series)),
            dcc.Store(id=Ids.LATER),
            dcc.Store(id=Ids.TABLE_FIRST, data=[table.table(series)]),
        ],
        id="consumption-page",
    )


def asked_alert(notes: Sequence[str]) -> list[Component]:
    """Return a warning about ignored parts of the address, until the next interaction."""
    title = _("L’adresse n’a pas pu être suivie exactement")
    return [alert(title, " ".join(notes), "warn")] if notes else []


def _crumb(series: Series) -> str:
    return _("PCE {number}", number=series.number)


def _plot(series: Series, viewer: Viewer) -> Component:
    return html.Div(
        [
            graph(
                Ids.CHART,
                figure(series, viewer.theme),
                chart_label(series),
                height=HEIGHT,
                focusable=True,
                config={"staticPlot": True},  # assets/consumption.js handles mouse and keys
            ),
            html.Div(id=Ids.OVER, className="consumption-over", **aria(hidden="true")),
            html.Div(
                id=Ids.TIP,
                className="consumption-tip",
                role="status",
                **data(coverage=_("{known} j sur {days}")),
            ),
            html.Div(empty_chart(series, viewer), id=Ids.EMPTY, className="consumption-empty"),
        ],
        id=Ids.PLOT,
        className="consumption-plot",
    )


def _chart_card(series: Series, viewer: Viewer, crossed: Sequence[EpisodeRow]) -> Component:
    return card(
        [
            html.Div(
                [
                    html.Ul(legend(series), id=Ids.LEGEND, className="consumption-legend"),
                    switch(Ids.TEMPERATURE, _("Température"), series.view.temperature),
                ],
                className="consumption-keys",
            ),
            html.Div(overlay.units(series), id=Ids.UNITS, className="consumption-units"),
            _plot(series, viewer),
            block(series, crossed, viewer.today),
            html.Div(chart_notes(series), id=Ids.NOTES, className="consumption-notes"),
            chart_acts(series, viewer),
        ],
        title=html.Span(_("Histogramme"), className="part-tab part-tab-on"),
        hint=html.Span(other_chart_links(series), id=Ids.DRAWING),
        className="consumption-chart-card",
        actions=html.Nav(
            trail(series, viewer.today),
            id=Ids.TRAIL,
            className="consumption-trail",
            **aria(label=_("Périodes plus longues")),
        ),
    )


def _table_card(series: Series) -> Component:
    return card(
        html.Div(
            id=Ids.TABLE_PLACE, style={"minHeight": table.height(series)}, **aria(busy="true")
        ),
        title=html.Span(table.title(series), id=Ids.TABLE_TITLE),
        hint=either(_("même sélection que le graphique"), _("défile vers la droite →")),
        actions=html.Div(export_buttons(series), id=Ids.EXPORTS, className="consumption-exports"),
        flush=True,
    )


def chart_label(series: Series) -> str:
    return alternative(series, _("Histogramme des consommations"))


def trail(series: Series, today: date) -> list[Component]:
    """Return the breadcrumb of periods: wider ones as links, the current one as text."""
    views = breadcrumb(series.view, today)
    parts: list[Component] = []
    for view in views[:-1]:
        parts += [link(period_name(view, None), address(view)), html.Span("›", **_HIDDEN)]
    here = period_name(views[-1], series)
    return [*parts, html.Span(here, **aria(current="page"))]


_HIDDEN: Mapping[str, Any] = {"aria-hidden": "true", "className": "consumption-trail-sign"}


def period_name(view: View, series: Series | None) -> str:
    """Return `mars 2026`, `2025`, `du 05/10/2026 au 12/10/2026`, or the name of a preset."""
    first, last = view.first, view.last
    if first is None or last is None:
        return _(TRAIL.get(view.preset, TRAIL[Preset.MONTHS12]))
    if first == last:
        return short_day(first)
    if (first, last) == span_of(SeriesStep.MONTH, first):
        return month_year(first)
    if (first, last) == span_of(SeriesStep.YEAR, first):
        return str(first.year)
    if series is not None:
        first, last = series.first, series.last
    return _("du {first} au {last}", first=short_day(first), last=short_day(last))


def parts(
    series: Series,
    viewer: Viewer,
    before: View,
    controls: Mapping[str, Any],
    crossed: Sequence[EpisodeRow] = (),
) -> dict[str, Any]:
    """Return the parts of the screen that depend on the view, by output name.

    Unchanged values are skipped: `controls` equal to their present value and, if the PCE is that of
    `before`, its name (writing it in the picker would start a search).
    """
    same = dict.fromkeys(("pce", "title", "crumb"), no_update)
    return (
        _words(series, viewer)
        | {
            name: no_update if name in controls and controls[name] == value else value
            for name, value in _controls(series).items()
        }
        | {
            "view": write_view(series.view),
            "figure": figure(series, viewer.theme),
            "label": chart_label(series),
            "over": overlay.overlay(series),
            "episodes": episodes(series, crossed, viewer.today),
            "episode": no_update if series.view.episode else [],
            "columns": table.column_defs(series),
            "rows": table.rows(series),
            "foot": table.footer(series),
            "style": table.style(series),
        }
        | (same if series.view.pce == before.pce else {"pce": entry(series)})
    )


def _words(series: Series, viewer: Viewer) -> dict[str, Any]:
    return {
        "title": picked(series),
        "changed": changed(series.view),
        "crumb": _crumb(series),
        "lead": opening(series),
        "asked": asked_alert(()),
        "kpis": kpi_strip(kpis(series, viewer.today)),
        "injected": injected(series),
        "trail": trail(series, viewer.today),
        "legend": legend(series),
        "units": overlay.units(series),
        "notes": chart_notes(series),
        "empty": empty_chart(series, viewer),
        "drawing": other_chart_links(series),
        "ways": sharing_buttons(series, viewer),
        "table_title": table.title(series),
        "exports": export_buttons(series),
        "export": acts(series, viewer),
    }


def _controls(series: Series) -> dict[str, Any]:
    view = series.view
    return {
        "preset": view.preset,
        "step": view.step,
        "compare": [str(years) for years in view.compare],
        "data": view.data,
        "temperature": view.temperature,
        "unit": view.unit,
        "first": series.first.isoformat(),
        "last": series.last.isoformat(),
        "dates": dates_look(view),
    }
