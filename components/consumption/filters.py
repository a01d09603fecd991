"""Render the one bar above the chart: site, period, step, comparison, unit, and the rest."""

from collections.abc import Mapping, Sequence

from dash.development.base_component import Component

from components.consumption.gestures import SIMILAR
from components.consumption.ids import Ids
from components.consumption.reference import reference_fields, reference_word
from components.kit import (
    Child,
    aria,
    data,
    date_field,
    html,
    icon,
    multi_segments,
    picker,
    segments,
    switch,
)
from core.i18n import N_, _, month_year, short_day
from data.metering.consumption.rules.calendar import span_of
from data.metering.consumption.types import (
    REFERENCE,
    Alignment,
    DataKind,
    Preset,
    Series,
    SeriesStep,
    Unit,
    View,
)
from data.metering.consumption.types.similar import FEWEST_SIMILAR
from data.metering.pces.types import PceRow

PRESETS = {
    Preset.DAYS30: N_("30 jours"),
    Preset.MONTHS12: N_("12 mois"),
    Preset.YEARS3: N_("3 ans"),
}
STEPS = {
    SeriesStep.DAY: N_("Jour"),
    SeriesStep.WEEK: N_("Semaine"),
    SeriesStep.MONTH: N_("Mois"),
    SeriesStep.YEAR: N_("Année"),
}
YEARS = {1: N_("N-1"), 2: N_("N-2")}
UNITS = {
    Unit.KWH: "kWh",
    Unit.M2: "kWh/m²",
    Unit.M3: "m³",
    Unit.EUR: "€",
    Unit.CO2: "CO₂e",
}


def filters(series: Series, rows: Sequence[PceRow], menu: Sequence[Component]) -> Component:
    """Return the bar; `rows` are the first suggestions of the picker, `menu` the actions in "⋯"."""
    view, words = series.view, bar_words(series)
    cells = [
        _site(series, rows),
        bar_cell(Ids.PERIOD_WORDS, _("Période"), words["period_words"], _periods(series)),
        bar_cell(Ids.STEP_WORDS, _("Pas"), words["step_words"], [_steps(view)]),
        bar_cell(
            Ids.COMPARE_WORDS,
            _("Comparer"),
            words["compare_words"],
            [_compare(view, rows), reference_fields(series, pce_options(rows)), *_aligned(view)],
        ),
        bar_cell(Ids.UNIT_WORDS, _("Unité"), words["unit_words"], [_units(view)]),
        _more(view, menu),
    ]
    return html.Div(
        cells, className="consumption-bar", role="group", **aria(label=_("Ce qui est affiché"))
    )


def bar_words(series: Series) -> dict[str, str]:
    """Return what each closed cell of the bar shows, by output name."""
    view = series.view
    years = [_(YEARS[years]).replace("-", "\u2011") for years in view.compare]
    years += [reference_word(series)] if series.reference else []
    years += [_("semblables")] if series.similar and series.similar.is_drawn else []
    period = PRESETS.get(view.preset)
    return {
        "period_words": _(period) if period else period_name(view, series),
        "step_words": _(STEPS[view.step]),
        "compare_words": ", ".join(years) or _("rien"),
        "unit_words": UNITS[view.unit],
    }


def period_name(view: View, series: Series | None) -> str:
    """Return `mars 2026`, `2025`, `du 05/10/2026 au 12/10/2026`, or the name of a preset."""
    first, last = view.first, view.last
    if first is None or last is None:
        return _(_LONG_PRESETS.get(view.preset, _LONG_PRESETS[Preset.MONTHS12]))
    if first == last:
        return short_day(first)
    if (first, last) == span_of(SeriesStep.MONTH, first):
        return month_year(first)
    if (first, last) == span_of(SeriesStep.YEAR, first):
        return str(first.year)
    if series is not None:
        first, last = series.first, series.last
    return _("du {first} au {last}", first=short_day(first), last=short_day(last))


_LONG_PRESETS: Mapping[Preset, str] = {
    Preset.DAYS30: N_("30 derniers jours"),
    Preset.MONTHS12: N_("12 derniers mois et mois en cours"),
    Preset.YEARS3: N_("3 ans"),
}


def bar_cell(
    id_: str, name: str, words: str, inside: Sequence[Component], *, hidden: bool = False
) -> Component:
    """Return a cell of the bar that shows its choice and opens a panel."""
    panel = f"{id_}-panel"
    opener = html.Button(
        [
            html.Span(name, className="bar-name"),
            html.B(words, id=id_),
            icon("chevron-down", 12),
        ],
        type="button",
        className="bar-opener",
        **aria(expanded="false", controls=panel),
        **data(opens=panel),
    )
    title = html.P(name, className="bar-title", **aria(hidden="true"))
    panel_box = _panel(panel, [title, *inside])
    return html.Div([opener, panel_box], className="bar-cell", hidden=hidden)


