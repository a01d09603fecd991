"""Explain a figure: its days, the sum computed again, and its file."""

from dataclasses import replace
from datetime import date
from itertools import groupby
from urllib.parse import quote

from dash.development.base_component import Component

from components.consumption.converted_figure import (
    conversion_cards,
    counted_figure_text,
    figure_text,
)
from components.consumption.day import QUALITIES
from components.consumption.exports import address as file_address
from components.consumption.gestures import PATH, address
from components.consumption.sentence import quantity
from components.consumption.source import SOURCES, lowered, source_text
from components.kit import Children, aria, button, card, chip, html, lead, link, page, table
from core.access import Permission, Viewer
from core.i18n import N_, _, clock, month_year, number, plural, short_day
from data.metering.consumption.rules.calendar import span_of
from data.metering.consumption.rules.origin import amount_of, rules_of, running
from data.metering.consumption.rules.table import UNITS
from data.metering.consumption.rules.view import write_view
from data.metering.consumption.types import (
    Figure,
    FigureOrigin,
    Preset,
    Revision,
    Series,
    SeriesStep,
    Unit,
    View,
)

ORIGIN = f"{PATH}/origine"
MOST_DAYS = 400  # listed by day; above, by month
NOT_BARS = {
    Figure.MONTH: N_("Le mois de la phrase d’ouverture"),
    Figure.YEAR: N_("Douze mois complets"),
    Figure.TOTAL: N_("Le total de la période"),
    Figure.SHOWN: N_("La période affichée"),
}


def origin_address(series: Series, figure: str) -> str:
    """Return the address of the explanation of a figure of this screen."""
    return origin_of_view(series.view, figure)


def origin_of_view(view: View, figure: str) -> str:
    query = write_view(replace(view, day=None, episode=None))
    return f"{ORIGIN}?{query}&chiffre={quote(figure)}"


def explained(words: str, series: Series, figure: str) -> Children:
    """Return a figure linked to its explanation."""
    return link(words, origin_address(series, figure), className="consumption-explained")


def origin_page(origin: FigureOrigin, viewer: Viewer) -> Component:
    series = origin.series
    days = {"first": short_day(origin.first), "last": short_day(origin.last)}
    value = html.B(figure_text(origin))
    days_label = _("du {first} au {last}", **days) if origin.first != origin.last else days["first"]
    return page(
        _("D’où vient ce chiffre"),
        _("Les relevés qu’il comprend, la règle, et la somme pas à pas."),
        crumbs=((_("Consommations"), address(series.view)), (_name(origin), None)),
        actions=[button(_("Revenir au graphique"), href=address(series.view), icon="bar-chart")],
        lead=lead([f"{series.alias or series.number}, {days_label}", _(" : "), value]),
        children=[
            card(_rules(origin), title=_("La règle")),
            card(_sum(origin), title=_("La somme, pas à pas"), flush=False),
            *conversion_cards(origin),
            *_missing(origin),
            *_replaced(origin),
            *_file(origin, viewer),
        ],
    )


def _name(origin: FigureOrigin) -> str:
    if origin.figure in set(Figure):
        return _(NOT_BARS[Figure(origin.figure)])
    return short_day(origin.first)


def _rules(origin: FigureOrigin) -> Component:
    return html.Ul([html.Li(_(rule)) for rule in rules_of(origin)], className="card-text")


def _sum(origin: FigureOrigin) -> list[Component]:
    """Return each value with the running sum, then the figure to compare."""
    unit = origin.series.view.unit
    counted = running(origin.days, unit)
    total = counted[-1][1] if counted else 0
    share = (origin.value or 0) - total if origin.prorated else 0
    lines = _by_day(origin) if len(counted) <= MOST_DAYS else _by_month(origin)
    return [
        *([lines] if counted else []),
        *_shared(origin, share),
        html.P(
            [
                plural(
                    "Somme de {count} journée : {sum}.",
                    "Somme de {count} journées : {sum}.",
                    len(counted) + origin.prorated,
                    sum=_exact(total + share, unit),
                )
                + " ",
                counted_figure_text(origin) + " ",
                _same(total + share, origin.value),
            ],
            className="card-text",
        ),
    ]


def _same(total: int, value: int | None) -> Component:
    if total == (value or 0):
        return chip(_("Identiques"), tone="ok", icon="check-circle")
    return chip(_("Différents : signalez-le"), tone="bad", icon="exclamation-octagon")


def _exact(thousandths: int, unit: Unit) -> str:
    """Format an amount exactly: to the watt-hour, or to the cubic decimetre."""
    return f"{number(thousandths / 1000, 3)}\u00a0{UNITS[unit]}"


def _by_day(origin: FigureOrigin) -> Component:
    unit = origin.series.view.unit
    rows: list[list[Children]] = [
        [
            link(short_day(day.gas_day), day_address(origin.series, day.gas_day)),
            _cell(amount_of(day, unit)),
            _cell(total),
            _cell(day.volume_dm3 if unit is Unit.KWH else day.energy_wh),
            number(day.coefficient_e4 / 10_000, 2) if day.coefficient_e4 else "–",
            _(QUALITIES[day.quality]),
            _(SOURCES[day.source]),
        ]
        for day, total in running(origin.days, unit)
    ]
    other = _("Volume (m³)") if unit is Unit.KWH else _("Énergie (kWh)")
    head = [
        _("Journée gazière"),
        _("Valeur ({unit})", unit=UNITS[unit]),
        _("Somme ({unit})", unit=UNITS[unit]),
        other,
        _("Coefficient (kWh/m³)"),
        _("Qualité"),
        _("Source"),
    ]
    caption = _("Les journées comptées, et la somme jusqu’à chacune")
    return _scrolled(table(head, rows, caption=caption, numbers=(1, 2, 3, 4)))


