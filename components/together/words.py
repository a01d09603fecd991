"""How several PCE together are said: their name, their bars, their sentence."""

from datetime import date

from components.fleet.words import MANY, quantity
from components.kit import digits_of
from data.consumption.rules.table import UNITS
from data.consumption.types import Step, Together, TogetherBar, TogetherPart, Unit
from i18n import _, long_day, month_year, number, plural, share, short_day, short_month

SPENT = frozenset({Unit.EUR, Unit.CO2})


def name_of(found: Together) -> str:
    """`Étiquette Écoles`, `Titulaire Tilleuls`, `3 PCE ensemble`."""
    parts = [
        *([_("Étiquette {tag}", tag=found.asked.tag)] if found.asked.tag else []),
        *([_("Titulaire {name}", name=found.name)] if found.asked.holder is not None else []),
    ]
    return " · ".join(parts) or plural("{count} PCE ensemble", "{count} PCE ensemble", found.pces)


def part_name(part: TogetherPart) -> str:
    return part.alias or part.number


def bar_name(bar: TogetherBar, step: Step) -> str:
    """`oct. 2026` in full, `12/10/2026`, `semaine du 12/10/2026`, `2026`."""
    if step is Step.YEAR:
        return str(bar.first.year)
    if step is Step.MONTH:
        return month_year(bar.first)
    if step is Step.WEEK:
        return _("semaine du {day}", day=short_day(bar.first))
    return short_day(bar.first)


def axis_name(bar: TogetherBar, step: Step) -> str:
    """The same as short as an axis needs: `oct. 2026`, `12/10/2026`."""
    if step is Step.MONTH:
        return f"{short_month(bar.first)} {bar.first.year}"
    return str(bar.first.year) if step is Step.YEAR else short_day(bar.first)


def is_open(found: Together, bar: TogetherBar) -> bool:
    """Whether days of a bar are still to come: it is no whole month, nor a whole year."""
    return found.until is not None and bar.first <= found.until < bar.last


def amount(value: int | None) -> str:
    return "–" if value is None else number(round(value / 1000))


def days_words(bar: TogetherBar) -> str:
    """`27/30 j`: days of PCE known, of those that are to come."""
    if not bar.due:
        return "–"
    return _("{known}/{due} j", known=number(bar.known), due=number(bar.due))


def rest_name(count: int) -> str:
    return plural("{count} autre", "{count} autres", count)


def sentence(found: Together, today: date) -> str:
    """The whole in words: the text that stands for the chart."""
    total, unit = found.total, UNITS[found.asked.view.unit]
    first, last = long_day(total.first), long_day(min(total.last, found.until or today))
    if total.value is None:
        return _("Aucune donnée de ces PCE du {first} au {last}.", first=first, last=last)
    if found.asked.view.unit in SPENT:
        return " ".join([_spent(found, first, last), *_gap(total), *_cover(total), *_most(found)])
    value = amount(total.value)
    if found.asked.view.unit is Unit.KWH:
        value, unit = quantity(total.value, mega=total.value >= MANY)
    said = plural(
        "{count} PCE a consommé {value}\u00a0{unit} du {first} au {last}.",
        "{count} PCE ont consommé ensemble {value}\u00a0{unit} du {first} au {last}.",
        found.pces,
        value=value,
        unit=unit,
        first=first,
        last=last,
    )
    return " ".join([said, *_gap(total), *_cover(total), *_most(found)])


def _spent(found: Together, first: str, last: str) -> str:
    words = {"value": amount(found.total.value), "first": first, "last": last}
    if found.asked.view.unit is Unit.EUR:
        return plural(
            "{count} PCE a coûté {value}\u00a0€ du {first} au {last}.",
            "{count} PCE ont coûté ensemble {value}\u00a0€ du {first} au {last}.",
            found.pces,
            **words,
        )
    return plural(
        "{count} PCE a émis {value}\u00a0kg\u00a0CO₂e du {first} au {last}.",
        "{count} PCE ont émis ensemble {value}\u00a0kg\u00a0CO₂e du {first} au {last}.",
        found.pces,
        **words,
    )


def _gap(total: TogetherBar) -> list[str]:
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


def _cover(total: TogetherBar) -> list[str]:
    if not total.due:
        return []
    return [
        _(
            "{share} des jours-PCE attendus sont connus ({days}).",
            share=share(total.known, total.due),
            days=days_words(total),
        )
    ]


def _most(found: Together) -> list[str]:
    if not found.parts or not found.total.value:
        return []
    first = max(found.parts, key=lambda part: part.value)
    return [
        _(
            "Le plus gros est {name}, avec {share} du total.",
            name=part_name(first),
            share=share(first.value, found.total.value),
        )
    ]
