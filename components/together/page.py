"""Render the page of several PCEs: choices, bars and table."""

from collections.abc import Sequence
from urllib.parse import urlencode

from dash import dcc
from dash.development.base_component import Component

from components import kit
from components.budgets.labels import PATH as BUDGETS
from components.consumption.filters import pce_options
from components.consumption.source import deposited_note
from components.fleet.kpis import apart_words
from components.kit import html
from components.together.budget import budget_notes, planned_of
from components.together.curves import base_notes
from components.together.figure import HEIGHT, figure, legend
from components.together.ids import Ids
from components.together.labels import name_of, sentence
from components.together.spending import spending, unpriced
from components.together.table import bars_table
from core.access import Permission, Viewer
from core.i18n import _, number, plural
from data.metering.consumption.rules.together import (
    BASE,
    BY_DAY,
    MOST,
    without_pce,
    write_together,
)
from data.metering.consumption.types import (
    CombinedSeries,
    Preset,
    SeriesStep,
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
    summary = sentence(combined_series, viewer.today)
    return kit.page(
        name,
        _("Comparer et additionner plusieurs points de livraison."),
        crumbs=((_("Parc"), f"{PATH}/parc"), (name, None)),
        actions=[*_budget(combined_series, viewer), *_exports(viewer, query)],
        lead=kit.lead(summary),
        children=[
            *_notes(combined_series),
            *_choice(combined_series.query, rows, chosen),
            _filters(combined_series.query),
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
                *base_notes(combined_series),
                *budget_notes(budgets),
                *spending(combined_series),
            ],
            title=_("Courbes") if is_drawn_as_curves else _("Histogramme"),
            hint=_("les PCE qui consomment le plus ont chacun leur couleur"),
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


def _choice(
    combined_query: TogetherView, rows: Sequence[PceRow], chosen: Sequence[PceRow]
) -> list[Component]:
    """Return the selected PCEs, each with a link to remove it, and a picker to add one."""
    if not combined_query.numbers:
        return []
    items = [html.Li(_named(combined_query, row)) for row in chosen]
    full = len(combined_query.numbers) >= MOST
    adding = [
        kit.picker(
            Ids.PICKER,
            _("Ajouter un PCE\u00a0: nom, numéro ou commune"),
            "",
            _("Ajouter un PCE"),
            rows=pce_options(rows),
        )
    ]
    return [
        html.Ul(items, className="fleet-chosen", **kit.aria(label=_("PCE montrés ensemble"))),
        *([] if full else [html.Div(adding, className="together-add")]),
    ]


def _named(combined_query: TogetherView, row: PceRow) -> list[Component | str]:
    name = row.alias or row.number
    remaining_query = write_together(without_pce(combined_query, row.number))
    words = html.Span(_("Retirer {name}", name=name), className="visually-hidden")
    return [
        kit.link(name, f"{PATH}?pce={row.number}"),
        kit.link([kit.icon("x-lg"), words], f"{PATH}?{remaining_query}", className="fleet-out"),
    ]


def _measures(combined_query: TogetherView) -> Component:
    """Return the measure of curves; bars have their unit alone."""
    measures = [("value", _("Valeur")), (BASE, _("% de sa base"))]
    is_hidden = combined_query.shape is not TogetherShape.CURVES
    chosen = BASE if combined_query.by_base else "value"
    return html.Div(kit.segments(Ids.MEASURE, _("Mesure"), measures, chosen), hidden=is_hidden)


def _filters(combined_query: TogetherView) -> Component:
    view = combined_query.view
    periods = [
        (Preset.DAYS30, _("30 jours")),
        (Preset.MONTHS12, _("12 mois")),
        (Preset.YEARS3, _("3 ans")),
        *([(Preset.FREE, _("Libre"))] if view.preset is Preset.FREE else []),
    ]
    steps = [
        (SeriesStep.DAY, _("Jour")),
        (SeriesStep.WEEK, _("Semaine")),
        (SeriesStep.MONTH, _("Mois")),
        (SeriesStep.YEAR, _("Année")),
    ]
    shapes = [
        (TogetherShape.STACK, _("Empilés")),
        (TogetherShape.SUM, _("Additionnés")),
        (TogetherShape.CURVES, _("Courbes")),
    ]
    units = [(Unit.KWH, "kWh"), (Unit.M3, "m³"), (Unit.EUR, "€"), (Unit.CO2, "CO₂e")]
    compared = [("1", _("N-1")), ("none", _("Sans"))]
    return html.Div(
        [
            kit.segments(Ids.SHAPE, _("Présentation"), shapes, combined_query.shape),
            _measures(combined_query),
            kit.segments(Ids.PERIOD, _("Période"), periods, view.preset),
            kit.segments(Ids.STEP, _("Pas de temps"), steps, view.step),
            kit.segments(Ids.COMPARE, _("Comparer"), compared, "1" if view.compare else "none"),
            kit.segments(Ids.UNIT, _("Unité"), units, view.unit),
        ],
        className="list-filters",
    )
