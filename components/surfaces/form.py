"""Render the form of a surface, and parse its fields."""

from urllib.parse import urlencode

from dash import dcc
from dash.development.base_component import Component

from components.kit import Errors, FieldReader, RowForm, Typed, button, html
from components.surfaces.ids import FIELDS, Ids
from core.i18n import _
from data.metering.surfaces.rules import (
    UNKNOWN_USE,
    USES,
    optional_day_in,
    required_surface_in,
    source_in,
    surface_text,
    use_in,
)
from data.metering.surfaces.types import Surface, SurfaceDraft

FORM = RowForm(Ids.FORM, Ids.SEEN, Ids.SAVE, FIELDS)


def site_address(pce: str, surface: str = "") -> str:
    """Return the address of the page of a PCE, or of the form of one of its surfaces."""
    query = {"pce": pce, **({"surface": surface} if surface else {})}
    return f"/pces?{urlencode(query)}"


def surface_page(pce: str, name: str, surface: Surface | None) -> Component:
    """Return the form of `surface`, or of a new one of the site."""
    drawn = form(typed_of(surface.draft) if surface else {}, {})
    remove = button(_("Retirer"), id=Ids.REMOVE, icon="trash", kind="danger")
    return FORM.page(
        _("{site} : surface", site=name),
        _("Ce que ce PCE chauffe, et depuis quand : sa consommation par m² s’en déduit."),
        drawn,
        [surface.id, surface.version] if surface else None,
        home=(name, site_address(pce)),
        beside=[remove] if surface else [],
        below=[dcc.Store(id=Ids.PCE, data=pce)],
        legend=_("La surface"),
        hint=_("pour un agrandissement, ajoutez la nouvelle surface à sa date"),
    )


def form(typed: Typed, errors: Errors) -> list[Component]:
    """Return the fields of a surface; values and errors are keyed as in `FIELDS`."""
    entries = FORM.entries(typed, errors)
    uses = [(UNKNOWN_USE, _("À préciser")), *((use.value, _(word)) for use, word in USES.items())]
    origin = _("permis, bail, plan, diagnostic…")
    fields = [
        entries.text("area", _("Surface chauffée (m²)"), inputMode="decimal", required=True),
        entries.select("use", _("Usage"), uses, UNKNOWN_USE),
        entries.day("first", _("Premier jour"), hint=_("vide : depuis toujours")),
        entries.day("last", _("Dernier jour"), hint=_("vide : jusqu’à nouvel ordre")),
        entries.text("source", _("D’où vient ce chiffre"), hint=origin),
    ]
    return [html.Div(fields, className="admin-form")]


def typed_of(draft: SurfaceDraft) -> Typed:
    """Return the field values of a surface."""
    return {
        "area": surface_text(draft.area_dm2),
        "use": draft.use.value if draft.use else UNKNOWN_USE,
        "first": draft.first.isoformat() if draft.first else "",
        "last": draft.last.isoformat() if draft.last else "",
        "source": draft.source,
    }


def draft_of(pce: str, typed: Typed) -> tuple[SurfaceDraft | None, Errors]:
    """Return the surface of the fields, or None with the errors by field."""
    reader = FieldReader(typed)
    area = reader.read("area", required_surface_in)
    use = reader.read("use", use_in)
    days = reader.read("first", optional_day_in), reader.read("last", optional_day_in)
    source = reader.read("source", source_in)
    if reader.errors or area is None:
        return None, reader.errors
    return SurfaceDraft(pce, area, *days, use, source or ""), {}
