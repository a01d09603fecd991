"""Format the figures of a notice: title, story and facts."""

from core.i18n import _, day_month, long_day, month_name, month_year, number, percent, plural
from data.notifications.rules.words.lines import (
    WordedLine,
    day_in,
    energy,
    euros,
    first_of,
    is_low,
    is_period_over,
    is_relative,
    latest_of,
    said_of,
    said_on,
    whole_line,
    year_before,
)
from data.notifications.rules.words.winter import (
    expected_of,
    is_winter,
    winter_back,
    winter_figure,
    winter_story,
)
from data.notifications.types import NotificationKind


def share(value: int, limit: int) -> float | None:
    """Return by how many percent `value` exceeds `limit`; None for a limit of 0."""
    return (value - limit) * 100 / limit if limit > 0 else None


def over_words(value: int, limit: int) -> str:
    """Return `6,3 % de plus que le seuil`; for a tiny gap, only its side."""
    gap = share(value, limit)
    if gap is None:
        return _("au-dessus du seuil") if value > limit else _("au niveau du seuil")
    if not round(gap, 1):
        if value == limit:
            return _("au niveau du seuil")
        return _("au-dessus du seuil") if value > limit else _("sous le seuil")
    gap_text = percent(abs(gap)).lstrip("+")
    if gap > 0:
        return _("{gap} de plus que le seuil", gap=gap_text)
    return _("{gap} de moins que le seuil", gap=gap_text)


def over_mark(event: WordedLine) -> str:
    """Return `+6,3 %`; "" for `0,0 %` or without a meaning."""
    figures = said_of(event)
    gap = None if figures is None or is_low(event) else share(*figures)
    return percent(gap) if gap and round(gap, 1) else ""


def figure(told: WordedLine) -> str:
    """Return `Gymnase Nord : 14 820 kWh au 21/11, seuil 14 000`."""
    if is_winter(told):
        return winter_figure(told)
    figures = said_of(told)
    if figures is None:
        return f"{told.site} – {long_day(told.gas_day)}"
    value, limit = figures
    return _(
        "{site} : {value} {when}, seuil {limit}",
        site=told.site,
        value=energy(value),
        when=when(told),
        limit=number(limit / 1000),
    )


def back(event: WordedLine) -> str:
    """Return `Gymnase Nord : 13 100 kWh au 22/11, repassé sous le seuil de 14 000`."""
    if is_winter(event):
        return winter_back(event)
    figures = said_of(event)
    if figures is None:  # older notices without the final value
        return _("{site} : alerte terminée le {day}", site=event.site, day=long_day(event.gas_day))
    values = {"site": event.site, "value": energy(figures[0]), "limit": number(figures[1] / 1000)}
    if is_period_over(event):
        return _(
            "{site} : {period} terminé à {value}, seuil {limit}", period=_period(event), **values
        )
    if is_low(event):
        return _(
            "{site} : {value} {when}, remonté au-dessus du seuil bas de {limit}",
            when=when(event),
            **values,
        )
    return _(
        "{site} : {value} {when}, repassé sous le seuil de {limit}", when=when(event), **values
    )


def _period(event: WordedLine) -> str:
    """Return the ended period: `novembre 2026`, `2026`."""
    first = first_of(event)
    if event.params.get("period") == "month":
        return month_year(first)
    return str(first.year)


def when(told: WordedLine) -> str:
    """Return `au 21/11`, `en 2026, au 21/11`, `le 21/11`."""
    period, day = told.params.get("period"), day_month(told.gas_day)
    if period == "month":
        return _("au {day}", day=day)
    if period == "year":
        return _("en {year}, au {day}", year=first_of(told).year, day=day)
    return _("le {day}", day=day)


def story_of(event: WordedLine) -> str:
    """Return the consumption compared with the limit; "" without figures."""
    figures = said_of(event)
    if figures is None or event.kind not in _STORIES:
        return ""
    if is_winter(event):
        return winter_story(event)
    after = (
        *_later(event), *_than_before(event), *_expected(event), *_over(event), *_excess(event),
    )  # fmt: skip
    return " ".join((_consumed(event, *figures), *after))


_STORIES = {
    NotificationKind.THRESHOLD_WARNED,
    NotificationKind.THRESHOLD_EXCEEDED,
    NotificationKind.THRESHOLD_NORMAL,
}


def _consumed(event: WordedLine, value: int, limit: int) -> str:
    sentence = _("{when}, le site a consommé {value}", when=_span(event), value=energy(value))
    if is_low(event):
        return f"{sentence}."
    sentence += ", " + over_words(value, limit)
    if event.kind is NotificationKind.THRESHOLD_NORMAL:
        sentence += f" ({energy(limit)})"
    return f"{sentence}."


