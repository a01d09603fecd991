"""Render the surfaces of a site on the page of its PCE."""

from collections.abc import Sequence

from dash.development.base_component import Component

from components import kit
from components.kit import html
from components.surfaces.form import site_address
from core.i18n import _, number
from data.metering.surfaces.rules import USES, dates_words
from data.metering.surfaces.types import DM2, Surface


def surface_card(pce: str, surfaces: Sequence[Surface], *, writes: bool) -> Component:
    """Return the surfaces of a PCE with their dates, and how to state one."""
    title = _("Surface et usage")
    add = kit.button(
        _("Ajouter une surface"), href=site_address(pce, "new"), icon="plus-lg", small=True
    )
    acts = [add] if writes else []
    if not surfaces:
        words = _("Aucune surface connue : sans elle, pas de kWh par m².")
        return kit.card(html.P(words, className="card-text"), title=title, actions=acts)
    head = [_("Surface (m²)"), _("Validité"), _("Usage"), _("Source")]
    rows = [_row(pce, surface, writes=writes) for surface in surfaces]
    listed = kit.table(head, rows, caption=title, numbers=[0])
    return kit.card(listed, title=title, actions=acts, flush=True)


def _row(pce: str, surface: Surface, *, writes: bool) -> list[kit.Children]:
    draft = surface.draft
    area = number(draft.area_dm2 / DM2, 2 if draft.area_dm2 % DM2 else 0)
    edit = kit.link(area, site_address(pce, str(surface.id)))
    use = _(USES[draft.use]) if draft.use else _("à préciser")
    return [edit if writes else area, dates_words(draft), use, draft.source or "–"]
