"""Render the action buttons of the consumption screen, and the link to the other chart."""

from urllib.parse import urlencode

from dash.development.base_component import Component

from components.budgets.labels import PATH as BUDGETS
from components.consumption.climate import href_of
from components.consumption.exports import primary_export
from components.consumption.gestures import address
from components.kit import button, link
from components.marks.views import keep_button
from core.access import Permission, Viewer
from core.i18n import _
from data.metering.consumption.types import Series


def acts(series: Series, viewer: Viewer) -> list[Component]:
    """Return the actions on what is shown, the primary one last."""
    here = urlencode({"pce": series.number})
    sets = [button(_("Définir un seuil"), href=f"/seuils?new=1&{here}", icon="bell")]
    may = viewer.may(Permission.THRESHOLDS_WRITE) and series.readable  # else no evaluation
    money = [
        button(_("Prix"), href=f"/prix?{here}", icon="currency-euro"),
        button(_("Budget"), href=f"{BUDGETS}?{here}", icon="bullseye"),
    ]
    keeps = keep_button(viewer, address(series.view))
    actions = [*(money if series.tells else []), *keeps, *(sets if may else [])]
    return [*actions, *primary_export(series)]


def other_chart_links(series: Series) -> list[Component]:
    """Return the tab of the energy signature of the PCE, if its daily data can be read."""
    if not series.tells:
        return []
    return [link(_("Signature énergétique"), href_of(series), className="part-tab")]
