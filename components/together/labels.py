"""Describe several PCEs: name, bars and sentence."""

from datetime import date

from components.fleet.labels import MANY, quantity
from components.kit import digits_of
from core.i18n import _, long_day, month_year, number, plural, share, short_day, short_month
from data.metering.consumption.rules.table import UNITS
from data.metering.consumption.rules.together import is_incomplete
from data.metering.consumption.types import (
    CombinedBar,
    CombinedSeries,
    SeriesStep,
    TogetherPart,
    Unit,
)

SPENT = frozenset({Unit.EUR, Unit.CO2})


def name_of(combined_series: CombinedSeries) -> str:
    """Return `Étiquette Écoles`, `Titulaire Tilleuls` or `3 PCE ensemble`."""
    parts = [
        *(
            [_("Étiquette {tag}", tag=combined_series.query.tag)]
            if combined_series.query.tag
            else []
        ),
        *(
            [_("Titulaire {name}", name=combined_series.name)]
            if combined_series.query.holder is not None
            else []
        ),
    ]
    return " · ".join(parts) or plural(
        "{count} PCE ensemble", "{count} PCE ensemble", combined_series.pces
    )


def part_name(part: TogetherPart) -> str:
    return part.alias or part.number


def bar_name(bar: CombinedBar, step: SeriesStep) -> str:
    """Return the name of a bar: `octobre 2026`, `12/10/2026`, `semaine du 12/10/2026`, `2026`."""
    if step is SeriesStep.YEAR:
        return str(bar.first.year)
    if step is SeriesStep.MONTH:
        return month_year(bar.first)
    if step is SeriesStep.WEEK:
        return _("semaine du {day}", day=short_day(bar.first))
    return short_day(bar.first)


def axis_name(bar: CombinedBar, step: SeriesStep) -> str:
    """Return the short name of a bar, for the axis: `oct. 2026`, `12/10/2026`."""
    if step is SeriesStep.MONTH:
        return f"{short_month(bar.first)} {bar.first.year}"
    return str(bar.first.year) if step is SeriesStep.YEAR else short_day(bar.first)


def is_open(combined_series: CombinedSeries, bar: CombinedBar) -> bool:
    """Return whether a bar has future days."""
    return combined_series.until is not None and bar.first <= combined_series.until < bar.last


def lacks_days(combined_series: CombinedSeries, bar: CombinedBar) -> bool:
    """Return whether a bar is not the sum of all days of all PCEs."""
    return is_open(combined_series, bar) or is_incomplete(bar)


def amount(value: int | None) -> str:
    return "–" if value is None else number(round(value / 1000))


def days_words(bar: CombinedBar) -> str:
    """Return `27/30 j`: known days of PCEs, among those due."""
    if not bar.due:
        return "–"
    return _("{known}/{due} j", known=number(bar.known_days), due=number(bar.due))


def rest_name(count: int) -> str:
    return plural("{count} autre", "{count} autres", count)


def sentence(found: CombinedSeries, today: date) -> str:
    """Return the summary sentence, which is the text alternative of the chart."""
    total, unit = found.total, UNITS[found.query.view.unit]
    first, last = long_day(total.first), long_day(min(total.last, found.until or today))
    if total.value is None:
        return _("Aucune donnée de ces PCE du {first} au {last}.", first=first, last=last)
    if found.query.view.unit in SPENT:
        ends = [*_cover(total), *_lacking(found), *_most(found)]
        return " ".join([_spent(found, first, last), *_gap(total), *ends])
    value = amount(total.value)
    if found.query.view.unit is Unit.KWH:
        value, unit = quantity(total.value, mega=total.value >= MANY)
    total_sentence = plural(
        "{count} PCE a consommé {value}\u00a0{unit} du {first} au {last}.",
        "{count} PCE ont consommé ensemble {value}\u00a0{unit} du {first} au {last}.",
        found.pces,
        value=value,
        unit=unit,
        first=first,
        last=last,
    )
    ends = [*_cover(total), *_lacking(found), *_most(found)]
    return " ".join([total_sentence, *_gap(total), *ends])


def _spent(combined_series: CombinedSeries, first: str, last: str) -> str:
    words = {"value": amount(combined_series.total.value), "first": first, "last": last}
    if combined_series.query.view.unit is Unit.EUR:
        return plural(
            "{count} PCE a coûté {value}\u00a0€ du {first} au {last}.",
            "{count} PCE ont coûté ensemble {value}\u00a0€ du {first} au {last}.",
            combined_series.pces,
            **words,
        )
    return plural(
        "{count} PCE a émis {value}\u00a0kg\u00a0CO₂e du {first} au {last}.",
        "{count} PCE ont émis ensemble {value}\u00a0kg\u00a0CO₂e du {first} au {last}.",
        combined_series.pces,
        **words,
    )


def _gap(total: CombinedBar) -> list[str]:
    change = total.face.percent if total.face else None
    if change is None:
        return []
    gap = round(change, digits_of(change))
    amount_ = share(abs(gap), 100, digits_of(change))
    if not gap:
        return [_("C’est autant que les mêmes jours un an avant.")]
    if gap > 0:
        return [_("C’est {amount} de plus que les mêmes jours un an avant.", amount=amount_)]
    return [_("C’est {amount} de moins que les mêmes jours un an avant.", amount=amount_)]


def _cover(total: CombinedBar) -> list[str]:
    if not total.due:
        return []
    return [
        _(
            "{share} des jours-PCE attendus sont connus ({days}).",
            share=share(total.known_days, total.due),
            days=days_words(total),
        )
    ]


def _lacking(found: CombinedSeries) -> list[str]:
    """Return which sums are incomplete, and the PCEs that the only one lacks."""
    lacking = [bar for bar in found.bars if is_incomplete(bar) and not is_open(found, bar)]
    if not lacking:
        return []
    if len(lacking) > 1:
        return [
            plural(
                "{count} somme est incomplète (hachurée).",
                "{count} sommes sont incomplètes (hachurées).",
                len(lacking),
            )
        ]
    (bar,) = lacking
    name = bar_name(bar, found.query.view.step)
    names = [
        part_name(part) for part, value in zip(found.parts, bar.parts, strict=True) if value is None
    ]
    if not names:
        return [_("La somme est incomplète\u00a0: {period}.", period=name)]
    return [
        _(
            "La somme est incomplète\u00a0: {period}, sans {names}.",
            period=name,
            names=", ".join(names),
        )
    ]


def _most(combined_series: CombinedSeries) -> list[str]:
    if not combined_series.parts or not combined_series.total.value:
        return []
    first = max(combined_series.parts, key=lambda part: part.value)
    return [
        _(
            "Le plus gros est {name}, avec {share} du total.",
            name=part_name(first),
            share=share(first.value, combined_series.total.value),
        )
    ]
