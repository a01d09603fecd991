"""Where a figure comes from: its days, the sum done again in front of its reader, its file."""

from dataclasses import replace
from datetime import date
from itertools import groupby
from urllib.parse import quote

from dash.development.base_component import Component

from components.consumption.day import QUALITIES
from components.consumption.exports import address as file_address
from components.consumption.sentence import quantity
from components.consumption.source import SOURCES, lowered, source_text
from components.consumption.state import PATH, address
from components.consumption.turned import counted_words, shown_words, turned_card
from components.kit import Children, aria, button, card, chip, html, lead, link, page, table
from data.access import Permission, Viewer
from data.consumption.rules.calendar import span_of
from data.consumption.rules.origin import amount_of, rules_of, running
from data.consumption.rules.table import UNITS
from data.consumption.rules.view import write_view
from data.consumption.types import Figure, Origin, Preset, Revision, Series, Step, Unit, View
from i18n import N_, _, clock, month_year, number, plural, short_day

ORIGIN = f"{PATH}/origine"
MOST_DAYS = 400  # listed one by one; above, by month
NOT_BARS = {
    Figure.MONTH: N_("Le mois de la phrase d’ouverture"),
    Figure.YEAR: N_("Douze mois complets"),
    Figure.TOTAL: N_("Le total de la période"),
    Figure.SHOWN: N_("La période affichée"),
}


def origin_address(series: Series, figure: str) -> str:
    """Where it is said what *figure* of this screen is made of."""
    return origin_of_view(series.view, figure)


def origin_of_view(view: View, figure: str) -> str:
    query = write_view(replace(view, day=None, episode=None))
    return f"{ORIGIN}?{query}&chiffre={quote(figure)}"


def explained(words: str, series: Series, figure: str) -> Children:
    """A figure that says where it comes from when it is pressed."""
    return link(words, origin_address(series, figure), className="consumption-explained")


def origin_page(found: Origin, viewer: Viewer) -> Component:
    series = found.series
    days = {"first": short_day(found.first), "last": short_day(found.last)}
    value = html.B(shown_words(found))
    said = _("du {first} au {last}", **days) if found.first != found.last else days["first"]
    return page(
        _("D’où vient ce chiffre"),
        _("Les relevés qu’il comprend, la règle, et la somme pas à pas."),
        crumbs=((_("Consommations"), address(series.view)), (_name(found), None)),
        actions=[button(_("Revenir au graphique"), href=address(series.view), icon="bar-chart")],
        lead=lead([f"{series.alias or series.number}, {said}", _(" : "), value]),
        children=[
            card(_rules(found), title=_("La règle")),
            card(_sum(found), title=_("La somme, pas à pas"), flush=False),
            *turned_card(found),
            *_missing(found),
            *_replaced(found),
            *_file(found, viewer),
        ],
    )


def _name(found: Origin) -> str:
    if found.figure in set(Figure):
        return _(NOT_BARS[Figure(found.figure)])
    return short_day(found.first)


def _rules(found: Origin) -> Component:
    return html.Ul([html.Li(_(rule)) for rule in rules_of(found)], className="card-text")


def _sum(found: Origin) -> list[Component]:
    """Each value with the sum up to it, then the same figure twice."""
    unit = found.series.view.unit
    counted = running(found.days, unit)
    total = counted[-1][1] if counted else 0
    share = (found.value or 0) - total if found.prorated else 0
    lines = _by_day(found) if len(counted) <= MOST_DAYS else _by_month(found)
    return [
        *([lines] if counted else []),
        *_shared(found, share),
        html.P(
            [
                plural(
                    "Somme de {count} journée : {sum}.",
                    "Somme de {count} journées : {sum}.",
                    len(counted),
                    sum=_exact(total + share, unit),
                )
                + " ",
                counted_words(found) + " ",
                _same(total + share, found.value),
            ],
            className="card-text",
        ),
    ]


def _same(total: int, value: int | None) -> Component:
    if total == (value or 0):
        return chip(_("Identiques"), tone="ok", icon="check-circle")
    return chip(_("Différents : signalez-le"), tone="bad", icon="exclamation-octagon")


def _exact(thousandths: int, unit: Unit) -> str:
    """To the watt-hour, or to the cubic decimetre."""
    return f"{number(thousandths / 1000, 3)}\u00a0{UNITS[unit]}"


