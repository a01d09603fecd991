"""Render the upload of a sheet of thresholds."""

from dash.development.base_component import Component

from components.kit import page
from components.sheets import deposit, files_of
from core.i18n import _


def sheet_page() -> Component:
    return page(
        _("Importer des seuils"),
        _("Régler des centaines de PCE d’un coup, depuis un tableur."),
        crumbs=((_("Seuils"), "/seuils"), (_("Importer"), None)),
        actions=files_of("seuils", _("Mes seuils")),
        children=deposit(
            "seuils",
            _("Feuille de seuils"),
            _("XLSX ou CSV, une ligne par PCE : exportez vos seuils, changez-les, redéposez-les."),
        ),
    )