def _than_before(event: WordedLine) -> list[str]:
    both = year_before(event)
    if both is None:
        return []
    gap = (both[0] - both[1]) * 100 / both[1]
    if not round(gap, 1):
        return [_("Aux mêmes jours, c’est autant que l’an dernier.")]
    words = percent(abs(gap)).lstrip("+")
    if gap > 0:
        return [_("Aux mêmes jours, c’est {gap} de plus que l’an dernier.", gap=words)]
    return [_("Aux mêmes jours, c’est {gap} de moins que l’an dernier.", gap=words)]


def _later(event: WordedLine) -> list[str]:
    """Return the latest value, when data arrived after the crossing."""
    latest = latest_of(event)
    if latest is None:
        return []
    day, value, limit = latest
    gap = over_words(value, limit)
    if limit != whole_line(event, "limit_wh"):
        gap = f"{gap} ({energy(limit)})"
    sentence = _("Au {day}, il en est à {value}, {gap}.")
    return [sentence.format(day=day_month(day), value=energy(value), gap=gap)]


def _expected(event: WordedLine) -> list[str]:
    expected = day_in(event, "expected_on")
    if expected is None or event.kind is not NotificationKind.THRESHOLD_WARNED:
        return []
    return [_("À ce rythme, dépassement le {day}.", day=long_day(expected))]


def _over(event: WordedLine) -> list[str]:
    """Return why a running total has fallen, or ended above its limit."""
    if event.kind is not NotificationKind.THRESHOLD_NORMAL:
        return []
    if is_period_over(event):
        return [_("La période est terminée : le suivi repart de zéro avec la suivante.")]
    if is_relative(event):
        return [_("Ce seuil suit la consommation de l’an dernier, jour après jour.")]
    return []


def _excess(event: WordedLine) -> list[str]:
    """Return how long an exceedance lasted, its excess, and its cost where a price is known."""
    excess, first = whole_line(event, "excess_wh"), day_in(event, "first")
    if event.kind is not NotificationKind.THRESHOLD_NORMAL or not excess or first is None:
        return []
    cents = whole_line(event, "excess_cents")
    return [
        plural(
            "Le dépassement a duré {count} jour : {energy} de trop{cost}.",
            "Le dépassement a duré {count} jours : {energy} de trop{cost}.",
            max(1, (event.gas_day - first).days),
            energy=energy(excess),
            cost=_(", soit {euros}", euros=euros(cents)) if cents else "",
        )
    ]


def _span(event: WordedLine) -> str:
    """Return the days of the figure: `Du 1er au 21 novembre`."""
    period, first, last = event.params.get("period"), first_of(event), said_on(event)
    if period not in {"month", "year"} or first == last:
        return _("Le {day}", day=long_day(last))
    if period == "month":
        return _("Du 1er au {last}", last=long_day(last))
    return _("Du {first} au {last}", first=day_month(first), last=long_day(last))


def facts_of(event: WordedLine) -> list[tuple[str, str]]:
    """Return the figures of a mail: name and value; the third one is the gap to the limit."""
    figures = said_of(event)
    if figures is None:
        return []
    value, limit = figures
    gap = ("+" if value > limit else "") + energy(value - limit)
    facts = [(_until(event), energy(value)), (_("Seuil"), energy(limit)), (_("Écart"), gap)]
    expected = expected_of(event)
    if expected is not None and event.kind is not NotificationKind.THRESHOLD_NORMAL:
        facts.append((_("Attendu à ces températures"), energy(expected)))
    estimate, latest, both = whole_line(event, "estimate_wh"), latest_of(event), year_before(event)
    if estimate is not None:
        facts.append((_estimate(event), energy(estimate)))
    if latest is not None:
        day = day_month(latest[0])
        facts.append((_("Au {day}", day=day), energy(latest[1])))
        if latest[2] != limit:
            facts.append((_("Seuil au {day}", day=day), energy(latest[2])))
    if both is not None:
        facts.append((_("L’an dernier, mêmes jours"), energy(both[1])))
    return facts


def _estimate(event: WordedLine) -> str:
    if event.params.get("period") == "year":
        return _("Fin d’année estimée")
    return _("Fin de mois estimée")


def _until(event: WordedLine) -> str:
    """Return the span of the figure: `Novembre, au 21`."""
    period, first, day = event.params.get("period"), first_of(event), said_on(event)
    last = day_month(day)
    if period == "month":
        return _("{month}, au {day}", month=month_name(first).capitalize(), day=day.day)
    if period == "year":
        return _("{year}, au {day}", year=first.year, day=last)
    return _("Le {day}", day=last)
