"""What the screens of the weather say of a station, and of who answers over the network."""

from collections.abc import Mapping
from datetime import date, datetime
from urllib.parse import urlencode

from dash.development.base_component import Component

from components.kit import alert, chip
from data.weather.rules.fetching import next_try
from data.weather.rules.stations import freshness
from data.weather.types import Fetch, Freshness, Source, StationRow
from i18n import N_, _, clock, number, plural, short_day

PATH = "/admin?part=weather"
SOURCES: Mapping[Source, str] = {
    Source.FILE: N_("Fichier déposé"),
    Source.SERVICE: N_("Service météo"),
}


def station_address(code: str) -> str:
    return f"{PATH}&{urlencode({'station': code})}"


def station_name(one: StationRow) -> str:
    return one.name or one.place.code


def state_chip(last: date | None, today: date) -> Component:
    """How the days of a station stand, in a word."""
    state = freshness(last, today)
    if last is None or state is Freshness.NONE:
        return chip(_("Aucun jour"), icon="x-circle-fill", tone="bad")
    if state is Freshness.FRESH:
        return chip(_("À jour"), icon="check-circle-fill", tone="ok")
    late = plural("En retard de {count} jour", "En retard de {count} jours", (today - last).days)
    return chip(late, icon="exclamation-triangle-fill", tone="warn")


def source_word(source: Source | None) -> str:
    return _(SOURCES[source]) if source else "–"


def place_words(one: StationRow) -> str:
    """`69, 38200 · 45,73° N, 4,95° E`: the postal codes that it serves, and where it stands."""
    told = [", ".join(one.areas)] if one.areas else []
    latitude, longitude = one.place.latitude, one.place.longitude
    if latitude is not None and longitude is not None:
        told.append(_("{latitude}°, {longitude}°", latitude=number(latitude, 2),
                      longitude=number(longitude, 2)))  # fmt: skip
    return " · ".join(told) or "–"


def day_words(day: date | None) -> str:
    return short_day(day) if day else "–"


def fetch_alert(fetch: Fetch | None, now: datetime) -> Component:
    """What the last answer of the provider gave, or since when there is none."""
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
    told = _(
        "{problem} {since} {tries}, le dernier le {at} ; le prochain vient le {next}. Les jours"
        " déjà reçus restent, ceux qui manquent seront redemandés.",
        problem=_(fetch.problem),
        since=since,
        tries=tries,
        at=clock(fetch.tried_at),
        next=clock(max(next_try(fetch), now)),
    )
    return alert(_("Le service météo est en panne"), told, "warn")


def _answer(fetch: Fetch) -> str:
    new = plural("{count} jour nouveau", "{count} jours nouveaux", fetch.new)
    changed = plural("{count} corrigé", "{count} corrigés", fetch.changed)
    said = _("{new}, {changed}.", new=new, changed=changed)
    if not fetch.refused:
        return said
    return _("{said} {refused}", said=said, refused=plural(
            "{count} réponse n’a pas pu être utilisée : vérifiez si une station n’a ni latitude ni"
            " longitude.",
            "{count} réponses n’ont pas pu être utilisées : vérifiez si des stations n’ont ni"
            " latitude ni longitude.",
        fetch.refused,
    ))  # fmt: skip
