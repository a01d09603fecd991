"""Labels of delivery points: freshness, frequencies, events and fields."""

import re
from collections.abc import Mapping
from datetime import date

from components.kit import StateLabel
from components.kit.display import Tone
from core.i18n import N_, _, number, plural, short_day
from data.metering.pces.rules import freshness_of
from data.metering.pces.types import (
    EventKind,
    Frequency,
    PceEvent,
    PceFilter,
    PceFreshness,
    PceRow,
)

# Values are texts such as `0,300` or `0.021`, with the precision of the meter.
_QUANTITY = re.compile(r"(?P<whole>-?[0-9]{1,15})(?:[.,](?P<decimals>[0-9]{1,6}))?")


FRESHNESS: Mapping[PceFreshness, StateLabel] = {
    PceFreshness.FRESH: StateLabel("À jour", "check-circle-fill", "ok"),
    PceFreshness.LATE: StateLabel("En retard", "clock", "warn"),
    PceFreshness.STALE: StateLabel("Plus de 7 jours", "exclamation-octagon-fill", "bad"),
    PceFreshness.NEVER: StateLabel("Aucune donnée", "dash-circle", "mute"),
    PceFreshness.CLOSED: StateLabel("Fermé", "door-closed", "mute"),
}

FREQUENCIES: Mapping[Frequency, str] = {
    Frequency.HALF_YEARLY: N_("Semestrielle, relevé à pied"),
    Frequency.MONTHLY: N_("Mensuelle, compteur communicant"),
    Frequency.MONTHLY_LARGE: N_("Mensuelle, grand site"),
    Frequency.DAILY: N_("Journalière"),
}

EVENTS: Mapping[EventKind, str] = {
    EventKind.SUPPLIER: N_("Changement de fournisseur"),
    EventKind.TARIFF: N_("Changement de tarif"),
    EventKind.FREQUENCY: N_("Changement de fréquence"),
    EventKind.METER: N_("Compteur changé"),
    EventKind.HOLDER: N_("Changement de titulaire"),
    EventKind.COMMISSIONED: N_("Mise en service"),
    EventKind.WORKS: N_("Travaux"),
}

FIELDS: Mapping[str, str] = {
    "car_future": N_("Consommation annuelle de référence à venir"),
    "cja": N_("Capacité journalière d’acheminement"),
    "cja_mensuelle": N_("Supplément mensuel de capacité"),
    "cja_journaliere": N_("Supplément journalier de capacité"),
    "code_calibre": N_("Calibre"),
    "code_debit": N_("Débit maximal"),
    "pression_livraison": N_("Pression de livraison"),
    "identifiant_pitd": N_("Point d’interface transport-distribution"),
    "libelle_pitd": N_("Nom du point d’interface"),
    "client_sensible_mig": N_("Mission d’intérêt général"),
}


UNITS: Mapping[str, str] = {
    "car_future": "kWh",
    **dict.fromkeys(("cja", "cja_mensuelle", "cja_journaliere"), N_("kWh/j")),
    "code_debit": "m³/h",
    "pression_livraison": "bar",
}
ANSWERS: Mapping[str, str] = {"Oui": N_("Oui"), "Non": N_("Non")}


def state_words(row: PceRow, today: date) -> tuple[str, str, Tone]:
    """Return label, icon and tone of the data freshness, or since when the PCE is closed."""
    state = freshness_of(
        row.data_until,
        row.frequency,
        today,
        ended_on=row.ended_on,
        readable_until=row.readable_until,
    )
    word, icon, tone = FRESHNESS[state]
    if state is PceFreshness.FRESH and row.readable_until and row.readable_until < today:
        return _("Accès au {day}", day=short_day(row.readable_until)), "calendar-check", "mute"
    if state is PceFreshness.CLOSED and row.ended_on is not None:
        return _("Fermé le {day}", day=short_day(row.ended_on)), icon, tone
    if state is PceFreshness.NEVER and row.frequency is Frequency.HALF_YEARLY:
        return _("Sans suivi quotidien"), icon, tone
    return _(word), icon, tone


def named_fields(facts: Mapping[str, object]) -> list[tuple[str, str]]:
    """Return the non-empty fields of the distributor, with their labels if known."""
    return [
        (_(FIELDS.get(key, key)), formatted_value(key, value))
        for key, value in facts.items()
        if value
    ]


def formatted_value(key: str, value: object) -> str:
    """Format a number for the reader, with its unit; other texts are unchanged."""
    quantity = _QUANTITY.fullmatch(str(value).strip())
    if quantity and (key in UNITS or isinstance(value, int | float)):
        decimals = quantity["decimals"] or ""
        if isinstance(value, float):
            decimals = decimals.rstrip("0")
        figure = number(float(f"{quantity['whole']}.{decimals or 0}"), len(decimals))
        return f"{figure}\u00a0{_(UNITS[key])}" if key in UNITS else figure
    return _(ANSWERS.get(str(value), str(value)))


def event_text(event: PceEvent) -> str:
    """Return `Changement de fournisseur : Gaz du Val → Énergie Claire`."""
    change = " → ".join(part for part in (event.before, event.after) if part)
    event_label = _(EVENTS[event.kind])
    return _("{said} : {after}", said=event_label, after=change) if change else event_label


def count_text(total: int) -> str:
    return plural("{count} point de livraison", "{count} points de livraison", total)


def asked_text(view: PceFilter) -> str:
    """Return the filters as text, such as `« lycée » · étiquette Écoles · En retard`."""
    parts = [
        *([_("«\u00a0{text}\u00a0»", text=view.text.strip())] if view.text.strip() else []),
        *(_("étiquette {tag}", tag=tag) for tag in view.tags),
        *([_(FRESHNESS[view.freshness][0])] if view.freshness else []),
        *([_("sans titulaire")] if view.unheld else []),
    ]
    return " · ".join(parts)


def selected_text(count: int) -> str:
    if not count:
        return _("Cochez des lignes pour agir sur plusieurs PCE.")
    return plural("{count} PCE coché", "{count} PCE cochés", count)
