"""Describe an excess over the weather-corrected expectation."""

from core.i18n import _, day_month, long_day, percent
from data.notifications.rules.words.lines import WordedLine, energy, said_of, whole_line
from data.notifications.types import NotificationKind

_WHOLE = 100


def is_winter(event: WordedLine) -> bool:
    return event.params.get("threshold_kind") == "weather"


def expected_of(event: WordedLine) -> int | None:
    """Return the expected Wh a day in this weather; None when unknown."""
    return whole_line(event, "expected_wh") if is_winter(event) else None


def excess_words(value: int, expected: int) -> str:
    """Return `15,7 % de plus qu’attendu à ces températures`."""
    if expected <= 0:
        return _("plus qu’attendu à ces températures")
    gap = percent((value - expected) * _WHOLE / expected).lstrip("+")
    return _("{gap} de plus qu’attendu à ces températures", gap=gap)


def winter_figure(event: WordedLine) -> str:
    """Return `Gymnase Nord : 15,7 % de plus qu’attendu à ces températures le 21/11`."""
    figures, expected = said_of(event), expected_of(event)
    if figures is None or expected is None:
        return f"{event.site} – {long_day(event.gas_day)}"
    day = day_month(event.gas_day)
    gap = excess_words(figures[0], expected)
    return _("{site} : {gap}, le {day}", site=event.site, gap=gap, day=day)


def winter_back(event: WordedLine) -> str:
    day = day_month(event.gas_day)
    return _(
        "{site} : revenu à ce qui est attendu à ces températures, le {day}",
        site=event.site,
        day=day,
    )


def winter_story(event: WordedLine) -> str:
    """Return the daily consumption, the expected one and the limit; "" without figures."""
    figures, days = said_of(event), whole_line(event, "window")
    if figures is None or days is None:
        return ""
    value, limit = figures
    words = _(
        "Sur les {days} jours qui vont au {day}, le site a consommé {value} par jour",
        days=days,
        day=long_day(event.gas_day),
        value=energy(value),
    )
    expected = expected_of(event)
    if event.kind is NotificationKind.THRESHOLD_NORMAL or expected is None:
        return _("{words}, pour un seuil de {limit}.", words=words, limit=energy(limit))
    return _(
        "{words} ; attendu à ces températures : {expected}, pour un seuil de {limit}.",
        words=words,
        expected=energy(expected),
        limit=energy(limit),
    )
