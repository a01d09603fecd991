"""Render the operator's list of weather stations: data, served PCEs and sheets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from dash.development.base_component import Component

from components import kit
from components.admin.organisations import parts
from components.kit import html
from components.weather.labels import (
    PATH,
    day_words,
    fetch_alert,
    place_words,
    source_word,
    state_chip,
    station_address,
    station_name,
)
from core.i18n import _, number, plural
from data.metering.weather.rules.stations import freshness
from data.metering.weather.types import Fetch, StationFreshness, StationRow

SIZE = 50
DAYS, STATIONS = "meteo", "stations"  # names of the sheets in addresses


@dataclass(frozen=True, slots=True)
class StationsFacts:
    """Content of the page."""

    stations: Sequence[StationRow]
    unserved: int  # PCEs without station
    fetch: Fetch | None
    page: int
    today: date
    now: datetime


def stations_page(facts: StationsFacts) -> Component:
    bring = kit.button(
        _("Déposer des températures"), href=f"{PATH}&sheet={DAYS}", icon="upload", kind="primary"
    )
    add = kit.button(_("Ajouter une station"), href=f"{PATH}&new=1", icon="plus-lg")
    attach = kit.button(_("Rattacher des PCE"), href=f"{PATH}&sheet={STATIONS}", icon="link-45deg")
    return kit.page(
        _("Administration"),
        _("Savoir d’où viennent les températures, jusqu’à quel jour, et quels PCE elles servent."),
        actions=[add, attach, bring] if facts.stations else [add, bring],
        lead=kit.lead(_opening(facts)) if facts.stations else None,
        children=[
            parts("weather"),
            fetch_alert(facts.fetch, facts.now),
            *_unserved(facts),
            kit.card([*_listed(facts)], flush=bool(facts.stations)),
            _rules(),
        ],
        id="weather-page",
    )


def _opening(facts: StationsFacts) -> str:
    count = len(facts.stations)
    states = [freshness(station.last, facts.today) for station in facts.stations]
    count_label = plural("{count} station", "{count} stations", count)
    behind = count - states.count(StationFreshness.FRESH)
    if not behind:
        return _("{said}, toutes à jour.", said=count_label)
    return _("{said}, dont {behind}.", said=count_label, behind=plural(
        "{count} en retard ou sans aucun jour", "{count} en retard ou sans aucun jour", behind
    ))  # fmt: skip


def _unserved(facts: StationsFacts) -> list[Component]:
    if not facts.unserved or not facts.stations:
        return []
    title = plural("{count} PCE sans station", "{count} PCE sans station", facts.unserved)
    text = _(
        "Leurs températures ne viennent que des relevés. Rattachez-les par leur code postal, ou un"
        " par un."
    )
    return [kit.alert(title, text, "info")]


def _listed(facts: StationsFacts) -> list[Component]:
    if not facts.stations:
        bring = kit.button(_("Déposer un fichier"), href=f"{PATH}&sheet={DAYS}", icon="upload")
        text = _(
            "Sans elle, on ne connaît que les températures venues avec les relevés. Un fichier crée"
            " les stations qu’il nomme : station, jour, moyenne, minimum, maximum."
        )
        return [kit.empty("thermometer-half", _("Aucune station"), text, [bring])]
    pages = kit.Pages(len(facts.stations), SIZE, facts.page)
    rows = [_row(station, facts.today) for station in pages.rows(facts.stations)]
    head = [
        _("Station"),
        _("État"),
        _("Dernier jour"),
        _("Manquants sur un an"),
        _("PCE"),
        _("Lieu"),
        _("Source"),
        _("Premier jour"),
    ]
    links = pages.links(
        _("Pages des stations"),
        (_("Précédentes"), _("Suivantes")),
        lambda page: f"{PATH}&page={page}",
    )
    return [kit.table(head, rows, caption=_("Stations météo"), numbers=(3, 4)), *links]


def _row(station: StationRow, today: date) -> list[kit.Children]:
    name: list[kit.Child] = [kit.link(station_name(station), station_address(station.place.code))]
    if station.name:
        name += [html.Br(), station.place.code]
    return [
        name,
        state_chip(station.last, today),
        day_words(station.last),
        number(station.missing),
        number(station.serves),
        place_words(station),
        source_word(station.source),
        day_words(station.first),
    ]


def _rules() -> Component:
    rules = [
        _(
            "La température d’un jour vient de son relevé, sinon de celles reçues avec les"
            " relevés du PCE, sinon de sa station."
        ),
        _("Sa station est celle choisie pour lui, sinon celle du code postal le plus précis."),
        _("Une station est en retard quand elle n’a rien fourni depuis plus de trois jours."),
        _(
            "Les seuils corrigés du climat et les signatures sont recalculés quand ses jours"
            " changent."
        ),
    ]
    items = html.Ul([html.Li(rule) for rule in rules], className="admin-told")
    return kit.card(items, title=_("Comment elles comptent"))
