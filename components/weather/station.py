"""Render a station: days, place, served PCEs and how to attach one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from dash.development.base_component import Component

from components import kit
from components.kit import html
from components.weather.ids import FIELDS, Ids, detach_button
from components.weather.labels import PATH, day_words, source_word, state_chip, station_name
from core.i18n import _, number, plural
from data.metering.weather.rules.stations import YEAR, areas_in, code_in, place_in
from data.metering.weather.types import ChosenPce, StationDraft, StationRow

MOST = 50  # PCEs listed
Tags = Sequence[tuple[str, int]]
FORM = kit.RowForm(Ids.FORM, Ids.SHOWN, Ids.SAVE, FIELDS)


@dataclass(frozen=True, slots=True)
class StationFacts:
    """Content of the page of a station."""

    station: StationRow
    chosen: Sequence[ChosenPce]
    tags: Tags
    today: date


def station_page(facts: StationFacts) -> Component:
    station = facts.station
    days = f"/export/feuilles/meteo?{urlencode({'format': 'csv', 'of': station.place.code})}"
    return kit.page(
        station_name(station),
        _("Voir ses jours, dire où elle est et quels PCE elle sert."),
        crumbs=((_("Températures"), PATH), (station.place.code, None)),
        actions=[kit.button(_("Exporter ses jours"), href=days, icon="download", download=True)],
        lead=kit.lead(_serves(station)),
        children=[
            kit.columns(
                [_form_card(typed_of(station), station.place.code), _chosen_card(facts)],
                [_days_card(station, facts.today), _attach_card(facts.tags)],
            ),
        ],
        id="weather-station",
    )


def new_page() -> Component:
    return kit.page(
        _("Ajouter une station"),
        _("La créer avant ses jours : un fichier ou le service météo les donnera."),
        crumbs=((_("Températures"), PATH), (_("Ajouter"), None)),
        children=[_form_card({}, "")],
    )


def _serves(station: StationRow) -> str:
    """Return how many PCEs it serves, by postal code or by choice."""
    if not station.serves:
        return _("Elle n’est utilisée par aucun PCE.")
    if not station.chosen:
        return plural(
            "{count} PCE servi, par son code postal.",
            "{count} PCE servis, par leur code postal.",
            station.near,
        )
    if not station.near:
        return plural("{count} PCE servi, choisi.", "{count} PCE servis, choisis.", station.chosen)
    return _(
        "{count} PCE servis : {near} par leur code postal, {chosen} choisis.",
        count=number(station.serves),
        near=number(station.near),
        chosen=number(station.chosen),
    )


def _days_card(station: StationRow, today: date) -> Component:
    pairs: list[tuple[kit.Children, kit.Children]] = [
        (_("État"), state_chip(station.last, today)),
        (_("Source"), source_word(station.source)),
        (_("Premier jour"), day_words(station.first)),
        (_("Dernier jour"), day_words(station.last)),
        (_("Manquants sur un an"), f"{number(station.missing)} / {number(YEAR.days)}"),
    ]
    return kit.card(kit.definition_list(pairs), title=_("Ses jours"))


def typed_of(station: StationRow) -> kit.Typed:
    """Return the field values of a station."""
    north, east = station.place.latitude, station.place.longitude
    return {
        "code": station.place.code,
        "name": station.name,
        "latitude": "" if north is None else f"{north:g}".replace(".", ","),
        "longitude": "" if east is None else f"{east:g}".replace(".", ","),
        "areas": ", ".join(station.areas),
    }


def _form_card(typed: kit.Typed, code: str) -> Component:
    return FORM.draw(form(typed, {}, code), code, title=_("La station"))


def form(typed: kit.Typed, errors: kit.Errors, code: str) -> Component:
    """Return the fields of a station, keyed as in `FIELDS`; a known `code` is read-only."""
    entry = FORM.entries(typed, errors).text
    fixed: dict[str, Any] = {"readonly": True} if code else {"required": True}
    code_hint = _("Celui des fichiers et du service ; il ne change plus.")
    near = _(
        "Leur début suffit : 69, 38200. Le plus précis l’emporte ; ces PCE suivent automatiquement."
    )
    coordinate_hint = _("En degrés décimaux ; un service météo la demande.")
    return html.Div(
        [
            entry("code", _("Code"), hint=code_hint, **fixed),
            entry("name", _("Nom")),
            entry("areas", _("Codes postaux servis"), hint=near),
            entry("latitude", _("Latitude"), hint=coordinate_hint, inputMode="decimal"),
            entry("longitude", _("Longitude"), hint=coordinate_hint, inputMode="decimal"),
        ],
        className="admin-form",
    )


def draft_of(typed: kit.Typed, code: str) -> tuple[StationDraft | None, kit.Errors]:
    """Return the station of the fields, or None with the errors by field."""
    reader = kit.FieldReader(typed)
    station_code = reader.read("code", lambda text: code_in(code or text)) or code
    east = typed.get("longitude", "")
    place = reader.read("latitude", lambda north: place_in(station_code, north, east))
    areas = reader.read("areas", areas_in)
    if reader.errors or place is None or areas is None:
        return None, reader.errors
    return StationDraft(place, " ".join(typed.get("name", "").split())[:80], areas), {}


def _attach_card(tags: Tags) -> Component:
    return kit.card(
        [
            html.Div(attaching({}, {}, tags), id=Ids.ATTACHING),
            html.Div(
                [
                    kit.button(
                        _("Depuis un fichier"), href=f"{PATH}&sheet=stations", icon="upload"
                    ),
                    kit.button(_("Rattacher"), id=Ids.ATTACH, icon="link-45deg", kind="primary"),
                ],
                className="form-actions admin-acts",
            ),
        ],
        title=_("Rattacher des PCE"),
    )


def attaching(typed: kit.Typed, errors: kit.Errors, tags: Tags) -> Component:
    tag_options = [("", _("aucune")), *((tag, f"{tag} ({number(count)})") for tag, count in tags)]
    entries = kit.FormEntries({"pce": Ids.PCE, "tag": Ids.TAG}, typed, errors)
    hint = _("14 chiffres, ou GI suivi de 6 chiffres")
    return html.Div(
        [
            entries.text("pce", _("Numéro de PCE"), hint=hint),
            entries.select("tag", _("Ou tous ceux d’une étiquette"), tag_options),
        ],
        className="admin-form",
    )


def _chosen_card(facts: StationFacts) -> Component:
    if not facts.chosen:
        text = _("Les PCE de ses codes postaux la suivent ; un autre se rattache par son numéro.")
        nobody = kit.empty("link-45deg", _("Aucun PCE rattaché un par un"), text)
        return kit.card(nobody, title=_("PCE choisis"))
    rows = [_chosen_row(attached_pce) for attached_pce in facts.chosen]
    head = [_("PCE"), _("Lieu"), _("Action")]
    few = _("les {few} premiers sur {count}", few=MOST, count=number(facts.station.chosen))
    return kit.card(
        kit.table(head, rows, caption=_("PCE choisis")),
        title=_("PCE choisis"),
        hint=few if facts.station.chosen > MOST else None,
        flush=True,
    )


def _chosen_row(attached_pce: ChosenPce) -> list[kit.Children]:
    name = attached_pce.alias or attached_pce.number
    act = kit.button(
        _("Détacher"),
        id=detach_button(attached_pce.number),
        icon="x-lg",
        kind="ghost",
        small=True,
        **kit.aria(label=_("Détacher {name}", name=name)),
    )
    return [
        [kit.link(name, f"/pces?pce={attached_pce.number}"), html.Br(), attached_pce.number],
        f"{attached_pce.postal_code} {attached_pce.city}",
        act,
    ]
