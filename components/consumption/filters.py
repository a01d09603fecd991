"""Render the filter bar: one line on a wide screen, the period and a button on a phone."""

from collections.abc import Sequence

from dash.development.base_component import Component

from components.consumption.ids import Ids
from components.kit import (
    Children,
    aria,
    badge,
    data,
    date_field,
    html,
    icon,
    multi_segments,
    picker,
    segments,
)
from core.i18n import _
from data.metering.consumption.rules.view import usual_step
from data.metering.consumption.types import DataKind, Preset, Series, SeriesStep, Unit, View
from data.metering.pces.types import PceRow

MORE = "consumption-more"


def filters(series: Series, rows: Sequence[PceRow]) -> Component:
    view = series.view
    rest = html.Div(
        [
            _steps(view),
            _compare(view),
            _kind(view),
            _units(view),
        ],
        className="consumption-rest",
        id=MORE,
    )
    return html.Div(
        [
            html.Div(
                [_pce(series, rows), _presets(view), _button(view)], className="consumption-main"
            ),
            dates(series),
            rest,
        ],
        className="consumption-filters",
        role="group",
        **aria(label=_("Ce qui est affiché")),
    )


def _pce(series: Series, rows: Sequence[PceRow]) -> Component:
    return picker(
        Ids.PICKER,
        _("Point de livraison (PCE) : nom, numéro ou commune"),
        entry(series),
        _("Nom, PCE ou commune"),
        rows=pce_options(rows),
    )


def picked(series: Series) -> str:
    return series.alias or series.number


def entry(series: Series) -> str:
    """Return the text of the closed picker: name and number."""
    return f"{series.alias} {series.number}".strip()


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


def _presets(view: View) -> Component:
    options: list[tuple[str, Children]] = [
        (Preset.DAYS30, either(_("30 jours"), _("30 j"))),
        (Preset.MONTHS12, either(_("12 mois"), _("12\u00a0mois"))),  # shorter in English
        (Preset.YEARS3, either(_("3 ans"), _("3\u00a0ans"))),
        (Preset.FREE, _("Libre")),
    ]
    return segments(Ids.PRESET, _("Période"), options, view.preset)


def _steps(view: View) -> Component:
    options = [
        (SeriesStep.DAY, _("Jour")),
        (SeriesStep.WEEK, _("Semaine")),
        (SeriesStep.MONTH, _("Mois")),
        (SeriesStep.YEAR, _("Année")),
    ]
    return segments(Ids.STEP, _("Pas de temps"), options, view.step)


def _compare(view: View) -> Component:
    options = [("1", _("N-1")), ("2", _("N-2"))]
    pressed = [str(years) for years in view.compare]
    return multi_segments(Ids.COMPARE, _("Comparer avec les années précédentes"), options, pressed)


def _kind(view: View) -> Component:
    options = [
        (DataKind.INFORMATIVE, _("Informatives")),
        (DataKind.PUBLISHED, _("Publiées")),
    ]
    return segments(Ids.DATA, _("Données"), options, view.data)


def _units(view: View) -> Component:
    options = [(Unit.KWH, "kWh"), (Unit.M3, "m³"), (Unit.EUR, "€"), (Unit.CO2, "CO₂e")]
    return segments(Ids.UNIT, _("Unité"), options, view.unit, className="consumption-unit-choice")


def changed(view: View) -> list[Component]:
    """Return the number of non-default filters behind the button; empty if none."""
    usual = View()
    count = sum(
        (
            view.step is not usual_step(view.preset, view.first, view.last),
            view.compare != usual.compare,
            view.data is not usual.data,
            view.unit is not usual.unit,
        )
    )
    return [badge(count)] if count else []


def _button(view: View) -> Component:
    """Return the button that opens the other filters on a phone (`assets/consumption.js`)."""
    return html.Button(
        [
            icon("sliders"),
            html.Span(_("Filtres")),
            html.Span(changed(view), id=Ids.CHANGED, className="consumption-changed"),
        ],
        type="button",
        className="btn btn-secondary consumption-more-button",
        **aria(expanded="false", controls=MORE),
        **data(opens=MORE),
    )


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
