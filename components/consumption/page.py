"""Render the consumption screen, and the parts of it that change with the view."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from dash import dcc, no_update
from dash.development.base_component import Component

from components.consumption import overlay, table
from components.consumption.acts import head_acts, menu_acts
from components.consumption.annotations import annotate_act, annotate_here, chart_notes
from components.consumption.day import day_panel
from components.consumption.empty_state import empty_chart
from components.consumption.episode import People, episode_panel
from components.consumption.episodes import block, episodes, find_opened
from components.consumption.exports import export_buttons, table_files
from components.consumption.figure import figure
from components.consumption.filters import (
    bar_words,
    compared_values,
    dates_look,
    either,
    filters,
    icon_cell,
    period_name,
    picked,
)
from components.consumption.gestures import address
from components.consumption.ids import Ids
from components.consumption.injection import injected
from components.consumption.kpis import figure_line
from components.consumption.legend import legend
from components.consumption.reference import reference_start
from components.consumption.sentence import alternative, opening
from components.fleet.walk import list_crumbs, rank_words
from components.frame_keys import keys_line
from components.kit import (
    alert,
    aria,
    card,
    data,
    graph,
    html,
    icon_button,
    lead,
    link,
    page,
)
from components.marks.annotations import about_day
from components.marks.annotations import place as marks_place
from core.access import Viewer
from core.i18n import _
from data.analysis.signatures.types import DriftPlace
from data.metering.consumption.rules.view import breadcrumb, write_view
from data.metering.consumption.types import DayDetail, Series, View
from data.metering.pces.types import PceRow
from data.thresholds.types import EpisodeRow

HEIGHT = 404  # px; 320 on a phone, see assets/consumption.css


def consumption_page(  # noqa: PLR0913 (what the screen is made of)
    series: Series,
    viewer: Viewer,
    rows: Sequence[PceRow],
    day: DayDetail | None = None,
    notes: Sequence[str] = (),
    *,
    crossed: Sequence[EpisodeRow] = (),
    people: People = (),
    place: DriftPlace | None = None,
) -> Component:
    """Return the page, first figures and table included.

    `rows` are the first suggestions of the picker; `day` is the open day, if any; `notes` list the
    parts of the address that are ignored; `crossed` are the episodes of the days shown, and
    `people` the possible assignees of an episode; `place` is that in the list that led here.
    """
    view = replace(series.view, day=day.gas_day if day else None)
    crumb = html.Span([html.Span(_crumb(series, place), id=Ids.CRUMB), *_turns(series, rows)])
    above = list_crumbs(view.drifts) if view.drifts else ((_("Points de livraison"), "/pces"),)
    day_notes = about_day(series.marks, day, viewer)
    return page(
        html.Span(picked(series), id=Ids.TITLE),
        None,
        crumbs=(*above, (crumb, None)),
        actions=html.Div(head_acts(series, viewer), id=Ids.HEAD),
        lead=lead(opening(series), id=Ids.LEAD),
        children=[
            html.Div(asked_alert(notes), id=Ids.ASKED, className="consumption-asked"),
            filters(series, rows, _menu(series, viewer)),
            _chart_card(series, viewer, crossed),
            *marks_place(),
            html.Div(injected(series), id=Ids.INJECTED, className="consumption-injected"),
            episode_panel(find_opened(series, crossed), viewer, people),
            day_panel(day, day_notes),
            _table_card(series),
            dcc.Store(id=Ids.VIEW, data=write_view(view)),
            dcc.Store(id=Ids.DRILL),
            dcc.Store(id=Ids.TURN),
            dcc.Store(id=Ids.ZOOM),
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


def _crumb(series: Series, place: DriftPlace | None) -> str:
    return rank_words(place) if place else _("PCE {number}", number=series.number)


def _turns(series: Series, rows: Sequence[PceRow]) -> list[Component]:
    """Return the buttons of the previous and next PCE, unless the viewer sees no other."""
    if not any(row.number != series.number for row in rows):
        return []
    turns = (
        (-1, _("PCE précédent (touche K)"), "chevron-up"),
        (1, _("PCE suivant (touche J)"), "chevron-down"),
    )
    return [
        html.Span(
            [
                icon_button(words, glyph, className="consumption-turn", **data(turns=str(by)))
                for by, words, glyph in turns
            ],
            className="consumption-turns",
        )
    ]


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
            *annotate_here(series, viewer),
            html.Div(empty_chart(series, viewer), id=Ids.EMPTY, className="consumption-empty"),
        ],
        id=Ids.PLOT,
        className="consumption-plot",
    )


def _menu(series: Series, viewer: Viewer) -> list[Component]:
    acts = html.Div(menu_acts(series, viewer), id=Ids.ACTS, className="bar-acts")
    return [html.Div(annotate_act(series, viewer), className="bar-acts"), acts, keys_line()]


def _chart_card(series: Series, viewer: Viewer, crossed: Sequence[EpisodeRow]) -> Component:
    files = html.Div(export_buttons(series), id=Ids.EXPORTS, className="bar-acts")
    return card(
        [
            html.H2(_("Histogramme"), className="visually-hidden"),
            html.Div(
                [
                    html.Div(figure_line(series, viewer), id=Ids.KPIS),
                    icon_cell("consumption-files", _("Télécharger"), "download", [files]),
                ],
                className="consumption-figures",
            ),
            html.Div(overlay.units(series), id=Ids.UNITS, className="consumption-units"),
            _plot(series, viewer),
            html.Div(id=Ids.OVERVIEW, className="overview"),  # by callbacks/consumption.py
            html.Div([_legend(series), _trail_nav(series, viewer)], className="consumption-keys"),
            block(series, crossed, viewer.today),
            html.Div(
                chart_notes(series, viewer.today), id=Ids.NOTES, className="consumption-notes"
            ),
        ],
        className="consumption-chart-card",
    )


def _legend(series: Series) -> Component:
    return html.Ul(legend(series), id=Ids.LEGEND, className="consumption-legend")


def _trail_nav(series: Series, viewer: Viewer) -> Component:
    return html.Nav(
        trail(series, viewer.today),
        id=Ids.TRAIL,
        className="consumption-trail",
        **aria(label=_("Périodes plus longues")),
    )


def _table_card(series: Series) -> Component:
    return card(
        html.Div(
            id=Ids.TABLE_PLACE, style={"minHeight": table.height(series)}, **aria(busy="true")
        ),
        title=html.Span(table.title(series), id=Ids.TABLE_TITLE),
        hint=either(_("même sélection que le graphique"), _("défile vers la droite →")),
        actions=html.Div(table_files(series), id=Ids.TABLE_FILES, className="table-files"),
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


def parts(
    series: Series,
    viewer: Viewer,
    before: View,
    controls: Mapping[str, Any],
    crossed: Sequence[EpisodeRow] = (),
    place: DriftPlace | None = None,
) -> dict[str, Any]:
    """Return the parts of the screen that depend on the view, by output name.

    Unchanged values are skipped: `controls` equal to their present value and, if the PCE is that of
    `before`, its name (writing it in the picker would start a search).
    """
    same = dict.fromkeys(("pce", "title", "crumb"), no_update)
    has_dropped_site = before.reference and before.reference.pce and not series.reference
    return (
        _words(series, viewer)
        | {"crumb": _crumb(series, place)}
        | {
            name: no_update if name in controls and controls[name] == value else value
            for name, value in _controls(series).items()
        }
        | {
            "view": write_view(series.view),
            "figure": figure(series, viewer.theme),
            "label": chart_label(series),
            "other": "" if has_dropped_site else no_update,
            "over": overlay.overlay(series),
            "episodes": episodes(series, crossed, viewer.today),
            "episode": no_update if series.view.episode else [],
            "columns": table.column_defs(series),
            "rows": table.rows(series),
            "foot": table.footer(series),
            "style": table.style(series),
        }
        | (same if series.view.pce == before.pce else {"pce": picked(series)})
    )


def _words(series: Series, viewer: Viewer) -> dict[str, Any]:
    return {
        "title": picked(series),
        "lead": opening(series),
        "asked": asked_alert(()),
        "kpis": figure_line(series, viewer),
        "injected": injected(series),
        "trail": trail(series, viewer.today),
        "legend": legend(series),
        "units": overlay.units(series),
        "notes": chart_notes(series, viewer.today),
        "empty": empty_chart(series, viewer),
        "table_title": table.title(series),
        "exports": export_buttons(series),
        "table_files": table_files(series),
        "head": head_acts(series, viewer),
        "acts": menu_acts(series, viewer),
        **bar_words(series),
    }


def _controls(series: Series) -> dict[str, Any]:
    view, against = series.view, reference_start(series)
    return {
        "preset": view.preset,
        "step": view.step,
        "compare": compared_values(view),
        "align": view.align,
        "data": view.data,
        "temperature": view.temperature,
        "measured": view.measured,
        "unit": view.unit,
        "first": series.first.isoformat(),
        "last": series.last.isoformat(),
        "dates": dates_look(view),
        "against": against.isoformat() if against else "",
    }
