"""Format the figures of a bill: kWh, m³, euros, days."""

from datetime import date

from core.i18n import _, language, long_day, number, plural, short_day
from data.money.bills.types import Bill

_WHOLE = 1000


def kwh(wh: object) -> str:
    """Format an energy in Wh as `1 234 kWh`."""
    return f"{number(amount_of(wh) / _WHOLE)}\u00a0kWh"


def m3(dm3: object) -> str:
    """Format a volume in dm³ as `1 234 m³`, with decimals only where needed."""
    value = amount_of(dm3)
    return f"{number(value / _WHOLE, 3 if value % _WHOLE else 0)}\u00a0m³"


def euros(cents: object) -> str:
    return f"{number(amount_of(cents) / 100, 2)}\u00a0€"


def coefficient(e4: object) -> str:
    return f"{number(amount_of(e4) / 10_000, 2)}\u00a0kWh/m³"


def amount_of(value: object) -> int:
    return value if isinstance(value, int) else 0


def period(first: date, last: date) -> str:
    return _("du {first} au {last}", first=short_day(first), last=short_day(last))


def title_of(bill: Bill) -> str:
    draft = bill.draft
    if draft.number:
        return _("Facture {number}", number=draft.number)
    first, last = long_day(draft.first), long_day(draft.last)
    return _("Facture du {first} au {last}", first=first, last=last)


def site_of(bill: Bill) -> str:
    return bill.alias or bill.draft.pce


def read_words(low: int | None, high: int | None) -> str:
    """Format an energy read, in Wh, which may be a range or have no upper bound."""
    if low is None:
        return _("aucun relevé")
    if high is None:
        return _("{low} au moins", low=kwh(low))
    if number(low / _WHOLE) == number(high / _WHOLE):
        return kwh(low)
    return _("entre {low} et {high}", low=kwh(low), high=kwh(high))


def gap_words(wh: object) -> str:
    """Format a gap in Wh as `12 kWh de trop`, `12 kWh en moins` or `aucun écart`."""
    gap = amount_of(wh)
    if not round(gap / 1000):
        return _("aucun écart")
    if gap > 0:
        return _("{amount} de trop", amount=kwh(gap))
    return _("{amount} en moins", amount=kwh(-gap))


def days_missing(count: object) -> str:
    return plural("{count} jour manque", "{count} jours manquent", amount_of(count))


def days_ahead(count: object) -> str:
    return plural(
        "{count} jour est à venir",
        "{count} jours sont à venir",
        amount_of(count),
    )


def comma() -> str:
    return "," if language() == "fr" else "."
