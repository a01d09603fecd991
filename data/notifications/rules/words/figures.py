"""The figures of a notice in words: its title, its story, the facts of its mail."""

from data.notifications.rules.words.told import (
    Told,
    day_in,
    energy,
    first_of,
    is_low,
    is_period_over,
    is_relative,
    latest_of,
    said_of,
    said_on,
    whole,
    year_before,
)
from data.notifications.rules.words.winter import (
    expected_of,
    is_winter,
    winter_back,
    winter_figure,
    winter_story,
)
from data.notifications.types import Kind
from i18n import _, day_month, long_day, month_name, month_year, number, percent


def share(value: int, limit: int) -> float | None:
    """By how many percent *value* is over *limit*; None where that means nothing."""
    return (value - limit) * 100 / limit if limit > 0 else None


def over_words(value: int, limit: int) -> str:
    """`6,3 % de plus que le seuil`; of a gap too small to be written, on which side it is."""
    gap = share(value, limit)
    if gap is None:
        return _("au-dessus du seuil") if value > limit else _("au niveau du seuil")
    if not round(gap, 1):
        if value == limit:
            return _("au niveau du seuil")
        return _("au-dessus du seuil") if value > limit else _("sous le seuil")
    said = percent(abs(gap)).lstrip("+")
    if gap > 0:
        return _("{gap} de plus que le seuil", gap=said)
    return _("{gap} de moins que le seuil", gap=said)


def over_mark(told: Told) -> str:
    """`+6,3 %`; "" where it would be `0,0 %` or mean nothing."""
    said = said_of(told)
    gap = None if said is None or is_low(told) else share(*said)
    return percent(gap) if gap and round(gap, 1) else ""


def figure(told: Told) -> str:
    """`Gymnase Nord : 14 820 kWh au 21/11, seuil 14 000`."""
    if is_winter(told):
        return winter_figure(told)
    said = said_of(told)
    if said is None:
        return f"{told.site} – {long_day(told.gas_day)}"
    value, limit = said
    return _(
        "{site} : {value} {when}, seuil {limit}",
        site=told.site,
        value=energy(value),
        when=when(told),
        limit=number(limit / 1000),
    )


def back(told: Told) -> str:
    """`Gymnase Nord : 13 100 kWh au 22/11, repassé sous le seuil de 14 000`."""
    if is_winter(told):
        return winter_back(told)
    said = said_of(told)
    if said is None:  # told before the value of the end was kept
        return _("{site} : alerte terminée le {day}", site=told.site, day=long_day(told.gas_day))
    values = {"site": told.site, "value": energy(said[0]), "limit": number(said[1] / 1000)}
    if is_period_over(told):
        return _(
            "{site} : {period} terminé à {value}, seuil {limit}", period=_period(told), **values
        )
    if is_low(told):
        return _(
            "{site} : {value} {when}, remonté au-dessus du seuil bas de {limit}",
            when=when(told),
            **values,
        )
    return _("{site} : {value} {when}, repassé sous le seuil de {limit}", when=when(told), **values)


def _period(told: Told) -> str:
    """`novembre 2026`, `2026`: what is over."""
    first = first_of(told)
    if told.params.get("period") == "month":
        return month_year(first)
    return str(first.year)


def when(told: Told) -> str:
    """`au 21/11`, `en 2026, au 21/11`, `le 21/11`."""
    period, day = told.params.get("period"), day_month(told.gas_day)
    if period == "month":
        return _("au {day}", day=day)
    if period == "year":
        return _("en {year}, au {day}", year=first_of(told).year, day=day)
    return _("le {day}", day=day)


def story_of(told: Told) -> str:
    """What was consumed beside the limit; "" where there is no figure."""
    said = said_of(told)
    if said is None or told.kind not in _STORIES:
        return ""
    if is_winter(told):
        return winter_story(told)
    after = (*_later(told), *_than_before(told), *_expected(told), *_over(told))
    return " ".join((_consumed(told, *said), *after))


_STORIES = {Kind.THRESHOLD_WARNED, Kind.THRESHOLD_EXCEEDED, Kind.THRESHOLD_NORMAL}


