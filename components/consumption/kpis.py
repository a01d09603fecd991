"""Render the key figures of a PCE on one line, from real readings only."""

from datetime import date

from dash.development.base_component import Component

from components.consumption.climate import weather_corrected_kpi
from components.consumption.origin import explained
from components.consumption.reference import reference_kpis
from components.consumption.sentence import (
    Text,
    figure_of,
    fill,
    first_of_month,
    is_complete_month,
    slot,
    subject,
    text_of,
    value_words,
)
from components.consumption.source import deposited_note
from components.consumption.spending import (
    lacking_words,
    lacks_earlier_price,
    lacks_price,
    lacks_surface,
    tariff_link,
)
from components.kit import Kpi, delta, html
from components.kit.base import as_list
from core.access import Viewer
from core.i18n import _, day_month, month_year, number, plural, short_day, short_month
from data.metering.consumption.rules.labels import amount, comparison_of, coverage, gap, ordinal
from data.metering.consumption.rules.series import last_year_of
from data.metering.consumption.rules.table import UNITS
from data.metering.consumption.types import (
    ChartCosts,
    Comparison,
    Figure,
    Headline,
    Preset,
    Series,
    SeriesBucket,
    Unit,
)

DASH = "–"
_PHONE = "figure-phone"


def kpis(series: Series, today: date) -> list[Kpi]:
    return [
        _month(series),
        _year(series, today),
        _third(series),
        _freshness(series, today),
    ]


def figure_line(series: Series, viewer: Viewer) -> Component:
    """Return the figures on one line; a phone shows one: the year, or the period chosen."""
    month, year, third, _fresh = kpis(series, viewer.today)
    months = [] if _is_month_displayed(series) else [_item(month)]
    others = reference_kpis(series) or [third]  # in its place: the line does not wrap
    is_year = series.view.preset is Preset.MONTHS12
    on_phone = year if is_year else others[0]
    figures = [*months, *(_item(kpi, _PHONE * (kpi is on_phone)) for kpi in (year, *others))]
    items = html.Dl(figures, className="figure-line")
    return html.Div([items, *tariff_link(series, viewer)], className="figure-row")


def _is_month_displayed(series: Series) -> bool:
    """Return whether the period displayed is the month of the first figure: it would be twice."""
    headline, period = series.headline, series.period_bucket
    if headline is None or period is None or series.view.preset is Preset.MONTHS12:
        return False
    last = min(period.last, series.data_until or period.last)
    return (period.first, last) == (headline.month, headline.until)


def freshness_note(series: Series, today: date) -> Component:
    """Return until when there are data, and when the next are due."""
    fresh = _freshness(series, today)
    words = _("{label} {day} : {note}.", label=fresh.label, day=fresh.value, note=fresh.note)
    return html.P(words, className="consumption-axis")


def _item(kpi: Kpi, look: str = "") -> Component:
    """Return a figure and its change; the rest of its note is read aloud and under the mouse."""
    notes = [note for note in as_list(kpi.note) if isinstance(note, Component | str)]
    is_visible = notes and (isinstance(notes[0], Component) or kpi.value == DASH)
    visible = notes[:1] if is_visible else []
    rest = text_of(notes[len(visible) :]).strip()
    return html.Div(
        [
            html.Dt(kpi.label),
            html.Dd([html.B(kpi.value), " ", html.Span(kpi.unit)]),
            *([html.Dd(visible)] if visible else []),
            *([html.Dd(rest, className="visually-hidden")] if rest else []),
            *([html.Dd(kpi.source)] if kpi.source else []),
        ],
        title=text_of(notes),
        className=look,
    )


def _value(thousandths: int | None, unit: Unit) -> str:
    return DASH if thousandths is None else value_words(thousandths, unit)


def _costs(series: Series) -> ChartCosts:
    return series.costs or ChartCosts()


def _unit(unit: Unit, cost: int | None) -> str | list[Text]:
    """Return the unit of a figure, and what it costs where a price is known."""
    if cost is None:
        return UNITS[unit]
    return [UNITS[unit], " · ", html.B(value_words(cost, Unit.EUR)), "\u00a0€"]


def _month(series: Series) -> Kpi:
    headline, unit = series.headline, series.view.unit
    if headline is None:
        return Kpi(_("Mois en cours"), DASH, UNITS[unit], _("aucune donnée"))
    return Kpi(
        subject(headline, series),
        explained(_value(figure_of(headline, unit), unit), series, Figure.MONTH),
        _unit(unit, _costs(series).headline),
        _month_note(headline, series),
        deposited_note(headline.days_deposited),
    )


def _month_note(headline: Headline, series: Series) -> list[Text]:
    unit = series.view.unit
    difference = gap(headline.comparison, unit)
    if difference is None or headline.comparison is None:
        if figure_of(headline, unit) is None and (why := lacking_words(series)):
            return [why]
        if lacks_earlier_price(series, headline.month):
            return [_("pas de prix l’année d’avant")]
        return [_("pas d’année précédente à comparer")]
    then = headline.month.replace(year=headline.month.year - headline.comparison.years)
    if is_complete_month(headline):
        return [delta(difference), " ", _("par rapport à {month}", month=month_year(then))]
    text = _(
        "par rapport au {first}–{last} {month} {year}",
        first=slot("first"),
        last=ordinal(headline.until.day),
        month=short_month(then),
        year=then.year,
    )
    return [delta(difference), " ", *fill(text, {"first": first_of_month()})]


