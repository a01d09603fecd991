"""Describe the parts of an address that the screen ignores."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from core.i18n import N_, _, short_day
from data.metering.consumption.rules.view import EARLIEST, day_in, last_text, year_end
from data.metering.consumption.types import DataKind, Preset, Series, SeriesStep, Unit
from data.metering.pces.rules import storable

_QUOTED = 24  # characters quoted from an address

Fault: TypeAlias = tuple[str, Mapping[str, str]]  # French sentence, its params
_CHOICES: Mapping[str, type[StrEnum]] = {
    "period": Preset,
    "step": SeriesStep,
    "unit": Unit,
    "data": DataKind,
}
_UNKNOWN: Mapping[str, str] = {
    "period": N_("L’adresse demande la période « {text} » : elle n’existe pas."),
    "step": N_("L’adresse demande le pas « {text} » : il n’existe pas."),
    "unit": N_("L’adresse demande l’unité « {text} » : elle n’existe pas ici."),
    "data": N_("L’adresse demande les données « {text} » : elles n’existent pas."),
}
_NOT_A_DATE = N_("« {text} » n’est pas une date : écrivez-la année-mois-jour, 2026-02-28.")
_NO_REFERENCE = N_("L’adresse demande une période à comparer à partir du {day} : écrivez une date.")
_NO_FIRST = N_("La première date manque.")


def not_followed(
    query: Mapping[str, object], series: Series, today: date, *, opened: bool = False
) -> list[str]:
    """Return a sentence for each part of `query` that the screen of `series` could not apply.

    `opened` says whether a day is open.
    """
    texts = {key: last_text(query.get(key)) for key in ("period", "from", "to", "day")}
    notices = []
    why = _reasons(texts, series, today)
    if why:
        displayed_days = {"first": short_day(series.first), "last": short_day(series.last)}
        notices.append(
            _(
                "L’adresse demande {asked}\u00a0: {why}. Voici à la place du {first} au {last}.",
                asked=_checked_view(texts),
                why=", ".join(why),
                **displayed_days,
            )
        )
    notices += [_(message, **params) for message, params in unknown_in(query)]
    notices += _unfollowed_reference(query, series)
    if texts["day"] and not opened:
        notices.append(
            _(
                "L’adresse demande le détail du {day}\u00a0: ce jour n’est pas parmi ceux"
                " affichés, aucun détail n’est ouvert.",
                day=_named(texts["day"]),
            )
        )
    return notices


def _unfollowed_reference(query: Mapping[str, object], series: Series) -> list[str]:
    """Return why the bars are not compared with the period or the site of the address."""
    against, site = last_text(query.get("against")), last_text(query.get("with"))
    notices = []
    if against and day_in(against) is None:
        notices.append(_(_NO_REFERENCE, day=_named(against)))
    if site and series.reference is None and not notices:
        notices.append(
            _(
                "L’adresse demande la comparaison avec le PCE «\u00a0{text}\u00a0»\u00a0: il"
                " n’existe pas, ou vous n’avez pas accès à ses données. Choisissez un autre site"
                " dans «\u00a0Comparer\u00a0».",
                text=storable(site[:_QUOTED]),
            )
        )
    return notices


def faults_in(query: Mapping[str, object]) -> list[Fault]:
    """Return the invalid parameters of `query`: a download for other days would go unnoticed."""
    first, last = last_text(query.get("from")), last_text(query.get("to"))
    query_faults: list[Fault] = [
        (_NOT_A_DATE, {"text": storable(text[:_QUOTED])})
        for text in (first, last)
        if text and day_in(text) is None
    ]
    if not first and (last or last_text(query.get("period")) == Preset.FREE):
        query_faults.append((_NO_FIRST, {}))
    return query_faults + unknown_in(query)


def unknown_in(query: Mapping[str, object]) -> list[Fault]:
    """Return a fault for each choice in `query` whose value is unknown."""
    texts = {name: last_text(query.get(name)) for name in _CHOICES}
    return [
        (_UNKNOWN[name], {"text": storable(text[:_QUOTED])})
        for name, text in texts.items()
        if text and text not in set(_CHOICES[name])
    ]


def _named(text: str) -> str:
    """Return a formatted day, or the quoted text when it is not a date."""
    day = day_in(text)
    return short_day(day) if day else _("«\u00a0{text}\u00a0»", text=storable(text[:_QUOTED]))


def _checked_view(texts: Mapping[str, str]) -> str:
    first, last = texts["from"], texts["to"]
    if first and last:
        return _("les jours du {first} au {last}", first=_named(first), last=_named(last))
    if first:
        return _("les jours à partir du {day}", day=_named(first))
    return _("les jours jusqu’au {day}", day=_named(last)) if last else _("une période libre")


def _reasons(texts: Mapping[str, str], series: Series, today: date) -> list[str]:
    """Return why the days shown are not those of the address; empty when they are."""
    period, first, last = texts["period"], texts["from"], texts["to"]
    if not (first or last):
        return [_("les deux dates manquent")] if period == Preset.FREE else []
    if period and period != Preset.FREE:
        quoted = storable(period[:_QUOTED])
        return [_("elle indique aussi « {text} », qui l’emporte", text=quoted)]
    wrong = [text for text in (first, last) if text and day_in(text) is None]
    if wrong:
        return [_("{text} n’est pas une date", text=_named(text)) for text in wrong]
    opens = day_in(first)
    if opens is None:
        return [_("la première date manque")]
    return _out_of_bounds(opens, day_in(last) or today, series, today)


def _out_of_bounds(first: date, last: date, series: Series, today: date) -> list[str]:
    """Return notices for days outside the history.

    Links may ask for whole years or months around it.
    """
    notices = [_("les deux dates étaient inversées")] if first > last else []
    low, high = min(first, last), max(first, last)
    begins, latest = series.history_first, year_end(today)
    if begins and low < begins.replace(month=1, day=1) and series.first == begins:
        notices.append(_("l’historique commence le {day}", day=short_day(begins)))
    elif low < EARLIEST:
        notices.append(_("rien n’est montré avant le {day}", day=short_day(EARLIEST)))
    if high > latest:
        notices.append(_("rien n’est montré après le {day}", day=short_day(latest)))
    return notices
