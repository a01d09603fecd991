"""Render what the pages of files share: the tabs of what is deposited and what is exported."""

from collections.abc import Sequence

from dash.development.base_component import Component

from components.kit import tabs
from core.access import Permission, Viewer
from core.i18n import N_, _

DEPOSITS = "/operations"
EXPORTS = "/exports"
_TABS = (
    (DEPOSITS, N_("Déposer"), Permission.RUNS_READ),
    (EXPORTS, N_("Exporter"), Permission.CONSUMPTION_EXPORT),
)


def readings_tabs(viewer: Viewer, here: str) -> Sequence[Component]:
    """Return the tabs that the viewer may open; none for a single one."""
    items = [(_(words), path, path == here) for path, words, right in _TABS if viewer.may(right)]
    return [tabs(_("Parties de la page"), items)] if len(items) > 1 else []
