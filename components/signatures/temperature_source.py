"""Describe the source of a site's temperatures: its station or its own readings."""

from components.weather.labels import SOURCES
from core.i18n import _, plural, short_day
from data.analysis.signatures.types import Portrait


def warmth_facts(portrait: Portrait) -> list[tuple[str, str]]:
    """Return the station, its source and last day, then the days with their own temperature."""
    station, own = portrait.warmth.station, portrait.warmth.own_days
    if station is None:
        station_label = _("aucune")
    else:
        source = [_(SOURCES[station.source])] if station.source else []
        until = [_("jusqu’au {day}", day=short_day(station.last))] if station.last else []
        station_label = " · ".join([station.label, *source, *until])
    facts = [(_("Station des températures"), station_label)]
    if own:
        count = plural(
            "{count} jour, utilisé à la place de celui de la station",
            "{count} jours, utilisés à la place de ceux de la station",
            own,
        )
        alone = plural("{count} jour", "{count} jours", own)
        facts.append((_("Températures venues avec les relevés"), count if station else alone))
    return facts
