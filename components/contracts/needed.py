"""Said where only a contract lets one go on, before anything is typed."""

from dash.development.base_component import Component

from components.kit import alert, button
from data.access import NEEDS_CONTRACT, Permission, Viewer
from i18n import _

WAY = "/contrats"


def contract_needed(viewer: Viewer, after: str = "") -> list[Component]:
    """Nothing for who has one; *after* says what may be done meanwhile."""
    if viewer.bound:
        return []
    prepares = viewer.may(Permission.CONTRACTS_WRITE)
    words = _("Préparer le contrat") if prepares else _("Voir le contrat")
    way = button(words, href=WAY, kind="primary", small=True)
    said = " ".join(part for part in (_(NEEDS_CONTRACT), after) if part)
    return [alert(_("Un contrat est nécessaire"), said, "warn", actions=[way])]