def _consumed(told: Told, value: int, limit: int) -> str:
    said = _("{when}, le site a consommé {value}", when=_span(told), value=energy(value))
    if is_low(told):
        return f"{said}."
    said += ", " + over_words(value, limit)
    if told.kind is Kind.THRESHOLD_NORMAL:
        said += f" ({energy(limit)})"
    return f"{said}."


def _than_before(told: Told) -> list[str]:
    both = year_before(told)
    if both is None:
        return []
    gap = (both[0] - both[1]) * 100 / both[1]
    if not round(gap, 1):
        return [_("Aux mêmes jours, c’est autant que l’an dernier.")]
    words = percent(abs(gap)).lstrip("+")
    if gap > 0:
        return [_("Aux mêmes jours, c’est {gap} de plus que l’an dernier.", gap=words)]
    return [_("Aux mêmes jours, c’est {gap} de moins que l’an dernier.", gap=words)]


def _later(told: Told) -> list[str]:
    """What it has become, when the data went further before it was told."""
    latest = latest_of(told)
    if latest is None:
        return []
    day, value, limit = latest
    gap = over_words(value, limit)
    if limit != whole(told, "limit_wh"):
        gap = f"{gap} ({energy(limit)})"
    said = _("Au {day}, il en est à {value}, {gap}.")
    return [said.format(day=day_month(day), value=energy(value), gap=gap)]


def _expected(told: Told) -> list[str]:
    expected = day_in(told, "expected_on")
    if expected is None or told.kind is not Kind.THRESHOLD_WARNED:
        return []
    return [_("À ce rythme, dépassement le {day}.", day=long_day(expected))]


def _over(told: Told) -> list[str]:
    """Why a running total may have come back, or ended above its limit."""
    if told.kind is not Kind.THRESHOLD_NORMAL:
        return []
    if is_period_over(told):
        return [_("La période est terminée : le suivi repart de zéro avec la suivante.")]
    if is_relative(told):
        return [_("Ce seuil suit la consommation de l’an dernier, jour après jour.")]
    return []


def _span(told: Told) -> str:
    """`Du 1er au 21 novembre`: the days that the figure counts."""
    period, first, last = told.params.get("period"), first_of(told), said_on(told)
    if period not in {"month", "year"} or first == last:
        return _("Le {day}", day=long_day(last))
    if period == "month":
        return _("Du 1er au {last}", last=long_day(last))
    return _("Du {first} au {last}", first=day_month(first), last=long_day(last))


def facts_of(told: Told) -> list[tuple[str, str]]:
    """The figures of a mail: name and value; the third one is the gap to the limit."""
    said = said_of(told)
    if said is None:
        return []
    value, limit = said
    gap = ("+" if value > limit else "") + energy(value - limit)
    facts = [(_until(told), energy(value)), (_("Seuil"), energy(limit)), (_("Écart"), gap)]
    expected = expected_of(told)
    if expected is not None and told.kind is not Kind.THRESHOLD_NORMAL:
        facts.append((_("Attendu à ces températures"), energy(expected)))
    estimate, latest, both = whole(told, "estimate_wh"), latest_of(told), year_before(told)
    if estimate is not None:
        facts.append((_estimate(told), energy(estimate)))
    if latest is not None:
        day = day_month(latest[0])
        facts.append((_("Au {day}", day=day), energy(latest[1])))
        if latest[2] != limit:
            facts.append((_("Seuil au {day}", day=day), energy(latest[2])))
    if both is not None:
        facts.append((_("L’an dernier, mêmes jours"), energy(both[1])))
    return facts


def _estimate(told: Told) -> str:
    if told.params.get("period") == "year":
        return _("Fin d’année estimée")
    return _("Fin de mois estimée")


def _until(told: Told) -> str:
    """`Novembre, au 21`: what the figure is of."""
    period, first, day = told.params.get("period"), first_of(told), said_on(told)
    last = day_month(day)
    if period == "month":
        return _("{month}, au {day}", month=month_name(first).capitalize(), day=day.day)
    if period == "year":
        return _("{year}, au {day}", year=first.year, day=last)
    return _("Le {day}", day=last)
