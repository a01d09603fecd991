"""Render the page of several PCEs: choices, bars and table."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from dash import dcc
from dash.development.base_component import Component

from components import kit
from components.budgets.labels import PATH as BUDGETS
from components.consumption.filters import PRESETS, STEPS, UNITS, bar_cell, pce_options, period_name
from components.consumption.source import deposited_note
from components.fleet.kpis import apart_words
from components.kit import html
from components.together.budget import budget_notes, planned_of
from components.together.curves import curve_notes
from components.together.figure import HEIGHT, figure, legend
from components.together.ids import Ids
from components.together.labels import name_of, sentence
from components.together.ranking import ranking_sentence
from components.together.spending import spending, unpriced
from components.together.table import bars_table
from core.access import Permission, Viewer
from core.i18n import N_, _, number, plural
from data.metering.consumption.rules.together import (
    BY_DAY,
    MOST,
    without_pce,
    write_together,
)
from data.metering.consumption.types import (
    CombinedSeries,
    Measure,
    Preset,
    TogetherShape,
    TogetherView,
    Unit,
)
from data.metering.pces.types import PceRow
from data.money.budgets.types import TrackedBudget

PATH = "/consommations"
EXPORT = "/export/ensemble"


def together_page(
    viewer: Viewer,
    combined_series: CombinedSeries,
    rows: Sequence[PceRow],
    chosen: Sequence[PceRow],
    budgets: Sequence[TrackedBudget] = (),
) -> Component:
    """Return the page.

    `rows` are the first suggestions of the picker, `chosen` the selected PCEs, `budgets` those of
    the group in its unit.
    """
    name, query = name_of(combined_series), write_together(combined_series.query)
    summary = ranking_sentence(combined_series) or sentence(combined_series, viewer.today)
    return kit.page(
        name,
        crumbs=((_("Parc"), f"{PATH}/parc"), (name, None)),
        actions=[*_budget(combined_series, viewer), *_exports(viewer, query)],
        lead=kit.lead(summary),
        children=[
            *_notes(combined_series),
            *_chosen(combined_series.query, chosen),
            _bar(combined_series, rows),
            *(
                unpriced(combined_series, viewer)
                or _chart_and_table(combined_series, viewer, summary, budgets)
            ),
            dcc.Store(id=Ids.VIEW, data=query),
        ],
    )


def _budget(combined_series: CombinedSeries, viewer: Viewer) -> list[Component]:
    """Return the link to add a budget for the tag, if it is permitted."""
    if not combined_series.query.tag or not viewer.may(Permission.BUDGETS_WRITE):
        return []
    href = f"{BUDGETS}?{urlencode({'new': '1', 'tag': combined_series.query.tag})}"
    return [kit.button(_("Ajouter un budget"), href=href, icon="bullseye")]


def _chart_and_table(
    combined_series: CombinedSeries, viewer: Viewer, summary: str, budgets: Sequence[TrackedBudget]
) -> list[Component]:
    """Return the chart and its table."""
    planned = planned_of(combined_series, budgets)
    is_drawn_as_curves = combined_series.query.shape is TogetherShape.CURVES
    drawn = kit.graph(
        Ids.CHART, figure(combined_series, viewer.theme, planned), summary, height=HEIGHT
    )
    return [
        kit.card(
            [
                legend(combined_series, planned),
                drawn,
                deposited_note(combined_series.total.days_deposited),
                *curve_notes(combined_series),
                *budget_notes(budgets),
                *spending(combined_series),
            ],
            title=_("Courbes") if is_drawn_as_curves else _("Histogramme"),
            hint=_("les PCE qui consomment le plus ont chacun leur couleur")
            if combined_series.others
            else None,
        ),
        kit.card(
            bars_table(combined_series),
            title=_("Tableau"),
            hint=_("mêmes périodes que le graphique"),
            flush=True,
        ),
    ]


def _exports(viewer: Viewer, query: str) -> list[Component]:
    if not viewer.may(Permission.CONSUMPTION_EXPORT):
        return []
    return [
        kit.button("CSV", href=f"{EXPORT}?{query}&format=csv", download=True, icon="download"),
        kit.button(
            "XLSX",
            href=f"{EXPORT}?{query}&format=xlsx",
            download=True,
            icon="download",
            kind="primary",
        ),
    ]


def _notes(combined_series: CombinedSeries) -> list[Component]:
    combined_query, notes = combined_series.query, []
    missing = len(combined_query.numbers) - combined_series.pces
    if combined_query.numbers and missing:
        title = _("Certains de ces PCE ne sont pas montrés")
        text = _("Ils sont inconnus, ou vous ne pouvez pas les lire\u00a0: {count}.", count=missing)
        notes.append(kit.alert(title, text, "warn"))
    if combined_query.hidden_count:
        title = _("{most} PCE au plus peuvent être affichés ensemble", most=number(MOST))
        text = plural(
            "{count} autre de cette adresse n’est pas montré\u00a0: donnez à tous une étiquette, et"
            " ouvrez son ensemble dans les groupes du parc.",
            "{count} autres de cette adresse ne sont pas montrés\u00a0: donnez à tous une"
            " étiquette, et ouvrez son ensemble dans les groupes du parc.",
            combined_query.hidden_count,
        )
        notes.append(kit.alert(title, text, "warn"))
    if combined_series.by_month:
        title = _("Trop de PCE pour les montrer par jour")
        text = _(
            "Au-delà de {most} PCE, l’ensemble est montré par mois\u00a0: resserrez le groupe.",
            most=number(BY_DAY),
        )
        notes.append(kit.alert(title, text, "info"))
    if combined_series.sheets:
        title = _("Les relevés d’une semaine ou d’un mois ne sont pas comptés ici")
        text = plural(
            "{count} PCE en a\u00a0: choisissez le mois pour les compter.",
            "{count} PCE en ont\u00a0: choisissez le mois pour les compter.",
            combined_series.sheets,
        )
        notes.append(kit.alert(title, text, "info"))
    if combined_series.apart:
        notes.append(
            kit.alert(
                _("Consommations publiées seules"), apart_words(combined_series.apart), "info"
            )
        )
    if combined_query.view.unit is Unit.M3 and combined_query.view.compare:
        title = _("L’année précédente est comparée en kWh")
        notes.append(
            kit.alert(title, _("Choisissez kWh pour voir l’écart sur les mêmes jours."), "info")
        )
    return notes


def _chosen(combined_query: TogetherView, chosen: Sequence[PceRow]) -> list[Component]:
    """Return the selected PCEs, each with a link to remove it."""
    if not combined_query.numbers:
        return []
    items = [html.Li(_named(combined_query, row)) for row in chosen]
    return [html.Ul(items, className="fleet-chosen", **kit.aria(label=_("PCE montrés ensemble")))]


def _adding(combined_query: TogetherView, rows: Sequence[PceRow]) -> list[Component]:
    """Return a picker to add a PCE, while there is room for one."""
    if not 0 < len(combined_query.numbers) < MOST:
        return []
    field = kit.picker(
        Ids.PICKER,
        _("Ajouter un PCE\u00a0: nom, numéro ou commune"),
        "",
        _("Ajouter un PCE"),
        rows=pce_options(rows),
    )
    return [html.Div([field], className="bar-cell bar-site")]


def _named(combined_query: TogetherView, row: PceRow) -> list[Component | str]:
    name = row.alias or row.number
    remaining_query = write_together(without_pce(combined_query, row.number))
    words = html.Span(_("Retirer {name}", name=name), className="visually-hidden")
    return [
        kit.link(name, f"{PATH}?pce={row.number}"),
        kit.link([kit.icon("x-lg"), words], f"{PATH}?{remaining_query}", className="fleet-out"),
    ]


SHAPES: Mapping[TogetherShape, str] = {
    TogetherShape.CURVES: N_("Courbes"),
    TogetherShape.STACK: N_("Empilés"),
    TogetherShape.SUM: N_("Additionnés"),
}
BASE_WORDS = N_("% de sa base")


def _bar(combined_series: CombinedSeries, rows: Sequence[PceRow]) -> Component:
    """Return the bar above the chart: one more site, shape, period, step, comparison, unit."""
    combined_query = combined_series.query
    view, is_drawn_as_curves = combined_query.view, combined_query.shape is TogetherShape.CURVES
    shapes = [(shape, _(words)) for shape, words in SHAPES.items()]
    periods = [(preset, _(words)) for preset, words in PRESETS.items()]
    if view.preset is Preset.FREE:
        periods.append((Preset.FREE, period_name(view, None)))
    steps = [(step, _(words)) for step, words in STEPS.items()]
    compared = [("1", _("N-1")), ("none", _("Sans"))]
    units = _units(combined_query.shape)
    values = (
        (Ids.SHAPE, Ids.SHAPE_WORDS, _("Présentation"), shapes, combined_query.shape),
        (Ids.PERIOD, Ids.PERIOD_WORDS, _("Période"), periods, view.preset),
        (Ids.STEP, Ids.STEP_WORDS, _("Pas"), steps, view.step),
        (Ids.COMPARE, Ids.COMPARE_WORDS, _("Comparer"), compared, "1" if view.compare else "none"),
        (Ids.UNIT, Ids.UNIT_WORDS, _("Unité"), units, _unit(combined_query)),
    )
    cells = [
        bar_cell(
            words_id,
            name,
            dict(options)[value],
            [
                kit.segments(id_, name, options, value),
                *(_dates(combined_series) if id_ is Ids.PERIOD else []),
            ],
            hidden=id_ is Ids.COMPARE and is_drawn_as_curves,  # no curve of the year before
        )
        for id_, words_id, name, options, value in values
    ]
    return html.Div(
        [*_adding(combined_query, rows), *cells],
        className="consumption-bar",
        role="group",
        **kit.aria(label=_("Ce qui est affiché")),
    )


def _dates(combined_series: CombinedSeries) -> list[Component]:
    """Return the fields of a free period, filled with the days shown."""
    total = combined_series.total
    fields = [
        kit.date_field(Ids.FIRST, _("Du"), total.first),
        kit.date_field(Ids.LAST, _("Au"), total.last),
        kit.button(_("Afficher ces jours"), id=Ids.DATES, small=True),
    ]
    return [html.Div(fields, className="consumption-dates")]


def _units(shape: TogetherShape) -> list[tuple[str, str]]:
    """Return the units; curves may be by square metre or in percent of a base year too."""
    units: list[tuple[str, str]] = [
        (unit, words) for unit, words in UNITS.items() if unit is not Unit.M2
    ]
    if shape is not TogetherShape.CURVES:
        return units
    measures: list[tuple[str, str]] = [(Measure.M2, UNITS[Unit.M2]), (Measure.BASE, _(BASE_WORDS))]
    return [units[0], *measures, *units[1:]]


def _unit(combined_query: TogetherView) -> str:
    measure = combined_query.measure
    return combined_query.view.unit if measure is Measure.UNIT else measure
