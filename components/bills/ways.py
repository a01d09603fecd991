"""Link from a PCE's consumption to its bills."""

from dash.development.base_component import Component

from components.bills.form import PATH
from components.kit import button
from core.access import Permission, Viewer
from core.i18n import _
from data.metering.consumption.types import Series


def bills_button(series: Series, viewer: Viewer) -> list[Component]:
    """Return the link to check a bill against the readings of the PCE."""
    if not viewer.may(Permission.PRICES_READ) or not series.tells:
        return []
    href = f"{PATH}?pce={series.number}"
    return [button(_("Vérifier une facture"), href=href, icon="receipt", small=True)]
