"""Render the OPERAT site form of a PCE."""

from collections.abc import Mapping
from urllib.parse import urlencode

from dash.development.base_component import Component

from components.costs import OPERAT, picked_pce, site_field, site_text
from components.kit import Errors, FieldReader, RowForm, Typed, button, html
from components.operat.ids import FIELDS, Ids
from core.i18n import _
from data.metering.pces.rules import storable
from data.metering.surfaces.rules import surface_in, surface_text
from data.money.operat.rules.checks import (
    WH,
    degree_days_in,
    reference_kwh_in,
    reference_year_in,
    siren_in,
    siret_in,
    words_in,
)
from data.money.operat.types import OperatSiteSettings, SiteDraft

FORM = RowForm(Ids.FORM, Ids.SEEN, Ids.SAVE, FIELDS)
LONGEST = 200  # maximum length of a field in an address


def again_at(draft: SiteDraft) -> str:
    """Return the address of a form filled with `draft`."""
    return f"{OPERAT}?{urlencode({'new': '1', **typed_of(draft)})}"


def typed_in(query: Mapping[str, str]) -> Typed:
    """Return the values of an `again_at` address, unvalidated: the form shows the errors."""
    return {name: storable(str(query.get(name) or ""))[:LONGEST] for name in FIELDS}


def site_page(site: OperatSiteSettings | None, typed: Typed | None = None) -> Component:
    """Return the form of `site`, or without it a form for a new PCE with the values `typed`."""
    described = site is not None and site.version > 0
    title = _("Décrire un site")
    if site is not None:
        title = site.draft.name or site.alias or site.draft.pce
    remove = [button(_("Ne plus déclarer"), id=Ids.REMOVE, icon="trash", kind="danger")]
    if site is not None:
        typed = {**typed_of(site.draft), "pce": site_text(site.draft.pce, site.alias)}
    return FORM.page(
        title,
        _("Ce que la déclaration indique du site chauffé par ce PCE."),
        form(typed or {}, {}),
        site.displayed if site is not None else (0, None),
        home=(_("Préparation OPERAT"), OPERAT),
        beside=remove if described else [],
        legend=_("Le site"),
        hint=_("plusieurs PCE d’une même EFA : la même référence à chacun"),
    )


def form(typed: Typed, errors: Errors) -> list[Component]:
    """Return the fields of a site; values and errors are keyed as in `FIELDS`."""
    entries = FORM.entries(typed, errors)
    entry = entries.text
    activities = _("« Enseignement », « Bureaux »…")
    dated = _("celle d’aujourd’hui ; la page du PCE garde les précédentes")
    fields = [
        site_field(entries, _("PCE")),
        entry("efa", _("Référence EFA"), hint=_("celle de la plateforme OPERAT")),
        entry("name", _("Dénomination")),
        entry("category", _("Catégorie d’activité"), hint=activities),
        entry("surface", _("Surface (m²)"), inputMode="decimal", hint=dated),
        entry("siren", _("SIREN"), inputMode="numeric"),
        entry("siret", _("SIRET"), inputMode="numeric"),
    ]
    reference = [
        entry("year", _("Année de référence"), inputMode="numeric", hint=_("de 2010 à 2019")),
        entry("reference", _("Gaz de ce PCE cette année-là (kWh PCI)"), inputMode="numeric"),
        entry("degree_days", _("DJU de cette année-là"), inputMode="numeric",
              hint=_("base 18, pour corriger du climat")),
    ]  # fmt: skip
    return [
        html.Div(fields, className="admin-form"),
        html.H3(_("Sa référence, s’il est assujetti"), className="admin-title"),
        html.Div(reference, className="admin-form"),
    ]


def typed_of(draft: SiteDraft) -> Typed:
    return {
        "pce": draft.pce,
        "efa": draft.efa,
        "name": draft.name,
        "category": draft.category,
        "siren": draft.siren,
        "siret": draft.siret,
        "surface": surface_text(draft.surface_dm2),
        "year": _number_text(draft.reference_year),
        "reference": _number_text(draft.reference_wh and draft.reference_wh // WH),
        "degree_days": _number_text(draft.reference_degree_days),
    }


def _number_text(value: int | None) -> str:
    return "" if value is None else str(value)


def draft_of(typed: Typed) -> tuple[SiteDraft | None, Errors]:
    """Return the site of the fields, or None with the errors by field."""
    reader = FieldReader(typed)
    pce, efa, name = (
        reader.read("pce", picked_pce),
        reader.read("efa", words_in),
        reader.read("name", words_in),
    )
    siren, category = reader.read("siren", siren_in) or "", reader.read("category", words_in)
    siret = reader.read("siret", lambda text: siret_in(text, siren))
    surface = reader.read("surface", surface_in)
    year = reader.read("year", reference_year_in)
    energy = reader.read("reference", reference_kwh_in)
    degree_days = reader.read("degree_days", degree_days_in)
    if reader.errors or not pce:
        return None, reader.errors
    words = (efa or "", name or "", siren, siret or "")
    return SiteDraft(pce, *words, surface, category or "", year, energy, degree_days), {}
