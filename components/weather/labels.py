"""Describe a weather station and its network provider."""

from collections.abc import Mapping
from datetime import date, datetime
from urllib.parse import urlencode

from dash.development.base_component import Component

from components.kit import alert, chip
from core.i18n import N_, _, clock, number, plural, short_day
from data.metering.weather.rules.fetch_schedule import next_try
from data.metering.weather.rules.stations import freshness
from data.metering.weather.types import Fetch, StationFreshness, StationRow, StationSource

PATH = "/admin?part=weather"
SOURCES: Mapping[StationSource, str] = {
    StationSource.FILE: N_("Fichier déposé"),
    StationSource.SERVICE: N_("Service météo"),
}


def station_address(code: str) -> str:
    return f"{PATH}&{urlencode({'station': code})}"


def station_name(station: StationRow) -> str:
    return station.name or station.place.code


def state_chip(last: date | None, today: date) -> Component:
    """Return the freshness of a station."""
    state = freshness(last, today)
    if last is None or state is StationFreshness.NONE:
        return chip(_("Aucun jour"), icon="x-circle-fill", tone="bad")
    if state is StationFreshness.FRESH:
        return chip(_("À jour"), icon="check-circle-fill", tone="ok")
    late = plural("En retard de {count} jour", "En retard de {count} jours", (today - last).days)
    return chip(late, icon="exclamation-triangle-fill", tone="warn")


def source_word(source: StationSource | None) -> str:
    return _(SOURCES[source]) if source else "–"


def place_words(station: StationRow) -> str:
    """Return `69, 38200 · 45,73°, 4,95°`: the postal codes served, and the position."""
    labels = [", ".join(station.areas)] if station.areas else []
    latitude, longitude = station.place.latitude, station.place.longitude
    if latitude is not None and longitude is not None:
        labels.append(_("{latitude}°, {longitude}°", latitude=number(latitude, 2),
                      longitude=number(longitude, 2)))  # fmt: skip
    return " · ".join(labels) or "–"


def day_words(day: date | None) -> str:
    return short_day(day) if day else "–"


def fetch_alert(fetch: Fetch | None, now: datetime) -> Component:
    """Return the latest result of the weather service, or since when it fails."""
    if fetch is None:
        text = _(
            "Les températures viennent des relevés et des fichiers déposés. Un service se règle par"
            " PORTAL_WEATHER_PROVIDER et PORTAL_WEATHER_ADDRESS."
        )
        return alert(_("Aucun service météo n’a été interrogé"), text, "info")
    if fetch.failures:
        return _outage(fetch, now)
    title = _("Le service météo a répondu le {at}", at=clock(fetch.tried_at))
    return alert(title, _answer(fetch), "warn" if fetch.refused else "ok")


def _outage(fetch: Fetch, now: datetime) -> Component:
    since = _("Il n’a jamais répondu.")
    if fetch.done_at:
        since = _("Sa dernière réponse est du {at}.", at=clock(fetch.done_at))
    tries = plural("{count} essai sans réponse", "{count} essais sans réponse", fetch.failures)
    explanation = _(
        "{problem} {since} {tries}, le dernier le {at} ; le prochain vient le {next}. Les jours"
        " déjà reçus restent, ceux qui manquent seront redemandés.",
        problem=_(fetch.problem),
        since=since,
        tries=tries,
        at=clock(fetch.tried_at),
        next=clock(max(next_try(fetch), now)),
    )
    return alert(_("Le service météo est en panne"), explanation, "warn")


def _answer(fetch: Fetch) -> str:
    new = plural("{count} jour nouveau", "{count} jours nouveaux", fetch.new)
    changed = plural("{count} corrigé", "{count} corrigés", fetch.changed)
    counts_label = _("{new}, {changed}.", new=new, changed=changed)
    if not fetch.refused:
        return counts_label
    return _("{said} {refused}", said=counts_label, refused=plural(
            "{count} réponse n’a pas pu être utilisée : vérifiez si une station n’a ni latitude ni"
            " longitude.",
            "{count} réponses n’ont pas pu être utilisées : vérifiez si des stations n’ont ni"
            " latitude ni longitude.",
        fetch.refused,
    ))  # fmt: skip