def _cell(thousandths: int | None) -> str:
    return "–" if thousandths is None else number(thousandths / 1000, 3)


def _by_month(origin: FigureOrigin) -> Component:
    unit = origin.series.view.unit
    rows: list[list[Children]] = []
    counted = running(origin.days, unit)
    for month, month_entries in groupby(counted, lambda one: one[0].gas_day.replace(day=1)):
        days = list(month_entries)
        first, last = (
            max(month, origin.first),
            min(span_of(SeriesStep.MONTH, month)[1], origin.last),
        )
        view = replace(
            origin.series.view,
            preset=Preset.FREE,
            first=first,
            last=last,
            step=SeriesStep.DAY,
            wish=None,
        )
        value = sum(amount_of(day, unit) or 0 for day, _total in days)
        rows.append(
            [
                link(month_year(month), origin_of_view(view, Figure.TOTAL)),
                number(len(days)),
                _cell(value),
                _cell(days[-1][1]),
            ]
        )
    head = [
        _("Mois"),
        _("Journées comptées"),
        _("Valeur ({unit})", unit=UNITS[unit]),
        _("Somme ({unit})", unit=UNITS[unit]),
    ]
    caption = _("Les mois comptés, et la somme jusqu’à chacun")
    return _scrolled(table(head, rows, caption=caption, numbers=(1, 2, 3)))


def _scrolled(inside: Component) -> Component:
    return html.Div(
        inside,
        className="consumption-origin-rows",
        tabIndex="0",
        role="region",
        **aria(label=_("Ce que le chiffre comprend")),
    )


def _shared(origin: FigureOrigin, share: int) -> list[Component]:
    """Return the share that comes from periods, and these periods."""
    if not origin.prorated:
        return []
    unit = origin.series.view.unit
    sentence = plural(
        "{count} journée comptée par sa part d’une période : {value}, le reste du chiffre.",
        "{count} journées comptées par leur part d’une période : {value}, le reste du chiffre.",
        origin.prorated,
        value=_exact(share, unit),
    )
    items = [
        html.Li(
            _(
                "du {first} au {last} : {value}",
                first=short_day(period.first),
                last=short_day(period.last),
                value=quantity(period.energy_wh if unit is Unit.KWH else period.volume_dm3, unit),
            )
        )
        for period in origin.periods
    ]
    return [html.P(sentence, className="card-text"), html.Ul(items, className="card-text")]


def day_address(series: Series, day: date) -> str:
    """Return the address of the daily chart of the month, open on the day."""
    first, last = span_of(SeriesStep.MONTH, day)
    view = replace(series.view, preset=Preset.FREE, first=first, last=last, wish=None)
    return f"{PATH}?{write_view(replace(view, step=SeriesStep.DAY, day=day, episode=None))}"


def _missing(origin: FigureOrigin) -> list[Component]:
    if not origin.missing:
        return []
    title = plural("{count} jour sans valeur", "{count} jours sans valeur", len(origin.missing))
    days_label = ", ".join(short_day(day) for day in origin.missing[:MOST_DAYS])
    return [card(html.P(days_label, className="card-text"), title=title)]


def _replaced(origin: FigureOrigin) -> list[Component]:
    if not origin.replaced:
        return []
    unit = origin.series.view.unit
    now = {day.gas_day: amount_of(day, unit) for day in origin.days}
    items = [
        html.Li(
            [
                link(short_day(revision.gas_day), day_address(origin.series, revision.gas_day)),
                _(" : "),
                _change(revision, now.get(revision.gas_day), unit),
            ]
        )
        for revision in origin.replaced[:MOST_DAYS]
    ]
    title = _("Les autres valeurs de ces journées")
    return [card(html.Ul(items, className="card-text"), title=title)]


def _change(one: Revision, now: int | None, unit: Unit) -> str:
    before = one.energy_wh if unit is Unit.KWH else one.volume_dm3
    return _(
        "{before}, version du {as_of}, reçue le {learnt}, {source} ; en vigueur : {now}",
        before=quantity(before, unit),
        as_of=short_day(one.as_of),
        learnt=clock(one.learnt_at),
        now=quantity(now, unit),
        source=lowered(source_text(one.saying)),
    )


def _file(origin: FigureOrigin, viewer: Viewer) -> list[Component]:
    """Return where a file has the same number: a bar's row, else a column's sum."""
    if origin.value is None or not viewer.may(Permission.CONSUMPTION_EXPORT):
        return []
    series, unit = origin.series, UNITS[origin.series.view.unit]
    written = f"{origin.value / 1000:.15g}".replace(".", ",")  # formatted as in the file
    if origin.figure in set(Figure):
        view = replace(
            series.view,
            preset=Preset.FREE,
            first=origin.first,
            last=origin.last,
            step=SeriesStep.DAY,
            compare=(),
            wish=None,
        )
        series = replace(series, view=view)
        sentence = _(
            "Dans le fichier par jour, la colonne « Consommation ({unit}) » a pour somme {value}.",
            unit=unit,
            value=written,
        )
    else:
        sentence = _(
            "Dans le fichier, la ligne du {day} a {value} dans la colonne « Consommation"
            " ({unit}) ».",
            day=origin.first.isoformat(),
            unit=unit,
            value=written,
        )
    way = button(
        _("Télécharger ce fichier (CSV)"),
        href=file_address(series, "csv"),
        download=True,
        icon="download",
    )
    inside = [html.P(sentence, className="card-text"), way]
    return [card(inside, title=_("Le même chiffre dans l’export"))]