def _year(series: Series, today: date) -> Kpi:
    year, unit = series.year, series.view.unit
    title = year_title(series, today)
    if year is None or amount(year, unit) is None:
        return Kpi(title, DASH, UNITS[unit], _unknown_year(series))
    value = explained(_value(amount(year, unit), unit), series, Figure.YEAR)
    note = [*_gap_note(year, unit), *_unpublished_note(year)]
    costed_unit = _unit(unit, _costs(series).year)
    return Kpi(title, value, costed_unit, note, deposited_note(year.days_deposited))


def year_title(series: Series, today: date) -> str:
    """Return `12 mois complets`, or the days known where its last ones are not due yet."""
    title, year, until = _("12 mois complets"), series.year, series.data_until
    if year is None or amount(year, series.view.unit) is None:
        return title
    last = year.last
    if until and year.days_due < year.days:
        last = max(year.first, min(last, until))
    if (year.first, last) == last_year_of(today):
        return title
    return _("Du {first} au {last}", first=short_day(year.first), last=short_day(last))


def _unpublished_note(year: SeriesBucket) -> list[Text]:
    """Return how many days of a year are not due yet."""
    to_come = year.days - year.days_due
    if not to_come:
        return []
    words = plural("{count} jour attendu", "{count} jours attendus", to_come)
    return [" · ", words]


def _unknown_year(series: Series) -> str:
    """Return why twelve months cannot be summed."""
    first = series.history_first
    if first is None or series.year is None:
        return _("aucune donnée")
    if first > series.year.last:
        return _("moins d’un mois complet connu")
    if lacks_surface(series):
        return _("aucune surface pour ces jours")
    if lacks_price(series):
        return _("aucun prix sur ces douze mois")
    return _("aucune valeur sur ces douze mois")


def _gap_note(bucket: SeriesBucket, unit: Unit) -> list[Text]:
    """Return the gap on shared days, and coverage: `▼ −2,1 % à jours égaux · 331/365 j`."""
    known_days, over = coverage(bucket)
    days = _("{known}/{days} j", known=number(known_days), days=number(over))
    comparison: Comparison | None = comparison_of(bucket, 1)
    difference = gap(comparison, unit)
    if difference is None:
        return [_("connus : {coverage}", coverage=days)]
    return [delta(difference), " ", _("à jours égaux · {coverage}", coverage=days)]


def _third(series: Series) -> Kpi:
    """Return the weather-corrected year for the usual months, if known; else another figure."""
    if series.view.preset is not Preset.MONTHS12:
        return _is_shown(series)
    return weather_corrected_kpi(series) or _coefficient(series)


def _coefficient(series: Series) -> Kpi:
    bucket = series.year or series.total
    coefficient_value = bucket.coefficient_e4 if bucket else None
    value = DASH if coefficient_value is None else number(coefficient_value / 10_000, 2)
    how = (
        _("énergie sur volume, par période")
        if series.prorated
        else _("moyenne des jours, pondérée par l’énergie")
    )
    return Kpi(_("Coefficient moyen"), value, "kWh/m³", how)


def _is_shown(series: Series) -> Kpi:
    period_total, unit = series.period_bucket, series.view.unit
    title = _("Période affichée")
    if period_total is None or amount(period_total, unit) is None:
        why = lacking_words(series) or _("aucune donnée")
        return Kpi(title, DASH, UNITS[unit], why)
    value = explained(_value(amount(period_total, unit), unit), series, Figure.SHOWN)
    return Kpi(
        title,
        value,
        _unit(unit, _costs(series).period),
        _gap_note(period_total, unit),
        deposited_note(period_total.days_deposited),
    )


def _freshness(series: Series, today: date) -> Kpi:
    title = _("Données jusqu’au")
    if series.data_until is None:
        note = _("rien reçu pour l’instant") if series.readable else _("hors de votre droit")
        return Kpi(title, DASH, "", note)
    if series.ended_on:
        ended = _("hors service depuis le {day}", day=short_day(series.ended_on))
        return Kpi(title, short_day(series.data_until), "", ended)
    days = max(0, (today - series.data_until).days)
    note = plural("il y a {count} jour", "il y a {count} jours", days) if days else _("aujourd’hui")
    if series.readable_until and series.readable_until <= series.data_until:
        note = _("votre accès s’arrête là")
    elif series.due_on and series.due_on < today:
        late = (today - series.due_on).days
        note = plural(
            "suite attendue le {day} · {count} j de retard",
            "suite attendue le {day} · {count} j de retard",
            late,
            day=day_month(series.due_on),
        )
    elif series.expected_on and series.expected_on >= today:
        note = _(
            "{said} · suite attendue vers le {day}",
            said=note,
            day=day_month(series.expected_on),
        )
    return Kpi(title, short_day(series.data_until), "", note)
