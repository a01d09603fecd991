"""The words of an excess over what the weather explains."""

from data.notifications.rules.words.told import Told, energy, said_of, whole
from data.notifications.types import Kind
from i18n import _, day_month, long_day, percent

_WHOLE = 100


def is_winter(told: Told) -> bool:
    return told.params.get("threshold_kind") == "weather"


def expected_of(told: Told) -> int | None:
    """Wh a day that the weather explains of the value that crossed, None where it is not known."""
    return whole(told, "expected_wh") if is_winter(told) else None


def excess_words(value: int, expected: int) -> str:
    """`15,7 % de plus qu’attendu à ces températures`."""
    if expected <= 0:
        return _("plus qu’attendu à ces températures")
    gap = percent((value - expected) * _WHOLE / expected).lstrip("+")
    return _("{gap} de plus qu’attendu à ces températures", gap=gap)


def winter_figure(told: Told) -> str:
    """`Gymnase Nord : 15,7 % de plus qu’attendu à ces températures le 21/11`."""
    said, expected = said_of(told), expected_of(told)
    if said is None or expected is None:
        return f"{told.site} – {long_day(told.gas_day)}"
    day = day_month(told.gas_day)
    gap = excess_words(said[0], expected)
    return _("{site} : {gap}, le {day}", site=told.site, gap=gap, day=day)


def winter_back(told: Told) -> str:
    day = day_month(told.gas_day)
    return _(
        "{site} : revenu à ce qui est attendu à ces températures, le {day}",
        site=told.site,
        day=day,
    )


def winter_story(told: Told) -> str:
    """What was used a day, what was expected, and the limit; "" where there is no figure."""
    said, days = said_of(told), whole(told, "window")
    if said is None or days is None:
        return ""
    value, limit = said
    words = _(
        "Sur les {days} jours qui vont au {day}, le site a consommé {value} par jour",
        days=days,
        day=long_day(told.gas_day),
        value=energy(value),
    )
    expected = expected_of(told)
    if told.kind is Kind.THRESHOLD_NORMAL or expected is None:
        return _("{words}, pour un seuil de {limit}.", words=words, limit=energy(limit))
    return _(
        "{words} ; attendu à ces températures : {expected}, pour un seuil de {limit}.",
        words=words,
        expected=energy(expected),
        limit=energy(limit),
    )
