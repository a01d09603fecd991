"""Render the alert shown where a contract is required."""

from dash.development.base_component import Component

from components.kit import alert, button
from core.access import NEEDS_CONTRACT, Permission, Viewer
from core.i18n import _

WAY = "/contrats"


def contract_needed(viewer: Viewer, after: str = "") -> list[Component]:
    """Return an alert unless the viewer has a contract; `after` says what can be done meanwhile."""
    if viewer.bound:
        return []
    prepares = viewer.may(Permission.CONTRACTS_WRITE)
    words = _("Préparer le contrat") if prepares else _("Voir le contrat")
    way = button(words, href=WAY, kind="primary", small=True)
    message = " ".join(part for part in (_(NEEDS_CONTRACT), after) if part)
    return [alert(_("Un contrat est nécessaire"), message, "warn", actions=[way])]
