"""Write the opening sentence, which is also the chart's text alternative."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from dash.development.base_component import Component

from components.consumption.spending import lacks_price, lacks_surface
from components.kit import digits_of, html
from core.i18n import _, day_month, long_day, month_name, month_year, number, percent, short_day
from data.metering.consumption.rules.calendar import month_end, same_day, same_weekday, span_of
from data.metering.consumption.rules.labels import (
    amount,
    before,
    climate_gap,
    comparison_of,
    coverage,
    days_known,
    gap,
    one_of,
    ordinal,
    price_effect,
)
from data.metering.consumption.rules.table import UNITS, reference_name
from data.metering.consumption.types import (
    REFERENCE,
    ChartCosts,
    Comparison,
    DataKind,
    Headline,
    Preset,
    Series,
    SeriesBucket,
    SeriesStep,
    Unit,
    View,
)

Text = Component | str
_MARK = "\x1f"
FEW = {Unit.EUR: 1_000_000, Unit.M2: 100_000}  # in thousandths: smaller amounts have decimals


def slot(name: str) -> str:
    """Return a placeholder of a translated sentence, which `fill` replaces by a component."""
    return f"{_MARK}{name}{_MARK}"


def fill(sentence: str, parts: Mapping[str, Sequence[Text]]) -> list[Text]:
    """Split `sentence` at its placeholders and insert `parts` there."""
    pieces: list[Text] = []
    for rank, piece in enumerate(sentence.split(_MARK)):
        pieces += list(parts[piece]) if rank % 2 else ([piece] if piece else [])
    return pieces


def text_of(parts: Sequence[Text]) -> str:
    """Return the text of `parts` alone, for a label."""
    return "".join(part if isinstance(part, str) else _inner(part) for part in parts)


def _inner(part: Component) -> str:
    inside = getattr(part, "children", None)
    if inside is None:
        return ""
    return text_of(inside if isinstance(inside, list | tuple) else [inside])


def quantity(thousandths: int | None, unit: Unit) -> str:
    """Format a quantity: `54 180 kWh`; a dash when unknown."""
    if thousandths is None:
        return "–"
    return f"{value_words(thousandths, unit)}\u00a0{UNITS[unit]}"


def value_words(thousandths: int, unit: Unit) -> str:
    """Format a value as an integer, or with two decimals if small in euros or per m²."""
    few = FEW.get(unit, 0)
    return number(thousandths / 1000, 2 if abs(thousandths) < few else 0)


def figure_of(headline: Headline, unit: Unit) -> int | None:
    return one_of(unit, headline.energy_wh, headline.volume_dm3, headline.spent)


@dataclass(frozen=True, slots=True)
class _HeadlineFacts:
    """Subject of the sentence, its figure, and the label of the same days a year earlier."""

    subject: str
    value: int | None
    comparison: Comparison | None
    other: list[Text]
    until: date
    ratio: float | None = None  # corrects this year's weather
    cost: int | None = None


def opening(series: Series) -> list[Text]:
    """Return `Novembre, au 21 : 54 180 kWh, 8 % de moins que …; données jusqu’au 21/11`."""
    headline = series.headline
    if headline is None:
        return [_untold(series), *headline_remarks(series)]
    headline_facts = _current_period(headline, series)
    value = html.B(quantity(headline_facts.value, series.view.unit))
    parts: dict[str, Sequence[Text]] = {
        "value": [value, *_cost(headline_facts.cost)],
        "gap": [html.B(gap_words(gap(headline_facts.comparison, series.view.unit)))],
        "other": headline_facts.other,
    }
    return [
        *fill(_template(headline_facts, series), parts),
        *_price_words(headline_facts, series.view.unit),
        *_reference_words(series),
        *headline_remarks(series),
    ]


def _reference_words(series: Series) -> list[Text]:
    """Return the gap of the period shown to the other site or period."""
    comparison, unit = comparison_of(series.period_bucket, REFERENCE), series.view.unit
    difference = gap(comparison, unit)
    if series.reference is None or comparison is None or difference is None:
        return []
    words = _(
        "Sur la période affichée, face à {name} ({value})\u00a0: {gap}.",
        gap=gap_words(difference),
        name=reference_name(series),
        value=quantity(before(comparison, unit), unit),
    )
    return [" ", words]


def _price_words(facts: _HeadlineFacts, unit: Unit) -> list[Text]:
    """Return what of a gap in euros comes from energy, and what from prices; they add up to it."""
    effect = price_effect(facts.comparison) if unit is Unit.EUR else None
    if effect is None:
        return []
    words = _(
        "L’énergie y compte pour {energy}\u00a0€ ({gap}), le prix moyen du kWh pour"
        " {price}\u00a0€.",
        energy=_signed(effect[0]),
        gap=", ".join(_energy_gaps(facts)),
        price=_signed(effect[1]),
    )
    return [" ", words]


def _energy_gaps(facts: _HeadlineFacts) -> list[str]:
    equal = climate_gap(facts.comparison, facts.ratio, Unit.KWH)
    words = [gap_words(gap(facts.comparison, Unit.KWH))]
    return words if equal is None else [*words, _("{gap} à climat égal", gap=gap_words(equal))]


def _signed(thousandths: int) -> str:
    value = number(thousandths / 1000)
    return f"+{value}" if thousandths > 0 else value


def _untold(series: Series) -> str:
    """Return why there is no figure."""
    if series.injects and (series.readable or series.fed is not None):
        return _("Ce point injecte du gaz dans le réseau : il n’en consomme pas.")
    if not series.readable:
        return _("Votre droit d’accès ne couvre pas les consommations de ce point.")
    return _("Aucune donnée de consommation n’est encore arrivée pour ce point.")


def _cost(cost: int | None) -> list[Text]:
    """Return what the figure before it costs, where a price is known."""
    return [] if cost is None else [" (", html.B(quantity(cost, Unit.EUR)), ")"]


def _current_period(headline: Headline, series: Series) -> _HeadlineFacts:
    """Return the current month for the usual twelve months, else the period shown."""
    until, climate = series.data_until or headline.until, series.climate
    costs = series.costs or ChartCosts()
    if series.view.preset is Preset.MONTHS12 or series.period_bucket is None:
        value = figure_of(headline, series.view.unit)
        name, other = subject(headline, series), earlier(headline)
        ratio = climate.headline if climate else None
        return _HeadlineFacts(name, value, headline.comparison, other, until, ratio, costs.headline)
    period_total, comparison = series.period_bucket, comparison_of(series.period_bucket, 1)
    value = amount(period_total, series.view.unit)
    last = max(period_total.first, min(period_total.last, until))
    last_day = series.view.last or series.last
    name, other = _period_words(series, period_total, last_day if value is None else last)
    shared = shared_words(comparison) if comparison else ""
    ratio = climate.period_ratio if climate else None
    return _HeadlineFacts(name, value, comparison, [*other, shared], until, ratio, costs.period)


def _period_words(
    series: Series, period_bucket: SeriesBucket, until: date
) -> tuple[str, list[Text]]:
    """Return the name of the period, known up to `until`, and of its comparison."""
    first, last = series.view.first or series.first, series.view.last or series.last
    year_earlier = date(first.year - 1, first.month, 1)
    if first == last:
        step = series.view.step
        then = same_weekday(first, 1) if series.view.by_weekday else same_day(first, 1, step)
        other = _("que le {day}", day=long_day(then)) if then else ""
        return _("Le {day}", day=long_day(first)), [other]
    aligned = _aligned_words(series.view, year_earlier.year)
    if first == period_bucket.first and (first, last) == span_of(SeriesStep.MONTH, first):
        name = month_year(first)
        month_headline = Headline(first, until, None, None, comparison_of(period_bucket, 1))
        name = _cut(name[0].upper() + name[1:], ordinal(until.day), cut=until < last)
        return name, [aligned] if aligned else _then(month_headline)
    if first == period_bucket.first and (first, last) == span_of(SeriesStep.YEAR, first):
        name = _cut(str(first.year), day_month(until), cut=until < last)
        if until == last:
            return name, [aligned or _("qu’en {month}", month=str(year_earlier.year))]
        return name, [aligned or _("que les mêmes jours de {year}", year=year_earlier.year)]
    ends = {"first": long_day(period_bucket.first), "last": long_day(until)}
    name = _("Du {first} au {last}", **ends)
    return name, [_aligned_words(series.view) or _("que les mêmes jours un an avant")]


def _aligned_words(view: View, year: int | None = None) -> str:
    """Return what the table and the sentence compare with, "" where the dates face each other.

    It is in `year`, or a year before.
    """
    if view.by_weekday and year:
        return _("que les mêmes jours de semaine de {year}", year=year)
    if view.by_weekday:
        return _("que les mêmes jours de semaine un an avant")
    if view.step is SeriesStep.WEEK and year:
        return _("que les mêmes semaines de {year}", year=year)
    return _("que les mêmes semaines un an avant") if view.step is SeriesStep.WEEK else ""


def _cut(name: str, day: str, *, cut: bool) -> str:
    return _("{month}, au {day}", month=name, day=day) if cut else name


def headline_remarks(series: Series) -> list[Text]:
    """Return remarks about the figure: service ended, or data not daily."""
    sentences: list[Text] = []
    if series.ended_on:
        day = short_day(series.ended_on)
        sentences.append(" " + _("Le site est hors service depuis le {day}.", day=day))
    if series.published and series.readable and series.view.data is DataKind.INFORMATIVE:
        sentences.append(
            " " + _("Ce point n’a pas de données par jour : voici ses données publiées.")
        )
    return sentences


def _template(headline_facts: _HeadlineFacts, series: Series) -> str:
    here = headline_facts.until.year == series.last.year
    fields = {
        "subject": headline_facts.subject,
        "value": slot("value"),
        "day": day_month(headline_facts.until) if here else short_day(headline_facts.until),
    }
    if headline_facts.value is None and lacks_surface(series):
        return _("{subject} : aucune surface pour ces jours ; données jusqu’au {day}.", **fields)
    if headline_facts.value is None and lacks_price(series):
        return _("{subject} : aucun prix saisi pour ces jours ; données jusqu’au {day}.", **fields)
    if headline_facts.value is None:
        return _("{subject} : aucune donnée ; données jusqu’au {day}.", **fields)
    if gap(headline_facts.comparison, series.view.unit) is None:
        return _("{subject} : {value} ; données jusqu’au {day}.", **fields)
    fields |= {"gap": slot("gap"), "other": slot("other")}
    equal = climate_gap(headline_facts.comparison, headline_facts.ratio, series.view.unit)
    if equal is None:
        return _("{subject} : {value}, {gap} {other} ; données jusqu’au {day}.", **fields)
    return _(
        "{subject} : {value}, {gap} {other}, {equal} à climat égal ; données jusqu’au {day}.",
        equal=gap_words(equal),
        **fields,
    )


def subject(headline: Headline, series: Series) -> str:
    """Return the month of `headline`, with its year unless that year is shown."""
    return month_words(headline.month, headline.until, series.last.year)


def month_words(month: date, until: date, year: int) -> str:
    """Return `Novembre, au 21`, or `Octobre` if complete; the year is added unless it is `year`."""
    name = month_name(month) if month.year == year else month_year(month)
    name = name[0].upper() + name[1:]
    return _cut(name, ordinal(until.day), cut=until < month_end(month))


def is_complete_month(headline: Headline) -> bool:
    """Return whether all days of the month are known."""
    return headline.until >= month_end(headline.month)


def gap_words(value: float | None) -> str:
    """Return `8,1 % de moins`, `12 % de plus`, `autant`; empty when unknown."""
    if value is None:
        return ""
    if not round(value, 1):  # rounded like the figure beside it, to agree with it
        return _("autant")
    share = percent(abs(value), digits_of(value)).lstrip("+")
    if value < 0:
        return _("{share} de moins", share=share)
    return _("{share} de plus", share=share)


def earlier(headline: Headline) -> list[Text]:
    """Return `que du 1er au 21 novembre 2025`, with the ordinal in superscript."""
    comparison = headline.comparison
    return (
        [] if comparison is None else [*_then(headline, comparison.years), shared_words(comparison)]
    )


def _then(headline: Headline, years: int = 1) -> list[Text]:
    then = headline.month.replace(year=headline.month.year - years, day=1)
    name = month_year(then)
    if is_complete_month(headline):
        text = _("qu’en {month}", month=name)
    else:
        text = _(
            "que du {first} au {last} {month}",
            first=slot("first"),
            last=ordinal(headline.until.day),
            month=name,
        )
    return fill(text, {"first": first_of_month()})


def first_of_month() -> list[Text]:
    """Return `1er` with its superscript in French."""
    ordinal_label = ordinal(1)
    return [ordinal_label[0], html.Sup(ordinal_label[1:])] if ordinal_label[1:] else [ordinal_label]


def shared_words(comparison: Comparison) -> str:
    """Return how many days are compared, if some are missing on either side."""
    if comparison.days == comparison.days_expected:
        return ""
    return _(
        " (sur les {days} jours communs de {expected})",
        days=number(comparison.days),
        expected=number(comparison.days_expected),
    )


def alternative(series: Series, title: str) -> str:
    """Return the text alternative of the chart."""
    period_total = series.period_bucket
    if period_total is None or days_known(period_total) == 0:
        return f"{title}. {text_of(opening(series))}"
    if series.view.preset is not Preset.MONTHS12:  # the sentence has the figure of the period
        days = {"known": number(days_known(period_total)), "days": number(period_total.days_due)}
        known_label = _("{known} jours connus sur {days}.", **days)
        return f"{title}. {text_of(opening(series))} {known_label}"
    figures = _("{said} : {after}", said=title, after=total_words(period_total, series))
    return f"{figures}. {text_of(opening(series))}"


def total_words(total: SeriesBucket, series: Series) -> str:
    """Return the total of the period, its gap and its coverage."""
    unit = series.view.unit
    known_days, over = coverage(total)
    value = quantity(amount(total, unit), unit)
    sentence = _(
        "{value} du {first} au {last}, {known} jours connus sur {days}",
        value=value,
        first=short_day(total.first),
        last=short_day(total.last),
        known=number(known_days),
        days=number(over),
    )
    difference = gap_words(gap(comparison_of(total, 1), unit))
    if not difference:
        return sentence
    return _("{said}, {gap} qu’un an avant", said=sentence, gap=difference)
