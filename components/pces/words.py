"""The words of delivery points: freshness, frequencies, events, fields."""

from collections.abc import Mapping
from typing import Literal

from data.pces.types import (
    EventKind,
    Frequency,
    Freshness,
    PceEvent,
)
from i18n import N_, _, number, plural

Tone = Literal["ok", "warn", "bad", "mute"]

FRESHNESS: Mapping[Freshness, tuple[str, str, Tone]] = {
    Freshness.FRESH: (N_("À jour"), "check-circle-fill", "ok"),
    Freshness.LATE: (N_("En retard"), "clock", "warn"),
    Freshness.STALE: (N_("Plus de 7 jours"), "exclamation-octagon-fill", "bad"),
    Freshness.NEVER: (N_("Aucune donnée"), "dash-circle", "mute"),
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
    "code_debit": N_("Débit maximal, m³/h"),
    "pression_livraison": N_("Pression de livraison, bar"),
    "identifiant_pitd": N_("Point d’interface transport-distribution"),
    "libelle_pitd": N_("Nom du point d’interface"),
    "client_sensible_mig": N_("Mission d’intérêt général"),
}

ANSWERS: Mapping[str, str] = {"Oui": N_("Oui"), "Non": N_("Non")}


def named(facts: Mapping[str, object]) -> list[tuple[str, str]]:
    """The distributor's own fields, in words where we know them; empty ones are left out."""
    return [(_(FIELDS.get(key, key)), written(value)) for key, value in facts.items() if value]


def written(value: object) -> str:
    if isinstance(value, int | float):
        return number(value)
    return _(ANSWERS.get(str(value), str(value)))


def event_text(event: PceEvent) -> str:
    """`Changement de fournisseur : Gaz du Val → Énergie Claire`."""
    change = " → ".join(part for part in (event.before, event.after) if part)
    said = _(EVENTS[event.kind])
    return _("{said} : {after}", said=said, after=change) if change else said


def count_text(total: int) -> str:
    return plural("{count} point de livraison", "{count} points de livraison", total)


def selected_text(count: int) -> str:
    if not count:
        return _("Cochez des lignes pour les classer.")
    return plural("{count} PCE coché", "{count} PCE cochés", count)
