"""Render proof tasks on the home page: to send or, for the distributor, to check."""

from collections.abc import Sequence
from dataclasses import dataclass

from dash.development.base_component import Component

from components.controls.labels import deadline_chips, site_of
from components.home.items import group
from components.kit import button, item
from core.access import Viewer
from core.i18n import _
from data.controls.rules.address_filters import TO_DO
from data.controls.types import ControlRow


@dataclass(frozen=True, slots=True)
class ControlsDue:
    """The most urgent controls, and their number."""

    rows: Sequence[ControlRow] = ()
    count: int = 0


NOTHING_DUE = ControlsDue()


def controls_group(viewer: Viewer, due: ControlsDue) -> list[Component]:
    if not due.rows:
        return []
    title = _("Preuves à vérifier") if viewer.staff else _("Preuves à envoyer")
    items = [_item(viewer, row) for row in due.rows]
    address = f"/controles?owner={TO_DO}" if viewer.staff else "/controles"
    return [group(title, due.count, address, items)]


def _item(viewer: Viewer, row: ControlRow) -> Component:
    words = _("Envoyer") if row.staged else _("Importer")
    if viewer.staff:
        words = _("Vérifier")
        note = _("PCE {number}, demandée à {who}", number=row.number, who=row.third_party)
    elif row.staged:
        note = _("PCE {number}, importée, pas encore envoyée", number=row.number)
    else:
        note = _("PCE {number}, titulaire {holder}", number=row.number, holder=row.holder)
    act = button(words, href=f"/controles?controle={row.uid}", small=True)
    return item("patch-question", "warn", site_of(row), note, [*deadline_chips(row), act])