def _by_day(found: Origin) -> Component:
    unit = found.series.view.unit
    rows: list[list[Children]] = [
        [
            link(short_day(day.gas_day), day_address(found.series, day.gas_day)),
            _cell(amount_of(day, unit)),
            _cell(total),
            _cell(day.volume_dm3 if unit is Unit.KWH else day.energy_wh),
            number(day.coefficient_e4 / 10_000, 2) if day.coefficient_e4 else "–",
            _(QUALITIES[day.quality]),
            _(SOURCES[day.source]),
        ]
        for day, total in running(found.days, unit)
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


def _by_month(found: Origin) -> Component:
    unit = found.series.view.unit
    rows: list[list[Children]] = []
    counted = running(found.days, unit)
    for month, some in groupby(counted, lambda one: one[0].gas_day.replace(day=1)):
        days = list(some)
        first, last = max(month, found.first), min(span_of(Step.MONTH, month)[1], found.last)
        view = replace(
            found.series.view, preset=Preset.FREE, first=first, last=last, step=Step.DAY, wish=None
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


def _shared(found: Origin, share: int) -> list[Component]:
    """What comes from periods, and which ones."""
    if not found.prorated:
        return []
    unit = found.series.view.unit
    said = plural(
        "{count} journée comptée par sa part d’une période : {value}, le reste du chiffre.",
        "{count} journées comptées par leur part d’une période : {value}, le reste du chiffre.",
        found.prorated,
        value=_exact(share, unit),
    )
    items = [
        html.Li(
            _(
                "du {first} au {last} : {value}",
                first=short_day(one.first),
                last=short_day(one.last),
                value=quantity(one.energy_wh if unit is Unit.KWH else one.volume_dm3, unit),
            )
        )
        for one in found.periods
    ]
    return [html.P(said, className="card-text"), html.Ul(items, className="card-text")]


def day_address(series: Series, day: date) -> str:
    """The chart of that day's month by day, its detail open."""
    first, last = span_of(Step.MONTH, day)
    view = replace(series.view, preset=Preset.FREE, first=first, last=last, wish=None)
    return f"{PATH}?{write_view(replace(view, step=Step.DAY, day=day, episode=None))}"


def _missing(found: Origin) -> list[Component]:
    if not found.missing:
        return []
    title = plural("{count} jour sans valeur", "{count} jours sans valeur", len(found.missing))
    shown = ", ".join(short_day(day) for day in found.missing[:MOST_DAYS])
    return [card(html.P(shown, className="card-text"), title=title)]


def _replaced(found: Origin) -> list[Component]:
    if not found.replaced:
        return []
    unit = found.series.view.unit
    now = {day.gas_day: amount_of(day, unit) for day in found.days}
    items = [
        html.Li(
            [
                link(short_day(one.gas_day), day_address(found.series, one.gas_day)),
                _(" : "),
                _change(one, now.get(one.gas_day), unit),
            ]
        )
        for one in found.replaced[:MOST_DAYS]
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


def _file(found: Origin, viewer: Viewer) -> list[Component]:
    """The same number in a file: the line of a bar, else the sum of a column."""
    if found.value is None or not viewer.may(Permission.CONSUMPTION_EXPORT):
        return []
    series, unit = found.series, UNITS[found.series.view.unit]
    written = f"{found.value / 1000:.15g}".replace(".", ",")  # as the file has it
    if found.figure in set(Figure):
        view = replace(
            series.view, preset=Preset.FREE, first=found.first, last=found.last, step=Step.DAY,
            compare=(), wish=None,
        )  # fmt: skip
        series = replace(series, view=view)
        said = _(
            "Dans le fichier par jour, la colonne « Consommation ({unit}) » a pour somme {value}.",
            unit=unit,
            value=written,
        )
    else:
        said = _(
            "Dans le fichier, la ligne du {day} a {value} dans la colonne « Consommation"
            " ({unit}) ».",
            day=found.first.isoformat(),
            unit=unit,
            value=written,
        )
    way = button(
        _("Télécharger ce fichier (CSV)"),
        href=file_address(series, "csv"),
        download=True,
        icon="download",
    )
    inside = [html.P(said, className="card-text"), way]
    return [card(inside, title=_("Le même chiffre dans l’export"))]