def _panel(id_: str, inside: Sequence[Child], look: str = "") -> Component:
    """Return a panel, which takes the focus where it is pressed, or it would be left and close."""
    return html.Div(list(inside), id=id_, className=f"panel bar-panel{look}", tabIndex="-1")


def icon_cell(panel: str, name: str, glyph: str, inside: Sequence[Child]) -> Component:
    """Return an icon button that opens a panel at its right edge."""
    opener = html.Button(
        [icon(glyph), html.Span(name, className="visually-hidden")],
        type="button",
        title=name,
        className="bar-opener bar-icon",
        **aria(expanded="false", controls=panel),
        **data(opens=panel),
    )
    panel_box = _panel(panel, inside, " bar-panel-end")
    return html.Div([opener, panel_box], className="bar-cell bar-cell-end")


def _site(series: Series, rows: Sequence[PceRow]) -> Component:
    """Return the picker, hidden from a reader of one PCE."""
    alone = len(rows) == 1 and rows[0].number == series.number
    field = picker(
        Ids.PICKER,
        _("Point de livraison (PCE) : nom, numéro ou commune"),
        picked(series),
        _("Nom, PCE ou commune"),
        rows=pce_options(rows),
        names_only=True,
    )
    return html.Div([field], className="bar-cell bar-site", hidden=alone)


def _more(view: View, menu: Sequence[Component]) -> Component:
    shows = [
        html.P(_("Afficher"), className="bar-title"),
        switch(Ids.TEMPERATURE, _("Température"), view.temperature),
        switch(Ids.MEASURED, _("Jours mesurés seulement"), view.measured),
        html.P(_("Données"), className="bar-title"),
        _kind(view),
    ]
    acts = [html.P(_("Faire"), className="bar-title"), *menu]
    return icon_cell(MORE, _("Afficher, faire"), "three-dots", [*shows, *acts])


MORE = "consumption-more"


def picked(series: Series) -> str:
    """Return the name of the site, as in the title and the closed picker."""
    return series.alias or series.number


def pce_options(rows: Sequence[PceRow]) -> list[tuple[str, str, str]]:
    """Return the options of a picker: number, name, and the city to distinguish them."""
    return [
        (row.number, row.alias or row.number, f"{row.number} · {row.city}".rstrip(" ·"))
        for row in rows
    ]


def either(words: str, short: str) -> Component:
    """Return `words`, and `short` for phones."""
    return html.Span(
        [
            html.Span(words, className="consumption-words"),
            html.Span(short, className="consumption-short"),
        ]
    )


def _periods(series: Series) -> list[Component]:
    options = [(preset, _(words)) for preset, words in PRESETS.items()]
    options.append((Preset.FREE, _("Libre")))
    return [segments(Ids.PRESET, _("Période"), options, series.view.preset), dates(series)]


def _steps(view: View) -> Component:
    options = [(step, _(words)) for step, words in STEPS.items()]
    return segments(Ids.STEP, _("Pas de temps"), options, view.step)


def compared_values(view: View) -> list[str]:
    """Return what is pressed in the list of comparisons."""
    return [*(str(years) for years in view.compared), *([SIMILAR] if view.has_similar else [])]


def _compare(view: View, rows: Sequence[PceRow]) -> Component:
    """Return the comparisons; a reader of few sites has no similar ones."""
    options = [
        ("1", _("Un an avant (N-1)")),
        ("2", _("Deux ans avant (N-2)")),
        (str(REFERENCE), _("Autre période ou autre site")),
    ]
    if len(rows) >= FEWEST_SIMILAR:
        options.append((SIMILAR, _("Sites semblables")))
    return multi_segments(Ids.COMPARE, _("Comparer avec"), options, compared_values(view))


def _aligned(view: View) -> list[Component]:
    """Return which earlier day a day is compared with."""
    options = [
        (Alignment.WEEKDAY, _("Même jour de semaine")),
        (Alignment.DATE, _("Même date")),
    ]
    label = _("Comparer un jour avec")
    return [
        html.P(label, className="bar-title", **aria(hidden="true")),
        segments(Ids.ALIGN, label, options, view.align),
    ]


def _kind(view: View) -> Component:
    options = [
        (DataKind.INFORMATIVE, _("Informatives")),
        (DataKind.PUBLISHED, _("Publiées, celles de la facture")),
    ]
    return segments(Ids.DATA, _("Données"), options, view.data)


def _units(view: View) -> Component:
    return segments(Ids.UNIT, _("Unité"), list(UNITS.items()), view.unit)


def dates(series: Series) -> Component:
    """Return the two date fields of a free period, filled with the days shown."""
    first = series.history_first
    return html.Div(
        [
            date_field(Ids.FIRST, _("Du"), series.first, first, None),
            date_field(Ids.LAST, _("Au"), series.last, first, None),
        ],
        id=Ids.DATES,
        className=dates_look(series.view),
    )


def dates_look(view: View) -> str:
    is_free = view.preset is Preset.FREE
    return "consumption-dates" + ("" if is_free else " consumption-dates-off")
